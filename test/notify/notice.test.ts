/** Every notice as people get it, read back by parsers that are not ours. */
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { describe, test } from "node:test"
import { simpleParser } from "mailparser"
import { NOTICES, type NoticeName } from "../../src/mail/notice.ts"
import { citation, letter, replyLines, type Values } from "../../src/notify/letter.ts"
import { harmless, html, plainText } from "../../src/notify/markup.ts"
import { type Notice, noticeMail } from "../../src/notify/notice.ts"
import { address, OFFICE } from "./office.ts"

const AT = Date.UTC(2026, 10, 22, 10, 5)
const STAMP = { id: "N0N0N0N0N0N0", now: AT + 60_000 }
const ABOUT = { id: "T1T1T1T1T1T1", at: AT, messageId: "<1@agency.example>", requireTls: false }
const names = Object.keys(NOTICES).filter((name): name is NoticeName => name in NOTICES)
const COMMON = new Set<string>(NOTICES["first-use"])

/** A value for everything a notice may name beyond what the office gives. */
function filled(name: NoticeName, value: string): Values {
  return Object.fromEntries(NOTICES[name].filter((one) => !COMMON.has(one)).map((one) => [one, `${value}${one}`]))
}

interface Read {
  readonly headers: Readonly<Record<string, string>>
  readonly defects: number
  readonly types: readonly string[]
  readonly languages: readonly string[]
  readonly text: string
  readonly html: string
  readonly tags: readonly string[]
  readonly links: readonly string[]
  readonly open: readonly string[]
}

const PROGRAM = `
import base64, email, json, sys
from email import policy
from html.parser import HTMLParser
class Tags(HTMLParser):
  def __init__(self):
    super().__init__(); self.tags = []; self.links = []; self.open = []
  def handle_starttag(self, tag, attrs):
    self.tags.append(tag)
    self.links += [v for k, v in attrs if k in ("href", "src", "background")]
    if tag not in ("meta", "hr", "br"): self.open.append(tag)
  def handle_endtag(self, tag):
    if self.open and self.open[-1] == tag: self.open.pop()
def read(octets):
  m = email.message_from_bytes(octets, policy=policy.default)
  parts = list(m.iter_parts())
  html = m.get_body(("html",)).get_content()
  seen = Tags(); seen.feed(html)
  return dict(headers=dict(m.items()), defects=sum(len(p.defects) for p in m.walk()) + sum(len(v.defects) for v in m.values()),
    types=[m.get_content_type()] + [p.get_content_type() for p in parts], languages=[p["Content-Language"] for p in parts],
    text=m.get_body(("plain",)).get_content(), html=html, tags=seen.tags, links=seen.links, open=seen.open)
print(json.dumps([read(base64.b64decode(one)) for one in json.load(sys.stdin)]))`

/** As Python's email package reads them; one process for many, since starting it is what takes time. */
function pythonAll(all: readonly Uint8Array[]): readonly Read[] {
  const input = JSON.stringify(all.map((octets) => Buffer.from(octets).toString("base64")))
  return JSON.parse(execFileSync("python3", ["-X", "utf8", "-c", PROGRAM], { input, encoding: "utf8" })) as Read[]
}

function made(name: NoticeName, values: Values, change: Partial<Notice> = {}): Uint8Array {
  return noticeMail({ name, to: address("a@agency.example"), about: ABOUT, values, ...change }, OFFICE, STAMP)
}

describe("each notice, as Python reads it", () => {
  const reads = pythonAll(names.map((name) => made(name, filled(name, "v-"))))
  for (const [number, name] of names.entries()) {
    test(name, () => {
      const read = reads[number]
      assert.ok(read)
      assert.equal(read.defects, 0)
      assert.deepEqual(read.types, ["multipart/alternative", "text/plain", "text/html"])
      assert.deepEqual(read.languages, ["vi, en", "vi, en"])
      assert.equal(read.headers["From"], "Cơ quan Thí dụ <postmaster@agency.example>")
      assert.equal(read.headers["Auto-Submitted"], "auto-generated")
      assert.equal(read.headers["In-Reply-To"], "<1@agency.example>")
      for (const words of [read.text, read.html, read.headers["Subject"] ?? ""]) {
        assert.doesNotMatch(words, /\{\{|\}\}|\*\*|undefined|“”|\(\)|: +\.\s/)
      }
      assert.ok(read.text.indexOf("Trân trọng") < read.text.indexOf("Sincerely"), "Vietnamese first")
      assert.deepEqual(read.open, [], "every tag is closed")
      for (const link of read.links) assert.ok(link.startsWith("https://mail.agency.example/"), link)
      if (name !== "secrecy") assert.match(read.text, /0000 111 222/)
    })
  }
})

test("mailparser reads the same", async () => {
  const read = await simpleParser(Buffer.from(made("held", filled("held", "v-"))))
  assert.match(read.subject ?? "", /^\[Chờ duyệt\] Thư đang được xem xét – T1T1T1T1T1T1 \/ \[On hold\]/)
  assert.match(read.text ?? "", /Lý do: v-ly_do_ngan/)
  assert.match(read.html === false ? "" : (read.html ?? ""), /<strong>Lý do:<\/strong> v-ly_do_ngan/)
})

