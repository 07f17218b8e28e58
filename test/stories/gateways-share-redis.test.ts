/** Story: two gateways that share a Redis count clients together; without it each counts for itself, and mail flows on. */
import assert from "node:assert/strict"
import { readFile, writeFile } from "node:fs/promises"
import { test, type TestContext } from "node:test"
import { setTimeout } from "node:timers/promises"
import { type Client, connect, sendMail } from "../support/client.ts"
import { allowed } from "../support/crowd.ts"
import { type Gateway, startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { noRedis, type RedisServer, soon, startRedis } from "../support/redis.ts"
import { openSink } from "../support/sink.ts"

const LIMIT = 6
/** Ms: greetings wait a tenth of a second for early talkers, and at most one deadline of 50 ms for Redis. */
const GREETING = 1_000
/** Ms from the signal at one to the first answer by it at each. */
const FELT = 2_000
const ASK_EACH = 100
const RULE = "\n  - { id: cam, when: { direction: outbound }, then: reject, title: { vi: Cấm, en: No } }"
const OUT = { from: "a@tuyenquang.gov.vn", to: ["b@hagiang.gov.vn"], message: mail({}) }
const transaction = { from: "x@example.org", to: ["a@tuyenquang.gov.vn"], message: mail({}) }

interface Pair {
  readonly redis: RedisServer
  readonly gateways: readonly [Gateway, Gateway]
}

async function pair(t: TestContext, to: string): Promise<Pair> {
  const redis = await startRedis()
  t.after(() => redis[Symbol.asyncDispose]())
  const settings = { store: { shared: redis.url }, limits: { connectionsPerClient: LIMIT } }
  const gateways = await Promise.all([startGateway({ to, settings }), startGateway({ to, settings })])
  for (const gateway of gateways) t.after(() => gateway[Symbol.asyncDispose]())
  await together({ redis, gateways })
  return { redis, gateways }
}

async function sharedState(gateway: Gateway): Promise<unknown> {
  const response = await fetch(`${gateway.console}/readyz`)
  const { status, parts } = (await response.json()) as {
    readonly status: string
    readonly parts: { readonly shared: { readonly state: string } }
  }
  assert.equal(response.status, 200)
  if (parts.shared.state === "degraded") assert.notEqual(status, "ok")
  return parts.shared.state
}

async function together({ gateways }: Pair): Promise<void> {
  for (const gateway of gateways) await soon("/readyz: ok", async () => (await sharedState(gateway)) === "ok")
}

async function apart(gateways: readonly Gateway[]): Promise<void> {
  for (const gateway of gateways)
    await soon("/readyz: degraded", async () => (await sharedState(gateway)) === "degraded")
}

/** Connects and hears the greeting, within its time. */
async function greeted(gateway: Gateway, greeting: RegExp): Promise<Client> {
  const begun = performance.now()
  const client = await connect(gateway.inbound)
  await client.expect(greeting)
  const ms = performance.now() - begun
  assert.ok(ms < GREETING, `greeted after ${ms} ms`)
  return client
}

async function fill(gateway: Gateway, count: number): Promise<readonly Client[]> {
  const clients: Client[] = []
  while (clients.length < count) clients.push(await greeted(gateway, /^220/))
  return clients
}

/** A place that somebody left is free as soon as its gateway has noticed. */
async function hasRoom(gateway: Gateway): Promise<boolean> {
  const client = await connect(gateway.inbound)
  const greeting = await client.reply()
  client.close()
  return greeting.startsWith("220")
}

const TROUBLES: readonly (readonly [string, (redis: RedisServer) => unknown, (redis: RedisServer) => unknown])[] = [
  ["is killed and comes back empty", (redis) => redis.kill(), (redis) => redis.startAgain()],
  ["hangs and goes on", (redis) => redis.hang(), (redis) => redis.goOn()],
]

test("two gateways with one Redis", { skip: noRedis }, async (t) => {
  await using sink = await openSink()
  const both = await pair(t, sink.url)
  const { redis, gateways } = both
  const [first, second] = gateways

  await t.test("a client has one limit at both, and what it leaves at one it may take at the other", async () => {
    const clients = [...(await fill(first, LIMIT - 1)), ...(await fill(second, 1))]
    for (const gateway of gateways) (await greeted(gateway, /^421 4\.7\.0 /)).close()
    clients[0]?.close()
    await soon("its place is free at the other", () => hasRoom(second))
    for (const client of clients) client.close()
  })

  await t.test("one that is reloaded reloads the other", async () => {
    first.signal("SIGHUP")
    await Promise.all(gateways.map((gateway) => gateway.waitFor("settings-reloaded")))
  })

  await t.test("a policy that comes to both is felt at both within two seconds of one signal", async (step) => {
    const shipped = await readFile(first.policy, "utf8")
    const strict = shipped.replace(/^rules:$/m, `$&${RULE}`)
    for (const gateway of gateways) await writeFile(gateway.policy, strict)
    const [begun, most] = [performance.now(), allowed(FELT)]
    first.signal("SIGHUP")
    await Promise.all(
      gateways.map(async (gateway, n) => {
        while (!(await sendMail(gateway.submission, OUT)).reply.startsWith("550 5.7.1")) {
          assert.ok(performance.now() - begun < most, `not felt within ${most.toFixed(0)} ms`)
          await setTimeout(ASK_EACH)
        }
        step.diagnostic(`gateway ${n + 1}: felt after ${(performance.now() - begun).toFixed(0)} ms`)
      }),
    )
  })

  for (const [trouble, begin, end] of TROUBLES) {
    await t.test(`Redis ${trouble}: limits hold at each, mail flows, and they find together again`, async () => {
      await soon("there is room", async () => (await hasRoom(first)) && (await hasRoom(second)))
      const [stays] = await fill(first, 1)
      const before = sink.received.length
      const stopped = new AbortController()
      const traffic = gateways.map((gateway) => send(gateway, stopped.signal))
      await sink.waitFor(before + 4)
      await begin(redis)
      await apart(gateways)
      const during = sink.received.length
      await sink.waitFor(during + 4)
      stopped.abort()
      const sent = (await Promise.all(traffic)).reduce((sum, count) => sum + count, before)

      const local = [...(await fill(first, LIMIT - 1)), ...(await fill(second, LIMIT))]
      // Who says something keeps its place; who keeps us waiting would give it up to the next.
      for (const client of [...local, ...(stays === undefined ? [] : [stays])]) await client.say("NOOP", /^250/)
      for (const gateway of gateways) (await greeted(gateway, /^421 4\.7\.0 /)).close()
      for (const client of local) client.close()

      await end(redis)
      await together(both)
      await soon("the places are free again", () => hasRoom(second))
      const again = await fill(second, LIMIT - 1)
      ;(await greeted(second, /^421 4\.7\.0 /)).close()
      for (const client of [...again, stays]) client?.close()
      await sink.waitFor(sent)
      assert.equal(sink.received.length, sent, "nothing lost, nothing twice")
    })
  }
})

/** One message after the other; how many. */
async function send(gateway: Gateway, stopped: AbortSignal): Promise<number> {
  let sent = 0
  for (; !stopped.aborted; sent += 1) assert.match((await sendMail(gateway.inbound, transaction)).reply, /^250/)
  return sent
}
