/** The store of one machine: the contract, and what only an engine with files can get wrong. */
import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { buffer } from "node:stream/consumers"
import { describe, test } from "node:test"
import { MOST_CRASHES } from "../../src/mail/delivery.ts"
import { StoreError, type StoreFault } from "../../src/store/error.ts"
import { readSpooled } from "../../src/store/bodies.ts"
import { HELD_SQL } from "../../src/store/held.ts"
import { LEASE_SQL } from "../../src/store/lease.ts"
import { LIST_SQL } from "../../src/store/list.ts"
import { openStore } from "../../src/store/open.ts"
import { openRecords } from "../../src/store/records.ts"
import { STEPS } from "../../src/store/schema.ts"
import { BodyCorrupt, type Store } from "../../src/store/store.ts"
import { testRecords } from "./contract.ts"
import { acceptance, copyTo, FOREVER, giveUp, holdUntil, HOUR, letGo, NOW, spool } from "./messages.ts"
import { directory, serve } from "./stores.ts"

const LONG = 200_000

testRecords((t) => serve(t))

function fault(expected: StoreFault, ...words: readonly string[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof StoreError, String(error))
    assert.equal(error.fault, expected)
    for (const word of words) assert.ok(error.message.includes(word), `${error.message} names ${word}`)
    return true
  }
}

/** The database as nobody but a test would treat it. */
function tamper(path: string, sql: string): void {
  const db = new DatabaseSync(join(path, "records.db"), { timeout: 5_000 })
  db.exec(sql)
  db.close()
}
function ask(path: string, sql: string): unknown {
  const db = new DatabaseSync(join(path, "records.db"), { readOnly: true })
  const row = { ...db.prepare(sql).get() }
  db.close()
  return row
}

describe("opening", { concurrency: 4 }, () => {
  test("everything in it is for its owner alone", async (t) => {
    const path = join(await directory(t), "deep", "data")
    const store = await serve(t, path)
    const spooled = await spool(store.bodies, randomBytes(LONG))
    await store.records.accept(acceptance({ id: "A1", spooled }), [])
    for (const entry of ["", "bodies", ...(await readdir(path, { recursive: true }))]) {
      const found = await stat(join(path, entry))
      assert.equal((found.mode & 0o777).toString(8), found.isDirectory() ? "700" : "600", entry)
    }
  })

  test("a command makes no store", async (t) => {
    const path = join(await directory(t), "data")
    await assert.rejects(openStore(path, { mode: "command" }), fault("missing", path))
    await assert.rejects(stat(path))
  })

  test("two gateways do not serve one store, until the first is gone", async (t) => {
    const { path, records } = await serve(t)
    await assert.rejects(openStore(path, { mode: "serve" }), fault("in-use", path))
    await records.close()
    await serve(t, path)
  })

  test("a newer store is refused and left as it was", async (t) => {
    const { path, records } = await serve(t)
    await records.close()
    tamper(path, "PRAGMA user_version = 99")
    await assert.rejects(openStore(path, { mode: "serve" }), fault("newer", path, "99", `version ${STEPS.length}`))
    await assert.rejects(openStore(path, { mode: "command" }), fault("newer", path))
    assert.deepEqual(ask(path, "PRAGMA user_version"), { user_version: 99 })
  })

  test("an older store is brought forward by the gateway, not by a command", async (t) => {
    const { path, records, bodies } = await serve(t)
    await records.accept(acceptance({ id: "A1", spooled: await spool(bodies, Buffer.from("x")) }), [])
    await records.close()
    const later = { path, bodies: join(path, "bodies"), steps: [...STEPS, "ALTER TABLE messages ADD COLUMN note TEXT"] }
    await assert.rejects(openRecords({ ...later, mode: "command" }), fault("older", path))
    const opened = await openRecords({ ...later, mode: "serve" })
    assert.equal((await opened.lease(NOW, 1, 1)).length, 1)
    await opened.close()
    assert.deepEqual(ask(path, "SELECT id, note FROM messages"), { id: "A1", note: null })
    await assert.rejects(openStore(path, { mode: "serve" }), fault("newer"))
  })

  test("a migration that breaks leaves the old version whole", async (t) => {
    const { path, records } = await serve(t)
    await records.close()
    const steps = [...STEPS, "CREATE TABLE half (a); SELECT no_such_function()"]
    await assert.rejects(openRecords({ path, bodies: join(path, "bodies"), mode: "serve", steps }), StoreError)
    assert.deepEqual(ask(path, "SELECT count(*) AS n FROM sqlite_master WHERE name = 'half'"), { n: 0 })
    await serve(t, path)
  })

  test("what is no database is refused with its name", async (t) => {
    const { path, records } = await serve(t)
    await records.close()
    await writeFile(join(path, "records.db"), "this is not a database, but long enough to look like one".repeat(100))
    await assert.rejects(openStore(path, { mode: "serve" }), fault("corrupt", path))
  })

  test("a path that is a file is refused", async (t) => {
    const path = join(await directory(t), "data")
    await writeFile(path, "")
    await assert.rejects(openStore(path, { mode: "serve" }), StoreError)
  })

  test("a closed store rejects, and what was asked before is still answered", async (t) => {
    const { records, bodies } = await serve(t)
    const spooled = await spool(bodies, Buffer.from("x"))
    const accepted = Array.from({ length: 300 }, (_, i) => records.note(acceptance({ id: `A${i}`, spooled }).events))
    await Promise.all([records.close(), ...accepted])
    await assert.rejects(records.counts(), fault("closed"))
    await records.close()
  })

  test("leases of a run that ended are free again", async (t) => {
    const opened = await serve(t)
    await opened.records.accept(acceptance({ id: "A1", spooled: await spool(opened.bodies, Buffer.from("x")) }), [])
    assert.equal((await opened.records.lease(NOW, 10, HOUR)).length, 1)
    const { records } = await opened.again()
    assert.equal((await records.lease(NOW, 10, HOUR)).length, 1)
  })
})

