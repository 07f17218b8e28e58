import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { dial, type Dialogue } from "./dialogue.ts"
import { openHouse, until } from "./house.ts"

async function atData(port: number): Promise<Dialogue> {
  const client = await dial(port)
  await client.run(
    "S: 220",
    "C: EHLO a",
    "S: 250",
    "C: MAIL FROM:<a@b.example>",
    "S: 250",
    "C: RCPT TO:<x@agency.example>",
    "S: 250",
    "C: DATA",
    "S: 354",
  )
  return client
}

const refused: readonly (readonly [string, string, string])[] = [
  ["a bare LF", "a: b\r\n\r\nx\ny\r\n.\r\n", "550 5.6.0"],
  ["a bare CR", "a: b\r\n\r\nx\ry\r\n.\r\n", "550 5.6.0"],
  ["a NUL", "a: b\r\n\r\nx\0y\r\n.\r\n", "550 5.6.0"],
  [
    "a smuggled message",
    "a: b\r\n\r\nx\n.\r\nMAIL FROM:<evil@b.example>\r\nRCPT TO:<y@agency.example>\r\nDATA\r\nevil\r\n.\r\n",
    "550 5.6.0",
  ],
  ["a first line that would continue our own field", " ; spf=pass\r\na: b\r\n\r\nx\r\n.\r\n", "550 5.6.0"],
  ["a tab before the first field", "\ta: b\r\n\r\nx\r\n.\r\n", "550 5.6.0"],
  ["an absurd line", `a: b\r\n\r\n${"x".repeat(103_000)}\r\n.\r\n`, "552 5.3.4"],
  ["a header too long", `${"a: bcdef\r\n".repeat(1_001)}\r\nx\r\n.\r\n`, "552 5.3.4"],
  ["a message too long", `a: b\r\n\r\n${"xxxxxxxx\r\n".repeat(10_000)}.\r\n`, "552 5.3.4"],
]

describe("DATA over the wire", async () => {
  const house = await openHouse()

  for (const [sentence, wire, answer] of refused) {
    test(`${sentence} is refused at the end, nothing kept, and the session goes on`, async () => {
      const { length } = house.received
      const { opened, discarded } = house.bodies
      const client = await atData(house.ports.inbound)
      client.send(wire)
      await client.run(`S: ${answer}`, "C: NOOP", "S: 250 2.0.0", "C: RCPT TO:<x@agency.example>", "S: 503")
      client.end()
      assert.equal(house.received.length, length)
      assert.deepEqual([house.bodies.opened, house.bodies.discarded], [opened + 1, discarded + 1])
    })
  }

  test("what is accepted is what came, but for the dots", async () => {
    const client = await atData(house.ports.inbound)
    const wire = `Subject: xin ch\xe0o\r\n\r\n..\r\n${"x".repeat(2_000)}\r\n\t \r\n.\r\n`
    for (const octet of Buffer.from(wire, "latin1").subarray(0, 30)) client.send(Buffer.from([octet]))
    client.send(Buffer.from(wire.slice(30), "latin1"))
    await client.run("S: 250 2.0.0")
    client.end()
    assert.equal(house.received.at(-1)?.text, `Subject: xin ch\xe0o\r\n\r\n.\r\n${"x".repeat(2_000)}\r\n\t \r\n`)
  })

  test("the first line of dots in segments of its own ends nothing", async () => {
    const client = await atData(house.ports.inbound)
    for (const part of [".", ".", "\r\n", "MAIL FROM:<evil@b.example>\r\n.", "\r", "\n"]) {
      client.send(part)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await client.run("S: 250 2.0.0")
    client.end()
    assert.equal(house.received.at(-1)?.text, ".\r\nMAIL FROM:<evil@b.example>\r\n")
  })

  test("a command line without its CRLF is no command when the client leaves", async () => {
    const client = await dial(house.ports.inbound)
    const { length } = house.received
    await client.run(
      "S: 220",
      "C: EHLO a",
      "S: 250",
      "C: MAIL FROM:<a@b.example>",
      "S: 250",
      "C: RCPT TO:<x@agency.example>",
      "S: 250",
      "C: DATA",
      "S: 354",
    )
    client.send("a: b\r\n\r\n.\r")
    client.end()
    await until(() => house.receiver.connections() === 0)
    assert.equal(house.received.length, length)
  })

  test("twice the size limit is cut off", async () => {
    const client = await atData(house.ports.inbound)
    const { discarded } = house.bodies
    client.send("xxxxxxxx\r\n".repeat(20_100))
    await client.run("S: closed")
    assert.equal(house.bodies.discarded, discarded + 1)
  })

  for (const fail of ["write", "finish"] as const) {
    test(`a disk that fails at ${fail} is 451, and the session goes on`, async () => {
      const client = await atData(house.ports.inbound)
      house.bodies.fail = fail
      const { discarded } = house.bodies
      client.send("a: b\r\n\r\nx\r\n.\r\n")
      await client.run("S: 451 4.3.0", "C: NOOP", "S: 250")
      client.end()
      house.bodies.fail = null
      assert.equal(house.bodies.discarded, discarded + 1)
    })
  }

  test("a client that leaves after the end of data does not undo what was accepted", async () => {
    const answered = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    const accepting = house.intake
    house.intake = {
      ...accepting,
      message: async (...all) => {
        asked.resolve()
        await answered.promise
        return accepting.message(...all)
      },
    }
    const { length } = house.received
    const { discarded } = house.bodies
    const client = await atData(house.ports.inbound)
    client.send("a: b\r\n\r\n.\r\n")
    await asked.promise
    client.vanish()
    await until(() => house.receiver.connections() === 0)
    answered.resolve()
    await until(() => house.received.length === length + 1)
    assert.equal(house.bodies.discarded, discarded)
    house.intake = accepting
  })
})
