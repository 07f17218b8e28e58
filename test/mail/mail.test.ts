import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import { addressKey, canonicalDomain, isWithin, parseAddress } from "../../src/mail/address.ts"
import { mailDate } from "../../src/mail/date.ts"
import type { Edit } from "../../src/mail/delivery.ts"
import { edited, editedSize } from "../../src/mail/edit.ts"
import { ascii, REPLY_LINE, reply } from "../../src/mail/reply.ts"

describe("a domain has one spelling", () => {
  const rows: readonly [string, string | null][] = [
    ["GMail.COM", "gmail.com"],
    ["gmail.com.", "gmail.com"],
    ["ｇｍａｉｌ.com", "gmail.com"],
    ["gmail。com", "gmail.com"],
    ["gma\u200Bil.com", "gmail.com"],
    ["gma\u00ADil.com", "gmail.com"],
    ["𝗀mail.com", "gmail.com"],
    ["gmаil.com", "xn--gmil-63d.com"],
    ["xn--gmil-63d.com", "xn--gmil-63d.com"],
    ["tuyênquang.vn", "xn--tuynquang-n4a.vn"],
    ["localhost", "localhost"],
    ["a..b", null],
    ["", null],
    [".", null],
    ["gmail.com\0.vn", null],
    ["gmail.com/evil.vn", null],
    ["evil.vn:25", null],
    ["user@gmail.com", null],
    ["127.0.0.1", null],
    ["0x7f.1", null],
    ["2130706433", null],
    ["[127.0.0.1]", null],
    ["gmail com", null],
    ["%67mail.com", null],
  ]
  for (const [written, canonical] of rows)
    test(`${JSON.stringify(written)} → ${canonical}`, () => assert.equal(canonicalDomain(written), canonical))

  test("whatever is written, the answer is stable", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.domain()), (written) => {
        const once = canonicalDomain(written)
        return once === null || canonicalDomain(once) === once
      }),
      { numRuns: 5_000 },
    )
  })
})

describe("an address", () => {
  test("keeps what was written and compares canonically", () => {
    const parsed = parseAddress("Van.Thu@TuyenQuang.GOV.vn.")
    assert.deepEqual(parsed, { local: "Van.Thu", domain: "tuyenquang.gov.vn", text: "Van.Thu@TuyenQuang.GOV.vn." })
    assert.equal(addressKey(parsed ?? { local: "", domain: "", text: "" }), "van.thu@tuyenquang.gov.vn")
  })
  test("splits at the last @", () => assert.equal(parseAddress('"a@gmail.com"@b.vn')?.domain, "b.vn"))
  test("may be an address literal", () => assert.equal(parseAddress("a@[IPv6:::1]")?.domain, "[ipv6:::1]"))
  test("<postmaster> needs no domain", () => assert.equal(parseAddress("Postmaster")?.domain, ""))
  test("without @ is none", () => assert.equal(parseAddress("vanthu"), null))
  test("without local part is none", () => assert.equal(parseAddress("@gmail.com"), null))
  test("lies within its parent domain, by labels", () => {
    assert.ok(isWithin("so.tuyenquang.gov.vn", "tuyenquang.gov.vn"))
    assert.ok(!isWithin("xtuyenquang.gov.vn", "tuyenquang.gov.vn"))
  })
})

describe("edits", () => {
  async function apply(text: string, edits: readonly Edit[], cut: number): Promise<string> {
    async function* source(): AsyncGenerator<Uint8Array> {
      const bytes = Buffer.from(text, "latin1")
      for (let at = 0; at < bytes.length; at += cut) yield bytes.subarray(at, at + cut)
    }
    const out: Uint8Array[] = []
    for await (const chunk of edited(source(), edits)) out.push(chunk)
    return Buffer.concat(out).toString("latin1")
  }

  const rows: readonly [string, string, readonly Edit[], string][] = [
    ["none", "abcdef", [], "abcdef"],
    ["before everything", "abc", [{ at: 0, remove: 0, insert: "X" }], "Xabc"],
    ["after everything", "abc", [{ at: 3, remove: 0, insert: "X" }], "abcX"],
    ["in place of a range", "abcdef", [{ at: 1, remove: 3, insert: "X" }], "aXef"],
    [
      "several",
      "abcdef",
      [
        { at: 0, remove: 1, insert: "" },
        { at: 2, remove: 0, insert: "--" },
        { at: 5, remove: 1, insert: "!" },
      ],
      "b--cde!",
    ],
    [
      "side by side",
      "abcdef",
      [
        { at: 1, remove: 2, insert: "X" },
        { at: 3, remove: 1, insert: "Y" },
      ],
      "aXYef",
    ],
    ["of an empty text", "", [{ at: 0, remove: 0, insert: "X" }], "X"],
    ["with octets above 127", "abc", [{ at: 1, remove: 1, insert: "\xe1\xff" }], "a\xe1\xffc"],
  ]
  for (const [sentence, text, edits, expected] of rows) {
    test(sentence, async () => {
      for (const cut of [1, 2, 3, 100]) assert.equal(await apply(text, edits, cut), expected)
      assert.equal(editedSize(text.length, edits), expected.length)
    })
  }

  test("give the same octets however the stream is cut", async () => {
    const someEdits = fc.array(fc.record({ gap: fc.nat(6), remove: fc.nat(6), insert: fc.string({ maxLength: 5 }) }), {
      maxLength: 5,
    })
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 80, maxLength: 80 }),
        someEdits,
        fc.integer({ min: 1, max: 20 }),
        async (text, parts, cut) => {
          let position = 0
          const edits = parts.map(({ gap, remove, insert }) => {
            const at = position + gap
            position = at + remove
            return { at, remove, insert }
          })
          let expected = ""
          let from = 0
          for (const { at, remove, insert } of edits) {
            expected += text.slice(from, at) + insert
            from = at + remove
          }
          return (await apply(text, edits, cut)) === expected + text.slice(from)
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe("a reply of ours", () => {
  test("cannot contradict itself", () => assert.equal(reply(451, "7.1", "x").status, "4.7.1"))
  test("is plain ASCII on one line", () => {
    assert.equal(ascii("Không gửi được\r\n250 OK → Đường"), "Khong gui duoc 250 OK ? Duong")
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => /^[\x20-\x7e]{0,200}$/.test(reply(550, "7.1", text).text)),
    )
  })
  test("is at most 200 characters long", () => assert.equal(reply(550, "7.1", "x".repeat(999)).text.length, REPLY_LINE))
})

describe("a date", () => {
  test("is written in the agency's zone", () =>
    assert.equal(mailDate(Date.UTC(2026, 10, 22, 18, 5, 9), "Asia/Ho_Chi_Minh"), "Mon, 23 Nov 2026 01:05:09 +0700"))
  test("west of Greenwich too", () =>
    assert.equal(mailDate(Date.UTC(2026, 0, 1, 2), "America/St_Johns"), "Wed, 31 Dec 2025 22:30:00 -0330"))
  test("and in UTC", () => assert.equal(mailDate(0, "UTC"), "Thu, 01 Jan 1970 00:00:00 +0000"))
})
