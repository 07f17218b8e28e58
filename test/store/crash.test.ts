/** Killed processes, a full disk, a database that somebody holds: what was promised is kept, and the store lives on. */
import assert from "node:assert/strict"
import { execFile, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { randomBytes } from "node:crypto"
import { mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { DatabaseSync } from "node:sqlite"
import { buffer } from "node:stream/consumers"
import { describe, test, type TestContext } from "node:test"
import { promisify } from "node:util"
import { StoreError } from "../../src/store/error.ts"
import { acceptance, copyTo, FOREVER, holdUntil, HOUR, NOW, spool } from "./messages.ts"
import { directory, serve } from "./stores.ts"

const CHILD = join(import.meta.dirname, "child.ts")
const ROUNDS = 12

/** What one run told until it was killed, some ms after its first word. */
async function killed(path: string, name: string): Promise<readonly string[][]> {
  const child = spawn(process.execPath, [CHILD, "accept", path, name], { stdio: ["ignore", "pipe", "inherit"] })
  const exited = once(child, "exit")
  const told: string[][] = []
  for await (const line of createInterface({ input: child.stdout })) {
    if (told.length === 0) setTimeout(() => child.kill("SIGKILL"), Math.random() * 100)
    told.push(line.split(" "))
  }
  const [, signal] = (await exited) as [number | null, string | null]
  assert.equal(signal, "SIGKILL", "it ran until it was killed")
  return told
}

/** A small disk of its own; null, with the reason told, where we may not mount one. */
async function smallDisk(t: TestContext): Promise<string | null> {
  const path = await mkdtemp(join(tmpdir(), "congthu-disk-"))
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", path], { stdio: "pipe" })
  } catch (error) {
    await rm(path, { recursive: true })
    t.skip(`no small disk: ${String(error).split("\n", 2).join(" ")}`)
    return null
  }
  t.after(async () => {
    execFileSync("umount", ["--lazy", path])
    await rm(path, { recursive: true })
  })
  return path
}

function isFull(error: unknown): boolean {
  return error instanceof StoreError && error.fault === "full"
}

describe("trouble", { concurrency: 4 }, () => {
  test(`killed ${ROUNDS} times under load: no acknowledged message is lost, altered or delivered again`, {
    timeout: 60_000,
  }, async (t) => {
    const path = await directory(t)
    const told: string[][] = []
    for (let round = 0; round < ROUNDS; round++) told.push(...(await killed(path, String(round))))
    const accepted = new Map(
      told.filter(([word]) => word === "accepted").map(([, id = "", sha256 = ""]) => [id, sha256]),
    )
    const begun = new Set(told.filter(([word]) => word === "leased").map(([, id]) => id))
    const delivered = new Set(told.filter(([word]) => word === "delivered").map(([, id]) => id))
    t.diagnostic(`${accepted.size} accepted, ${delivered.size} delivered`)
    assert.ok(accepted.size > ROUNDS && delivered.size > 0)

    const { records, bodies } = await serve(t, path)
    const waiting = new Set<string>()
    for (;;) {
      const leases = await records.lease(NOW, 100, HOUR)
      if (leases.length === 0) break
      for (const { transaction, spooled } of leases) {
        waiting.add(transaction.id)
        assert.equal((await buffer(bodies.read(spooled))).length, spooled.size)
        const sha256 = accepted.get(transaction.id)
        // One whose promise died with the process may be there too.
        if (sha256 !== undefined) assert.equal(spooled.sha256, sha256)
      }
    }
    // Of those that were under way at more than one kill only one is leased at a time.
    for (const { transaction } of await records.queued(100_000)) waiting.add(transaction)
    for (const id of accepted.keys()) assert.ok(waiting.has(id) || begun.has(id), `${id} is lost`)
    for (const id of delivered) assert.ok(id !== undefined && !waiting.has(id), `${id} would be delivered again`)
    assert.ok((await records.events(0, 100_000)).every((event) => event.kind !== "set-aside"))
  })

  test("a command in another process releases what the gateway then leases", async (t) => {
    const { path, records, bodies } = await serve(t)
    const spooled = await spool(bodies, Buffer.from("x"))
    const copies = [copyTo("b@x.example", { hold: holdUntil(FOREVER) })]
    await records.accept(acceptance({ id: "A1", spooled, copies }), [])
    const { stdout } = await promisify(execFile)(process.execPath, [CHILD, "release", path, "A1"])
    assert.equal(stdout, "1\n")
    assert.equal((await records.lease(NOW, 10, HOUR)).length, 1)
  })

  test("a full disk: nothing is promised, nothing promised is lost, and with new space it goes on", {
    timeout: 30_000,
  }, async (t) => {
    const path = await smallDisk(t)
    if (path === null) return
    const { records, bodies, again } = await serve(t, path)
    const body = await spool(bodies, randomBytes(50_000))
    let promised = 0
    await assert.rejects(async () => {
      for (; promised < 200; promised++) await records.accept(acceptance({ id: `A${promised}`, spooled: body }), [])
    }, isFull)
    assert.ok(promised > 10)
    const files = await readdir(join(path, "bodies"))
    await assert.rejects(spool(bodies, randomBytes(4_000_000)), isFull)
    assert.deepEqual(await readdir(join(path, "bodies")), files, "a body that found no room leaves none taken")
    assert.deepEqual(await records.counts(), { queued: promised, held: 0 }, "it still answers")

    execFileSync("mount", ["-o", "remount,size=64m", path])
    await records.accept(acceptance({ id: "after", spooled: body }), [])
    assert.deepEqual(await records.counts(), { queued: promised + 1, held: 0 })
    const reopened = await again()
    const leases = await reopened.records.lease(NOW, 1_000, HOUR)
    assert.equal(leases.length, promised + 1)
    assert.ok(leases.every((lease) => lease.spooled.sha256 === body.sha256))
  })

  test("a database that somebody holds too long: busy, and well again afterwards", async (t) => {
    const { path, records, bodies } = await serve(t)
    const spooled = await spool(bodies, Buffer.from("x"))
    const db = new DatabaseSync(join(path, "records.db"))
    db.exec("BEGIN IMMEDIATE")
    const accepted = records.accept(acceptance({ id: "A1", spooled }), [])
    await assert.rejects(accepted, (error) => error instanceof StoreError && error.fault === "busy")
    db.exec("ROLLBACK")
    db.close()
    await records.accept(acceptance({ id: "A1", spooled }), [])
    assert.deepEqual(await records.counts(), { queued: 1, held: 0 })
  })
})
