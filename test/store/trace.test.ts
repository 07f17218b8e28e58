/** The index of messages: what the records tell is found, by each thing people ask for, and only by whom it concerns. */
import assert from "node:assert/strict"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { describe, test } from "node:test"
import type { EventKind, MailEvent } from "../../src/mail/event.ts"
import type { Filter } from "../../src/store/search.ts"
import { openSearch } from "../../src/store/trace/open.ts"
import { acceptance, spool } from "./messages.ts"
import { serve } from "./stores.ts"

const DAY = 86_400_000
const T0 = Date.parse("2026-11-20T01:00:00Z")

function event(kind: EventKind, transaction: string, recipient: string, detail: MailEvent["detail"] = {}): MailEvent {
  return { kind, at: T0, transaction, recipient, by: "client", detail }
}

/** Three messages: one of so's to Gmail that was refused, one from outside to xa that waits, one between so and xa that arrived. */
const STORY: readonly MailEvent[] = [
  event("rejected", "REFUSED00001", "b@gmail.com", {
    direction: "outbound",
    from: "an@so.vn",
    senderUnit: "so",
    recipientUnit: null,
    rules: ["webmail-official-out"],
  }),
  event("accepted", "WAITS0000001", "c@xa.vn", {
    direction: "inbound",
    from: "x@example.org",
    senderUnit: null,
    recipientUnit: "xa",
    rules: ["forged"],
    size: 100,
  }),
  event("held", "WAITS0000001", "c@xa.vn", { rules: ["forged"] }),
  event("accepted", "ARRIVED00001", "c@xa.vn", {
    direction: "internal",
    from: "an@so.vn",
    senderUnit: "so",
    recipientUnit: "xa",
    rules: [],
  }),
  event("delivered", "ARRIVED00001", "c@xa.vn"),
]

describe("a message is found", () => {
  const everything = ["ARRIVED00001", "WAITS0000001", "REFUSED00001"]
  const rows: readonly (readonly [string, Filter, readonly string[]])[] = [
    ["by nothing in particular, the newest first", { units: null }, everything],
    ["by its code", { units: null, transaction: "WAITS0000001" }, ["WAITS0000001"]],
    ["by its sender", { units: null, sender: "an@so.vn" }, ["ARRIVED00001", "REFUSED00001"]],
    ["by its recipient", { units: null, recipient: "b@gmail.com" }, ["REFUSED00001"]],
    ["by the domain of either side", { units: null, domain: "so.vn" }, ["ARRIVED00001", "REFUSED00001"]],
    ["by what became of it", { units: null, outcome: "delivered" }, ["ARRIVED00001"]],
    ["by the rule", { units: null, rule: "forged" }, ["WAITS0000001"]],
    ["by its direction", { units: null, direction: "inbound" }, ["WAITS0000001"]],
    ["within a time", { units: null, since: T0 + 1 }, []],
    ["by a unit of the sender's or the recipient's", { units: ["so"] }, ["ARRIVED00001", "REFUSED00001"]],
    ["by none of a unit it does not concern", { units: ["so"], transaction: "WAITS0000001" }, []],
    ["by no unit at all", { units: [] }, []],
    ["by sender within a unit", { units: ["xa"], sender: "an@so.vn" }, ["ARRIVED00001"]],
  ]
  for (const [name, filter, expected] of rows) {
    test(name, async (t) => {
      const { records, path } = await serve(t)
      const search = openSearch(path)
      await records.note(STORY)
      await search.catchUp(100)
      const found = await search.find(filter, null, 10)
      await search.close()
      assert.deepEqual(
        found.map(({ transaction }) => transaction),
        expected,
      )
    })
  }

  test("by words of its subject and its files, whatever the accents, and by a file's digest", async (t) => {
    const { records, bodies, path } = await serve(t)
    const search = openSearch(path)
    const sha256 = "ab".repeat(32)
    const made = acceptance({ id: "WORDS0000001", spooled: await spool(bodies, Buffer.from("x")) })
    const summary = { ...made.summary, subject: "Báo cáo Đợt lũ", files: [{ name: "danh-sách hộ.xlsx", sha256 }] }
    const accepted = event("accepted", "WORDS0000001", "b@gmail.com", { from: "an@so.vn" })
    await records.accept({ ...made, summary, events: [accepted] }, [])
    await search.catchUp(100)
    const finds = async (filter: Partial<Filter>) => (await search.find({ units: null, ...filter }, null, 5)).length
    for (const words of ["bao cao", "đợt lũ", "DOT", "danh sach", "ho xlsx", "lu"]) {
      assert.equal(await finds({ words }), 1, words)
    }
    for (const words of ["bão lụt", "NEAR(", '"', "a OR b", "báo-cáo-khác"])
      assert.equal(await finds({ words }), 0, words)
    assert.equal(await finds({ file: sha256 }), 1)
    assert.equal(await finds({ file: "cd".repeat(32) }), 0)
    await search.close()
  })
})

