import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { deflateSync, inflateSync } from "node:zlib"
import { readCompound } from "../../src/inspect/active/compound.ts"
import { amendLeaf } from "../../src/inspect/disarm/amend.ts"
import { disarmed } from "../../src/inspect/disarm/disarmed.ts"
import { judge } from "../../src/inspect/file.ts"
import type { File } from "../../src/mail/file.ts"
import type { Change, Disarmed, Leaf } from "../../src/mail/rewrite.ts"
import { createUnpack } from "../../src/unpack/unpack.ts"
import { readMessage } from "../unpack/opened.ts"
import { zip } from "../unpack/zip-writer.ts"
import { compound, project, within } from "./compound-writer.ts"

const MACRO = 'Sub AutoOpen()\r\n  CreateObject("WScript.Shell").Run "calc"\r\nEnd Sub\r\n'

async function opened(bytes: Buffer, name: string): Promise<File> {
  const unpacking = createUnpack({ passwords: [] }, readMessage)(AbortSignal.timeout(20_000))
  async function* content(): AsyncGenerator<Buffer> {
    yield bytes
  }
  const leaf = {
    at: "2",
    names: [name],
    claimed: "application/octet-stream",
    disposition: "attachment",
    isText: false,
  } as const
  await unpacking.part({ ...leaf, content: content() })
  const [file] = await unpacking.open({ subject: "", text: "", passwords: [] })
  assert.ok(file !== undefined)
  return file
}

async function kinds(file: File): Promise<string> {
  const findings = judge(file, { forbidden: new Set() })
  return [...new Set(findings.map(({ kind, why }) => `${kind} ${why}`))].join(", ")
}

async function without(
  what: Disarmed,
  bytes: Buffer,
  name: string,
): Promise<{ readonly file: File; readonly extension: string | null }> {
  const before = await opened(bytes, name)
  assert.notEqual(await kinds(before), "")
  const made = disarmed(before, what)
  assert.ok(made !== null)
  return { file: await opened(made.bytes, name), extension: made.extension }
}

const OVERRIDES = `<Types><Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/><Override PartName="/word/vbaData.xml" ContentType="x"/></Types>`
const RELATIONS = `<Relationships><Relationship Id="rId1" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/><Relationship Id="rId2" Type="http://x/styles" Target="styles.xml"/></Relationships>`

