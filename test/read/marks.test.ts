/** A mark is found wherever a document may bear it, in the fonts of old encodings too. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { letter } from "../recognise/letters.ts"
import { file, recognised } from "../recognise/recognised.ts"
import { doc } from "./compound-writer.ts"
import { WRITTEN } from "./encode.ts"
import { docx, odt, paragraphs, pptx, rtf, xlsx } from "./office-writer.ts"
import { page, pdf } from "./pdf-writer.ts"

/** Octets of an old encoding, each shown as the character of its number. */
const old = (encoding: string, text: string): string =>
  WRITTEN.find(({ as }) => as === encoding)?.write(text) ?? assert.fail(encoding)
const inFont = (font: string, text: string): string =>
  text
    .split("\n")
    .map(
      (line) =>
        `<w:p><w:r><w:rPr><w:rFonts w:ascii="${font}" w:hAnsi="${font}"/></w:rPr><w:t xml:space="preserve">${line}</w:t></w:r></w:p>`,
    )
    .join("")
const rows = letter()
  .split("\n")
  .map((line) => [line])
const body = paragraphs(letter())
const stamped = letter({ symbol: "Số: 2417/UBND-THNC\nTỐI MẬT" })

describe("a mark", () => {
  for (const [what, name, bytes, grade] of [
    [
      "in the header of a .docx",
      "a.docx",
      docx(body, { "word/header2.xml": `<w:hdr>${paragraphs("MẬT")}</w:hdr>` }),
      "mat",
    ],
    [
      "in its footer, in a VNI font",
      "a.docx",
      docx(body, {
        "word/footer1.xml": `<w:ftr>${inFont("VNI-Times", old("VNI", "TỐI MẬT"))}</w:ftr>`,
      }),
      "toi-mat",
    ],
    [
      "in its header, in a TCVN3 font of capitals",
      "a.docx",
      docx(body, {
        "word/header1.xml": `<w:hdr>${inFont(".VnTimeH", old("TCVN3", "mật"))}</w:hdr>`,
      }),
      "mat",
    ],
    [
      "in a text box beside a TCVN3 letter",
      "a.docx",
      docx(
        `${inFont(".VnTime", old("TCVN3", letter()))}<w:p><w:r><w:txbxContent>${inFont(".VnTimeH", old("TCVN3", "tuyệt mật"))}</w:txbxContent></w:r></w:p>`,
      ),
      "tuyet-mat",
    ],
    [
      "in a comment",
      "a.docx",
      docx(body, {
        "word/comments.xml": `<w:comments><w:comment>${paragraphs("MẬT")}</w:comment></w:comments>`,
      }),
      "mat",
    ],
    ["in the header of a TCVN3 .doc", "a.doc", doc(old("TCVN3", letter()), old("TCVN3", "TỐI MẬT")), "toi-mat"],
    ["in the header of a VNI .doc", "a.doc", doc(old("VNI", letter()), old("VNI", "MẬT")), "mat"],
    ["in the header of an .rtf", "a.rtf", rtf(letter()).replace("\\f0 ", "{\\header M\\u7852?T\\par}\\f0 "), "mat"],
    ["in a TCVN3 .rtf", "a.rtf", rtf(old("TCVN3", stamped), ".VnTime"), "toi-mat"],
    ["in the header of an .odt", "a.odt", odt(letter(), "TUYỆT MẬT"), "tuyet-mat"],
    ["on a slide", "a.pptx", pptx(`MẬT\n${letter()}`), "mat"],
    [
      "in the notes of a slide",
      "a.pptx",
      pptx(letter(), {
        "ppt/notesSlides/notesSlide1.xml": "<p><a:p><a:r><a:t>MẬT</a:t></a:r></a:p></p>",
      }),
      "mat",
    ],
    [
      "in the footer of a hidden sheet",
      "a.xlsx",
      xlsx(rows, {
        "xl/workbook.xml": `<workbook><sheets><sheet name="a"/><sheet name="b" state="veryHidden"/></sheets></workbook>`,
        "xl/worksheets/sheet2.xml":
          "<worksheet><sheetData/><headerFooter><oddFooter>&amp;CTỐI MẬT</oddFooter></headerFooter></worksheet>",
      }),
      "toi-mat",
    ],
    ["on a page of a PDF, letter-spaced", "a.pdf", pdf([page(stamped.replace("TỐI MẬT", "T Ố I  M Ậ T"))]), "toi-mat"],
  ] as const) {
    test(what, async () => assert.equal((await recognised({ files: [file(name, bytes)] })).secrecy, grade))
  }

  for (const { as, write } of WRITTEN) {
    // Whether a mark without accents is meant is asked of a person.
    const grade = as === "unaccented" ? "suspected" : "toi-mat"
    test(`typed in ${as}`, async () =>
      assert.equal(
        (
          await recognised({
            files: [file("a.txt", Buffer.from(write(stamped), "latin1"))],
          })
        ).secrecy,
        grade,
      ))
  }
})
