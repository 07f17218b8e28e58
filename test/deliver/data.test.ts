/** What DATA looks like on the wire, whatever pieces the message comes in. RFC 5321 §4.5.2. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import { createDataWriter } from "../../src/deliver/data.ts"

function written(pieces: readonly string[]): string {
  const data = createDataWriter()
  return Buffer.concat([...pieces.map((piece) => data.next(Buffer.from(piece, "latin1"))), data.end()]).toString(
    "latin1",
  )
}

describe("DATA", () => {
  for (const [sentence, message, wire] of [
    ["ends with a dot on a line of its own", "a\r\n", "a\r\n.\r\n"],
    ["ends so where the message does not end its last line", "a", "a\r\n.\r\n"],
    ["ends so where the message ends with half a line end", "a\r", "a\r\r\n.\r\n"],
    ["holds nothing but the dot for an empty message", "", ".\r\n"],
    ["doubles a dot that is the very first octet", ".\r\n", "..\r\n.\r\n"],
    ["doubles dots at line starts and no others", "a.b\r\n.c\r\n..\r\n", "a.b\r\n..c\r\n...\r\n.\r\n"],
    ["doubles a dot after a lone LF, which some servers take for a line end", "a\n.\nb\r\n", "a\n..\nb\r\n.\r\n"],
  ] as const) {
    test(sentence, () => assert.equal(written([message]), wire))
  }

  test("is the same in whatever pieces the message comes, and undone gives it back", () => {
    const octets = fc.constantFrom("\r", "\n", ".", "a", "\r\n", "\r\n.", "\xff")
    fc.assert(
      fc.property(fc.array(fc.array(octets)), (pieces) => {
        const texts = pieces.map((piece) => piece.join(""))
        const wire = written(texts)
        assert.equal(wire, written([texts.join("")]))
        const whole = texts.join("")
        const ended = whole === "" || whole.endsWith("\r\n") ? whole : `${whole}\r\n`
        assert.equal(wire.slice(0, -3).replace(/(^|\n)\./g, "$1"), ended)
        assert.ok(!/\n\.\r?\n/.test(wire.slice(0, -3)))
      }),
    )
  })
})
