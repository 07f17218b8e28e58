/** The header block: fields with their octets, names of parts, and what the header says of the message as a whole. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { readFields } from "../../src/parse/fields.ts"
import { namesOf } from "../../src/parse/names.ts"
import { decodeWords } from "../../src/parse/words.ts"
import { message, read, word } from "./read.ts"

describe("fields", () => {
  test("have their octet range, terminator and folds included, and their value unfolded", () => {
    const block = message("From: a@x.vn", "Subject: one", "\ttwo", "To:b@x.vn", "")
    const { fields, defects } = readFields(block)
    assert.deepEqual(
      fields.map(({ name, value }) => [name, value]),
      [
        ["From", "a@x.vn"],
        ["Subject", "one\ttwo"],
        ["To", "b@x.vn"],
      ],
    )
    assert.deepEqual(
      fields.map(({ start, end }) => block.toString("latin1", start, end)),
      ["From: a@x.vn\r\n", "Subject: one\r\n\ttwo\r\n", "To:b@x.vn\r\n"],
    )
    assert.deepEqual(defects, [])
  })

  const rows: readonly (readonly [string, Buffer, string])[] = [
    ["a line without colon", message("From: a@x.vn", "no header", ""), "not-a-header"],
    ["a line without name", message(": x", ""), "not-a-header"],
    ["an mbox line", message("From a@x.vn Mon Nov 22 10:00:00 2026", ""), "invalid-header-name"],
    ["a control", message("Subject: a\x01b", ""), "control-in-header"],
    ["a bare CR", message("Subject: a\rX: b", ""), "bare-line-end-in-header"],
    ["a bare LF", Buffer.from("Subject: a\nTo: b\r\n\r\n"), "bare-line-end-in-header"],
    ["a line of 999 octets", message(`X: ${"y".repeat(996)}`, ""), "long-header-line"],
    ["octets above 127", message("Subject: Chào", ""), "eight-bit-header"],
    ["1,001 fields", message(...Array.from({ length: 1_001 }, () => "X: y"), ""), "too-many-fields"],
    ["two subjects", message("Subject: a", "SUBJECT: b", ""), "duplicate-header:subject"],
    [
      "two encodings",
      message("Content-Transfer-Encoding: a", "Content-Transfer-Encoding: a", ""),
      "duplicate-header:content-transfer-encoding",
    ],
  ]
  for (const [what, block, defect] of rows) {
    test(`${what}: ${defect}`, () => assert.deepEqual(readFields(block).defects, [defect]))
  }

  test("998 octets are a line, and Received may stand often", () => {
    assert.deepEqual(readFields(message(`X: ${"y".repeat(995)}`, "Received: a", "Received: b", "")).defects, [])
  })
})

const NAMES: readonly (readonly [string, string, readonly string[]])[] = [
  ["a plain name", "attachment; filename=a.zip", ["a.zip"]],
  [
    "a quoted name with a semicolon, as careful and careless readers see it",
    'attachment; filename="a;b.zip"',
    ["a;b.zip", "a"],
  ],
  ["a name with spaces", "attachment; filename=my file.exe", ["my file.exe"]],
  ["a name with brackets", "attachment; filename=foo(1).pdf", ["foo.pdf", "foo(1).pdf"]],
  ["a path with backslashes", 'attachment; filename="C:\\x\\a.exe"', ["C:xa.exe", "C:\\x\\a.exe"]],
  ["RFC 2231 with charset", "attachment; filename*=utf-8'vi'C%C3%B4ng%20v%C4%83n.docx", ["Công văn.docx"]],
  ["pieces in any order", "attachment; filename*1=zip; filename*0=a.", ["a.zip", "zipa."]],
  ["pieces, some of them encoded", "attachment; filename*0*=utf-8''C%C3%B4; filename*1=ng.exe", ["Công.exe"]],
  ["RFC 2231 and plain: both", "attachment; filename*=utf-8''a.exe; filename=a.png", ["a.exe", "a.png"]],
  ["two names: both", "attachment; filename=a.png; filename=b.exe", ["a.png", "b.exe"]],
  [
    "an encoded-word, decoded and as it stands",
    'attachment; filename="=?utf-8?Q?C=C3=B4ng.exe?="',
    ["Công.exe", "=?utf-8?Q?C=C3=B4ng.exe?="],
  ],
  ["raw UTF-8", "attachment; filename=" + Buffer.from("Bảng à").toString("latin1"), ["Bảng à"]],
  ["a quote that never ends", 'attachment; filename="a.exe', ["a.exe"]],
  ["name in place of filename", "attachment; name=a.exe", ["a.exe"]],
  ["none", "attachment; filename=", []],
]

describe("a part has every name that any reading gives:", () => {
  for (const [what, value, expected] of NAMES) {
    test(what, () => assert.deepEqual(namesOf({ dispositions: [value], types: [] }), expected))
  }

  test("the disposition's name comes before the type's, and every duplicate field counts", () => {
    const fields = {
      dispositions: ["inline; filename=c.txt", "inline; filename=d.exe"],
      types: ["text/plain; name=b.txt"],
    }
    assert.deepEqual(namesOf(fields), ["c.txt", "d.exe", "b.txt"])
  })
})

const WORDS: readonly (readonly [string, string, string])[] = [
  ["UTF-8 in base64", word("Công văn hỏa tốc"), "Công văn hỏa tốc"],
  ["quoted-printable with underscores", "=?UTF-8?q?C=C3=B4ng_v=C4=83n?=", "Công văn"],
  ["a letter cut between two words", "=?utf-8?Q?C=C3?=\r\n =?utf-8?Q?=B4ng?=", "Công"],
  ["white space between words is none, beside them it is", "a =?utf-8?Q?b?= =?utf-8?Q?c?= d", "a bc d"],
  ["a language tag", "=?utf-8*vi?Q?C=C3=B4ng?=", "Công"],
  ["windows-1258", "=?windows-1258?Q?C=F4=F2ng?=", "Cô\u0323ng"],
  ["an unknown charset keeps octets for whoever knows it", "=?x-viet-tcvn5712?Q?MË=54?=", "MËT"],
  ["raw UTF-8", Buffer.from("Mật").toString("latin1"), "Mật"],
  ["raw octets of an old encoding", "TuyÖt mËt", "TuyÖt mËt"],
  ["an unfinished word", "=?utf-8?Q?abc", "=?utf-8?Q?abc"],
]

describe("header text is decoded:", () => {
  for (const [what, raw, expected] of WORDS) test(what, () => assert.equal(decodeWords(raw), expected))
})

describe("the message as a whole", () => {
  test("subject, Message-ID, references and hops", async () => {
    const { parsed } = await read(
      message(
        "Received: a",
        "Received: b",
        `Subject: ${word("Về việc")} =?utf-8?Q?=E1=BA=A5y?=`,
        "Message-ID: <1@x.vn>",
        "In-Reply-To: <2@x.vn>",
        "References: <3@x.vn> (why)",
        " <2@x.vn>",
        "",
      ),
    )
    const { subject, messageId, references, hops, autoSubmitted, bulk } = parsed
    assert.deepEqual(
      { subject, messageId, references, hops, autoSubmitted, bulk },
      {
        subject: "Về việcấy",
        messageId: "<1@x.vn>",
        references: ["<2@x.vn>", "<3@x.vn>"],
        hops: 2,
        autoSubmitted: false,
        bulk: false,
      },
    )
  })

  const rows: readonly (readonly [string, string, { readonly autoSubmitted: boolean; readonly bulk: boolean }])[] = [
    ["an automatic reply", "Auto-Submitted: auto-replied", { autoSubmitted: true, bulk: false }],
    ["with a comment", "Auto-Submitted: auto-generated (cron)", { autoSubmitted: true, bulk: false }],
    ["written by a person, RFC 3834 §5", "Auto-Submitted: no", { autoSubmitted: false, bulk: false }],
    ["the same with a comment", "Auto-Submitted: no (really)", { autoSubmitted: false, bulk: false }],
    ["a delivery report", "Content-Type: multipart/report; boundary=b", { autoSubmitted: true, bulk: false }],
    ["an old vacation program", "Precedence: auto_reply", { autoSubmitted: true, bulk: false }],
    ["a mailing list", "List-Id: <a.x.vn>", { autoSubmitted: false, bulk: true }],
    ["a newsletter", "List-Unsubscribe: <mailto:a@x.vn>", { autoSubmitted: false, bulk: true }],
    ["bulk mail", "Precedence: Bulk", { autoSubmitted: false, bulk: true }],
  ]
  for (const [what, line, expected] of rows) {
    test(what, async () => {
      const { autoSubmitted, bulk } = (await read(message(line, "", "x"))).parsed
      assert.deepEqual({ autoSubmitted, bulk }, expected)
    })
  }
})