describe("a gateway that is cut off", { concurrency: 4 }, () => {
  test("what it had under way each time goes alone, then is set aside; its neighbours get through", async (t) => {
    const opened = await serve(t)
    let { records } = opened
    for (const id of ["P1", "A1", "A2"]) {
      await records.accept(acceptance({ id, spooled: await spool(opened.bodies, Buffer.from(id)) }), [])
    }
    const underWay: string[] = []
    const delivered = { is: "delivered", reply: "250 ok", nextHop: "x" } as const
    for (let run = 0; run < MOST_CRASHES; run++) {
      const leases = await records.lease(NOW, 10, HOUR)
      underWay.push(leases.map(({ transaction }) => transaction.id).join())
      ;({ records } = await opened.again())
    }
    assert.deepEqual(underWay, ["P1,A1,A2", "P1,A1,A2", "P1", "P1", "P1"])
    for (const id of ["A1", "A2"]) {
      const [lease] = await records.lease(NOW, 10, HOUR)
      assert.ok(lease)
      assert.equal(lease.transaction.id, id)
      const done = lease.deliveries.map((one) => ({
        delivery: one.id,
        outcome: delivered,
        step: { then: "done" } as const,
      }))
      assert.equal(await records.settle(lease, done, [], []), true)
    }
    assert.deepEqual(await records.lease(NOW, 10, HOUR), [])
    const aside = (await records.events(0, 100)).filter(({ kind }) => kind === "set-aside")
    assert.deepEqual(
      aside.map(({ transaction, detail }) => [transaction, detail["crashes"]]),
      [["P1", MOST_CRASHES]],
    )
    assert.equal(await records.retry({ transaction: "P1", recipient: null }, "an", NOW), 1)
    assert.equal((await records.lease(NOW, 10, HOUR))[0]?.deliveries[0]?.crashes, 0)
  })
})

describe("a command beside the gateway", { concurrency: 4 }, () => {
  test("sees and changes the same queue", async (t) => {
    const { path, records, bodies } = await serve(t)
    const spooled = await spool(bodies, randomBytes(LONG))
    await records.accept(
      acceptance({ id: "A1", spooled, copies: [copyTo("b@x.example", { hold: holdUntil(FOREVER) })] }),
      [],
    )
    const waiting = await spool(bodies, randomBytes(LONG))
    const command = await openStore(path, { mode: "command" })
    t.after(() => command.records.close())
    assert.equal(await letGo(command.records, { transaction: "A1", recipient: null }), 1)
    assert.equal((await records.lease(NOW, 10, HOUR)).length, 1)
    assert.equal((await command.records.show("A1"))?.events.length, 2)
    await records.accept(acceptance({ id: "A2", spooled: waiting }), [])
    assert.equal((await readdir(join(path, "bodies"))).length, 2, "files of mail that is coming in are not swept")
  })

  test("waits for its turn", async (t) => {
    const { path, records, bodies } = await serve(t)
    const spooled = await spool(bodies, Buffer.from("x"))
    const db = new DatabaseSync(join(path, "records.db"), { timeout: 5_000 })
    db.exec("BEGIN IMMEDIATE")
    const accepted = records.accept(acceptance({ id: "A1", spooled }), [])
    setTimeout(() => db.exec("COMMIT"), 100)
    await accepted
    db.close()
  })
})

