/** Where a header block may begin and end, for one mail program or another, and the fields that only some of them see in it. */
import type { Field } from "../mail/message.ts"
import { readFields } from "./fields.ts"
import type { HeadOctets } from "./split.ts"

export interface HeadReading extends HeadOctets {
  readonly block: Buffer
  readonly body: Buffer
}

/** Octets that are searched for the end of a header block. */
const LONGEST = 131_072
const MOST = 5
/** A line that begins or continues a field. */
const FIELD_LINE = /^(?:[^\s:][^:\r\n]*:|[ \t]+\S|>From )/
/** A field that says how a part is read. */
const MIME_LINE = /^[ \t]*(?:content-[a-z-]+|mime-version)\W/i

/** At the first empty line; at one of white space; where a line is no field; behind empty lines that come first. Each once. */
export function headsOf(octets: Buffer): readonly HeadReading[] {
  const text = octets.toString("latin1", 0, LONGEST)
  const found = new Map<number, HeadReading>()
  const add = (begin: number, end: number, body: number): void => {
    if (found.size >= MOST || found.has(body)) return
    const ends = end < text.length ? "empty-line" : "input-end"
    found.set(body, { block: octets.subarray(begin, end), body: octets.subarray(body), ends })
  }
  let begin = 0
  let started = false
  /** Where the next line that is not empty begins, as far as it is known. */
  let ahead = 0
  for (let line = 0; line < text.length; ) {
    const lf = text.indexOf("\n", line)
    const next = lf === -1 ? text.length : lf + 1
    const written = text.slice(line, next).replace(/\r?\n$/, "")
    const empty = written === ""
    if (empty) {
      add(begin, next, next)
      if (ahead < next) ahead = next + text.slice(next).search(/\S|$/)
      if (!MIME_LINE.test(text.slice(ahead, ahead + 200))) break
      // The empty line came too early for what follows: some begin here, or go on.
      if (!started) begin = next
    } else if (/^[\s]+$/.test(written)) add(begin, line, next)
    else if (FIELD_LINE.test(written)) started = true
    else if (started) add(begin, line, line)
    line = next
  }
  if (found.size === 0) add(begin, octets.length, octets.length)
  return [...found.values()]
}

/** Fields within a continuation, behind a lone CR, without their colon. */
export function hiddenFields(block: Buffer): readonly Field[] {
  const text = block.toString("latin1")
  if (!/\n[ \t]+(?:content-|mime-)|\r(?!\n)|^[ \t]*content-[a-z-]+[ \t]+[^\s:]/im.test(text)) return []
  const open = text
    .replace(/\r(?!\n)/g, "\r\n")
    .replace(/\n[ \t]+(?=(?:content-[a-z-]+|mime-version)\b)/gi, "\n")
    .replace(/^[ \t]*(content-[a-z-]+)[ \t]+(?=[^\s:])/gim, "$1: ")
    .replace(/^[^\s:]*?(content-(?:type|transfer-encoding|disposition)):+/gim, "$1:")
  return readFields(Buffer.from(open, "latin1")).fields
}
