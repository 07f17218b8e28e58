/** The audit trail: whatever somebody does to a record behind the gateway's back is found, and what retention takes is accounted for. */
import assert from "node:assert/strict"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { describe, test, type TestContext } from "node:test"
import type { Anchor, Verified } from "../../src/mail/audit.ts"
import type { MailEvent } from "../../src/mail/event.ts"
import { openDatabase, STEPS } from "../../src/store/schema.ts"
import { HOUR, NOW } from "./messages.ts"
import { directory, serve } from "./stores.ts"

const DAY = 24 * HOUR

function event(n: number, at = NOW): MailEvent {
  return { kind: "login", at, transaction: `T${n}`, recipient: null, by: "an", detail: { client: "192.0.2.7", n } }
}

/** A store with nine records, and somebody who gets at its file. */
async function trail(
  t: TestContext,
  harm: (db: DatabaseSync) => void,
  anchors: readonly Anchor[] = [],
): Promise<Verified> {
  const { records, path } = await serve(t)
  for (let n = 1; n < 10; n += 2) await records.note(n === 9 ? [event(n)] : [event(n), event(n + 1)])
  assert.deepEqual((await records.audit([])).flaws, [])
  const db = new DatabaseSync(join(path, "records.db"))
  harm(db)
  db.close()
  return records.audit(anchors)
}

const rows: readonly [string, string, RegExp][] = [
  ["an edited word", `UPDATE events SET "by" = 'binh' WHERE seq = 4`, /changed 4/],
  [
    "an edited detail",
    `UPDATE events SET detail = replace(detail, '192.0.2.7', '192.0.2.8') WHERE seq = 9`,
    /changed 9/,
  ],
  ["another time", "UPDATE events SET at = at - 1 WHERE seq = 1", /changed 1/],
  ["a record taken out", "DELETE FROM events WHERE seq = 5", /missing 5/],
  ["the first taken out", "DELETE FROM events WHERE seq = 1", /missing 1/],
  [
    "two records swapped",
    "UPDATE events SET seq = 100 WHERE seq = 3; UPDATE events SET seq = 3 WHERE seq = 4; UPDATE events SET seq = 4 WHERE seq = 100",
    /changed 3/,
  ],
  ["the end cut off", "DELETE FROM events WHERE seq > 6", /cut 6/],
  ["all of it cut off", "DELETE FROM events", /cut 0/],
  [
    "a record put in",
    `INSERT INTO events (at, kind, "by", detail, chain) VALUES (1, 'login', 'x', '{}', 'AAAA')`,
    /changed 10/,
  ],
  ["a record without a link", "UPDATE events SET chain = NULL WHERE seq = 5", /unchained 5/],
  ["the beginning without links", "UPDATE events SET chain = NULL, detail = '{}' WHERE seq < 5", /changed 5/],
]

describe("audit verify finds", () => {
  for (const [sentence, sql, flaw] of rows) {
    test(sentence, async (t) => {
      const { flaws } = await trail(t, (db) => db.exec(sql))
      assert.match(flaws.map(({ is, seq }) => `${is} ${seq}`).join(", "), flaw)
    })
  }

  test("the end cut off and the count put right, by an anchor kept elsewhere", async (t) => {
    const { records } = await serve(t)
    for (let n = 1; n < 10; n += 2) await records.note(n === 9 ? [event(n)] : [event(n), event(n + 1)])
    const head = await records.auditHead()
    assert.equal(head?.seq, 9)
    const cut = "DELETE FROM events WHERE seq > 6; UPDATE sqlite_sequence SET seq = 6 WHERE name = 'events'"
    const told = await trail(t, (db) => db.exec(cut), head === null ? [] : [head])
    assert.deepEqual(told.flaws, [{ is: "anchor", seq: 9 }])
  })

  test("a chain made anew from a changed record on, by an anchor", async (t) => {
    const told = await trail(t, () => {}, [{ seq: 9, chain: "not what it is" }])
    assert.deepEqual(told.flaws, [{ is: "anchor", seq: 9 }])
  })
})

describe("retention", () => {
  test("leaves a stone a day, and the chain goes on from it", async (t) => {
    const { records, path } = await serve(t)
    for (let n = 0; n < 6; n += 1) await records.note([event(n, NOW + n * DAY)])
    const anchor = await records.auditHead()
    assert.equal(await records.tidy({ events: NOW + 1, messages: 0 }, 2), 1)
    assert.equal(await records.tidy({ events: NOW + 2.5 * DAY, messages: 0 }, 10), 2)
    const told = await records.audit(anchor === null ? [] : [anchor])
    assert.deepEqual(told.flaws, [])
    assert.deepEqual({ records: told.records, buried: told.buried }, { records: 3, buried: 3 })
    assert.equal(told.head?.buried?.upTo, 3)

    await records.tidy({ events: NOW + 10 * DAY, messages: 0 }, 10)
    await records.note([event(7)])
    assert.deepEqual((await records.audit([])).flaws, [], "also after all of it was taken")

    const db = new DatabaseSync(join(path, "records.db"))
    db.exec("UPDATE tombstones SET count = count + 1")
    db.close()
    assert.match(JSON.stringify((await records.audit([])).flaws), /tombstone/)
  })

  test("of several steps a day makes one stone", async (t) => {
    const { records } = await serve(t)
    for (let n = 0; n < 6; n += 1) await records.note([event(n)])
    for (let n = 0; n < 3; n += 1) await records.tidy({ events: NOW + HOUR, messages: 0 }, 2)
    const told = await records.audit([])
    assert.deepEqual(told, { records: 0, before: 0, buried: 6, flaws: [], head: told.head })
  })
})

test("records of before the chain are counted, and the chain begins after them", async (t) => {
  const path = await directory(t)
  const old = STEPS.findIndex((step) => step.includes("ADD COLUMN chain"))
  const file = join(path, "records.db")
  const db = openDatabase(file, "serve", STEPS.slice(0, old))
  db.exec(`INSERT INTO events (at, kind, "by", detail) VALUES (1, 'login', 'x', '{}'), (2, 'login', 'x', '{}')`)
  db.close()
  const { records } = await serve(t, path)
  await records.note([event(1), event(2)])
  const told = await records.audit([])
  assert.deepEqual(told.flaws, [])
  assert.deepEqual({ records: told.records, before: told.before }, { records: 4, before: 2 })
})