describe("the end of a message", { concurrency: 4 }, () => {
  const endings: readonly [string, (store: Store, id: string) => Promise<unknown>][] = [
    [
      "delivered",
      async ({ records }) => {
        const [lease] = await records.lease(NOW, 10, HOUR)
        assert.ok(lease)
        const outcome = { is: "delivered", reply: "250 ok", nextHop: "x" } as const
        const settlements = lease.deliveries.map(({ id }) => ({
          delivery: id,
          outcome,
          step: { then: "done" } as const,
        }))
        await records.settle(lease, settlements, [], [])
      },
    ],
    ["removed", ({ records }, id) => records.remove({ transaction: id, recipient: null }, "an", NOW)],
    [
      "held and denied",
      async ({ records }, id) => {
        await records.hold({ transaction: id, recipient: null }, "an", NOW, FOREVER)
        await giveUp(records, { transaction: id, recipient: null })
      },
    ],
    [
      "held and expired",
      async ({ records }, id) => {
        await records.hold({ transaction: id, recipient: null }, "an", NOW, NOW)
        await records.expire(await records.heldCopies({ overdueAt: NOW }), NOW, [])
      },
    ],
  ]
  for (const [how, end] of endings) {
    for (const size of [10, LONG]) {
      test(`${how}: ${size} octets are gone with their key, the history stays`, async (t) => {
        const store = await serve(t)
        const { path } = store
        const spooled = await spool(store.bodies, randomBytes(size))
        const copies = [copyTo("b@x.example"), copyTo("c@x.example")]
        await store.records.accept(acceptance({ id: "A1", spooled, copies }), [])
        await end(store, "A1")
        const left = "SELECT key, body, file FROM messages"
        assert.deepEqual(ask(path, left), { key: null, body: null, file: null })
        assert.deepEqual(await readdir(join(path, "bodies")), [])
        assert.equal((await store.records.show("A1"))?.rows.length, 2)
        await store.records.close()
        for (const file of await readdir(path)) {
          if (file === "bodies") continue
          assert.ok(
            !(await readFile(join(path, file))).includes(Buffer.from(spooled.key)),
            `${file} has forgotten the key`,
          )
        }
      })
    }
  }

  test("one copy's end leaves the others their body", async (t) => {
    const { path, records, bodies } = await serve(t)
    const spooled = await spool(bodies, randomBytes(LONG))
    const copies = [copyTo("b@x.example"), copyTo("c@x.example")]
    await records.accept(acceptance({ id: "A1", spooled, copies }), [])
    await records.remove({ transaction: "A1", recipient: "b@x.example" }, "an", NOW)
    assert.equal((await readdir(join(path, "bodies"))).length, 1)
    const [lease] = await records.lease(NOW, 10, HOUR)
    assert.ok(lease)
    assert.equal((await buffer(bodies.read(lease.spooled))).length, LONG)
  })
})

describe("large bodies", { concurrency: 4 }, () => {
  test("a file holds no octet of the plaintext", async (t) => {
    const { path, bodies } = await serve(t)
    const spooled = await spool(bodies, Buffer.alloc(LONG, "Văn bản mật. "))
    const [name] = await readdir(join(path, "bodies"))
    assert.ok(name)
    const stored = await readFile(join(path, "bodies", name))
    assert.equal(stored.length, LONG)
    assert.ok(!stored.includes("mật"))
    assert.ok(!stored.includes(Buffer.from(spooled.key)))
  })

  test("discard removes the file, before and after finish", async (t) => {
    const { path, bodies } = await serve(t)
    const half = bodies.open()
    await half.write(randomBytes(LONG))
    await half.discard()
    await assert.rejects(half.write(Buffer.from("x")), StoreError)
    await assert.rejects(half.finish(), StoreError)
    const whole = bodies.open()
    await whole.write(randomBytes(LONG))
    await whole.finish()
    await whole.discard()
    await bodies.discard(await spool(bodies, randomBytes(LONG)))
    await bodies.discard(await spool(bodies, randomBytes(10)))
    assert.deepEqual(await readdir(join(path, "bodies")), [])
  })

  test("what no record refers to is swept at the next start, what one does is kept", async (t) => {
    const opened = await serve(t)
    await opened.records.accept(acceptance({ id: "A1", spooled: await spool(opened.bodies, randomBytes(LONG)) }), [])
    await spool(opened.bodies, randomBytes(LONG))
    assert.equal((await readdir(join(opened.path, "bodies"))).length, 2)
    const { records } = await opened.again()
    assert.equal((await readdir(join(opened.path, "bodies"))).length, 1)
    assert.equal((await records.lease(NOW, 10, HOUR)).length, 1)
  })

  test("a body that cannot be synced is not accepted", async (t) => {
    const { path, records, bodies } = await serve(t)
    const spooled = await spool(bodies, randomBytes(LONG))
    await rm(join(path, "bodies"), { recursive: true })
    await assert.rejects(records.accept(acceptance({ id: "A1", spooled }), []), StoreError)
    assert.equal(await records.show("A1"), null)
    await assert.rejects(spool(bodies, randomBytes(LONG)), StoreError)
  })

  test("altered octets never come to their end", async (t) => {
    const { bodies } = await serve(t)
    const spooled = await spool(bodies, randomBytes(LONG))
    assert.ok(spooled.at.kind === "file")
    const stored = await readFile(spooled.at.path)
    stored.writeUInt8(stored.readUInt8(5) ^ 1, 5)
    await writeFile(spooled.at.path, stored)
    let given = 0
    await assert.rejects(async () => {
      for await (const part of readSpooled(spooled)) given += part.length
    }, BodyCorrupt)
    assert.ok(given < LONG, "the last piece is kept back")
    await rm(spooled.at.path)
    await assert.rejects(buffer(readSpooled(spooled)), BodyCorrupt)
  })
})

