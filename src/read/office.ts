/** The text of office files that are zips of XML: .docx and its kin (ECMA-376), .odt and its kin (OpenDocument). */
import type { File } from "../mail/file.ts"
import { type Extract, LONGEST_TEXT } from "../mail/text.ts"
import { type XmlText, xmlText } from "./xml.ts"

/** Members whose text is the document's, and those whose text stands beside or around it. */
const BODY =
  /^(?:word\/document\d?\.xml|xl\/sharedStrings\.xml|xl\/worksheets\/[^/]+\.xml|ppt\/slides\/[^/]+\.xml|content\.xml)$/i
const MARGINS =
  /^(?:word\/(?:header|footer|footnotes|endnotes|comments)[^/]*\.xml|ppt\/(?:notesSlides|comments)\/[^/]+\.xml|xl\/(?:drawings|comments)[^/]*\/?[^/]*\.xml|styles\.xml)$/i
/** Octets of one member and of all; mark-up is up to thirty times the text. */
const LARGEST_MEMBER = 8_000_000
const LARGEST_FILE = 24_000_000

/** Null when it is no such file, is sealed, or is broken. What is too large is read up to there, and not whole. */
export function officeText(file: File): Extract | null {
  const pieces: { readonly name: string; readonly text: XmlText }[] = []
  let room = LARGEST_FILE
  // A part that is missing because unpacking ended early is told by the findings.
  let whole = file.findings.length === 0
  for (const { names, bytes, whole: kept } of file.within) {
    const name = names[0] ?? ""
    if (!BODY.test(name) && !MARGINS.test(name)) continue
    const limit = Math.min(room, LARGEST_MEMBER)
    const xml = bytes.subarray(0, limit)
    room -= xml.length
    whole &&= kept && xml.length === bytes.length
    pieces.push({ name, text: xmlText(xml.toString("utf8"), LONGEST_TEXT) })
  }
  const bodies = pieces.filter(({ name }) => BODY.test(name))
  if (bodies.length === 0) return null
  const margins = pieces.map(({ name, text }) => (BODY.test(name) ? text.boxes : `${text.flow}\n${text.boxes}`))
  return {
    text: {
      body: bodies
        .map(({ text }) => text.flow)
        .join("\n")
        .slice(0, LONGEST_TEXT),
      margins: margins.join("\n").slice(0, LONGEST_TEXT),
    },
    whole,
  }
}
