/** The warning before a message's text, as the mail program of its reader shows it. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { simpleParser } from "mailparser"
import { bannerEdits } from "../../src/act/banner.ts"
import { edited } from "../../src/mail/edit.ts"
import { parse } from "../../src/parse/parse.ts"
import { bodyOf } from "../../src/parse/shown.ts"
import { createRandom } from "../corpus/random.ts"

const WARNING = {
  vi: "Thư từ bên ngoài. Người gửi dùng hộp thư miễn phí (<an&binh>@gmail.com).\nHãy kiểm tra bằng điện thoại.",
  en: "External mail. Verify by phone.",
}
const ACCENTS = /Thư từ bên ngoài\. Người gửi dùng hộp thư miễn phí \(<an&binh>@gmail\.com\)\./
const PLAIN = /Thu tu ben ngoai\. Nguoi gui dung hop thu mien phi \(<an&binh>@gmail\.com\)\./

async function shownOf(octets: Buffer) {
  async function* source(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < octets.length; at += 37) yield octets.subarray(at, at + 37)
  }
  const parsed = await parse(source, async ({ content }) => {
    for await (const _ of content) continue
  })
  const pieces: Uint8Array[] = []
  for await (const piece of edited(source(), bannerEdits(parsed.shown, WARNING))) pieces.push(piece)
  return { shown: parsed.shown, octets: Buffer.concat(pieces) }
}

const HEAD = "From: a@gmail.com\r\nTo: b@tuyenquang.gov.vn\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
function letter(type: string, encoding: string, body: string | Buffer): Buffer {
  const fields = `${HEAD}Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`
  return Buffer.concat([Buffer.from(fields), Buffer.from(body)])
}
const base64 = (text: string): string => Buffer.from(text).toString("base64").replace(/.{76}/g, "$&\r\n")
const quoted = (text: string): string =>
  text
    .replace(/[=\u0080-\u{10ffff}]/gu, (one) =>
      Buffer.from(one).reduce((all, octet) => `${all}=${octet.toString(16).toUpperCase()}`, ""),
    )
    .replace("<html>", "<ht=\r\nml>")
const TEXT = "Kính gửi Văn thư,\r\nEm gửi công văn.\r\n"
const HTML = "<!DOCTYPE html><html><head><title>x</title></head><body><p>Kính gửi Văn thư</p></body></html>\r\n"
const QP = "K=C3=ADnh g=E1=BB=ADi V=C4=83n th=C6=B0,\r\nEm g=E1=BB=ADi c=C3=B4ng v=C4=83n.\r\n"

describe("the warning stands before the text, and the text is as it was", () => {
  for (const [what, octets, warns] of [
    ["base64 of UTF-8", letter('text/plain; charset="UTF-8"', "base64", base64(TEXT)), ACCENTS],
    ["quoted-printable of UTF-8", letter("text/plain; charset=utf-8", "quoted-printable", QP), ACCENTS],
    ["UTF-8 as it is", letter("text/plain; charset=utf-8", "8bit", TEXT), PLAIN],
    ["no charset at all", letter("text/plain", "8bit", TEXT), PLAIN],
    [
      "base64 of an old encoding",
      letter("text/plain; charset=windows-1252", "base64", base64("Kinh gui Van thu")),
      PLAIN,
    ],
    ["no MIME at all", Buffer.from(`From: a@gmail.com\r\n\r\n${TEXT}`), PLAIN],
  ] as const) {
    test(`plain text, ${what}`, async () => {
      const [before, after] = await Promise.all([simpleParser(octets), simpleParser((await shownOf(octets)).octets)])
      assert.match((after.text ?? "").replace(/\n! /g, " "), warns)
      assert.equal(after.text?.indexOf("! "), 0)
      assert.ok(after.text?.endsWith(`\n\n${before.text ?? ""}`), after.text)
    })
  }
  for (const [what, html, after] of [
    ["of a whole page", HTML, HTML.indexOf("<p>")],
    ["of a fragment", "<div>Kính gửi Văn thư</div>", 0],
    ["of a page that is read in two ways", "<!--><p>-->Kính gửi Văn thư</p>", 0],
  ] as const) {
    for (const [encoding, body] of [
      ["base64", base64(html)],
      ["quoted-printable", quoted(html)],
      ["8bit", html],
    ] as const) {
      test(`HTML ${what}, ${encoding}`, async () => {
        const made = await simpleParser((await shownOf(letter("text/html; charset=utf-8", encoding, body))).octets)
        const shown = String(made.html)
        const [warning = ""] = /(?:\r?\n)?<div style="all[^]*?<\/div>\r?\n */.exec(shown) ?? []
        assert.equal(shown.indexOf(warning), after)
        assert.equal(shown.replace(warning, "").trimEnd(), html.trimEnd())
        const said = warning.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
        assert.match(said, ACCENTS)
        assert.doesNotMatch(warning, /<an&binh>/, "a stranger's words are no markup")
      })
    }
  }
  test("HTML of another encoding", async () => {
    const octets = letter("text/html; charset=windows-1258", "base64", base64("<p>Kinh gui Van thu</p>"))
    assert.match(String((await simpleParser((await shownOf(octets)).octets)).html), /&#432;[^]*<p>Kinh gui Van thu/)
  })
})