describe("damage", { concurrency: 4 }, () => {
  const damages: readonly [string, string][] = [
    ["an envelope that is no JSON", "UPDATE messages SET envelope = '{' WHERE id = 'bad'"],
    ["a summary that is no JSON", "UPDATE messages SET summary = 'x' WHERE id = 'bad'"],
    ["edits that are missing", "UPDATE messages SET edits = '[]' WHERE id = 'bad'"],
    [
      "a recipient that is no JSON",
      "UPDATE copies SET recipient = '' WHERE message = (SELECT number FROM messages WHERE id = 'bad')",
    ],
    ["an envelope of somebody else", "UPDATE messages SET envelope = replace(envelope, 'a@', 'c@') WHERE id = 'bad'"],
    [
      "a recipient of somebody else",
      `UPDATE copies SET recipient = replace(recipient, 'b@', 'c@')
        WHERE message = (SELECT number FROM messages WHERE id = 'bad')`,
    ],
    ["a body with other octets", "UPDATE messages SET body = zeroblob(5) WHERE id = 'bad'"],
    ["a key that is gone", "UPDATE messages SET key = NULL WHERE id = 'bad'"],
    ["a key of the wrong length", "UPDATE messages SET key = x'00' WHERE id = 'bad'"],
    ["a file that is gone", "UPDATE messages SET body = NULL, file = 'nowhere' WHERE id = 'bad'"],
  ]
  for (const [what, sql] of damages) {
    test(`${what}: that message is set aside, the others go on`, async (t) => {
      const { path, records, bodies } = await serve(t)
      for (const id of ["bad", "good"]) {
        await records.accept(acceptance({ id, spooled: await spool(bodies, Buffer.from("five!")) }), [])
      }
      tamper(path, sql)
      const leases = await records.lease(NOW, 10, HOUR)
      assert.deepEqual(
        leases.map((lease) => lease.transaction.id),
        ["good"],
      )
      const event = (await records.events(0, 10)).find(({ kind }) => kind === "set-aside")
      assert.deepEqual([event?.transaction, event?.by], ["bad", "system"])
      const [row] = await records.queued(10)
      assert.deepEqual([row?.transaction, row?.dueAt], ["bad", null])
      assert.equal((await records.show("bad"))?.rows.length, 1)
      assert.deepEqual(await records.lease(NOW, 10, HOUR), [])
    })
  }

  test("a file of another length is set aside; mended and retried, it goes", async (t) => {
    const { records, bodies } = await serve(t)
    const spooled = await spool(bodies, randomBytes(LONG))
    assert.ok(spooled.at.kind === "file")
    await records.accept(acceptance({ id: "A1", spooled }), [])
    const whole = await readFile(spooled.at.path)
    await truncate(spooled.at.path, LONG - 1)
    assert.deepEqual(await records.lease(NOW, 10, HOUR), [])
    await writeFile(spooled.at.path, whole)
    assert.equal(await records.retry({ transaction: "A1", recipient: null }, "an", NOW), 1)
    assert.equal((await records.lease(NOW, 10, HOUR)).length, 1)
  })
})

describe("a long queue", { concurrency: 4 }, () => {
  test("no question walks through it", async (t) => {
    const { path } = await serve(t)
    const db = new DatabaseSync(join(path, "records.db"))
    t.after(() => db.close())
    for (const [name, sql] of Object.entries({ ...LEASE_SQL, ...LIST_SQL, ...HELD_SQL })) {
      const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...Array.from(sql.matchAll(/\?/g), () => 1))
      const steps = plan.map((step) => String(step["detail"]))
      for (const step of steps) {
        // Along an index in its own order, up to LIMIT, is no walk either.
        assert.doesNotMatch(
          step,
          /TEMP B-TREE|^SCAN (?!CONSTANT ROW|c USING INDEX|copies USING (?:COVERING )?INDEX)/,
          `${name}: ${steps.join(", ")}`,
        )
      }
    }
  })
})
