/** Files that are text as they are: plain, HTML, XML, JSON, calendars and address cards. */
import { type File, mimeOf } from "../mail/file.ts"
import { type Extract, LONGEST_TEXT, type Shown } from "../mail/text.ts"
import { recoverLines } from "./recover.ts"
import { xmlParts } from "./xml.ts"

/** How the message's own text is read; a file's is read the same way. */
export interface TextReaders {
  decode(octets: Uint8Array, charset: string): string
  html(markup: string): string
}

/** Octets for one character: of UTF-8, or with the mark-up around it. */
const OCTETS = 8
/** Octets in which a page says what encoding it is in. */
const PROLOGUE = 2_048
const SAMPLE = 4_096

export function plainly(text: string, encodings: readonly string[], shows: readonly Shown[] = []): Extract {
  const legacy = encodings.map((note): Shown => ({ feature: "legacy-encoding", note }))
  return { text: { body: text.slice(0, LONGEST_TEXT), margins: "" }, whole: true, shows: [...shows, ...legacy] }
}

/** Letters and blanks, whatever the encoding: no zeros but those of UTF-16, and few controls. */
export function looksLikeText(bytes: Buffer): boolean {
  const head = bytes.subarray(0, SAMPLE)
  if (wide(head) !== null) return true
  let controls = 0
  for (const octet of head) {
    if (octet === 0) return false
    // Capitals of TCVN 5712 and VISCII are among them.
    if (octet < 32 && octet !== 9 && octet !== 10 && octet !== 13 && octet !== 12) controls++
  }
  return controls * 20 <= head.length
}

export function plainText(file: File, readers: TextReaders): Extract {
  const type = mimeOf(file)
  const named = (pattern: RegExp): boolean => file.names.some((name) => pattern.test(name))
  const source = decoded(file.bytes, readers)
  const head = source.slice(0, PROLOGUE)
  if (type === "text/html" || named(/\.(?:x?html?|mht)$/i) || /<(?:!doctype html|html|body|table|p)\b/i.test(head)) {
    const { text, encodings } = recoverLines(readers.html(source))
    return plainly(text, encodings)
  }
  if (/^\s*<\?xml|^\s*<(?:\w+:)?(?:edXML|svg)\b/i.test(head)) return xmlText(source)
  const shown = /^BEGIN:V(?:CALENDAR|CARD)/i.test(head.trimStart())
    ? unfolded(source)
    : type.endsWith("json") || named(/\.json$/i)
      ? unescaped(source)
      : source
  const { text, encodings } = recoverLines(shown)
  return plainly(text, encodings)
}

/** Every element's text is a line of its own. */
function xmlText(source: string): Extract {
  const lines: string[] = []
  let edxml = false
  let room = LONGEST_TEXT
  for (const part of xmlParts(source)) {
    if (part.kind === "open") edxml ||= /^edXML/i.test(part.name)
    else if (part.kind === "text" && part.text.trim() !== "") {
      lines.push(part.text.trim())
      room -= part.text.length
      if (room <= 0) break
    }
  }
  const { text, encodings } = recoverLines(lines.join("\n"))
  // The envelope in which agencies exchange documents. Decision 28/2018/QĐ-TTg.
  return plainly(text, encodings, edxml ? [{ feature: "edxml", note: "edXML" }] : [])
}

/** RFC 5545 §3.1, §3.3.11. */
function unfolded(source: string): string {
  return source
    .replace(/\r?\n[ \t]/g, "")
    .replace(/\\n/gi, "\n")
    .replace(/\\([,;\\])/g, "$1")
}

function unescaped(source: string): string {
  return source
    .replace(/\\u([0-9a-f]{4})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    .replace(/\\n/g, "\n")
    .replace(/",|"\s{0,99}[\]}]/g, "$&\n")
}

function wide(bytes: Buffer): "utf-16le" | "utf-16be" | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le"
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : null
}

/** Editors mark UTF-16 at its beginning; pages name their encoding. */
function decoded(whole: Buffer, readers: TextReaders): string {
  const bytes = whole.subarray(0, LONGEST_TEXT * OCTETS)
  const prologue = bytes.toString("latin1", 0, PROLOGUE)
  const label = /(?:charset|encoding)\s{0,9}=\s{0,9}["']?([\w:.-]{1,40})/i.exec(prologue)?.[1] ?? ""
  const named = /^\s*(?:<|@charset)/.test(prologue) ? label : ""
  return readers.decode(bytes, wide(bytes) ?? (/^utf-?16/i.test(named) ? "" : named))
}
