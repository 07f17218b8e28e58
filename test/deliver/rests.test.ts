/** Next hops that rest: how long, who looks, and what a crowd of mail costs a door that is shut. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { temporary } from "../../src/deliver/outcome.ts"
import { createRests } from "../../src/deliver/rests.ts"
import { house, met, settings } from "./house.ts"
import { nextHop } from "./next-hop.ts"

const CAUSE = temporary("4.4.1", "could not connect")
const FIRST = 30_000

describe("a next hop", () => {
  test("that answers hinders nobody", () => {
    const rests = createRests()
    assert.equal(rests.hindered("a", 0), null)
    rests.answered("a")
    assert.equal(rests.hindered("a", 0), null)
  })

  test("that is not there rests for everybody, and only it", () => {
    const rests = createRests()
    rests.failed("a", CAUSE, 0, FIRST)
    assert.equal(rests.hindered("a", FIRST - 1), CAUSE)
    assert.equal(rests.hindered("b", 0), null)
  })

  test("is looked for by one at a time", () => {
    const rests = createRests()
    rests.failed("a", CAUSE, 0, FIRST)
    assert.deepEqual(
      [1, 2, 3].map(() => rests.hindered("a", FIRST)),
      [null, CAUSE, CAUSE],
    )
  })

  test("rests twice as long each time nobody is found, up to sixteen times", () => {
    const rests = createRests()
    const spans: number[] = []
    let now = 0
    rests.failed("a", CAUSE, now, FIRST)
    for (let look = 0; look < 6; look++) {
      const begun = now
      while (rests.hindered("a", now) !== null) now += FIRST
      spans.push((now - begun) / FIRST)
      rests.failed("a", CAUSE, now, FIRST)
    }
    assert.deepEqual(spans, [1, 2, 4, 8, 16, 16])
  })

  test("that twenty attempts find absent together rests once", () => {
    const rests = createRests()
    for (let attempt = 0; attempt < 20; attempt++) rests.failed("a", CAUSE, attempt, FIRST)
    assert.equal(rests.hindered("a", FIRST), null)
  })

  test("that answers again is free for everybody, and its next rest is a first one", () => {
    const rests = createRests()
    rests.failed("a", CAUSE, 0, FIRST)
    rests.hindered("a", FIRST)
    rests.answered("a")
    assert.deepEqual([rests.hindered("a", FIRST), rests.hindered("a", FIRST)], [null, null])
    rests.failed("a", CAUSE, FIRST, FIRST)
    assert.equal(rests.hindered("a", 2 * FIRST), null)
  })

  test("whose visitor never comes back is looked for by another", () => {
    const rests = createRests()
    rests.failed("a", CAUSE, 0, FIRST)
    assert.equal(rests.hindered("a", FIRST), null)
    assert.equal(rests.hindered("a", 2 * FIRST - 1), CAUSE)
    assert.equal(rests.hindered("a", 2 * FIRST), null)
  })
})

test("thirty messages knock once at a door that is shut, and all go when it opens", async () => {
  const hop = await nextHop({ say: { CONNECT: ["421 4.3.2 too busy", "220 next.example ESMTP"] } })
  const to = `smtp://127.0.0.1:${hop.port}`
  const home = house(settings({ routes: [{ domains: ["*"], to, concurrency: 1 }], retry: ["800ms"] }))
  for (let message = 0; message < 30; message++) home.put({})
  await home.until(30)
  assert.equal(hop.connections(), 1)
  assert.deepEqual(new Set(home.settled.map(met)), new Set(["4.3.2"]))
  await home.until(60)
  await home.stop()
  await hop.close()
  assert.equal(hop.received.length, 30)
})
