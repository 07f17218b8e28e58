/** What hides or turns the direction of writing is shown as its number, and reaches no further than itself. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import { isolated, visible } from "../../src/mail/visible.ts"

describe("words from outside", () => {
  const rows: readonly (readonly [string, string])[] = [
    ["Kính gửi Sở 12:30\r\n\tđã nhận", "Kính gửi Sở 12:30\r\n\tđã nhận"],
    ["hoa-don\u202efdp.exe", "hoa-don[U+202E]fdp.exe"],
    ["a\u2069b", "a[U+2069]b"],
    ["a\u0000\u001b[31m\u200bb\ufeff", "a[U+0000][U+001B][31m[U+200B]b[U+FEFF]"],
    [`o${"\u0302".repeat(40)}`, `o${"\u0302".repeat(4)}`],
    ["\u2068a\u2069", "\u2068a\u2069"],
    ["\u2068a\u202eb\u2069", "[U+2068]a[U+202E]b[U+2069]"],
    ["x\ud800y", "x\ufffdy"],
    ["công văn ế ợ", "công văn ế ợ".normalize("NFC")],
  ]
  for (const [text, shown] of rows) test(JSON.stringify(text), () => assert.equal(visible(text), shown))

  test("stand in an isolate of their own where they are written from the right", () => {
    assert.equal(isolated("Bình"), "Bình")
    assert.equal(isolated("שלום 12"), "\u2068שלום 12\u2069")
    assert.equal(isolated(isolated("שלום 12")), "\u2068שלום 12\u2069")
    assert.equal(isolated("שלום\u2069 12"), "\u2068שלום[U+2069] 12\u2069")
  })

  test("never end or open what they stand in", () => {
    const marks = fc.constantFrom("\u202a", "\u202e", "\u202c", "\u2066", "\u2068", "\u2069", "\u200f", "a", "ש", "1")
    fc.assert(
      fc.property(fc.array(marks), (parts) => {
        for (const shown of [visible(parts.join("")), isolated(parts.join(""))]) {
          let depth = 0
          for (const one of shown) {
            assert.doesNotMatch(one, /[\u202a-\u202e\u2066\u2067\u200f]/)
            depth += one === "\u2068" ? 1 : one === "\u2069" ? -1 : 0
            assert.ok(depth >= 0 && depth <= 2)
          }
          assert.equal(depth, 0)
        }
      }),
    )
  })
})
