import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import { createDotReader, type Malformed } from "../../src/receive/dots.ts"

interface Outcome {
  readonly content: string
  readonly rest: string | null
  readonly malformed: Malformed | null
}

function feed(chunks: readonly Buffer[], header = 1_000, line = 1_000): Outcome {
  const dots = createDotReader({ header, line })
  let content = ""
  for (const [index, chunk] of chunks.entries()) {
    const { content: piece, rest } = dots.read(chunk)
    content += piece.toString("latin1")
    if (rest === null) continue
    const after = Buffer.concat([rest, ...chunks.slice(index + 1)]).toString("latin1")
    return { content, rest: after, malformed: dots.malformed() }
  }
  return { content, rest: null, malformed: dots.malformed() }
}

const whole = (wire: string): Outcome => feed([Buffer.from(wire, "latin1")])

const sound: readonly (readonly [string, string, string, string | null])[] = [
  ["an empty message", ".\r\n", "", ""],
  ["lines and the end", "a\r\nb\r\n.\r\n", "a\r\nb\r\n", ""],
  ["what follows the end is not DATA", "a\r\n.\r\nQUIT\r\n", "a\r\n", "QUIT\r\n"],
  ["a stuffed dot", "..\r\n..a\r\n.\r\n", ".\r\n.a\r\n", ""],
  ["the dot of an unstuffed line is taken all the same", ".a\r\n.\r\n", "a\r\n", ""],
  ["dots inside a line stay", "a..\r\n.\r\n", "a..\r\n", ""],
  ["a line of dots", "....\r\n.\r\n", "...\r\n", ""],
  ["no end yet", "a\r\n.", "a\r\n", null],
  ["no end yet, with its CR", "a\r\n.\r", "a\r\n", null],
]

/** What other servers took for the end of data. */
const smuggling: readonly (readonly [string, string])[] = [
  ["LF . LF", "\n.\n"],
  ["LF . CRLF", "\n.\r\n"],
  ["CRLF . LF", "\r\n.\n"],
  ["CR . CR", "\r.\r"],
  ["CRLF . CR", "\r\n.\r"],
  ["CR . CRLF", "\r.\r\n"],
  ["CR . LF", "\r.\n"],
  ["LF . CR", "\n.\r"],
  ["CRCRLF . CRCRLF", "\r\r\n.\r\r\n"],
  ["CRLF . CRCRLF", "\r\n.\r\r\n"],
  ["LFCR . LFCR", "\n\r.\n\r"],
  ["LFLF . LFLF", "\n\n.\n\n"],
  ["CRLFLF . CRLF", "\r\n\n.\r\n"],
]
const FOLLOWING = "MAIL FROM:<evil@b.example>\r\n.\r\nNOOP\r\n"

function* splits(wire: string): Generator<readonly Buffer[]> {
  const octets = Buffer.from(wire, "latin1")
  for (let at = 0; at <= octets.length; at += 1) yield [octets.subarray(0, at), octets.subarray(at)]
  yield Array.from(octets, (octet) => Buffer.from([octet]))
}

describe("DATA, however it is cut into segments", () => {
  for (const [sentence, wire, content, rest] of sound) {
    test(sentence, () => {
      for (const chunks of splits(wire)) assert.deepEqual(feed(chunks), { content, rest, malformed: null })
    })
  }

  for (const [name, ending] of smuggling) {
    test(`${name} ends nothing and is malformed`, () => {
      for (const chunks of splits(`a: b\r\n\r\nx${ending}${FOLLOWING}`)) {
        const { rest, malformed } = feed(chunks)
        assert.equal(rest, "NOOP\r\n")
        assert.equal(malformed, "line-ending")
      }
    })
  }

  test("other characters that look like an ending are text", () => {
    for (const ending of ["\r\n.\0\r\n", "\r\n\0.\r\n", "\r\n. \r\n", "\r\n.\x0b\r\n", "\x85.\x85", "\r\n.\x85"]) {
      assert.equal(whole(`x${ending}${FOLLOWING}`).rest, "NOOP\r\n", JSON.stringify(ending))
    }
  })

  test("any text survives stuffing and unstuffing in any segments", () => {
    const line = fc.string({ unit: fc.constantFrom(".", "a", " ", "\xe9"), maxLength: 5 })
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(40)), (lines, cuts) => {
        const text = lines.map((one) => `${one}\r\n`).join("")
        const stuffed = lines.map((one) => `${one.startsWith(".") ? "." : ""}${one}\r\n`).join("")
        const octets = Buffer.from(`${stuffed}.\r\nNEXT`, "latin1")
        const at = [0, ...cuts.toSorted((a, b) => a - b), octets.length]
        const chunks = at.slice(1).map((end, index) => octets.subarray(at[index], end))
        assert.deepEqual(feed(chunks), { content: text, rest: "NEXT", malformed: null })
      }),
    )
  })
})

const oversized: readonly (readonly [string, string, Malformed | null])[] = [
  ["a line as long as allowed", `a\r\n\r\n${"x".repeat(98)}\r\n.\r\n`, null],
  ["a line longer", `a\r\n\r\n${"x".repeat(99)}\r\n.\r\n`, "long-line"],
  [
    "a header one line too long",
    `${"h: vwxyz\r\n".repeat(19)}12345678\r\n\r\n${"body\r\n".repeat(99)}.\r\n`,
    "long-header",
  ],
  ["a header that fits", `${"h: vwxyz\r\n".repeat(19)}123456\r\n\r\n${"body\r\n".repeat(99)}.\r\n`, null],
  ["no header at all", `\r\n${"body\r\n".repeat(99)}.\r\n`, null],
  ["a header that never ends", `${"h: vwxyz\r\n".repeat(21)}.\r\n`, "long-header"],
]

describe("sizes, however it is cut into segments", () => {
  for (const [sentence, wire, malformed] of oversized) {
    test(sentence, () => {
      for (const chunks of splits(wire)) {
        const outcome = feed(chunks, 200, 100)
        assert.equal(outcome.malformed, malformed)
        assert.equal(outcome.rest, "")
      }
    })
  }
})

test("hostile line ends cost no more than others", () => {
  const chunk = Buffer.alloc(65_536, "\n")
  const dots = createDotReader({ header: 100_000_000, line: 1_000 })
  const start = performance.now()
  for (let n = 0; n < 50; n += 1) dots.read(chunk)
  assert.ok(performance.now() - start < 3_000)
})
