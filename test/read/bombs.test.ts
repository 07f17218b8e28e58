/** Documents that grow, nest or turn in circles when they are opened: each ends in an answer, and never in "not official". */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { cpuTime } from "../recognise/cpu.ts"
import { letter } from "../recognise/letters.ts"
import { file, recognised } from "../recognise/recognised.ts"
import { zip } from "../unpack/zip-writer.ts"
import { compound, doc } from "./compound-writer.ts"
import { docx, odt, paragraphs, pptx, rtf, xlsx } from "./office-writer.ts"
import { page, pdf } from "./pdf-writer.ts"

/** Ten entities, each ten times the one before: a gigabyte for whoever expands them. */
const ENTITIES = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "bom">${Array.from({ length: 9 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`).join("")}]>`
const DEEP = 200_000

const named = (name: string, data: string | Buffer, others: Record<string, string> = {}): Buffer =>
  zip([
    { name: "[Content_Types].xml", data: "<Types/>" },
    { name, data },
    ...Object.entries(others).map(([other, text]) => ({ name: other, data: text })),
  ])

/** A PDF of objects as they are written, with no table of where they stand: readers look for them. */
function loose(...objects: readonly string[]): Buffer {
  const all = objects.map((body, index) => `${index + 1} 0 obj${body}endobj\n`).join("")
  return Buffer.from(`%PDF-1.7\n${all}trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n0\n%%EOF`)
}

const CATALOG = "<</Type/Catalog/Pages 2 0 R>>"

const BOMBS: readonly (readonly [string, string, () => Buffer])[] = [
  ["a .docx of 100 MB of blanks", "a.docx", () => named("word/document.xml", Buffer.alloc(100_000_000, " "))],
  [
    "a .docx of ten thousand headers",
    "a.docx",
    () =>
      docx(
        paragraphs(letter()),
        Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`word/header${n}.xml`, `<w:hdr>${n}</w:hdr>`])),
      ),
  ],
  [
    "a .docx whose entities double",
    "a.docx",
    () => docx(paragraphs(letter()), { "word/comments.xml": `${ENTITIES}<a>&e9;</a>` }),
  ],
  [
    "a .docx nested without end",
    "a.docx",
    () => named("word/document.xml", `${paragraphs(letter())}${"<w:p><w:tbl><w:tr><w:tc>".repeat(DEEP / 4)}`),
  ],
  ["an .odt nested without end", "a.odt", () => odt(`${letter()}\n${"x".repeat(10)}`).subarray(0, -40)],
  [
    "a sheet whose cells name strings that are not there",
    "a.xlsx",
    () =>
      xlsx([], {
        "xl/sharedStrings.xml": "<sst/>",
        "xl/worksheets/sheet1.xml": `<worksheet><sheetData>${`<row r="1048576"><c r="XFD1048576" t="s"><v>99999999</v></c></row>`.repeat(50_000)}</sheetData></worksheet>`,
      }),
  ],
  [
    "slides that are one element, opened again and again",
    "a.pptx",
    () => pptx(letter(), { "ppt/slides/slide2.xml": "<a:t>".repeat(DEEP) }),
  ],
  [
    "a workbook that names one long text in every cell",
    "a.xlsx",
    () =>
      xlsx([["dự toán ".repeat(130_000)]], {
        "xl/worksheets/sheet1.xml": `<worksheet><sheetData><row>${'<c t="s"><v>0</v></c>'.repeat(100_000)}</row></sheetData></worksheet>`,
      }),
  ],
  ["an .rtf of groups", "a.rtf", () => Buffer.from(rtf(letter()).replace("\\f0 ", `\\f0 ${"{".repeat(DEEP)}`))],
  ["an .rtf that claims gigabytes", "a.rtf", () => Buffer.from("{\\rtf1\\bin2147483647 ")],
  [
    "a .doc whose directory is its own child",
    "a.doc",
    () => {
      const bytes = doc(letter())
      const root = bytes.indexOf(Buffer.from("Root Entry", "utf16le"))
      for (const at of [68, 72, 76]) bytes.writeUInt32LE(0, root + at)
      return bytes
    },
  ],
  [
    "a compound file that ends in its header",
    "a.doc",
    () => compound({ WordDocument: Buffer.alloc(5_000) }).subarray(0, 600),
  ],
  [
    "a PDF whose pages are their own children",
    "a.pdf",
    () => loose(CATALOG, "<</Type/Pages/Count 9/Kids[2 0 R 2 0 R 2 0 R]>>"),
  ],
  [
    "a PDF whose page is its own parent",
    "a.pdf",
    () => loose(CATALOG, "<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Page/Parent 3 0 R/Contents 3 0 R>>"),
  ],
  [
    "a PDF that draws itself",
    "a.pdf",
    () =>
      loose(
        CATALOG,
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</A 5 0 R>>>>>>",
        "<</Length 5>>stream\n/A Do\nendstream",
        "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 11/Resources<</XObject<</A 5 0 R>>>>>>stream\n/A Do /A Do\nendstream",
      ),
  ],
  [
    "a PDF whose table is its own predecessor",
    "a.pdf",
    () => {
      const whole = pdf([page("x")]).toString("latin1")
      const at = whole.lastIndexOf("\nxref") + 1
      return Buffer.from(
        whole.replace("/Root 1 0 R>>", `/Root 1 0 R/Prev ${at}>>`).replace("%PDF-1.7", "%PDF-1.7"),
        "latin1",
      )
    },
  ],
  [
    "a PDF of a million pages that are not there",
    "a.pdf",
    () => loose(CATALOG, `<</Type/Pages/Count 1000000/Kids[${"3 0 R ".repeat(100_000)}]>>`),
  ],
]

describe("opened within its bounds", () => {
  for (const [what, name, make] of BOMBS) {
    test(what, async () => {
      const bytes = make()
      const start = cpuTime()
      const { official } = await recognised({ files: [file(name, bytes)] })
      const took = cpuTime() - start
      assert.notEqual(official.label, "not-official", JSON.stringify(official))
      assert.ok(took < 6_000, `${Math.round(took)} ms`)
    })
  }
})

test("entities that double are never expanded", async () => {
  const { official } = await recognised({ files: [file("a.xml", Buffer.from(`${ENTITIES}<a>&e9;</a>`))] })
  assert.ok(official.score <= 100)
})