describe("what strangers write", () => {
  const hostile =
    "x\r\nBcc: v@n.example\r\n\r\n</p><script>alert(1)</script> **b** {{tieu_de}} \u202egpj.exe\u200b\u0000 https://evil.example/ \ud800"
  const values = filled("held", harmless(hostile))
  const [read] = pythonAll([made("held", values, { about: { ...ABOUT, messageId: hostile } })])
  assert.ok(read)

  test("adds no field, no line, no tag and no link", () => {
    assert.equal(read.headers["Bcc"], undefined)
    assert.equal(read.headers["In-Reply-To"], undefined)
    assert.ok(!read.tags.includes("script"))
    assert.ok(!/[\p{Cf}\0]/u.test(read.text + read.html))
    assert.ok(!read.links.some((link) => link.includes("evil")))
    assert.doesNotMatch(read.text, /:\/\/evil/)
    assert.doesNotMatch(read.text, /^Bcc/m)
  })

  test("is no mark and no placeholder", () => {
    assert.match(read.text, /\*\*b\*\* \{\{tieu_de\}\}/)
    assert.doesNotMatch(read.html, /<strong>b<\/strong>/)
  })

  test("is bounded, and a list names ten", () => {
    const many = Array.from({ length: 13 }, (_, index) => `${index}@n.example`)
    const text = plainText("Tới {{nguoi_nhan}}.\n\n- {{nguoi_nhan}}\n\n{{tieu_de}}", {
      nguoi_nhan: many,
      tieu_de: "🙂".repeat(5_000),
    })
    assert.match(text, /^Tới 0@n\.example, .*, 9@n\.example … \(\+3\)\./)
    assert.match(text, /- 9@n\.example\n- … \(\+3\)\n/)
    assert.equal(Array.from(text.split("\n").at(-1) ?? "").length, 301)
  })
})

describe("markup", () => {
  const rows: readonly [string, string, Readonly<Record<string, string | readonly string[]>>, string][] = [
    ["lines of a paragraph are one line", "một\nhai\n\nba", {}, "một hai\n\nba"],
    ["a paragraph without its value is left out", "a {{x}}\n\nb", {}, "b"],
    ["an empty value is none", "a {{x}}\n\nb", { x: "" }, "b"],
    ["an item without its value is left out, and the rest is counted on", "1. a\n2. {{x}}\n3. b", {}, "1. a\n2. b"],
    ["an item goes on in the next line", "- a\n  b\n- c", {}, "- a b\n- c"],
    ["an item is said for each value", "- {{x}}: {{y}}", { x: ["a", "b"], y: ["1", "2"] }, "- a: 1\n- b: 2"],
    ["strong words are words", "**a** b", {}, "a b"],
  ]
  for (const [what, markup, values, expected] of rows)
    test(what, () => assert.equal(plainText(markup, values), expected))

  test("as HTML", () => {
    assert.equal(
      html("**a & b**\n\n- {{x}}", { x: ["<i>", "https://mail.agency.example/e/1"] }),
      '<p style="margin:0 0 1em"><strong>a &#38; b</strong></p>\n' +
        '<ul style="margin:0 0 1em;padding-left:1.5em">\n<li style="margin:0 0 .4em">&#60;i&#62;</li>\n' +
        '<li style="margin:0 0 .4em"><a href="https://mail.agency.example/e/1">https://mail.agency.example/e/1</a></li>\n</ul>',
    )
  })
})

describe("a law is cited", () => {
  const law = OFFICE.laws.find(({ id }) => id === "29/2018/QH14")
  const rows: readonly [string, string | null, number, string][] = [
    [
      "while it is in force",
      "29/2018/QH14",
      Date.UTC(2025, 0, 1),
      "Căn cứ: Luật Bảo vệ bí mật nhà nước số 29/2018/QH14.",
    ],
    ["on its last day", "29/2018/QH14", (law?.until ?? 0) - 1, "Căn cứ: Luật Bảo vệ bí mật nhà nước số 29/2018/QH14."],
    ["no more from the day it ends", "29/2018/QH14", law?.until ?? 0, ""],
    ["not before it begins", "117/2025/QH15", Date.UTC(2026, 1, 28, 16, 59), ""],
    ["not where a rule has no basis", null, AT, ""],
  ]
  for (const [when, basis, at, expected] of rows) {
    test(when, () => assert.equal(citation([basis], at, OFFICE.laws).vi, expected))
  }
})

test("of what may be secret only code, time and telephone are told", () => {
  const { subject, text } = letter("secrecy", filled("held", "SECRET"), { id: "T1", at: AT }, OFFICE)
  assert.ok(!`${subject}${text}`.includes("SECRET"))
  assert.equal(
    replyLines(OFFICE)["secrecy"],
    "Thu khong duoc chuyen. Vui long goi 0000 111 222. Message refused, please call 0000 111 222.",
  )
})
