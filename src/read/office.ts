/** The text of office files that are zips of XML: .docx .xlsx .pptx and their kin (ECMA-376), .odt .ods .odp (OpenDocument). */
import type { File } from "../mail/file.ts"
import type { Extract } from "../mail/text.ts"
import { looksOf, readOpenDocument } from "./open-document.ts"
import { createPaper, type Paper } from "./paper.ts"
import { readProperties } from "./properties.ts"
import { type Book, cellStyles, readSheet, sharedStrings } from "./sheet-xml.ts"
import { NO_STYLES, readWords, stylesOf } from "./word-xml.ts"
import { attribute, xmlParts } from "./xml.ts"

/** Octets of one member and of all; mark-up is up to thirty times the text. */
const LARGEST_MEMBER = 8_000_000
const LARGEST_FILE = 24_000_000

/** Members by name, in the order of their numbers: `slide2` before `slide10`. */
interface Parts {
  /** "" when there is none. */
  get(name: string): string
  all(pattern: RegExp): readonly string[]
  /** Everything was there, and read to its end. */
  whole(): boolean
}

/** Null when it is no such file, is sealed, or is broken. What is too large is read up to there, and not whole. */
export function officeText(file: File): Extract | null {
  const parts = partsOf(file)
  const paper = createPaper()
  if (!readAll(parts, paper)) return null
  return paper.extract(parts.whole())
}

function readAll(parts: Parts, paper: Paper): boolean {
  const content = parts.get("content.xml")
  if (content !== "") {
    const styles = parts.get("styles.xml")
    const looks = looksOf(styles, content)
    readOpenDocument(content, paper, looks)
    readOpenDocument(styles, paper, looks, "margins")
    readProperties([parts.get("meta.xml")], paper)
    for (const chart of parts.all(/^Object \d+\/content\.xml$/)) readOpenDocument(chart, paper, looks, "margins")
    return true
  }
  const read = [readDocument, readWorkbook, readSlides].some((one) => one(parts, paper))
  if (read) readProperties(parts.all(/^docprops\/[^/]+\.xml$/), paper)
  return read
}

function readDocument(parts: Parts, paper: Paper): boolean {
  const bodies = parts.all(/^word\/document\d?\.xml$/)
  const styles = stylesOf(parts.get("word/styles.xml"))
  for (const body of bodies) readWords(body, paper, { styles })
  for (const margin of parts.all(/^word\/(?:header|footer|footnotes|endnotes|comments)[^/]*\.xml$/))
    readWords(margin, paper, { place: "margins", styles })
  for (const aside of parts.all(/^word\/(?:glossary\/document|diagrams\/data[^/]*|charts\/chart[^/]*)\.xml$/))
    readWords(aside, paper, { place: "margins", styles })
  return bodies.length > 0
}

function readWorkbook(parts: Parts, paper: Paper): boolean {
  const sheets = parts.all(/^xl\/(?:worksheets|chartsheets|dialogsheets|macrosheets)\/[^/]+\.xml$/)
  const shared = parts.get("xl/sharedStrings.xml")
  const book: Book = { strings: sharedStrings(shared), styles: cellStyles(parts.get("xl/styles.xml")) }
  for (const sheet of sheets) readSheet(sheet, book, paper)
  for (const aside of parts.all(/^xl\/(?:drawings|comments|threadedcomments|charts|diagrams)[^/]*\/?[^/]*\.xml$/))
    readWords(aside, paper, { place: "margins" })
  paper.turn("margins")
  for (const part of xmlParts(parts.get("xl/workbook.xml"))) {
    if (part.kind !== "open" || part.name !== "sheet") continue
    paper.run(attribute(part, "name") ?? "")
    paper.line()
  }
  return sheets.length > 0 || shared !== ""
}

function readSlides(parts: Parts, paper: Paper): boolean {
  const slides = parts.all(/^ppt\/slides\/[^/]+\.xml$/)
  for (const slide of slides) readWords(slide, paper)
  for (const aside of parts.all(
    /^ppt\/(?:notesslides|comments|slidemasters|slidelayouts|handoutmasters|charts|diagrams)\/[^/]+\.xml$/,
  ))
    readWords(aside, paper, { place: "margins", styles: NO_STYLES })
  return slides.length > 0
}

function partsOf(file: File): Parts {
  let room = LARGEST_FILE
  // A part that is missing because unpacking ended early is told by the findings.
  let whole = file.findings.length === 0
  const members = file.within
    .map((member) => ({ name: (member.names[0] ?? "").replaceAll("\\", "/").toLowerCase(), member }))
    .toSorted((one, other) => one.name.localeCompare(other.name, "en", { numeric: true }))
  const text = ({ bytes, whole: kept }: File): string => {
    const xml = bytes.subarray(0, Math.min(room, LARGEST_MEMBER))
    room -= xml.length
    whole &&= kept && xml.length === bytes.length
    const wide = (xml[0] === 0xff && xml[1] === 0xfe) || (xml[0] === 0xfe && xml[1] === 0xff)
    return wide ? new TextDecoder(xml[0] === 0xff ? "utf-16le" : "utf-16be").decode(xml) : xml.toString("utf8")
  }
  return {
    get(wanted) {
      const found = members.find(({ name }) => name === wanted.toLowerCase())
      return found === undefined ? "" : text(found.member)
    },
    all: (pattern) =>
      members.flatMap(({ name, member }) => (new RegExp(pattern, "i").test(name) ? [text(member)] : [])),
    whole: () => whole,
  }
}
