/** The text of .ppt, PowerPoint 97 to 2003: atoms of text in a tree of records. [MS-PPT]. */
import type { Extract } from "../mail/text.ts"
import { createPaper } from "./paper.ts"
import { summaryOf } from "./summary.ts"

const CONTAINER = 0x0f
const TEXT_16 = 0x0fa0
const TEXT_8 = 0x0fa8
/** Headers, footers, comments, names. */
const STRING_16 = 0x0fba
const ENCRYPTED = 0x2f14
/** What is on every slide, beside them, or below them. */
const MARGINS = new Set([0x03f8, 0x03f0, 0x0fd9, 0x0fc9, 0x2ee0])
/** Names of fonts and programs. */
const NO_TEXT = new Set([0x07d5, 0x138b])
const MOST_RECORDS = 500_000

/** Null when it is no such file or is sealed. */
export function pptText(streams: ReadonlyMap<string, Buffer>): Extract | null {
  const stream = streams.get("powerpoint document")
  if (stream === undefined) return null
  const paper = createPaper()
  summaryOf(streams, paper)
  /** Ends of the containers in which text stands in the margins, or is none. */
  let marginsUntil = 0
  let ignoredUntil = 0
  let count = 0
  for (let at = 0; at + 8 <= stream.length && count < MOST_RECORDS && !paper.full(); count++) {
    const kind = stream.readUInt16LE(at) & 0x0f
    const type = stream.readUInt16LE(at + 2)
    const length = stream.readUInt32LE(at + 4)
    const end = Math.min(stream.length, at + 8 + length)
    if (type === ENCRYPTED) return null
    at += 8
    if (kind === CONTAINER) {
      if (MARGINS.has(type)) marginsUntil = Math.max(marginsUntil, end)
      if (NO_TEXT.has(type)) ignoredUntil = Math.max(ignoredUntil, end)
      continue
    }
    const octets = stream.subarray(at, end)
    at = end
    if ((type !== TEXT_16 && type !== TEXT_8 && type !== STRING_16) || at <= ignoredUntil) continue
    paper.turn(type === STRING_16 || at <= marginsUntil ? "margins" : "body")
    const text = octets.toString(type === TEXT_8 ? "latin1" : "utf16le")
    for (const line of text.split(/[\r\v]/)) {
      paper.run(line)
      paper.line()
    }
  }
  return paper.extract(count > 1)
}
