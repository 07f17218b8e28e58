import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { createReader } from "../../src/read/read.ts"
import { decodeCharset } from "../../src/parse/charset.ts"
import { htmlText } from "../../src/parse/html.ts"
import { zip } from "../unpack/zip-writer.ts"
import { letter } from "./letters.ts"
import { docx, odt, paragraphs } from "../read/office-writer.ts"
import { fallbackPage, page, pdf } from "../read/pdf-writer.ts"
import { file, opened, recognised } from "./recognised.ts"

const reader = createReader({ decode: decodeCharset, html: htmlText })

async function textOf(name: string, bytes: Buffer | string) {
  const { text, whole } = await reader.file(await opened(file(name, bytes)), AbortSignal.timeout(10_000))
  return { body: text.body.normalize("NFC").trim(), margins: text.margins.trim(), whole }
}

const STAMP = paragraphs("MẬT")

describe("a letter is official", () => {
  for (const [what, name, bytes] of [
    ["as .docx", "a.docx", docx(paragraphs(letter()))],
    ["as .docx with another name", "a", docx(paragraphs(letter()))],
    ["as .odt", "a.odt", odt(letter())],
    ["as .pdf", "a.pdf", pdf([page(letter())])],
    ["as .pdf whose accented letters come last, in another font", "a.pdf", pdf([fallbackPage(letter())])],
    ["as .html", "a.html", `<html><body><p>${letter().replaceAll("\n", "<br>")}</p></body></html>`],
    ["as .txt", "a.txt", letter()],
    ["as .txt in UTF-16", "a.txt", Buffer.from(`\ufeff${letter()}`, "utf16le")],
  ] as const) {
    test(what, async () => {
      const type = name === "a" ? "application/vnd.openxmlformats-officedocument.wordprocessingml.document" : undefined
      const { official } = await recognised({ files: [file(name, bytes, type)] })
      assert.equal(official.label, "official", JSON.stringify(official))
      assert.ok(official.evidence.every(({ at }) => at === "2"))
    })
  }
})

describe("a mark is found", () => {
  for (const [what, name, bytes] of [
    ["in the body of a .docx", "a.docx", docx(STAMP + paragraphs(letter()))],
    ["in its header", "a.docx", docx(paragraphs(letter()), { "word/header2.xml": `<w:hdr>${STAMP}</w:hdr>` })],
    ["in its footer", "a.docx", docx(paragraphs(letter()), { "word/footer1.xml": `<w:ftr>${STAMP}</w:ftr>` })],
    ["in a footnote", "a.docx", docx(paragraphs(letter()), { "word/footnotes.xml": STAMP })],
    ["in a comment", "a.docx", docx(paragraphs(letter()), { "word/comments.xml": STAMP })],
    [
      "in a text box far down",
      "a.docx",
      docx(
        paragraphs(`${"Dòng\n".repeat(60)}${letter()}`) +
          `<w:p><w:r><wp:posOffset>99</wp:posOffset><w:txbxContent>${STAMP}</w:txbxContent></w:r></w:p>`,
      ),
    ],
    [
      "in a cell of a table",
      "a.docx",
      docx(
        `<w:tbl><w:tr><w:tc>${STAMP}</w:tc><w:tc>${paragraphs("Số 1")}</w:tc></w:tr></w:tbl>${paragraphs(letter())}`,
      ),
    ],
    [
      "in letters shown as capitals",
      "a.docx",
      docx(`<w:p><w:r><w:rPr><w:caps/></w:rPr><w:t>Mật</w:t></w:r></w:p>${paragraphs(letter())}`),
    ],
    [
      "in runs that split it",
      "a.docx",
      docx(`<w:p><w:r><w:t>M</w:t></w:r><w:r><w:t>ẬT</w:t></w:r></w:p>${paragraphs(letter())}`),
    ],
    [
      "in deleted text that is still there",
      "a.docx",
      docx(`<w:p><w:del><w:r><w:delText>MẬT</w:delText></w:r></w:del></w:p>${paragraphs(letter())}`),
    ],
    ["in the header of an .odt", "a.odt", odt(letter(), "MẬT")],
    ["on a .pdf", "a.pdf", pdf([[...page(letter()), { text: "MẬT", x: 480, y: 770 }]])],
    [
      "on a .pdf, in two fonts",
      "a.pdf",
      pdf([[...fallbackPage(letter()), { text: "M_T", x: 480, y: 770 }, { text: "Ậ", x: 486, y: 770, font: 2 }]]),
    ],
  ] as const) {
    test(what, async () => assert.equal((await recognised({ files: [file(name, bytes)] })).secrecy, "mat"))
  }
})

