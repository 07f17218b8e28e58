/** The text of .doc, Word 97 to 2003 and before: pieces in 8 or 16 bits, body and margins one behind the other. [MS-DOC]. */
import { TextDecoder } from "node:util"
import type { Extract } from "../mail/text.ts"
import { fontsOf, type Fonts } from "./doc-fonts.ts"
import { createPaper, type Look, type Paper, PLAIN_LOOK } from "./paper.ts"
import { summaryOf } from "./summary.ts"

const WORD = 0xa5ec
/** Word 6 and 95: one run of text in 8 bits. */
const WORD_95 = 0xc1
/** Offsets into the file information block. [MS-DOC] 2.5. */
const FLAGS = 0x0a
const ENCRYPTED = 0x0100
const TABLE_1 = 0x0200
const FIRST_OCTET = 0x18
const COUNTS = 0x4c
const CLX = 0x1a2
const MOST_PIECES = 20_000

const latin = new TextDecoder("windows-1252")

/** A stretch of characters where they lie in the stream. */
interface Piece {
  readonly from: number
  readonly octets: number
  readonly wide: boolean
}

/** Null when it is no such file, is sealed, or is broken. */
export function docText(streams: ReadonlyMap<string, Buffer>): Extract | null {
  const main = streams.get("worddocument")
  if (main === undefined || main.length < 0x200) return null
  const flags = main.readUInt16LE(FLAGS)
  if (main.readUInt16LE(0) < 0xa500 || (flags & ENCRYPTED) !== 0) return null
  const paper = createPaper()
  summaryOf(streams, paper)
  if (main.readUInt16LE(0) !== WORD || main.readUInt16LE(2) < WORD_95) return oldText(main, paper)
  const table = streams.get((flags & TABLE_1) === 0 ? "0table" : "1table")
  if (table === undefined) return null
  const pieces = piecesOf(table.subarray(main.readUInt32LE(CLX)).subarray(0, main.readUInt32LE(CLX + 4)))
  if (pieces === null) return null
  const fonts = fontsOf(main, table)
  // Body; then footnotes, headers, macros, comments, endnotes, text boxes, text boxes of headers.
  const body = main.readUInt32LE(COUNTS)
  let at = 0
  for (const { from, octets, wide } of pieces) {
    const width = wide ? 2 : 1
    const split = Math.max(0, Math.min(octets, (body - at) * width))
    paper.turn("body")
    write(main, { from, octets: split, wide }, fonts, paper)
    if (split < octets) paper.turn("margins")
    write(main, { from: from + split, octets: octets - split, wide }, fonts, paper)
    at += octets / width
  }
  return paper.extract(at > 0)
}

function oldText(main: Buffer, paper: Paper): Extract {
  const from = main.readUInt32LE(FIRST_OCTET)
  const to = Math.min(main.readUInt32LE(FIRST_OCTET + 4), main.length)
  write(main, { from, octets: Math.max(0, to - from), wide: false }, null, paper)
  return paper.extract(to > from)
}

/** The piece table; null when there is none. [MS-DOC] 2.9.38. */
function piecesOf(clx: Buffer): readonly Piece[] | null {
  let at = 0
  while (clx[at] === 1 && at + 3 <= clx.length) at += 3 + clx.readUInt16LE(at + 1)
  if (clx[at] !== 2 || at + 5 > clx.length) return null
  const plc = clx.subarray(at + 5).subarray(0, clx.readUInt32LE(at + 1))
  const pieces = Math.max(0, Math.min(Math.floor((plc.length - 4) / 12), MOST_PIECES))
  return Array.from({ length: pieces }, (_, index) => {
    const count = Math.max(0, plc.readUInt32LE(4 * index + 4) - plc.readUInt32LE(4 * index))
    const place = plc.readUInt32LE(4 * (pieces + 1) + 8 * index + 2)
    const wide = (place & 0x40000000) === 0
    const from = place & 0x3fffffff
    return { from: wide ? from : from / 2, octets: count * (wide ? 2 : 1), wide }
  })
}

/** Runs of one font; a change of font between two pieces of text is a change of octets. */
function write(main: Buffer, { from, octets, wide }: Piece, fonts: Fonts | null, paper: Paper): void {
  const end = Math.min(from + octets, main.length)
  for (let at = from; at < end && !paper.full(); ) {
    const run = fonts?.at(at)
    const to = Math.min(end, Math.max(run?.end ?? end, at + (wide ? 2 : 1)))
    const part = main.subarray(at, to)
    put(wide ? part.toString("utf16le") : latin.decode(part), run?.look ?? PLAIN_LOOK, paper)
    at = to
  }
}

/** Signs that are not shown as they are. [MS-DOC] 2.4.1. */
const FIELD = 0x13
const FIELD_RESULT = 0x14
const FIELD_END = 0x15
const LINE_ENDS = new Set([0x07, 0x0b, 0x0c, 0x0d, 0x0e])
const HYPHEN = 0x1e

/** Fields show their result, not their instruction, which ends where a run does or before. */
function put(text: string, look: Look, paper: Paper): void {
  let shown = ""
  let instruction = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code >= 0x20) shown += instruction ? "" : text.charAt(at)
    else if (code === 0x09) shown += "\t"
    else if (code === HYPHEN) shown += "-"
    else if (code === FIELD) instruction = true
    else if (code === FIELD_RESULT || code === FIELD_END) instruction = false
    else if (LINE_ENDS.has(code)) {
      instruction = false
      paper.run(shown, look)
      paper.line()
      shown = ""
    }
  }
  paper.run(shown, look)
}