test("pages follow one another without a gap", async (t) => {
  const { records, path } = await serve(t)
  const search = openSearch(path)
  const many = Array.from({ length: 7 }, (_, index) =>
    event("accepted", `MANY0000000${index}`, "b@so.vn", { from: "a@so.vn" }),
  )
  await records.note(many)
  while ((await search.catchUp(3)) > 0);
  const seen: string[] = []
  for (let before: number | null = null; ; ) {
    const page = await search.find({ units: null }, before, 3)
    seen.push(...page.map(({ transaction }) => transaction))
    if (page.length < 3) break
    before = page.at(-1)?.row ?? null
  }
  assert.deepEqual(seen, many.map(({ transaction }) => transaction).toReversed())
  await search.close()
})

test("figures count each message once for the house, and once in each of its units", async (t) => {
  const { records, path } = await serve(t)
  const search = openSearch(path)
  await records.note(STORY)
  await search.catchUp(100)
  const span = { since: T0 - DAY, until: T0 + DAY }
  const count = async (units: readonly string[] | null, kind: string) =>
    (await search.figures({ units, ...span }, "kind"))
      .filter((one) => one.kind === kind)
      .reduce((sum, one) => sum + one.count, 0)
  assert.equal(await count(null, "accepted"), 2)
  assert.equal(await count(["xa"], "accepted"), 2)
  assert.equal(await count(["so"], "rejected"), 1)
  assert.equal(await count(["xa"], "rejected"), 0)
  const [rule] = await search.figures({ units: ["so"], ...span }, "rule")
  assert.deepEqual([rule?.rule, rule?.kind, rule?.count], ["webmail-official-out", "rejected", 1])
  assert.deepEqual(await search.senders({ units: null, ...span }, ["rejected"], 5), [{ sender: "an@so.vn", count: 1 }])
  await search.close()
})

/** Two of so's to Gmail are stopped, one of them goes on after approval; xa gets a lure, and a file that is named bad later. */
const MONTH: readonly MailEvent[] = [
  ...STORY,
  event("accepted", "APPROVED0001", "b@gmail.com", {
    direction: "outbound",
    from: "an@so.vn",
    senderUnit: "so",
    rules: ["webmail-unsure-out"],
  }),
  event("held", "APPROVED0001", "b@gmail.com", { rules: ["webmail-unsure-out"] }),
  event("released", "APPROVED0001", "b@gmail.com"),
  event("delivered", "APPROVED0001", "b@gmail.com"),
  event("accepted", "MALWARE00001", "c@xa.vn", {
    direction: "inbound",
    from: "x@bad.org",
    recipientUnit: "xa",
    rules: [],
  }),
  event("rejected", "MALWARE00002", "c@xa.vn", {
    direction: "inbound",
    from: "x@bad.org",
    recipientUnit: "xa",
    rules: ["malware"],
    findings: ["malware Eicar-Signature"],
  }),
  event("look-back", "MALWARE00001", "c@xa.vn", {
    sha256: "ab",
    name: "a.exe",
    received: "2026-11-20",
    state: "delivered",
  }),
]

