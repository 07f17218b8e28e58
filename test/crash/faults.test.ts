/** The disk misbehaves under load: nothing promised is lost, nothing false is promised, and it goes on by itself. */
import assert from "node:assert/strict"
import { setTimeout as sleep } from "node:timers/promises"
import { test } from "node:test"
import { kept, recovered } from "./kept.ts"
import { type Order, noCompiler } from "./kernel.ts"
import { createRandom } from "./random.ts"
import { openWorld } from "./world.ts"

/** Span in ms of a fault. */
const FAULT = 400

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
