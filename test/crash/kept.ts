/** What must hold after every trouble: mail is taken again by itself, and nothing promised is lost or altered. */
import assert from "node:assert/strict"
import type { TestContext } from "node:test"
import type { World } from "./world.ts"

const RECOVERY = 20_000

/** Promised again, which shows that it went on by itself. */
export async function recovered(world: World): Promise<void> {
  const before = world.promised()
  await world.promises(5, RECOVERY)
  assert.ok(world.promised() >= before + 5, "mail is taken again")
}

export async function kept(world: World, t: TestContext): Promise<void> {
  await world.rest()
  const { promised, lost, altered, duplicates } = await world.account()
  t.diagnostic(`${promised} promised, ${duplicates} twice`)
  assert.deepEqual([lost, altered], [[], []], lost.length > 0 ? await world.evidence() : "")
}
