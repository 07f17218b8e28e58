/** One part of an Office Open XML package, or a whole document in one XML file: relations that reach outside, fields, controls. ECMA-376. */
import { readCompound } from "./compound.ts"
import { BEGIN, END, SEPARATE, judgeCells, judgeFields } from "./fields.ts"
import { judgeCompound } from "./office.ts"
import { inflateAt } from "./inflate.ts"
import { type Trait, named, shorten } from "./trait.ts"
import { attribute, mentions, type Tag, tags, xmlText } from "../../mail/xml.ts"

/** What a part can do, by its name in the package. */
export function judgePart(name: string, bytes: Buffer): readonly Trait[] {
  const path = name.replaceAll("\\", "/").toLowerCase()
  if (path.endsWith(".rels"))
    return mentions(bytes, ["External", "external", "&#", "acrosheet"]) ? judgeRelations(xmlText(bytes), path) : []
  if (/(?:^|\/)activex\/[^/]+\.(?:xml|bin)$/.test(path)) return [{ kind: "active-content", why: "activex" }]
  if (/(?:^|\/)(?:intl)?macrosheets\/[^/]+$/.test(path)) return judgeMacroSheet(path, bytes)
  if (/(?:^|\/)externallinks\/[^/]+\.bin$/.test(path)) return judgeBinaryLink(bytes)
  if (/(?:^|\/)customui\/[^/]+\.xml$/.test(path)) return judgeRibbon(xmlText(bytes))
  // A relation names its part, whatever that is called: Word reads a header from `custom/a.bin`.
  if (!path.endsWith(".xml") && !isXml(bytes)) return []
  // Whatever its name: Excel goes by the element.
  if (mentions(bytes, ["macrosheet"]) && /<(?:\w{1,20}:)?macrosheet\b/i.test(xmlText(bytes)))
    return judgeMacroSheet(path, bytes)
  if (mentions(bytes, ["customUI"]) && /<(?:\w{1,20}:)?customUI\b/i.test(xmlText(bytes)))
    return judgeRibbon(xmlText(bytes))
  if (mentions(bytes, TELLING)) return judgeXml(xmlText(bytes))
  return []
}

function isXml(bytes: Buffer): boolean {
  return /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*</.test(bytes.toString("latin1", 0, 64))
}

/** Names of elements that `judgeXml` looks at. */
const TELLING = [
  "fldChar",
  "fldSimple",
  "ddeLink",
  "OLEObject",
  "oleObject",
  "oleObj",
  "ocx",
  "ppaction:",
  "WEBSERVICE",
  "webservice",
  "webPr",
  "dbPr",
  // A program between bars and marks of exclamation, in a cell.
  "|&apos;",
  "|'",
]

/** A whole document in one file: Word and Excel of 2003, or a package whose parts are elements. */
export function judgeFlatXml(bytes: Buffer): readonly Trait[] {
  const xml = xmlText(bytes)
  return [
    ...judgeXml(xml),
    ...judgeRelations(xml),
    ...[...tags(xml, ["cell"])].flatMap((cell) => judgeCells(attribute(cell, "formula"))),
    ...hiddenMacros(xml),
  ]
}

/** A document of 2003 says of itself that it has macros: then they are there, found or not. */
function hiddenMacros(xml: string): readonly Trait[] {
  const found = [...tags(xml, ["binaryData", "binData", "docOleData"])].flatMap(({ text }) => judgeBinary(text))
  const told = [...tags(xml, ["wordDocument"])].some((tag) => attribute(tag, "macrosPresent") === "yes")
  return told && !found.some(({ kind }) => kind === "macro") ? [...found, { kind: "macro", why: "unreadable" }] : found
}

/** Base64 in an element: a compound file, or one packed by Office of 2003 behind the word ActiveMime. */
function judgeBinary(base64: string): readonly Trait[] {
  if (base64.length < 100) return []
  const bytes = Buffer.from(base64, "base64")
  if (bytes.toString("latin1", 0, 10) === "ActiveMime") return judgeActiveMime(bytes)
  const compound = readCompound(bytes)
  if (compound !== null && compound.entries.length > 0) return judgeCompound(compound, bytes)
  return bytes.toString("latin1", 0, 4) === "\xd0\xcf\x11\xe0" ? [{ kind: "macro", why: "unreadable" }] : []
}

