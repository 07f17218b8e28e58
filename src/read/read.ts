/** The text in a file, by what the file is; what ought to hold text and does not give it is unreadable, never empty. */
import { type File, mimeOf } from "../mail/file.ts"
import { type Extract, LONGEST_TEXT, NO_TEXT, type Reader, UNREADABLE } from "../mail/text.ts"
import { isCompound, streamsOf } from "./compound.ts"
import { docText } from "./doc.ts"
import { officeText } from "./office.ts"
import { outlookText } from "./outlook.ts"
import { pdfText } from "./pdf.ts"
import { imageText, scanned } from "./image.ts"
import { looksLikeText, plainly, plainText, type TextReaders } from "./plain.ts"
import { pptText } from "./ppt.ts"
import { rtfText } from "./rtf.ts"
import type { ReadScan } from "./scan.ts"
import { xlsText } from "./xls.ts"
import { recoverLines } from "./recover.ts"

/** Pictures, sound, programs: nothing that is read. */
const NONE: Extract = { text: NO_TEXT, whole: true }

/** Members that only an office file has. */
const PACKAGE = /^(?:word\/document\d?|xl\/worksheets\/[^/]+|ppt\/slides\/[^/]+)\.xml$/i

/** What says it is a document, by its type or its name; when its octets are none that are read here, nobody can tell what it says. */
const DOCUMENT_TYPE =
  /pdf|msword|ms-excel|ms-powerpoint|ms-office|x-ole|rtf|visio|wordperfect|openxmlformats|opendocument|macroenabled/i
const BINARY_NAME =
  /\.(?:pdf|do[ct][xm]|xl[st][xmb]|pp[ts][xm]|pot[xm]|od[tspgf]|ott|ots|otp|wps|wpd|pages|numbers|key|hwpx?|pub|vsdx?|one|xps|oxps|djvu)$/i
const TEXTUAL_NAME = /\.(?:do[ct]|xl[st]|pp[ts]|pot|rtf)$/i
/** Octets of an .rtf; pictures in it are hexadecimal. */
const LONGEST_RTF = 32_000_000

/** `readers` decode octets and HTML as the parser does; */
export function createReader(readers: TextReaders, reading: Reading = NOTHING_BESIDES): Reader {
  return {
    text(found) {
      const { text, encodings } = recoverLines(found)
      return plainly(text, encodings)
    },
    async file(file, signal) {
      if (signal.aborted) return UNREADABLE
      try {
        return (await textOf(file, { ...readers, ...reading }, signal)) ?? UNREADABLE
      } catch {
        return UNREADABLE
      }
    },
  }
}

/** What reading needs besides. */
export interface Reading {
  /** Certificates that signatures may be traced to, in PEM. */
  readonly roots: readonly string[]
  /** Reads a picture of a page; null: nobody does. */
  readonly scan: ReadScan | null
}

const NOTHING_BESIDES: Reading = { roots: [], scan: null }

type Ways = TextReaders & Reading

/** Null when it ought to hold text and does not give it. */
async function textOf(file: File, readers: Ways, signal: AbortSignal): Promise<Extract | null> {
  const extracts = await documents(file, readers, signal)
  if (extracts !== null) return joined(extracts)
  const named = (pattern: RegExp): boolean => file.names.some((name) => pattern.test(name))
  if (file.types.some(({ family }) => family === "image")) return imageText(file.bytes, readers.scan, signal)
  if (named(BINARY_NAME)) return null
  // A `.doc` is often a page of HTML, or plain text.
  const isText = file.types.every(({ family }) => family === "markup" || family === "script")
  if (isText && file.bytes.length > 0 && looksLikeText(file.bytes)) return plainText(file, readers)
  return DOCUMENT_TYPE.test(mimeOf(file)) || named(TEXTUAL_NAME) || !file.whole ? null : NONE
}

/** As everything its octets show it to be: one program opens it as this, the next as that. Null when it is none of these. */
async function documents(file: File, ways: Ways, signal: AbortSignal): Promise<readonly (Extract | null)[] | null> {
  const { bytes, types, names } = file
  const found: (Extract | null)[] = []
  const isPdf = types.some(({ mime }) => mime === "application/pdf")
  // What only its name says is a PDF may be a damaged one, which programs repair.
  if (isPdf || (types.length === 0 && names.some((name) => /\.pdf$/i.test(name))))
    // One of more objects than anybody draws takes minutes and gigabytes.
    found.push(file.whole ? await paged(file, ways, signal) : null)
  // A package without its list of contents is an archive by its octets, and is mended by the program that opens it.
  const isPackage = file.within.some(({ names: [name = ""] }) => PACKAGE.test(name))
  if (isPackage || types.some(({ mime }) => /openxmlformats|opendocument|macroenabled/i.test(mime)))
    found.push(officeText(file))
  if (isCompound(bytes)) {
    const streams = streamsOf(bytes)
    const read = [docText(streams), xlsText(streams), pptText(streams), outlookText(streams, ways)]
    const texts = read.filter((text) => text !== null)
    found.push(...(texts.length > 0 ? texts : [null]))
  }
  const rtf = rtfText(bytes, LONGEST_RTF)
  if (rtf !== null) found.push(rtf)
  return found.length === 0 ? null : found
}

/** A PDF whose first page is a picture is read as one. */
async function paged({ bytes }: File, { roots, scan }: Ways, signal: AbortSignal): Promise<Extract | null> {
  const read = await pdfText(bytes, roots, signal)
  if (read === null || read.legible || scan === null) return read
  const text = await scan("pdf", bytes, signal)
  const page = text === null ? null : scanned(text)
  return page === null ? read : joined([{ ...read, whole: true }, page])
}

function joined(extracts: readonly (Extract | null)[]): Extract | null {
  const read = extracts.filter((extract) => extract !== null)
  if (read.length === 0) return null
  return {
    text: {
      body: read
        .map(({ text }) => text.body)
        .join("\n")
        .slice(0, LONGEST_TEXT),
      margins: read
        .map(({ text }) => text.margins)
        .join("\n")
        .slice(0, LONGEST_TEXT),
    },
    whole: read.length === extracts.length && read.every(({ whole }) => whole),
    shows: read.flatMap(({ shows = [] }) => shows),
  }
}
