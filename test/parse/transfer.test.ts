/** Base64 as files have it, in lines of one length: decoded at once, with the octets and the faults that reading octet by octet gives. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import { decode } from "../../src/parse/transfer.ts"
import { chunks } from "./read.ts"

async function decoded(encoded: Buffer, size: number): Promise<{ readonly octets: string; readonly fault: string }> {
  let fault = "none"
  const pieces: Uint8Array[] = []
  for await (const piece of decode(chunks(encoded, size), "base64", (found) => (fault = found))) pieces.push(piece)
  return { octets: Buffer.concat(pieces).toString("latin1"), fault }
}

const WIDTHS = [4, 60, 64, 72, 75, 76, 78, 998]
const NOISE = ["-", "_", "=", "==", "*", "\0", "\xe9", " ", "\t", "\r", "\n", "\r\n", "A", "AA", ""]

function lines(octets: Uint8Array, width: number): string {
  return Buffer.from(octets)
    .toString("base64")
    .replace(new RegExp(`.{${width}}`, "g"), "$&\r\n")
}

describe("Base64 in even lines", () => {
  const file = fc.uint8Array({ minLength: 1_500, maxLength: 6_000 })
  const width = fc.constantFrom(...WIDTHS)

  test("gives the octets that were encoded, and no fault", async () => {
    await fc.assert(
      fc.asyncProperty(file, width, async (octets, every) => {
        const { octets: read, fault } = await decoded(Buffer.from(lines(octets, every), "latin1"), 65_536)
        assert.equal(read, Buffer.from(octets).toString("latin1"))
        // A line that ends within a quantum is lawful, and read otherwise by somebody.
        if (every % 4 === 0) assert.equal(fault, "none")
      }),
    )
  })

  test("with anything put between or lost is what reading octet by octet gives", async () => {
    const spoilt = fc.array(fc.record({ at: fc.nat(100_000), put: fc.constantFrom(...NOISE), lose: fc.nat(2) }), {
      minLength: 1,
      maxLength: 4,
    })
    await fc.assert(
      fc.asyncProperty(file, width, spoilt, async (octets, every, spoils) => {
        let text = lines(octets, every)
        for (const { at, put, lose } of spoils) {
          const where = at % text.length
          text = text.slice(0, where) + put + text.slice(where + lose)
        }
        const encoded = Buffer.from(text, "latin1")
        const slow = await decoded(encoded, 1)
        for (const size of [65_536, 1_999]) assert.deepEqual(await decoded(encoded, size), slow)
      }),
    )
  })
})

describe("Base64 of any end takes time by its length", () => {
  const file = Buffer.from(Array.from({ length: 1_500_000 }, (_, at) => (at * 7_919) % 251))
  /** Whole lines are 57 octets: of so many the last line is full, with as much padding as is left out. */
  const full = (padding: number): string => lines(file.subarray(0, 57 * 26_000 - padding), 76)
  for (const [what, text] of [
    ["a last line that is full", full(0)],
    ["a full last line with padding", full(1)],
    ["a full last line with more padding", full(2)],
    ["something foreign near its end", full(0).replace(/.(?=[^]{100}$)/, "#")],
    ["letters of the other alphabet near its end", full(0).replace(/.(?=[^]{500}$)/, "_")],
    ["padding in every line", `${"QUJD".repeat(18)}QQ==\r\n`.repeat(25_000)],
  ] as const) {
    test(what, async () => {
      const encoded = Buffer.from(text)
      const before = process.threadCpuUsage()
      await decoded(encoded, encoded.length)
      const { user, system } = process.threadCpuUsage(before)
      assert.ok(user + system < 1_000_000, `${(user + system) / 1_000} ms`)
    })
  }
})