/** Reasons by the last word of a relation's type; one that is not listed is `external`. */
const RELATIONS: Readonly<Record<string, string>> = {
  attachedtemplate: "remote-template",
  oleobject: "external-object",
  package: "external-object",
  frame: "external-frame",
  image: "external-image",
  subdocument: "external-document",
  afchunk: "external-document",
  externallinkpath: "workbook-link",
  xlpathmissing: "workbook-link",
  xlstartup: "workbook-link",
  xlalternatestartup: "workbook-link",
  xllibrary: "workbook-link",
  mailmergesource: "external-data",
  mailmergeheadersource: "external-data",
  video: "external-media",
  audio: "external-media",
  media: "external-media",
}

/** On the computer of whoever wrote it: a template or workbook there is on no other one. */
const LOCAL = /^(?:file:\/\/\/)?(?:[a-z]:|(?!\w+:|[\\/]{2}))/i

const CHART = /(?:^|\/)charts\/_rels\/[^/]+\.rels$/i

/** Relations with a target outside the package; a hyperlink is nothing, it waits for a click. */
function judgeRelations(xml: string, path = ""): readonly Trait[] {
  const traits: Trait[] = []
  for (const tag of tags(xml, ["Relationship"])) {
    const type = attribute(tag, "Type").toLowerCase().replace(/^.*\//, "")
    if (/^xl(?:intl)?macrosheet$/.test(type)) traits.push({ kind: "macro", why: "xlm" })
    if (attribute(tag, "TargetMode").toLowerCase() !== "external") continue
    const target = attribute(tag, "Target")
    if (type === "hyperlink" || (type === "attachedtemplate" && LOCAL.test(target))) continue
    // The workbook behind a chart, or by a letter of its writer's drive: asked for only by who refreshes it, as those of a workbook are.
    const isChart = CHART.test(path) && /\.xl[a-z]{1,2}$/i.test(target)
    const isBook = (type === "oleobject" || type === "package") && (isChart || LOCAL.test(target))
    const why = isBook ? "workbook-link" : (RELATIONS[type] ?? "external")
    traits.push({ kind: "external-reference", why, name: shorten(target) })
  }
  return traits
}

/** Fields, DDE links, objects and controls that the text of a part names. */
function judgeXml(xml: string): readonly Trait[] {
  return [
    ...judgeFields(marked(xml)),
    ...named(
      "active-content",
      "dde",
      [...tags(xml, ["ddeLink"])].flatMap((tag) =>
        attribute(tag, "ddeService") === "" ? [] : [`${attribute(tag, "ddeService")}|${attribute(tag, "ddeTopic")}`],
      ),
    ),
    ...judgeCalculated([...tags(xml, ["f"])].map(({ text }) => text)),
    ...named(
      "external-reference",
      "external-data",
      [...tags(xml, ["webPr", "dbPr"])].map((tag) => attribute(tag, "url") || attribute(tag, "connection")),
    ),
    ...named(
      "active-content",
      "program-action",
      [...tags(xml, ["hlinkClick", "hlinkMouseOver", "hlinkHover"])].flatMap((tag) => {
        const action = attribute(tag, "action")
        return /^ppaction:\/\/(?:program|macro|ole)/i.test(action) ? [action] : []
      }),
    ),
    ...[...tags(xml, ["OLEObject", "oleObject", "oleObj"])].flatMap(judgeObject),
    ...named(
      "active-content",
      "activex",
      [...tags(xml, ["ocx"])].map((tag) => attribute(tag, "classid")),
    ),
  ]
}

/** Formulas that start a program, and those that fetch without a click. */
function judgeCalculated(formulas: readonly string[]): readonly Trait[] {
  return [
    ...formulas.flatMap((formula) => judgeCells(`=${formula}`)),
    ...named(
      "external-reference",
      "web-function",
      formulas.filter((formula) => /\bWEBSERVICE\s*\(/i.test(formula)),
    ),
  ]
}

function judgeObject(tag: Tag): readonly Trait[] {
  const program = attribute(tag, "progId")
  if (/^Equation\.[23]/i.test(program))
    return [{ kind: "active-content", why: "equation-editor", name: shorten(program) }]
  if (/^(?:Package|Packager)/i.test(program) && attribute(tag, "Type").toLowerCase() !== "link") {
    return [{ kind: "embedded-file", why: "package" }]
  }
  return []
}

/** The text of Word with its fields marked as the binary format marks them. */
function marked(xml: string): string {
  if (!/fldChar|fldSimple/i.test(xml)) return ""
  let text = ""
  for (const tag of tags(xml, ["fldChar", "fldSimple", "instrText", "delInstrText", "t"])) {
    if (tag.name === "fldchar") text += markOf(tag)
    else if (tag.name !== "fldsimple") text += tag.close ? "" : tag.text
    else if (tag.close) text += END
    else text += `${BEGIN}${attribute(tag, "instr")}${tag.empty ? END : SEPARATE}`
  }
  return text
}

function markOf(tag: Tag): string {
  if (tag.close) return ""
  const type = attribute(tag, "fldCharType").toLowerCase()
  if (type === "begin") return BEGIN
  if (type === "separate") return SEPARATE
  return type === "end" ? END : ""
}

/** Functions of the macro language of Excel 4 that start, load, fetch or write. */
const REACHING =
  /\b(?:EXEC|CALL|REGISTER|REGISTER\.ID|FOPEN|FWRITE|FWRITELN|RUN|FORMULA(?:\.FILL)?|SEND\.KEYS|DDE\.INITIATE|EXECUTE|VBA\.INSERT\.FILE|FILE\.DELETE|URLDownloadToFile\w*|ShellExecute\w*)\s*\(/gi

function judgeMacroSheet(path: string, bytes: Buffer): readonly Trait[] {
  if (path.includes("/_rels/")) return []
  const xml = path.endsWith(".xml") ? xmlText(bytes) : ""
  const calls = [...tags(xml, ["f"])].flatMap(({ text }) => text.match(REACHING) ?? [])
  const shown = calls.map((call) => call.replace(/\s*\($/, "").toUpperCase())
  return [{ kind: "macro", why: "xlm" }, ...named("macro", "suspicious", shown)]
}

/** Record BrtBeginSupBook: 0 a workbook, 1 DDE, 2 an object. [MS-XLSB] 2.4.150. */
const BEGIN_SUP_BOOK = 360

/** [MS-XLSB] 2.1.4: record ids and lengths in groups of seven bits. */
function judgeBinaryLink(bytes: Buffer): readonly Trait[] {
  let at = 0
  const number = (most: number): number => {
    let value = 0
    for (let index = 0; index < most; index++) {
      const octet = bytes[at++] ?? 0
      value |= (octet & 0x7f) << (7 * index)
      if (octet < 0x80) break
    }
    return value
  }
  while (at < bytes.length) {
    const id = number(2)
    const length = number(4)
    if (id === BEGIN_SUP_BOOK && at + 2 <= bytes.length) {
      const type = bytes.readUInt16LE(at)
      const words = bytes.toString("utf16le", at + 2, Math.min(at + length, at + 400))
      if (type === 1) return named("active-content", "dde", [words])
      if (type === 2) return [{ kind: "external-reference", why: "external-object" }]
    }
    at += length
  }
  return []
}

/** Buttons are nothing without code; what is called as soon as the document opens, or tells of commands taken over, is. */
function judgeRibbon(xml: string): readonly Trait[] {
  const calls = [...tags(xml, ["customUI", "command"])].flatMap((tag) => {
    const call = attribute(tag, tag.name === "customui" ? "onLoad" : "onAction")
    return call === "" ? [] : [call]
  })
  return named("active-content", "custom-ui", calls)
}

/** Office of 2003 packs its objects: a header whose length it tells, then zlib. */
export function judgeActiveMime(bytes: Buffer): readonly Trait[] {
  const inner = unpackActiveMime(bytes)
  const compound = inner === null ? null : readCompound(inner)
  return compound === null || inner === null ? [{ kind: "macro", why: "unreadable" }] : judgeCompound(compound, inner)
}

function unpackActiveMime(bytes: Buffer): Buffer | null {
  return inflateAt(bytes, [0x32, 0x22a, bytes.length > 30 ? bytes.readUInt16LE(0x1e) + 46 : 0x32])
}
