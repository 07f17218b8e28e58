/** Visible text: charsets of Vietnamese mail, HTML as a reader sees it. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { decodeCharset, hidesMarkup } from "../../src/parse/charset.ts"
import { htmlText } from "../../src/parse/html.ts"
import { hiddenRuns } from "../../src/parse/runs.ts"
import { message, read } from "./read.ts"

const CHARSETS: readonly (readonly [string, string, Buffer, string])[] = [
  ["UTF-8", "utf-8", Buffer.from("Mật"), "Mật"],
  ["UTF-8 without a label", "", Buffer.from("Mật"), "Mật"],
  ["UTF-8 called us-ascii", "us-ascii", Buffer.from("Mật"), "Mật"],
  ["UTF-8 cut within a letter", "utf-8", Buffer.from("Công văn hỏa tốc").subarray(0, -2), "Công văn hỏa t"],
  ["TCVN3 called UTF-8", "utf-8", Buffer.from("TuyÖt mËt", "latin1"), "TuyÖt mËt"],
  ["TCVN3 under its own label", "x-viet-tcvn5712", Buffer.from("TuyÖt mËt", "latin1"), "TuyÖt mËt"],
  ["windows-1258", "Windows-1258", Buffer.from("M\xe2\xf2t", "latin1"), "Mâ\u0323t"],
  ["UTF-16", "utf-16le", Buffer.from("Mật", "utf16le"), "Mật"],
  ["UTF-16 without its mark", "", Buffer.from("Mat\u1ead mat", "utf16le"), "Matậ mat"],
  ["UTF-16 the other way round", "utf-16", Buffer.from("Mat mat", "utf16le").swap16(), "Mat mat"],
  ["a mark that denies the label", "iso-8859-1", Buffer.from("\ufeffMật", "utf16le"), "Mật"],
  ["UTF-7, as its sender meant it", "utf-7", Buffer.from("1 +- M+Hq0-t +ADw-a+AD4-"), "1 + Mật <a>"],
  ["HZ", "hz-gb-2312", Buffer.from("~{<:Ky2;~}~~ a"), "己所不~ a"],
  ["ISO-2022-KR", "iso-2022-kr", Buffer.from("\x1b$)C\x0e0!\x0f b", "latin1"), "가 b"],
  ["ISO-2022-JP", "iso-2022-jp", Buffer.from("\x1b$B%F%9%H\x1b(B", "latin1"), "テスト"],
  ["UTF-32", "utf-32", Buffer.from("M\0\0\0a\0\0\0", "latin1"), "Ma"],
  ["a label that is an attack", "a".repeat(1_000), Buffer.from("x"), "x"],
]

describe("octets become text:", () => {
  for (const [what, label, octets, expected] of CHARSETS) {
    test(what, () => assert.equal(decodeCharset(octets, label).replace("\ufffd", ""), expected))
  }
})

const PAGES: readonly (readonly [string, string, string])[] = [
  ["blocks begin lines", "<p>a</p><div>b<br>c</div>", "\na\n\nb\nc\n"],
  ["inline tags join", "M<b>ậ</b>t", "Mật"],
  [
    "scripts, styles and comments are not seen",
    "a<script>b</script><STYLE>c</Style ><!-- d --><title>e</title>f",
    "af",
  ],
  [
    "named, decimal and hexadecimal entities",
    "Kh&ocirc;ng b&iacute; m&#7853;t &#x1EAD; &dstrok;&nbsp;&lt;p&gt;&unknown;",
    "Không bí mật ậ đ\u00a0<p>&unknown;",
  ],
  ["a less-than is text", "1 < 2 <3", "1 < 2 <3"],
  ["an entity of no character", "&#0;&#xD800;&#x110000;", "\ufffd\ufffd\ufffd"],
  ["white space runs together", "a \r\n\t b", "a b"],
  ["what is never closed hides the rest", "a<!-- b", "a"],
]

describe("HTML becomes what is seen:", () => {
  for (const [what, html, expected] of PAGES) test(what, () => assert.equal(htmlText(html), expected))
})

test("text of all shown parts is joined; of attachments there is none", async () => {
  const octets = message(
    "Content-Type: multipart/mixed; boundary=b",
    "",
    "--b",
    "Content-Type: text/plain; charset=windows-1258",
    "",
    "C\xf4ng",
    "--b",
    "Content-Type: text/html",
    "",
    "<p>v&#259;n</p>",
    "--b",
    "Content-Type: text/plain; name=ghi-chu.txt",
    "",
    "named and shown",
    "--b",
    "Content-Type: text/plain",
    "Content-Disposition: attachment",
    "",
    "hidden",
    "--b--",
  )
  const { parsed, parts } = await read(octets)
  assert.equal(parsed.text, "Công\n\nvăn\n\nnamed and shown")
  assert.deepEqual(
    parts.map(({ isText }) => isText),
    [true, true, false, false],
  )
})

test("a page, or a text, of 2 MB that is made to be slow takes no time", () => {
  for (const unit of [
    "+ADw-",
    "+",
    "~{",
    "\x1b$B",
    "\x0e",
    "\x0ea",
    "\0a",
    "<script ",
    "MZ=90\r\n",
    "=41",
    "A\n",
    "= ",
  ]) {
    const octets = Buffer.from(unit.repeat(2_000_000 / unit.length), "latin1")
    const before = process.threadCpuUsage()
    for (const label of ["", "utf-7", "hz-gb-2312", "iso-2022-kr", "utf-16"]) hidesMarkup(octets, label)
    hiddenRuns(octets)
    const { user, system } = process.threadCpuUsage(before)
    assert.ok(user + system < 4_000_000, `${JSON.stringify(unit)}: ${(user + system) / 1_000} ms`)
  }
})