describe("what cannot be read is unsure, never less", () => {
  const sealed = zip([{ name: "word/document.xml", data: "x", encrypted: true }])
  const bomb = docx(paragraphs("x").concat(" ".repeat(9_000_000)))
  for (const [what, name, bytes] of [
    ["a picture in a .pdf", "a.pdf", pdf([[]])],
    ["a .pdf whose letters mean nothing", "a.pdf", pdf([page("Kinh gui cac so, ban, nganh")], { explained: false })],
    ["a broken .pdf", "a.pdf", "%PDF-1.7 broken"],
    ["a .pdf that is none", "a.pdf", "hello"],
    ["a broken .docx", "a.docx", docx(paragraphs(letter())).subarray(0, 300)],
    ["a sealed .docx", "a.docx", sealed],
    ["a .docx without a document", "a.docx", zip([{ name: "x", data: "x" }])],
    ["a .docx larger than anybody writes", "a.docx", bomb],
    ["an old .doc", "a.doc", "\xd0\xcf\x11\xe0"],
    ["an .rtf that is none", "a.rtf", "\0\0\0\0"],
  ] as const) {
    test(what, async () => {
      const { official } = await recognised({ files: [file(name, bytes)] })
      assert.equal(official.label, "unsure", JSON.stringify(official))
      assert.ok(official.evidence.some(({ feature, at }) => feature === "unreadable" && at === "2"))
    })
  }

  test("files beyond what is read of one message", async () => {
    const files = Array.from({ length: 10 }, () => file("a.txt", "Chào. ".repeat(50_000)))
    const { official } = await recognised({ files })
    assert.deepEqual(
      official.evidence.map(({ feature }) => feature),
      ["unreadable", "unreadable"],
    )
  })

  test("a file that comes after the deadline", async () => {
    const { official } = await recognised({ files: [file("a.pdf", pdf([page("Chào anh, hẹn gặp")]))] }, 0)
    assert.equal(official.label, "unsure")
  })
})

describe("read as it is seen", () => {
  test("letters of another font stand in their words", async () => {
    const { body } = await textOf(
      "a.pdf",
      pdf([fallbackPage("ỦY BAN NHÂN DÂN TỈNH SÔNG BẠCH\nĐộc lập - Tự do - Hạnh phúc")]),
    )
    assert.equal(body, "ỦY BAN NHÂN DÂN TỈNH SÔNG BẠCH\nĐộc lập - Tự do - Hạnh phúc")
  })

  test("two columns are two cells, whatever was drawn first", async () => {
    const { body } = await textOf(
      "a.pdf",
      pdf([
        [
          { text: "Tự do - Hạnh phúc", x: 300, y: 700 },
          { text: "Số: 12/UBND-VP", x: 40, y: 700 },
        ],
      ]),
    )
    assert.equal(body, "Số: 12/UBND-VP\tTự do - Hạnh phúc")
  })

  test("entities are characters, and only the five of XML", async () => {
    const { body } = await textOf("a.docx", docx("<w:p><w:t>A &amp;lt; B &#7853; &bomb; &#x1EA4;</w:t></w:p>"))
    assert.equal(body, "A &lt; B ậ &bomb; Ấ")
  })

  test("any of a file's names counts", async () => {
    const named = { ...file("a.txt", letter()), names: ["a.txt", "12-BC_TOI_MAT.txt"] }
    assert.equal((await recognised({ files: [named] })).secrecy, "toi-mat")
  })

  test("pictures are no documents", async () => {
    const { official } = await recognised({ files: [file("a.jpg", "\xff\xd8\xff", "image/jpeg")] })
    assert.deepEqual(official, { label: "not-official", score: 0, evidence: [] })
  })
})