test("sums of a period: what rules stopped, whom again, from where, with what, and who was active", async (t) => {
  const { records, path } = await serve(t)
  const search = openSearch(path)
  await records.note(MONTH)
  await search.catchUp(100)
  const all = { units: null, since: T0 - DAY, until: T0 + DAY }
  const webmail = ["webmail-official-out", "webmail-unsure-out"]
  const judged = await search.judged(all, webmail)
  assert.deepEqual(
    judged.map((one) => [one.senderUnit, one.judged, one.passed, one.count]),
    [
      ["so", "held", true, 1],
      ["so", "rejected", false, 1],
    ],
  )
  const again = { sender: "an@so.vn", unit: "so", count: 2, passed: 1, earlier: 0, last: T0 }
  assert.deepEqual(await search.repeated(all, webmail, 5), [again])
  const later = { ...all, since: T0 + 1 }
  assert.deepEqual(await search.repeated(later, webmail, 5), [])
  assert.deepEqual(await search.repeated({ ...all, units: ["xa"] }, webmail, 5), [])
  const source = { domain: "bad.org", rule: "malware", count: 1, recipients: 1, passed: 0 }
  assert.deepEqual(await search.sources(all, ["malware"], 5), [source])
  const bad = { finding: "malware Eicar-Signature", direction: "inbound", count: 1, passed: 0 }
  assert.deepEqual(await search.foundBad(all), [bad])
  assert.deepEqual(
    (await search.lookedBack(all, 5)).map(({ transaction, unit, name, state }) => [transaction, unit, name, state]),
    [["MALWARE00001", "xa", "a.exe", "delivered"]],
  )
  assert.deepEqual(await search.active(all), [
    { unit: "so", mailboxes: 1 },
    { unit: "xa", mailboxes: 1 },
  ])
  assert.equal((await search.sample(all, 3)).length, 3)
  assert.deepEqual(await search.sample(all, 3), await search.sample(all, 3))
  const released = (await search.totals({ ...all, units: ["so"] }, "rule")).filter(({ kind }) => kind === "released")
  assert.deepEqual(
    released.map(({ rule, count }) => [rule, count]),
    [["webmail-unsure-out", 1]],
  )
  const span = { units: ["*"], since: T0 - 40 * DAY, until: T0 + 40 * DAY }
  const accepted = (await search.totals(span, "kind")).filter(({ kind }) => kind === "accepted")
  assert.equal(
    accepted.reduce((sum, { count }) => sum + count, 0),
    4,
    "whole days and the rest together",
  )
  await search.close()
})

test("each message stands in one outcome, the one that a search for it finds", async (t) => {
  const { records, path } = await serve(t)
  const search = openSearch(path)
  await records.note(MONTH)
  await search.catchUp(100)
  for (const units of [null, ["so"], ["xa"], ["so", "xa"]]) {
    const standings = await search.standings({ units, since: T0 - DAY, until: T0 + DAY })
    assert.ok(standings.length > 0)
    for (const { direction, outcome, count } of standings) {
      const found = await search.find({ units, direction, outcome }, null, 50)
      assert.equal(found.length, count, `${units?.join()} ${direction} ${outcome}`)
    }
  }
  await search.close()
})

test("thrown away it is made anew, and what is old is forgotten", async (t) => {
  const { records, path } = await serve(t)
  const first = openSearch(path)
  await records.note(STORY)
  await first.catchUp(100)
  await first.close()
  for (const name of ["trace.db", "trace.db-wal", "trace.db-shm"]) await rm(join(path, name), { force: true })
  const second = openSearch(path)
  assert.equal(await second.catchUp(100), STORY.length)
  assert.equal((await second.find({ units: null }, null, 10)).length, 3)
  assert.equal(await second.forget(T0 + 1), 3)
  assert.equal((await second.find({ units: null }, null, 10)).length, 0)
  await second.close()
})

describe("the audit trail is read beside its writer", () => {
  test("by kind and unit, the newest first, a stretch at a time", async (t) => {
    const { records, path } = await serve(t)
    const search = openSearch(path)
    t.after(() => search.close())
    await records.note(STORY)
    const all = { people: [], units: null }
    const codes = async (filter: Parameters<typeof search.trail>[0]) =>
      (await search.trail(filter, null, 50)).rows.map(({ seq, kind }) => `${seq} ${kind}`)
    assert.deepEqual(await codes({ ...all, kind: "accepted" }), ["4 accepted", "2 accepted"])
    assert.deepEqual(await codes({ ...all, units: ["so"] }), ["4 accepted", "1 rejected"])
    const first = await search.trail(all, null, 2)
    assert.deepEqual([first.rows.map(({ seq }) => seq), first.next], [[5, 4], 4])
    const rest = await search.trail(all, first.next, 50)
    assert.deepEqual([rest.rows.map(({ seq }) => seq), rest.next], [[3, 2, 1], null])
  })

  test("beyond ten thousand records of others", async (t) => {
    const { records, path } = await serve(t)
    const search = openSearch(path)
    t.after(() => search.close())
    await records.note([{ ...event("login", "LOGIN0000001", "x"), by: "an" }])
    const others = Array.from({ length: 1_000 }, (_, n) => event("attempted", `OTHER${n}`, "y"))
    for (let n = 0; n < 11; n += 1) await records.note(others)
    const filter = { people: [], units: null, by: "an" }
    const first = await search.trail(filter, null, 50)
    assert.equal(first.rows.length, 0)
    assert.ok(first.next !== null)
    assert.equal((await search.trail(filter, first.next, 50)).rows[0]?.by, "an")
  })
})