const boundary = (...parts: readonly string[]): string =>
  [...parts.map((part) => `--b\r\n${part}`), "--b--\r\n"].join("\r\n")
const mixed = (type: string, ...parts: readonly string[]): Buffer =>
  Buffer.from(`${HEAD}Content-Type: ${type}; boundary=b\r\n\r\n${boundary(...parts)}`)
const plain = (text: string, more = ""): string => `Content-Type: text/plain; charset=utf-8\r\n${more}\r\n${text}`
const html = (text: string): string => `Content-Type: text/html; charset=utf-8\r\n\r\n${text}`

describe("which texts are warned of", () => {
  for (const [what, octets, kinds] of [
    ["both forms of one text", mixed("multipart/alternative", plain("a"), html("<p>a")), "plain html"],
    ["the first of two texts", mixed("multipart/mixed", plain("a"), plain("b")), "plain"],
    ["no file", mixed("multipart/mixed", plain("a", "Content-Disposition: attachment\r\n"), plain("b")), "plain"],
    ["no named text", mixed("multipart/mixed", plain("a", 'Content-Disposition: inline; filename="a.txt"\r\n')), ""],
    ["no message inside", mixed("multipart/mixed", `Content-Type: message/rfc822\r\n\r\n${HEAD}\r\nabc`), ""],
    ["nothing signed", mixed("multipart/signed", plain("a"), "Content-Type: application/pgp-signature\r\n\r\nx"), ""],
    ["nothing of an unknown encoding", letter("text/plain; charset=utf-8", "x-uuencode", "abc"), ""],
    ["nothing where programs may disagree", mixed("multipart/mixed", plain("a")).subarray(0, -7), ""],
  ] as const) {
    test(what, async () => {
      assert.equal((await shownOf(octets)).shown.map(({ is }) => is).join(" "), kinds)
    })
  }
  test("a page in UTF-16 is left alone", async () => {
    const octets = letter("text/html; charset=utf-16", "base64", Buffer.from(HTML, "utf16le").toString("base64"))
    assert.deepEqual((await shownOf(octets)).octets, octets)
  })
})

test("no style of the page hides the warning, and no comment", async () => {
  const head = "<!-- <body> --><style>div,b,p{display:none!important}</style>"
  const { octets } = await shownOf(letter("text/html; charset=utf-8", "8bit", `${head}<p>a</p></body>`))
  assert.ok(octets.toString("latin1").includes(`${head}\r\n<div style="all:initial!important;display:block!important;`))
})

describe("a page's text begins", () => {
  for (const [what, head] of [
    ["at once, where it has no head", ""],
    ["behind its body tag", "<!DOCTYPE html><html lang='>'><head><title><body></title></head><body class=\"a>b\">"],
    [
      "behind its head, where it has no body tag",
      "<html><head><meta charset=utf-8><style><!-- <body> --></style></head>",
    ],
    ["behind comments of Outlook", "<html><head><!--[if gte mso 9]><xml><body></xml><![endif]--></head><body>"],
    ["behind a comment that is one", "<!-- a --><body>"],
  ] as const) {
    test(what, () => assert.equal(bodyOf(`${head}<p>a</p>`), head.length))
  }
  for (const [what, page] of [
    ["comments that end at once", "<!--><script>-->x</script><body><p>a"],
    ["comments that end oddly", "<!-- --!><div hidden> --><body><p>a"],
    ["a style that does not end", "<style><body><p>a"],
    ["a tag that does not end", '<html x="><body><p>a'],
    ["nothing but a head", "<html><head></head>"],
  ] as const) {
    test(`before everything, of ${what}`, () => assert.equal(bodyOf(page), 0))
  }
})

test("at whatever octet a text begins, it begins after the warning", async () => {
  const random = createRandom(7)
  for (let round = 0; round < 200; round++) {
    const text = `a${Array.from({ length: random.below(40) }, () => random.pick(["a", "ư", " ", "\r\n", "ộ", "="])).join("")}`
    const [encoding, body] = random.pick([
      ["base64", base64(text)],
      ["8bit", text],
    ])
    const part = `Content-Type: text/${random.pick(["plain", "html"])}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`
    const octets = mixed(
      random.pick(["multipart/mixed", "multipart/alternative"]),
      ...Array.from({ length: 3 }, () => part),
    )
    const after = await shownOf(octets)
    const [shown] = after.shown
    assert.ok(shown !== undefined)
    const length = Buffer.byteLength(body)
    assert.equal(octets.subarray(shown.at, shown.at + length).toString("utf8"), body)
    assert.ok(after.octets.includes(body))
  }
})
