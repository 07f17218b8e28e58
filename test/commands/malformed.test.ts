/** `explain` refuses what DATA would have refused, and nothing else. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { refusalOf } from "../../src/commands/malformed.ts"

const LIMITS = { messageSize: 10_000, headerSize: 1_000 }
const HEAD = "From: a@example.org\r\nSubject: x\r\n\r\n"

const MESSAGES: readonly (readonly [string, string, number | null])[] = [
  ["a sound message", `${HEAD}text\r\n`, null],
  ["lines that begin with dots", `${HEAD}.\r\n..\r\n.x\r\n`, null],
  ["no line end at the end", `${HEAD}text`, null],
  ["nothing at all", "", null],
  ["a CR alone", `${HEAD}a\rb\r\n`, 550],
  ["an LF alone", `${HEAD}a\nb\r\n`, 550],
  ["a NUL", `${HEAD}a\0b\r\n`, 550],
  ["white space first", ` X: y\r\n${HEAD}`, 550],
  ["a header over the limit", `X: ${"y".repeat(1_200)}\r\n${HEAD}`, 552],
  ["a message over the limit", `${HEAD}${"text\r\n".repeat(2_000)}`, 552],
]

describe("DATA answers", () => {
  for (const [what, message, code] of MESSAGES) {
    test(`${what}: ${code ?? "nothing"}`, async () => {
      assert.equal((await refusalOf(Buffer.from(message, "latin1"), LIMITS))?.code ?? null, code)
    })
  }
})
