/** Bits that flip on the disk: nothing else than what was accepted leaves the store, and what cannot is set aside and told. */
import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { cp, mkdtemp, open, readFile, rm, stat, truncate, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { buffer } from "node:stream/consumers"
import { describe, test, type TestContext } from "node:test"
import { StoreError } from "../../src/store/error.ts"
import { openStore } from "../../src/store/open.ts"
import { BodyCorrupt, type Store } from "../../src/store/store.ts"
import { createRandom, type Random } from "../crash/random.ts"
import { acceptance, copyTo, HOUR, NOW, spool } from "./messages.ts"
import { directory, serve } from "./stores.ts"

const RECORDS = 1_000
/** Opened, damaged and opened again so often. */
const FILES = 40

/** By id: recipient and body as accepted. */
type Accepted = ReadonlyMap<string, { readonly to: string; readonly body: Buffer }>

async function fill({ records, bodies }: Store, count: number): Promise<Accepted> {
  const accepted = new Map<string, { to: string; body: Buffer }>()
  for (let at = 0; at < count; at += 50) {
    const some = Array.from({ length: 50 }, async (_, index) => {
      const number = at + index
      // Every tenth is a file.
      const body = randomBytes(number % 10 === 0 ? 140_000 : 300)
      const to = `to${number}@agency.example`
      // Far from one another, as real ones are.
      const id = randomBytes(8).toString("hex")
      accepted.set(id, { to, body })
      const copies = [copyTo(to)]
      await records.accept(acceptance({ id, spooled: await spool(bodies, body), copies }), [])
    })
    await Promise.all(some)
  }
  return accepted
}

/** What a next hop would get: ids; a body that is corrupt is not sent to its end. */
async function deliver({ records, bodies }: Store, accepted: Accepted): Promise<ReadonlySet<string>> {
  const delivered = new Set<string>()
  for (;;) {
    const leases = await records.lease(NOW, 100, HOUR)
    if (leases.length === 0) return delivered
    for (const lease of leases) {
      const { id } = lease.transaction
      try {
        const octets = await buffer(bodies.read(lease.spooled))
        assert.ok(octets.equals(accepted.get(id)?.body ?? Buffer.alloc(0)), `${id}: its own octets`)
      } catch (error) {
        if (!(error instanceof BodyCorrupt)) throw error
        const [copy] = lease.deliveries
        assert.ok(copy)
        const settlement = { delivery: copy.id, outcome: null, step: { then: "set-aside", damaged: true } } as const
        await records.settle(lease, [settlement], [], [])
        continue
      }
      for (const { recipient, edits } of lease.deliveries) {
        assert.equal(recipient.address.text, accepted.get(id)?.to, `${id}: to its own recipient`)
        assert.deepEqual(edits, [])
      }
      assert.equal(lease.transaction.envelope.from?.text, "a@citizen.example")
      assert.ok(!delivered.has(id), `${id}: once`)
      delivered.add(id)
    }
  }
}

const COLUMNS = {
  messages: [
    "id",
    "client",
    "envelope",
    "summary",
    "edits",
    "bounceable",
    "size",
    "sha256",
    "eight_bit",
    "key",
    "body",
  ],
  copies: ["recipient", "edits", "require_tls"],
} as const

function flipped(value: unknown, random: Random): string | number | Buffer {
  if (typeof value === "number") return value ^ (1 << random.below(8))
  const octets = typeof value === "string" ? Buffer.from(value) : Buffer.from(value as Uint8Array)
  const at = random.below(octets.length)
  octets.writeUInt8(octets.readUInt8(at) ^ (1 << random.below(7)), at)
  return typeof value === "string" ? octets.toString() : octets
}

async function flipInFile(path: string, random: Random): Promise<void> {
  const { size } = await stat(path)
  const file = await open(path, "r+")
  const at = random.below(size)
  const octet = Buffer.alloc(1)
  await file.read(octet, 0, 1, at)
  octet.writeUInt8(octet.readUInt8(0) ^ (1 << random.below(8)), 0)
  await file.write(octet, 0, 1, at)
  await file.close()
}

test(`one bit of each of ${RECORDS} records and bodies: every one is set aside`, { timeout: 60_000 }, async (t) => {
  const random = createRandom(1)
  const { path, ...store } = await serve(t)
  const accepted = await fill(store, RECORDS)
  const db = new DatabaseSync(join(path, "records.db"))
  const rows = db
    .prepare("SELECT * FROM messages JOIN (SELECT message, id AS copy FROM copies) ON message = number")
    .all()
  db.exec("BEGIN IMMEDIATE")
  for (const row of rows) {
    if (typeof row["file"] === "string" && random.below(2) === 0) {
      await flipInFile(join(path, "bodies", row["file"]), random)
      continue
    }
    const table = random.pick(["messages", "messages", "copies"] as const)
    const key = table === "messages" ? "number" : "id"
    const of = table === "messages" ? (row["number"] ?? null) : (row["copy"] ?? null)
    const columns = COLUMNS[table].filter((column) => column !== "body" || row["body"] !== null)
    const column = random.pick(columns)
    const before = db.prepare(`SELECT ${column} AS value FROM ${table} WHERE ${key} = ?`).get(of)
    db.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${key} = ?`).run(flipped(before?.["value"], random), of)
  }
  db.exec("COMMIT")
  db.close()

  assert.deepEqual([...(await deliver(store, accepted))], [])
  const aside = await store.records.queued(2 * RECORDS)
  assert.equal(aside.filter(({ dueAt }) => dueAt === null).length, RECORDS, "each waits for an operator")
})

describe("a bit of the database itself", { concurrency: 2 }, () => {
  let filled: Promise<{ readonly from: string; readonly accepted: Accepted }> | null = null
  /** A store as SIGKILL leaves it, its last commits in the write-ahead log only. */
  async function killedStore(t: TestContext): Promise<{ readonly path: string; readonly accepted: Accepted }> {
    filled ??= (async () => {
      const { path, ...store } = await serve(t)
      const accepted = await fill(store, 100)
      const from = await mkdtemp(join(tmpdir(), "congthu-damage-"))
      await cp(path, from, { recursive: true })
      return { from, accepted }
    })()
    const { from, accepted } = await filled
    const path = await directory(t)
    await cp(from, path, { recursive: true })
    return { path, accepted }
  }
  const damages: readonly [string, (path: string, random: Random) => Promise<void>][] = [
    ["a bit of the write-ahead log", (path, random) => flipInFile(join(path, "records.db-wal"), random)],
    [
      "the end of the write-ahead log",
      async (path, random) =>
        truncate(join(path, "records.db-wal"), random.below((await stat(join(path, "records.db-wal"))).size)),
    ],
    [
      "a bit of the database, its log emptied",
      async (path, random) => {
        const db = new DatabaseSync(join(path, "records.db"))
        db.exec("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        await flipInFile(join(path, "records.db"), random)
      },
    ],
    [
      "a page of the database",
      async (path, random) => {
        const db = new DatabaseSync(join(path, "records.db"))
        db.exec("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        const pages = await readFile(join(path, "records.db"))
        const page = 8_192 * random.below(pages.length / 8_192)
        randomBytes(8_192).copy(pages, page)
        await writeFile(join(path, "records.db"), pages)
      },
    ],
  ]
  for (const [what, damage] of damages) {
    test(`${what}: refused in words, or nothing else than what was accepted`, { timeout: 60_000 }, async (t) => {
      const random = createRandom(2)
      let refused = 0
      for (let round = 0; round < FILES / 4; round++) {
        const { path, accepted } = await killedStore(t)
        await damage(path, random)
        let store: Store | null = null
        try {
          store = await openStore(path, { mode: "serve" })
          await deliver(store, accepted)
        } catch (error) {
          if (!(error instanceof StoreError)) throw error
          assert.match(error.message, /damaged|refused|cannot be read/)
          refused++
        } finally {
          await store?.records.close()
        }
        await rm(path, { recursive: true })
      }
      t.diagnostic(`${refused} of ${FILES / 4} refused`)
    })
  }
})
