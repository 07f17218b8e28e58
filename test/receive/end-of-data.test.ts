/** Whatever looks like the end of data to some server is none here, wherever the network cuts it. RFC 5321 §4.1.1.4. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { dial } from "./dialogue.ts"
import { openHouse } from "./house.ts"

const ENDINGS: readonly (readonly [string, string])[] = [
  ["LF . LF", "\n.\n"],
  ["LF . CRLF", "\n.\r\n"],
  ["CRLF . LF", "\r\n.\n"],
  ["CR . CR", "\r.\r"],
  ["CR . LF", "\r.\n"],
  ["LF . CR", "\n.\r"],
  ["CRLF . CR", "\r\n.\r"],
  ["CR . CRLF", "\r.\r\n"],
  ["CRLF NUL . CRLF", "\r\n\0.\r\n"],
  ["CRLF . NUL CRLF", "\r\n.\0\r\n"],
  ["CRLF NUL CRLF . CRLF of a careless reader", "\r\n.\r\0\n"],
  ["CR CRLF . CR CRLF", "\r\r\n.\r\r\n"],
  ["CRLF . CR CRLF", "\r\n.\r\r\n"],
  ["LF CR . LF CR", "\n\r.\n\r"],
  ["LF CRLF . LF", "\n\r\n.\n"],
  ["CRLF . LF CR", "\r\n.\n\r"],
  ["CR CR . CRLF", "\r\r.\r\n"],
]
/** These are sound text, and the message goes in whole. */
const TEXTS: readonly (readonly [string, string, string])[] = [
  ["a dot and a space", "\r\n. \r\n", "\r\n \r\n"],
  ["two dots", "\r\n..\r\n", "\r\n.\r\n"],
  ["NEL around a dot", "\x85.\x85", "\x85.\x85"],
  ["vertical tabs around a dot", "\x0b.\x0b", "\x0b.\x0b"],
  ["a dot that ends a text line", " .\r\n", " .\r\n"],
]
const SMUGGLED =
  "MAIL FROM:<evil@b.example>\r\nRCPT TO:<x@agency.example>\r\nDATA\r\nFrom: evil@b.example\r\n\r\nevil\r\n"
const BEFORE = "From: a@b.example\r\n\r\nx"
const AT_ONCE = 40

interface Case {
  readonly what: string
  readonly wire: Buffer
  readonly split: number
  readonly answer: RegExp
}

/** Every way to cut the octets of the ending, and some around it, in two. */
function cases(what: string, ending: string, answer: RegExp): Case[] {
  const wire = Buffer.from(`${BEFORE}${ending}${SMUGGLED}.\r\n`, "latin1")
  const splits = Array.from({ length: ending.length + 3 }, (_, n) => BEFORE.length - 1 + n)
  return splits.map((split) => ({ what, wire, split, answer }))
}

describe("end of data", async () => {
  const house = await openHouse({ limits: { connectionsPerClient: 500 } })
  async function run({ what, wire, split, answer }: Case): Promise<void> {
    const client = await dial(house.ports.inbound)
    await client.run("S: 220", "C: EHLO a", "S: 250", "C: MAIL FROM:<a@b.example>", "S: 250")
    await client.run("C: RCPT TO:<x@agency.example>", "S: 250", "C: DATA", "S: 354")
    client.send(wire.subarray(0, split))
    await new Promise((resolve) => setTimeout(resolve, 10))
    client.send(wire.subarray(split))
    assert.match(await client.reply(), answer, `${what} cut at ${split}`)
    // Had anything ended the message earlier, replies to the commands in it would come now.
    await client.run("C: NOOP", "S: 250 2.0.0", "C: QUIT", "S: 221", "S: closed")
  }
  async function runAll(all: readonly Case[]): Promise<void> {
    for (let at = 0; at < all.length; at += AT_ONCE) await Promise.all(all.slice(at, at + AT_ONCE).map(run))
  }

  test("none of the odd ones ends it, at any cut: 550, and nothing is smuggled", async (context) => {
    const { length } = house.received
    const all = ENDINGS.flatMap(([what, ending]) => cases(what, ending, /^550 5\.6\.0 /))
    await runAll(all)
    assert.equal(house.received.length, length)
    context.diagnostic(`${all.length} cuts of ${ENDINGS.length} endings`)
  })

  test("what is text goes in as one message, at any cut", async () => {
    for (const [what, ending, text] of TEXTS) {
      const before = house.received.length
      const all = cases(what, ending, /^250 2\.0\.0 /)
      await runAll(all)
      const arrived = house.received.slice(before).map((one) => one.text)
      assert.deepEqual(new Set(arrived), new Set([`${BEFORE}${text}${SMUGGLED}`]), what)
      assert.equal(arrived.length, all.length)
    }
  })
})
