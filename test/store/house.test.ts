/** What keeps a store fit for years: old records go in steps, pages come back, what others did is told. */
import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { stat } from "node:fs/promises"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { test } from "node:test"
import { openStore } from "../../src/store/open.ts"
import type { Store } from "../../src/store/store.ts"
import { acceptance, copyTo, FOREVER, holdUntil, HOUR, NOW, spool } from "./messages.ts"
import { serve } from "./stores.ts"

async function put({ records, bodies }: Store, id: string, { at = NOW, held = false, size = 100 } = {}): Promise<void> {
  const copies = [copyTo("b@x.example", { hold: held ? holdUntil(FOREVER) : null })]
  await records.accept(acceptance({ id, at, copies, spooled: await spool(bodies, randomBytes(size)) }), [])
}

test("what an operator did in another process is told once, our own callers' events never", async (t) => {
  const { path, ...store } = await serve(t)
  await put(store, "A1")
  assert.deepEqual(await store.records.news(), [])
  const beside = await openStore(path, { mode: "command" })
  await put(store, "A2")
  await beside.records.hold({ transaction: "A1", recipient: null }, "an", NOW, FOREVER)
  await put(store, "A3")
  await beside.records.remove({ transaction: "A3", recipient: null }, "an", NOW)
  await beside.records.close()
  const news = await store.records.news()
  assert.deepEqual(
    news.map(({ kind, transaction, by }) => [kind, transaction, by]),
    [
      ["held", "A1", "an"],
      ["discarded", "A3", "an"],
    ],
  )
  assert.deepEqual(await store.records.news(), [])
})

test("a copy that was set aside is news", async (t) => {
  const { path, ...store } = await serve(t)
  await put(store, "A1")
  const db = new DatabaseSync(join(path, "records.db"))
  db.exec("UPDATE messages SET key = NULL")
  db.close()
  await store.records.lease(NOW, 10, HOUR)
  assert.deepEqual(
    (await store.records.news()).map(({ kind, transaction }) => [kind, transaction]),
    [["set-aside", "A1"]],
  )
})

test("old events and messages that are over go, some at a time; what waits for somebody stays", async (t) => {
  const { path, ...store } = await serve(t)
  for (let i = 0; i < 30; i++) await put(store, `old${i}`, { at: NOW - 1_000, held: i % 3 === 0 })
  await put(store, "young")
  for (const lease of await store.records.lease(NOW, 100, HOUR)) {
    if (lease.transaction.id === "young") continue
    const settlements = lease.deliveries.map(({ id }) => ({
      delivery: id,
      outcome: null,
      step: { then: "done" } as const,
    }))
    await store.records.settle(lease, settlements, [], [])
  }
  const before = { events: NOW - 500, messages: NOW - 500 }
  const steps: number[] = []
  for (let i = 0; i < 12; i++) steps.push(await store.records.tidy(before, 8))
  assert.ok(
    steps.every((gone) => gone <= 16),
    steps.join(),
  )
  const db = new DatabaseSync(join(path, "records.db"))
  const left = (sql: string): unknown[] =>
    db
      .prepare(sql)
      .all()
      .map((row) => Object.values(row)[0])
  assert.deepEqual(left("SELECT count(*) FROM messages WHERE key IS NULL"), [0])
  assert.deepEqual(left("SELECT count(*) FROM copies"), [11])
  assert.deepEqual(left('SELECT "transaction" FROM events'), ["young"])
  db.close()
  assert.deepEqual(await store.records.counts(), { queued: 1, held: 10 })
})

test("the file shrinks in steps when mail has gone", async (t) => {
  const { path, ...store } = await serve(t)
  for (let i = 0; i < 150; i++) await put(store, `A${i}`, { size: 100_000 })
  for (;;) {
    const leases = await store.records.lease(NOW, 100, HOUR)
    if (leases.length === 0) break
    for (const lease of leases) {
      const settlements = lease.deliveries.map(({ id }) => ({
        delivery: id,
        outcome: null,
        step: { then: "done" } as const,
      }))
      await store.records.settle(lease, settlements, [], [])
    }
  }
  const size = async (): Promise<number> => {
    const db = new DatabaseSync(join(path, "records.db"))
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return (await stat(join(path, "records.db"))).size
  }
  const full = await size()
  for (let i = 0; i < 20; i++) await store.records.tidy({ events: 0, messages: 0 }, 100)
  const shrunk = await size()
  assert.ok(full > 15_000_000 && shrunk < 10_000_000, `${full} → ${shrunk}`)
})