describe("macros are taken out", () => {
  test("of an old document, whose other streams stay as they are", async () => {
    const text = Buffer.alloc(5_000, "Kinh gui ")
    const doc = compound({ WordDocument: text, "1Table": Buffer.from("table"), ...within("Macros", project(MACRO)) })
    const { file, extension } = await without("macros", doc, "a.doc")
    assert.equal(await kinds(file), "")
    assert.equal(extension, null)
    const left = readCompound(file.bytes)
    assert.deepEqual(left?.entries.map(({ path }) => path).toSorted(), ["1Table", "Macros", "WordDocument"])
    assert.deepEqual(left?.stream("WordDocument"), text)
    assert.equal(file.bytes.includes("WScript"), false)
  })
  test("of a workbook", async () => {
    const xls = compound({ Workbook: Buffer.alloc(600), ...within("_VBA_PROJECT_CUR", project(MACRO)) })
    assert.equal(await kinds((await without("macros", xls, "a.xls")).file), "")
  })
  test("of a new document, which says that it has none", async () => {
    const docm = zip([
      { name: "[Content_Types].xml", data: OVERRIDES },
      { name: "word/document.xml", data: "<w:document/>" },
      { name: "word/_rels/document.xml.rels", data: RELATIONS },
      { name: "word/vbaProject.bin", data: compound(project(MACRO)) },
      { name: "word/vbaData.xml", data: "<x/>" },
      { name: "word/_rels/vbaProject.bin.rels", data: "<x/>" },
    ])
    const { file, extension } = await without("macros", docm, "a.docm")
    assert.equal(await kinds(file), "")
    assert.equal(extension, "docx")
    const part = (name: string): string => file.within.find(({ names }) => names[0] === name)?.bytes.toString() ?? ""
    assert.deepEqual(
      file.within.map(({ names }) => names[0]),
      ["[Content_Types].xml", "word/document.xml", "word/_rels/document.xml.rels"],
    )
    assert.match(part("[Content_Types].xml"), /wordprocessingml\.document\.main\+xml"\/><\/Types>$/)
    assert.equal(
      part("word/_rels/document.xml.rels"),
      `<Relationships><Relationship Id="rId2" Type="http://x/styles" Target="styles.xml"/></Relationships>`,
    )
  })
  test("of an OpenDocument text", async () => {
    const odt = zip([
      { name: "mimetype", data: "application/vnd.oasis.opendocument.text", stored: true },
      {
        name: "content.xml",
        data: `<a><script:event-listener script:event-name="dom:load" xlink:href="vnd.sun.star.script:A?location=document"/></a>`,
      },
      { name: "Basic/Standard/A.xml", data: "<script:module>Sub A&#10;Shell(1)&#10;End Sub</script:module>" },
      {
        name: "META-INF/manifest.xml",
        data: `<m><manifest:file-entry manifest:full-path="Basic/Standard/A.xml"/><manifest:file-entry manifest:full-path="/"/></m>`,
      },
    ])
    const { file } = await without("macros", odt, "a.odt")
    assert.equal(await kinds(file), "")
    assert.equal(file.bytes.toString("latin1", 30, 38), "mimetype")
  })
  test("of nothing where there are none", async () => {
    assert.equal(disarmed(await opened(compound({ WordDocument: Buffer.alloc(99) }), "a.doc"), "macros"), null)
    assert.equal(disarmed(await opened(Buffer.from("text"), "a.txt"), "macros"), null)
  })
})

describe("actions are taken out of a PDF", () => {
  const pdf = (object: string): Buffer =>
    Buffer.from(`%PDF-1.7\n1 0 obj\n${object}\nendobj\ntrailer <</Root 1 0 R>>\n%%EOF`, "latin1")
  for (const [what, object] of [
    ["a script that runs at opening", "<</OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>"],
    ["a program", "<</A<</S/Launch/F(cmd.exe)>>>>"],
    ["names spelled in hex", "<</AA<</O<</S/J#61vaScript/#4a#53(x())>>>>>>"],
  ] as const) {
    test(`${what}, and no octet moves`, async () => {
      const { file } = await without("active-content", pdf(object), "a.pdf")
      assert.equal(await kinds(file), "")
      assert.equal(file.bytes.length, pdf(object).length)
    })
  }
  test("which stand in an object stream", async () => {
    const inner = Buffer.from(`7 0 <</S/JavaScript/JS(app.alert(1))>>${" ".repeat(200)}`)
    const packed = deflateSync(inner, { level: 1 })
    const bytes = pdf(
      `<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length ${packed.length}>>stream\n${packed.toString("latin1")}\nendstream`,
    )
    const { file } = await without("active-content", bytes, "a.pdf")
    assert.equal(await kinds(file), "")
    const start = file.bytes.indexOf("stream\n") + 7
    assert.match(inflateSync(file.bytes.subarray(start, start + packed.length)).toString(), /\/jAVAsCRIPT\/js\(app/)
  })
  test("and octets of its pictures stay", async () => {
    const picture = "<</Filter/DCTDecode>>stream\n\xff\xd8/JS /JavaScript\nendstream"
    const { file } = await without("active-content", pdf(`<</A<</S/Launch>>>>\nendobj\n2 0 obj ${picture}`), "a.pdf")
    assert.ok(file.bytes.includes(Buffer.from("\xff\xd8/JS /JavaScript", "latin1")))
  })
})

describe("a leaf", () => {
  const leaf = (name: string, bytes: Buffer): Leaf => ({
    at: "2",
    names: [name],
    claimed: "application/x",
    disposition: "attachment",
    bytes,
  })
  const look = async ({ names, bytes }: Leaf) => {
    const file = await opened(Buffer.from(bytes), names[0] ?? "")
    return { file, findings: judge(file, { forbidden: new Set(["js"]) }) }
  }
  const replace: Change = {
    is: "replace",
    kinds: ["forbidden-type"],
    text: "Tệp “{{ten_tep}}” đã bị loại bỏ.\n",
    signed: false,
  }
  test("with such a finding gives way to a notice", async () => {
    const made = await amendLeaf(leaf("a.js", Buffer.from("x")), [replace], look)
    assert.deepEqual(made && [made.name, made.claimed, Buffer.from(made.bytes).toString()], [
      "a.js.txt",
      "text/plain",
      "Tệp “a.js” đã bị loại bỏ.\r\n",
    ])
  })
  test("with such a finding inside gives way to a notice", async () => {
    const made = await amendLeaf(leaf("a.zip", zip([{ name: "b.js", data: "x" }])), [replace], look)
    assert.equal(made?.name, "a.zip.txt")
  })
  test("without it stays", async () =>
    assert.equal(await amendLeaf(leaf("a.txt", Buffer.from("x")), [replace], look), null))
  test("without macros gets the name that fits", async () => {
    const docm = zip([
      { name: "[Content_Types].xml", data: OVERRIDES },
      { name: "word/document.xml", data: "<w:document/>" },
      { name: "word/vbaProject.bin", data: compound(project(MACRO)) },
    ])
    const made = await amendLeaf(
      leaf("báo cáo.docm", docm),
      [{ is: "disarm", what: "macros", text: "", signed: false }],
      look,
    )
    assert.equal(made?.name, "báo cáo.docx")
  })
  for (const [what, asked, name, bytes] of [
    [
      "a sheet of XLM",
      "macros",
      "a.xlsm",
      zip([
        { name: "[Content_Types].xml", data: "<Types/>" },
        { name: "xl/workbook.xml", data: "<workbook/>" },
        {
          name: "xl/macrosheets/sheet1.xml",
          data: "<xm:macrosheet><c><f>EXEC(&quot;calc&quot;)</f></c></xm:macrosheet>",
        },
      ]),
    ],
    [
      "a field of DDE",
      "active-content",
      "a.rtf",
      Buffer.from("{\\rtf1{\\field{\\*\\fldinst DDEAUTO c:\\\\cmd.exe x}}}"),
    ],
    [
      "an object of RTF",
      "active-content",
      "a.rtf",
      Buffer.from("{\\rtf1{\\object\\objupdate\\objemb{\\*\\objdata 0105}}}"),
    ],
    [
      "a script of a page",
      "active-content",
      "a.html",
      Buffer.from("<html><script>location='http://x'</script></html>"),
    ],
    ["a program in words", "active-content", "a.vbs", Buffer.from('CreateObject("WScript.Shell").Run "calc"')],
    ["cells of DDE", "active-content", "a.csv", Buffer.from("=cmd|'/c calc'!A1,1\n")],
  ] as const) {
    test(`with ${what}, which nobody can take out, gives way to a notice`, async () => {
      const change: Change = { is: "disarm", what: asked, text: "Tệp “{{ten_tep}}” đã bị loại bỏ.\n", signed: false }
      const before = await look(leaf(name, bytes))
      assert.ok(before.findings.some(({ kind }) => kind === (asked === "macros" ? "macro" : "active-content")))
      const made = await amendLeaf(leaf(name, bytes), [change], look)
      assert.equal(made?.name, `${name}.txt`)
    })
  }
})
