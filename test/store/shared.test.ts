/** What several gateways know together: the contract, and a Redis that is shared, late, gone, or has lost its memory. */
import assert from "node:assert/strict"
import { after, describe, test, type TestContext } from "node:test"
import { createProcessShared } from "../../src/store/shared/process.ts"
import { createRedisShared } from "../../src/store/shared/redis.ts"
import { DEADLINE, type Shared } from "../../src/store/shared.ts"
import { freePorts } from "../support/process.ts"
import { noRedis, type RedisServer, soon, startRedis } from "../support/redis.ts"
import { testShared } from "./shared-contract.ts"

testShared("in the process", () => Promise.resolve(createProcessShared()))

/** Ms over the deadline for a busy machine's timers. */
const SLACK = 100

async function join(t: TestContext, redis: Pick<RedisServer, "url">, turns: (string | null)[] = []): Promise<Shared> {
  const shared = createRedisShared(redis.url, (alone) => turns.push(alone))
  t.after(() => shared.close())
  await soon("Redis is heard", () => shared.alone() === null)
  return shared
}

async function timed<T>(work: Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const begun = performance.now()
  return { value: await work, ms: performance.now() - begun }
}

describe("Redis", { skip: noRedis, concurrency: 4 }, () => {
  async function server(t: TestContext): Promise<RedisServer> {
    const redis = await startRedis()
    t.after(() => redis[Symbol.asyncDispose]())
    return redis
  }
  const one = startRedis()
  after(async () => (await one)[Symbol.asyncDispose]())
  testShared("through one server", async (t) => join(t, await one))

  test("places and counts of all gateways are one", async (t) => {
    const redis = await server(t)
    const [a, b] = await Promise.all([join(t, redis), join(t, redis)])
    assert.equal(await a.enter("r"), 1)
    assert.equal(await b.enter("r"), 2)
    assert.equal(await a.enter("r"), 3)
    a.leave("r")
    await soon("the place is free for the other", async () => {
      const taken = await b.enter("r")
      b.leave("r")
      return taken === 3
    })
    await a.count("n", 60_000)
    assert.equal(await b.count("n", 60_000), 2)
    assert.equal(await a.counted("n"), 2)
  })

  test("the others are woken", async (t) => {
    const redis = await server(t)
    const [a, b, c] = await Promise.all([join(t, redis), join(t, redis), join(t, redis)])
    const heard: string[] = []
    for (const [name, gateway] of Object.entries({ a, b, c })) gateway.onWake((topic) => heard.push(`${name} ${topic}`))
    a.wake("policy")
    await soon("both have heard", () => heard.length === 2)
    assert.deepEqual(heard.toSorted(), ["b policy", "c policy"])
  })

  test("without a server it counts alone from the start, at once, and joins when one comes", async (t) => {
    const redis = await server(t)
    await redis.kill()
    const shared = createRedisShared(redis.url, () => {})
    t.after(() => shared.close())
    assert.equal(typeof shared.alone(), "string")
    const { value, ms } = await timed(shared.enter("r"))
    assert.equal(value, 1)
    assert.ok(ms < 10, `${ms} ms`)
    await redis.startAgain()
    await soon("Redis is heard", () => shared.alone() === null)
    const other = await join(t, redis)
    assert.equal(await other.enter("r"), 2, "a place taken before is counted now")
  })

  test("a server that hangs costs one deadline, then nothing, and what was counted meanwhile stays counted", async (t) => {
    const redis = await server(t)
    const turns: (string | null)[] = []
    const [a, b] = await Promise.all([join(t, redis, turns), join(t, redis)])
    await a.enter("r")
    redis.hang()
    const first = await timed(a.enter("r"))
    assert.equal(first.value, 2, "its own ledger")
    assert.ok(first.ms < DEADLINE + SLACK, `${first.ms} ms`)
    assert.equal(typeof a.alone(), "string")
    const next = await timed(Promise.all(Array.from({ length: 50 }, () => a.count("n", 60_000))))
    assert.equal(next.value.at(-1), 50)
    assert.ok(next.ms < DEADLINE, `known to be away: ${next.ms} ms`)
    a.leave("r")
    redis.goOn()
    await soon("both are together again", () => a.alone() === null && b.alone() === null)
    assert.equal(await b.enter("r"), 2)
    assert.equal(await a.counted("n"), 50)
    assert.deepEqual(
      turns.map((alone) => alone === null),
      [true, false, true],
    )
  })

  test("a server that was killed and has forgotten everything is told again, and wakes that were missed come", async (t) => {
    const redis = await server(t)
    const [a, b] = await Promise.all([join(t, redis), join(t, redis)])
    const heard: string[] = []
    b.onWake((topic) => heard.push(topic))
    await a.enter("r")
    await a.enter("r")
    await redis.kill()
    await soon("its end is noticed", () => a.alone() !== null && b.alone() !== null)
    assert.equal(await b.enter("r"), 1, "each counts alone")
    b.leave("r")
    a.wake("policy")
    await redis.startAgain()
    await soon("both are together again", () => a.alone() === null && b.alone() === null)
    assert.equal(await b.enter("r"), 3)
    await soon("the wake is made up", () => heard.length > 0)
  })

  test("nobody listening is the same as no server", async () => {
    const [port = 0] = await freePorts(1)
    const shared = createRedisShared(`redis://127.0.0.1:${port}/0`, () => {})
    assert.equal(await shared.count("n", 1_000), 1)
    shared.close()
    assert.equal(await shared.count("n", 1_000), 2, "after the end too")
  })
})
