/** The program is killed in the middle of a stream of mail, at moments that matter: every message it had answered 250 arrives. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { noCompiler } from "../crash/kernel.ts"
import { POINTS, round } from "../crash/points.ts"
import { createRandom } from "../crash/random.ts"
import { CONCURRENCY, openWorld } from "../crash/world.ts"

/** `npm run crash` goes through all of them, as often as one likes. */
const MOMENTS = new Set([
  "a body's file is half written",
  "a commit is synced and nobody told",
  "the next hop has said 250 and nothing is settled",
  "a recipient was refused and a report is due",
])

test("every 250 is kept through SIGKILL", { skip: noCompiler }, async (t) => {
  await using world = await openWorld(createRandom(Date.now()))
  for (const point of POINTS.filter(({ name }) => MOMENTS.has(name))) {
    assert.ok(await round(world, point), `killed when ${point.name}`)
  }
  const { promised, lost, altered, duplicates, mostDuplicates } = await world.account()
  t.diagnostic(`${promised} promised, ${duplicates} twice`)
  assert.deepEqual([lost, altered], [[], []])
  assert.ok(mostDuplicates <= CONCURRENCY, `${mostDuplicates} came twice after one kill`)
})
