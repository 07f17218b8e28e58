/** The text in a file, by what the file is; what ought to hold text and does not give it is unreadable, never empty. */
import { type File, mimeOf } from "../mail/file.ts"
import { officeText } from "./office.ts"
import { pdfText } from "./pdf.ts"
import { recoverLines } from "./recover.ts"
import { type Extract, LONGEST_TEXT, NO_TEXT, type Reader, type Shown, UNREADABLE } from "../mail/text.ts"

/** How the message's own text is read; a file's is read the same way. */
export interface TextReaders {
  decode(octets: Uint8Array, charset: string): string
  html(markup: string): string
}

/** Octets for one character: of UTF-8, or with the mark-up around it. */
const OCTETS = 4

/** Pictures, sound, programs: nothing that is read. */
const NONE: Extract = { text: NO_TEXT, whole: true }

/** Documents whose text nobody here can read, by what they are or say they are. */
const OTHER_DOCUMENT = /msword|ms-excel|ms-powerpoint|ms-office|x-ole|rtf|visio|wordperfect/
const OTHER_NAME = /\.(?:doc|dot|xls|ppt|pps|rtf|wps|pages|numbers)$/i
const OFFICE_TYPE = /openxmlformats|opendocument|macroenabled/i
const OFFICE_NAME = /\.(?:docx|docm|dotx|xlsx|xlsm|pptx|pptm|ppsx|odt|ods|odp)$/i
const TEXT_NAME = /\.(?:txt|text|csv|md|log)$/i

/** `readers` decode octets and HTML as the parser does. */
export function createReader(readers: TextReaders): Reader {
  return {
    text: plainly,
    async file(file, signal) {
      if (signal.aborted) return UNREADABLE
      try {
        return (await read(file, readers, signal)) ?? UNREADABLE
      } catch {
        return UNREADABLE
      }
    },
  }
}

async function read(file: File, readers: TextReaders, signal: AbortSignal): Promise<Extract | null> {
  const { bytes } = file
  const type = mimeOf(file)
  const named = (pattern: RegExp): boolean => file.names.some((name) => pattern.test(name))
  if (type === "application/pdf" || named(/\.pdf$/i)) return pdfText(bytes, signal)
  if (OFFICE_TYPE.test(type) || named(OFFICE_NAME)) return officeText(file)
  if (type === "text/html" || named(/\.x?html?$/i)) {
    return plainly(readers.html(decoded(bytes, readers)))
  }
  if (type === "text/plain" || type === "text/csv" || named(TEXT_NAME)) return plainly(decoded(bytes, readers))
  return OTHER_DOCUMENT.test(type) || named(OTHER_NAME) ? null : NONE
}

/** Each line by itself, since nobody says what fonts they are shown in. */
function plainly(found: string): Extract {
  const { text, encodings } = recoverLines(found)
  return { text: { body: text.slice(0, LONGEST_TEXT), margins: "" }, whole: true, shows: encodings.map(legacy) }
}

function legacy(encoding: string): Shown {
  return { feature: "legacy-encoding", note: encoding }
}

/** Editors mark UTF-16 at its beginning. */
function decoded(whole: Buffer, readers: TextReaders): string {
  const bytes = whole.subarray(0, LONGEST_TEXT * OCTETS)
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return readers.decode(bytes, "utf-16le")
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return readers.decode(bytes, "utf-16be")
  return readers.decode(bytes, "")
}
