/** Clients that take places and do nothing with them: an honest one gets through at once, and they are cut. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { dial, type Dialogue } from "./dialogue.ts"
import { openHouse, until } from "./house.ts"
import { slowLoris } from "./slow-loris.ts"

const TRANSACTION = [
  "C: EHLO honest.example",
  "S: 250",
  "C: MAIL FROM:<a@b.example>",
  "S: 250",
  "C: RCPT TO:<x@agency.example>",
  "S: 250",
  "C: DATA",
  "S: 354",
  "C: From: a@b.example\r\n\r\nhi\r\n.",
  "S: 250",
] as const

async function idle(port: number, count: number): Promise<readonly Dialogue[]> {
  const all = await Promise.all(Array.from({ length: count }, () => dial(port)))
  await Promise.all(all.map((one) => one.run("S: 220")))
  return all
}

describe("no place is left", { concurrency: true }, () => {
  test("whoever waits longest gives up his", async () => {
    const house = await openHouse({ limits: { connections: 4, connectionsPerClient: 50 } })
    const all = await idle(house.ports.inbound, 4)
    await new Promise((resolve) => setTimeout(resolve, 600))
    for (const one of all.slice(1)) await one.run("C: NOOP", "S: 250")
    await new Promise((resolve) => setTimeout(resolve, 600))
    const honest = await dial(house.ports.inbound)
    await honest.run("S: 220", ...TRANSACTION)
    await all[0]?.run("S: 421 4.7.0", "S: closed")
    await all[1]?.run("C: NOOP", "S: 250")
    for (const one of [honest, ...all]) one.end()
  })

  test("of one client's places his own are given up", async () => {
    const house = await openHouse({ limits: { connections: 50, connectionsPerClient: 2 } })
    const all = await idle(house.ports.inbound, 2)
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    const honest = await dial(house.ports.inbound)
    await honest.run("S: 220", ...TRANSACTION)
    await until(() => house.receiver.connections() === 2)
    for (const one of [honest, ...all]) one.end()
  })

  test("nobody has to go who just came", async () => {
    const house = await openHouse({ limits: { connections: 2 } })
    const all = await idle(house.ports.inbound, 2)
    const more = await dial(house.ports.inbound)
    await more.run("S: 421 4.7.0", "S: closed")
    for (const one of all) await one.run("C: NOOP", "S: 250")
    for (const one of all) one.end()
  })

  test("whoever waits for us, or sends fast enough, stays", async () => {
    const house = await openHouse({ limits: { connections: 2, minimumRate: 1_000 } })
    const asked = Promise.withResolvers<void>()
    const accepting = house.intake
    house.intake = { ...accepting, message: async (...all) => (await asked.promise, accepting.message(...all)) }
    const [waiting, sending] = await idle(house.ports.inbound, 2)
    assert.ok(waiting !== undefined && sending !== undefined)
    await waiting.run(...TRANSACTION.slice(0, -1))
    await sending.run(...TRANSACTION.slice(0, 8))
    for (let n = 0; n < 12; n++) {
      sending.send(`${"x".repeat(298)}\r\n`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    const more = await dial(house.ports.inbound)
    await more.run("S: 421 4.7.0", "S: closed")
    asked.resolve()
    await waiting.run("S: 250")
    await sending.run("C: .", "S: 250")
    for (const one of [waiting, sending]) one.end()
  })
})

test("a hundred slow clients on forty places: the honest one's slowest transaction takes less than two seconds", async () => {
  const house = await openHouse({ limits: { connections: 40, connectionsPerClient: 40 } })
  const told = await slowLoris(house.ports.inbound, { connections: 100, seconds: 4, every: 400 })
  assert.ok(told.transactions >= 10, JSON.stringify(told))
  // While the flood is less than a second old nobody waits long enough to have to go.
  assert.ok(told.refused <= 10, JSON.stringify(told))
  assert.ok(told.slowest < 2_000, JSON.stringify(told))
})
