/** Relaxed canonicalization: the body of any octets, in any pieces, and header fields. RFC 6376 §3.4. */
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { describe, test } from "node:test"
import fc from "fast-check"
import { createBodyHash, rawFields, relaxedField } from "../../src/act/canonical.ts"

/** As the RFC says it, line by line. */
function plainly(body: string): string {
  const lines = body.split("\r\n").map((line) => line.replace(/[ \t]+$/, "").replace(/[ \t]+/g, " "))
  while (lines.at(-1) === "") lines.pop()
  return lines.length === 0 ? "" : `${lines.join("\r\n")}\r\n`
}

function hashed(pieces: readonly string[]): string {
  const hash = createBodyHash()
  for (const piece of pieces) hash.update(Buffer.from(piece, "latin1"))
  return hash.digest()
}

const sha256 = (text: string): string => createHash("sha256").update(text, "latin1").digest("base64")

test("RFC 6376 §3.4.5", () => assert.equal(hashed([" C \r\nD \t E\r\n\r\n\r\n"]), sha256(" C\r\nD E\r\n")))

describe("a body", () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ["that is empty", "", ""],
    ["of empty lines", "\r\n\r\n", ""],
    ["of white space", " \t \r\n  ", ""],
    ["without a last CRLF", "a", "a\r\n"],
    ["with white space at its end", "a \r\n \r\n\t", "a\r\n"],
    ["that begins with an empty line", "\r\n a", "\r\n a\r\n"],
  ]
  for (const [what, body, expected] of rows) test(what, () => assert.equal(hashed([body]), sha256(expected)))

  test("in any pieces has one hash", () => {
    const piece = fc.array(fc.constantFrom("a", "bc", " ", "\t", "  ", "\r\n", "\r\n\r\n", "."), { maxLength: 12 })
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const text = pieces.flat().join("")
        const octetwise = Array.from(text)
        assert.equal(hashed(pieces.map((one) => one.join(""))), sha256(plainly(text)))
        assert.equal(hashed(octetwise), sha256(plainly(text)))
      }),
      { numRuns: 2_000 },
    )
  })

  test("of ten million blanks takes no time", () => {
    const began = performance.now()
    hashed(Array.from({ length: 160 }, () => " \r\n".repeat(20_000)))
    assert.ok(performance.now() - began < 2_000)
  })
})

test("fields keep their folds, and are relaxed to one line", () => {
  const fields = rawFields("Subject:  a\r\n\t b \r\nX : y\r\nEmpty:\r\n")
  assert.deepEqual(fields, ["Subject:  a\r\n\t b \r\n", "X : y\r\n", "Empty:\r\n"])
  assert.deepEqual(fields.map(relaxedField), ["subject:a b", "x:y", "empty:"])
})
