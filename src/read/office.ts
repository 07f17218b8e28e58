/** The text of office files that are zips of XML: .docx and its kin (ECMA-376), .odt and its kin (OpenDocument). */
import { createInflateRaw } from "node:zlib"
import { type Entry, fromBufferPromise } from "yauzl"
import { type Extract, LONGEST_TEXT } from "../mail/text.ts"
import { type XmlText, xmlText } from "./xml.ts"

/** Members whose text is the document's, and those whose text stands beside or around it. */
const BODY =
  /^(?:word\/document\d?\.xml|xl\/sharedStrings\.xml|xl\/worksheets\/[^/]+\.xml|ppt\/slides\/[^/]+\.xml|content\.xml)$/i
const MARGINS =
  /^(?:word\/(?:header|footer|footnotes|endnotes|comments)[^/]*\.xml|ppt\/(?:notesSlides|comments)\/[^/]+\.xml|xl\/(?:drawings|comments)[^/]*\/?[^/]*\.xml|styles\.xml)$/i
/** Members of one file, octets of one member and of all; mark-up is up to thirty times the text. */
const MOST_MEMBERS = 1_000
const LARGEST_MEMBER = 8_000_000
const LARGEST_FILE = 24_000_000

/** Null when it is no such file, is sealed, or is broken. What is too large is read up to there, and not whole. */
export async function officeText(bytes: Buffer, signal: AbortSignal): Promise<Extract | null> {
  const zip = await fromBufferPromise(bytes, { lazyEntries: true })
  const pieces: { readonly name: string; readonly text: XmlText }[] = []
  let room = LARGEST_FILE
  let members = 0
  let whole = true
  for await (const entry of zip.eachEntry()) {
    if (signal.aborted || ++members > MOST_MEMBERS) return null
    const name = entry.fileName
    if (!BODY.test(name) && !MARGINS.test(name)) continue
    if (entry.isEncrypted() || !entry.canDecodeFileData()) return null
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry)
    const limit = Math.min(room, LARGEST_MEMBER)
    const { xml, cut } = await inflated(
      bytes.subarray(fileDataStart, fileDataStart + entry.compressedSize),
      entry,
      limit,
    )
    room -= xml.length
    whole &&= !cut
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

/** Counted while it inflates: what the zip declares is not believed. */
async function inflated(
  packed: Buffer,
  { compressionMethod }: Entry,
  limit: number,
): Promise<{ readonly xml: Buffer; readonly cut: boolean }> {
  if (compressionMethod === 0) return { xml: packed.subarray(0, limit), cut: packed.length > limit }
  const inflater = createInflateRaw({ chunkSize: 65_536 })
  inflater.end(packed)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of inflater) {
    chunks.push(chunk)
    size += chunk.length
    if (size > limit) break
  }
  return { xml: Buffer.concat(chunks).subarray(0, limit), cut: size > limit }
}
