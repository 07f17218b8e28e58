/** What one file can do to whoever opens it: a file of the tree and what it lies in, its findings out. Pure. */
import type { File } from "../../mail/file.ts"
import type { Finding } from "../../mail/finding.ts"
import { extensions } from "../name.ts"
import { readCompound } from "./compound.ts"
import { judgeCells } from "./fields.ts"
import { judgeHtml, judgeSvg } from "./html.ts"
import { judgeCompound } from "./office.ts"
import { judgeOneNote, isOneNote } from "./onenote.ts"
import { judgeActiveMime, judgeFlatXml, judgePart } from "./ooxml.ts"
import { judgePdf } from "./pdf.ts"
import { judgeRtf } from "./rtf.ts"
import { judgeScript } from "./script.ts"
import { judgeShortcut } from "./shortcut.ts"
import { distinct, type Trait } from "./trait.ts"
import { judgeSource } from "./vba.ts"
import { attribute, tags, unescapeXml } from "../../mail/xml.ts"

/** `parent` is the container it lies in, null for an attachment. */
export function judgeActive(file: File, parent: File | null): readonly Finding[] {
  const { at, names, bytes } = file
  if (bytes.length === 0) return []
  const known = new Set(names.flatMap(extensions))
  const traits = [
    ...byOctets(file, known),
    ...(parent !== null && isPackage(parent) ? names.slice(0, 1).flatMap((name) => judgePart(name, bytes)) : []),
    ...(parent !== null && isOpenDocument(parent) ? judgeOpenDocument(names[0] ?? "", bytes) : []),
    ...judgeShortcut(bytes, known),
    ...judgeScript(bytes, known),
  ]
  return distinct(traits).map(({ kind, why, name }) => ({ kind, at, why, ...(name === undefined ? {} : { name }) }))
}

/** All signatures that fit count: which program opens the file, its reader's computer decides. */
function byOctets({ bytes }: File, known: ReadonlySet<string>): readonly Trait[] {
  const compound = readCompound(bytes)
  if (compound !== null) return judgeCompound(compound, bytes)
  if (isOneNote(bytes)) return judgeOneNote(bytes)
  const opening = bytes.toString("latin1", 0, 4_096)
  if (opening.startsWith("ActiveMime")) return judgeActiveMime(bytes)
  const traits: Trait[] = []
  if (/^[^\0]{0,64}\{\\rt/.test(opening)) traits.push(...judgeRtf(bytes))
  if (opening.slice(0, 1_024).includes("%PDF-")) traits.push(...judgePdf(bytes))
  const text = opening.replaceAll("\0", "").replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*/, "")
  if (isFlatOffice(text)) traits.push(...judgeFlatXml(bytes))
  else if (!isHtml(text) && (/<svg\b/i.test(text) || known.has("svg") || known.has("svgz")))
    traits.push(...judgeSvg(bytes))
  else if (isHtml(text) || HTML.some((extension) => known.has(extension))) traits.push(...judgeHtml(bytes))
  if (CELLS.some((extension) => known.has(extension))) traits.push(...judgeCells(cellText(bytes)))
  return traits
}

const HTML = ["htm", "html", "xhtml", "xht", "shtml", "mht", "mhtml", "hta"]
const CELLS = ["csv", "tsv", "slk", "dif", "prn"]
/** Octets of a table that are read. */
const LONGEST_TABLE = 20_000_000

function isHtml(text: string): boolean {
  return /^<(?:!doctype\s+html|html|head|body|script|iframe|meta|title|form|div|table|!--)/i.test(text)
}

/** Word and Excel of 2003, and packages in one file. */
function isFlatOffice(text: string): boolean {
  return (
    /^(?:<\?xml\b[^>]*>\s*)?/.test(text) &&
    /<(?:pkg:package|w:wordDocument|(?:ss:)?Workbook|office:document)\b|progid="(?:Word|Excel)\./i.test(text)
  )
}

function cellText(bytes: Buffer): string {
  const table = bytes.subarray(0, LONGEST_TABLE)
  return table[0] === 0xff && table[1] === 0xfe ? table.toString("utf16le") : table.toString("utf8")
}

function isPackage({ types }: File): boolean {
  return types.some(
    ({ mime }) => mime.startsWith("application/vnd.openxmlformats-") || mime.startsWith("application/vnd.ms-"),
  )
}

function isOpenDocument({ types }: File): boolean {
  return types.some(({ mime }) => mime.startsWith("application/vnd.oasis.opendocument"))
}

/** Basic and other languages lie in folders of their own; objects of foreign programs as compound files. OpenDocument 1.3 part 2, 3.2. */
function judgeOpenDocument(name: string, bytes: Buffer): readonly Trait[] {
  const path = name.toLowerCase()
  // The index of an empty library comes with every document that has seen the editor.
  if (/^basic\/[^/]+\/(?!script-lb\.xml$)[^/]+\.xml$/.test(path))
    return judgeSource(unescapeXml(bytes.toString("utf8")))
  if (/^scripts\/[^/]+\/.+[^/]$/.test(path)) return [{ kind: "macro", why: "plain", name: "Scripts" }]
  if (/^object \d+$/.test(path) && readCompound(bytes) !== null) return [{ kind: "embedded-file", why: "object" }]
  if (path === "content.xml") return judgeContent(bytes)
  return []
}

/** Events that come without anybody doing something in the document. */
const AT_ONCE = /(?:^|:)(?:load|load-finished|new|create|unload|view-created|focus|save|prepare-unload)$/i

/** Events that run a macro, DDE links, linked objects. */
function judgeContent(bytes: Buffer): readonly Trait[] {
  const xml = bytes.toString("utf8", 0, 30_000_000)
  // Macros that come with the office program are not the document's; one reached by a path, or in Python, may be any file.
  const runs = [...tags(xml, ["event-listener"])].some((tag) => {
    const target = attribute(tag, "href")
    return AT_ONCE.test(attribute(tag, "event-name")) && /location=document|\.\.|language=Python/i.test(target)
  })
  const dde = /<(?:office|table|text):dde-(?:source|connection-decl)\b[^>]*/i.exec(xml)?.[0]
  const remote =
    /<draw:(?:object(?:-ole)?|floating-frame|plugin|applet)\b[^>]*xlink:href="((?:https?|ftp|file|smb):[^"]*)"/i.exec(
      xml,
    )?.[1]
  return [
    ...(runs ? [{ kind: "macro", why: "auto-run", name: "event-listener" } as const] : []),
    ...(dde === undefined
      ? []
      : [
          {
            kind: "active-content",
            why: "dde",
            name: dde.replace(/^.*?office:dde-application="([^"]*)".*$/s, "$1").slice(0, 100),
          } as const,
        ]),
    ...(remote === undefined ? [] : [{ kind: "external-reference", why: "external-object", name: remote } as const]),
  ]
}
