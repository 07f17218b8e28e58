/** A disk that is full, a database that somebody holds: the operation fails with a reason, and the store lives on. */
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { test, type TestContext } from "node:test"
import { StoreError } from "../../src/store/error.ts"
import { acceptance, HOUR, NOW, spool } from "./messages.ts"
import { serve } from "./stores.ts"

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
