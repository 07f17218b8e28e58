import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { file, opened, recognised } from "../recognise/recognised.ts"
import { createReader } from "../../src/read/read.ts"
import { decodeCharset } from "../../src/parse/charset.ts"
import { htmlText } from "../../src/parse/html.ts"
import { doc, xls } from "./compound-writer.ts"
import { docx, ods, odt, pptx, rtf, xlsx } from "./office-writer.ts"

const reader = createReader({ decode: decodeCharset, html: htmlText })

async function textOf(name: string, bytes: Buffer | string) {
  const found = await reader.file(await opened(file(name, bytes)), AbortSignal.timeout(10_000))
  return { ...found, body: found.text.body.normalize("NFC").trim(), margins: found.text.margins.trim() }
}

const PEOPLE = Array.from({ length: 25 }, (_, index) => [
  String(index + 1),
  `Lò Văn ${String.fromCharCode(65 + index)}`,
  `0010990${String(12_300 + index).padStart(5, "0")}`,
])
const cells = (row: readonly string[]): string =>
  row.map((text) => `<w:tc><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:tc>`).join("")

describe("a list of people is counted in every kind of table", () => {
  for (const [name, bytes] of [
    ["a.xlsx", xlsx(PEOPLE)],
    ["a.xls", xls(PEOPLE)],
    ["a.ods", ods(PEOPLE)],
    ["a.docx", docx(`<w:tbl>${PEOPLE.map((row) => `<w:tr>${cells(row)}</w:tr>`).join("")}</w:tbl>`)],
    ["a.csv", PEOPLE.map((row) => row.join(";")).join("\n")],
  ] as const) {
    test(name, async () => assert.equal((await recognised({ files: [file(name, bytes)] })).personalData.records, 25))
  }
})

describe("sheets", () => {
  test("two thousand rows, their strings torn between records", async () => {
    const rows = Array.from({ length: 2_000 }, (_, row) => [`Dòng số ${row} của bảng`, `row ${row}`])
    const { body } = await textOf("a.xls", xls(rows))
    assert.equal(body, rows.map((row) => row.join("\t")).join("\n"))
  })

  test("numbers keep their zeros, dates are days", async () => {
    const styles = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="000000000000"/></numFmts><fonts><font/></fonts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>`
    const sheet = `<worksheet><sheetData><row><c s="1"><v>1099012345</v></c><c s="2"><v>32874</v></c><c><v>1.5</v></c><c t="str"><v>chữ</v></c></row></sheetData><headerFooter><oddHeader>&amp;C&amp;"Times,Bold"MẬT</oddHeader></headerFooter></worksheet>`
    const { body, margins } = await textOf(
      "a.xlsx",
      xlsx([], { "xl/styles.xml": styles, "xl/worksheets/sheet1.xml": sheet }),
    )
    assert.equal(body, "001099012345\t01/01/1990\t1.5\tchữ")
    assert.match(margins, /^\s*MẬT$/m)
  })
})

describe("what stands beside the text is read, and kept apart", () => {
  for (const [what, name, bytes] of [
    ["headers of an old .doc", "a.doc", doc("Thân", "MẬT")],
    [
      "notes of a slide",
      "a.pptx",
      pptx("Thân", { "ppt/notesSlides/notesSlide1.xml": "<p><a:p><a:r><a:t>MẬT</a:t></a:r></a:p></p>" }),
    ],
    [
      "the master of slides",
      "a.pptx",
      pptx("Thân", { "ppt/slideMasters/slideMaster1.xml": "<p><a:p><a:r><a:t>MẬT</a:t></a:r></a:p></p>" }),
    ],
    [
      "a comment on a cell",
      "a.xlsx",
      xlsx([["Thân"]], { "xl/comments1.xml": "<comments><text><r><t>MẬT</t></r></text></comments>" }),
    ],
    ["the header of an .rtf", "a.rtf", rtf("Thân").replace("\\f0 ", "{\\header M\\u7852?T\\par}\\f0 ")],
    [
      "a title among the properties",
      "a.docx",
      docx("<w:p><w:r><w:t>Thân</w:t></w:r></w:p>", { "docProps/core.xml": "<c><dc:title>MẬT</dc:title></c>" }),
    ],
    ["the header of an .odt", "a.odt", odt("Thân", "MẬT")],
  ] as const) {
    test(what, async () => {
      const { body, margins } = await textOf(name, bytes)
      assert.equal(body, "Thân")
      assert.match(margins, /(?:^|\n)MẬT(?:\n|$)/)
    })
  }
})

describe("a font of capitals is heeded run by run", () => {
  const run = (font: string, text: string): string =>
    `<w:r><w:rPr><w:rFonts w:ascii="${font}" w:hAnsi="${font}"/></w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`
  test("in a .docx", async () => {
    const { body, shows } = await textOf(
      "a.docx",
      docx(`<w:p>${run(".VnTimeH", "së tµi chÝnh")}</w:p><w:p>${run(".VnTime", "KÝnh göi c¸c ®¬n vÞ")}</w:p>`),
    )
    assert.equal(body, "SỞ TÀI CHÍNH\nKính gửi các đơn vị")
    assert.deepEqual(shows, [{ feature: "legacy-encoding", note: "TCVN3 (ABC)" }])
  })
  test("by its style", async () => {
    const styles = `<w:styles><w:style w:styleId="H"><w:rPr><w:rFonts w:ascii=".VnTimeH"/></w:rPr></w:style></w:styles>`
    const { body } = await textOf(
      "a.docx",
      docx(`<w:p><w:pPr><w:pStyle w:val="H"/></w:pPr><w:r><w:t>Së tµi chÝnh</w:t></w:r></w:p>`, {
        "word/styles.xml": styles,
      }),
    )
    assert.equal(body, "SỞ TÀI CHÍNH")
  })
  test("in an .rtf", async () => {
    const { body } = await textOf("a.rtf", rtf("Së tµi chÝnh", ".VnTimeH"))
    assert.equal(body, "SỞ TÀI CHÍNH")
  })
  test("RTF of Vietnamese Windows needs no font", async () => {
    const { body } = await textOf(
      "a.rtf",
      "{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset163 Times New Roman;}}\\f0 C\\'f4\\'f2ng ho\\'cca}",
    )
    assert.equal(body, "Cộng hòa")
  })
})

test("properties that name a state body are told", async () => {
  const { shows } = await textOf(
    "a.docx",
    docx("<w:p/>", { "docProps/app.xml": "<Properties><Company>UBND tỉnh Sông Bạch</Company></Properties>" }),
  )
  assert.deepEqual(shows, [{ feature: "properties", note: "UBND tỉnh Sông Bạch" }])
})

test("an edXML envelope is told", async () => {
  const { shows, body } = await textOf(
    "a.edxml",
    `<?xml version="1.0"?><edXML:edXML xmlns:edXML="http://www.e-doc.vn/"><edXML:Subject>Về việc họp</edXML:Subject></edXML:edXML>`,
  )
  assert.deepEqual(shows, [{ feature: "edxml", note: "edXML" }])
  assert.equal(body, "Về việc họp")
})

describe("a .doc that is something else is read as that", () => {
  for (const [what, bytes] of [
    ["HTML", "<html><body><p>Kính gửi các sở</p></body></html>"],
    ["RTF", rtf("Kính gửi các sở")],
    ["plain text", "Kính gửi các sở"],
  ] as const) {
    test(what, async () => assert.equal((await textOf("a.doc", bytes)).body, "Kính gửi các sở"))
  }
})
