/** The disk, the clock and the database misbehave under load: nothing promised is lost, nothing false is promised, and it goes on by itself. */
import assert from "node:assert/strict"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { setTimeout as sleep } from "node:timers/promises"
import { test, type TestContext } from "node:test"
import { type Order, noCompiler } from "./kernel.ts"
import { createRandom } from "./random.ts"
import { openWorld, usual, type World } from "./world.ts"

/** Span in ms of a fault. */
const FAULT = 400
const RECOVERY = 20_000

type Row = readonly [what: string, order: Omit<Order, "action">, promises: "none" | "others"]
/** While no record can be written nothing may be promised at all; without large bodies or a maildir others go on. */
const FAULTS: readonly Row[] = (["ENOSPC", "EIO"] as const).flatMap((error): readonly Row[] => [
  [`${error} writing the log of records`, { call: "write", path: "-wal", error }, "none"],
  [`${error} syncing the log of records`, { call: "sync", path: "-wal", error }, "none"],
  [`${error} writing bodies`, { call: "write", path: "/bodies/", error }, "others"],
  [`${error} syncing bodies`, { call: "sync", path: "/bodies", error }, "others"],
  [`${error} writing a maildir`, { call: "write", path: "/delivered/", error }, "others"],
  [`${error} syncing a maildir`, { call: "sync", path: "/delivered/", error }, "others"],
  [`${error} renaming into a maildir`, { call: "rename", path: "/new/", error }, "others"],
])

/** Promised again, which shows that it went on by itself. */
async function recovered(world: World): Promise<void> {
  const before = world.promised()
  await world.promises(5, RECOVERY)
  assert.ok(world.promised() >= before + 5, "mail is taken again")
}

async function kept(world: World, t: TestContext): Promise<void> {
  await world.rest()
  const { promised, lost, altered, duplicates } = await world.account()
  t.diagnostic(`${promised} promised, ${duplicates} twice`)
  assert.deepEqual([lost, altered], [[], []], lost.length > 0 ? await world.evidence() : "")
}

test("a disk that fails, at every write, sync and rename", { skip: noCompiler, timeout: 110_000 }, async (t) => {
  await using world = await openWorld(createRandom(3))
  await world.load(3)
  for (const [what, order, promises] of FAULTS) {
    world.kernel.order({ ...order, action: "fail" })
    // What was being answered when the fault began is answered.
    await sleep(50)
    const before = world.promised()
    await sleep(FAULT)
    const meanwhile = world.promised() - before
    const met = world.kernel.relent()
    if (promises === "none") assert.equal(meanwhile, 0, `${what}: no false promise`)
    t.diagnostic(`${what}: met ${met} times, ${meanwhile} promised`)
    await recovered(world)
  }
  for (const path of ["-wal", "/bodies/", "/delivered/"]) {
    world.kernel.order({ call: "write", path, action: "shorten" })
    await sleep(FAULT)
    world.kernel.relent()
  }
  await recovered(world)
  await kept(world, t)
})

test("a clock that jumps two days ahead and back again", { skip: noCompiler, timeout: 110_000 }, async (t) => {
  await using world = await openWorld(createRandom(4))
  await world.load(10)
  for (const seconds of [2 * 86_400, 0, -3_600, 0]) {
    world.kernel.clock(seconds)
    await recovered(world)
    if (seconds !== 0) {
      const ahead = world.gateway
        .log()
        .some((line) => Math.abs(Date.parse(String(line["time"])) - Date.now()) > 3_000_000)
      assert.ok(ahead, "the program saw it")
    }
  }
  await kept(world, t)
})

test("a database that another process holds for 8 s", { skip: noCompiler, timeout: 110_000 }, async (t) => {
  await using world = await openWorld(createRandom(5))
  await world.load(10)
  const db = new DatabaseSync(join(world.gateway.dir, "data/records.db"), { timeout: 5_000 })
  db.exec("BEGIN IMMEDIATE")
  const before = world.promised()
  await sleep(8_000)
  assert.equal(world.promised(), before, "no false promise")
  db.exec("ROLLBACK")
  db.close()
  await recovered(world)
  await kept(world, t)
})

test("a migration that is killed", { skip: noCompiler, timeout: 110_000 }, async (t) => {
  const random = createRandom(6)
  await using world = await openWorld(random)
  world.sink.script({ answer: (step) => (step === "MAIL" ? "450 4.2.0 later" : undefined) })
  await world.load(15)
  await world.rest()
  await world.gateway.stop()
  const file = join(world.gateway.dir, "data/records.db")
  // As the version before left it: without what the last step adds.
  const db = new DatabaseSync(file)
  db.exec("ALTER TABLE messages DROP COLUMN seal; ALTER TABLE copies DROP COLUMN seal")
  const { user_version: version } = db.prepare("PRAGMA user_version").get() as { user_version: number }
  db.exec(`PRAGMA user_version = ${version - 1}`)
  db.close()
  for (let at = 0; at < 4; at++) {
    world.kernel.order({
      call: at % 2 === 0 ? "write" : "sync",
      path: "-wal",
      action: "kill-before",
      skip: at >> 1,
      times: 1,
    })
    await world.restartInVain(5_000)
    world.kernel.relent()
  }
  world.sink.script({ answer: usual })
  await world.restart()
  await kept(world, t)
})
