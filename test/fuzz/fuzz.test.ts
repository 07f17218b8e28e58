/** The short form of `npm run fuzz`: everything that ever failed, and some thousand new cases; the long form is told there. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { createRandom } from "../crash/random.ts"
import { openHouse, until } from "../receive/house.ts"
import { corpusOf, fuzz, tried } from "./fuzz.ts"
import { session } from "./sessions.ts"
import { TARGETS } from "./targets.ts"

describe("what failed once holds:", () => {
  for (const target of TARGETS) {
    test(target.name, async () => {
      for (const bytes of [...target.seeds, ...corpusOf(target.name)]) {
        assert.equal((await tried(target, bytes, { cases: 0, spent: 0, slowest: 0 }))?.why, undefined)
      }
    })
  }
})

test("new cases fail nowhere", async (context) => {
  const { tallies, failures } = await fuzz(TARGETS, createRandom(20_261_125), { seconds: 3 })
  assert.deepEqual(failures, [])
  context.diagnostic(`${[...tallies.values()].reduce((sum, { cases }) => sum + cases, 0)} cases`)
})

test("dialogues in every state of SMTP are answered in whole lines, and end", async (context) => {
  const house = await openHouse({ limits: { connectionsPerClient: 500, errors: 8 } })
  const random = createRandom(20_261_125)
  let count = 0
  const end = Date.now() + 3_000
  while (Date.now() < end) {
    await Promise.all(Array.from({ length: 30 }, () => session(random, house.ports.inbound)))
    count += 30
  }
  await until(() => house.receiver.connections() === 0)
  assert.deepEqual(
    house.logged.filter((line) => line.startsWith("error")),
    [],
  )
  context.diagnostic(`${count} dialogues`)
})
