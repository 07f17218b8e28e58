/** DATA as a stream: undoes dot-stuffing, finds CRLF.CRLF and nothing else as the end, notes what is malformed. Pure. */
import type { Bytes } from "../mail/transaction.ts"

export interface DotLimits {
  /** Octets of the header section, its empty line included. */
  readonly header: Bytes
  /** Octets of one line. */
  readonly line: Bytes
}

/** `line-ending`: a CR or LF of its own. Another server could see the end of the message there (SMTP smuggling). */
/** `folded-first-line`: it would continue the field that we put before it, and so speak in our name. */
export type Malformed = "line-ending" | "long-line" | "long-header" | "folded-first-line"

export interface DotReader {
  /** What `chunk` adds to the message, and what follows the end of data, or null before it came. Windows on `chunk` where they can be. */
  read(chunk: Buffer): { readonly content: Buffer; readonly rest: Buffer | null }
  malformed(): Malformed | null
}

const CR = 0x0d
const LF = 0x0a
const DOT = 0x2e
const LONE_CR = Buffer.from("\r")

/**
 * Where the octet before the next one left us. `dot`: the dot that opens a line, already dropped. `dot-cr`: and a CR
 * behind it, held back: with LF it is the end of data, RFC 5321 §4.5.2.
 */
type Place = "line-start" | "dot" | "dot-cr" | "text" | "cr"

export function createDotReader(limits: DotLimits): DotReader {
  let place: Place = "line-start"
  let inHeader = true
  let headerSize = 0
  let lineSize = 0
  let malformed: Malformed | null = null

  /** Closes the line that ends with the CRLF before `place`. */
  function endLine(): void {
    if (lineSize === 2) inHeader = false
    place = "line-start"
    lineSize = 0
  }

  function count(octets: Bytes): void {
    lineSize += octets
    if (lineSize > limits.line) malformed ??= "long-line"
    if (inHeader) headerSize += octets
    if (headerSize > limits.header) malformed ??= "long-header"
  }

  /** Reads up to and over the next LF of a line's text; returns where the reading stopped. */
  function readText(chunk: Buffer, from: number): number {
    const lf = chunk.indexOf(LF, from)
    const end = lf === -1 ? chunk.length : lf + 1
    const lastIsCr = place === "cr"
    if (lastIsCr && chunk[from] !== LF) malformed ??= "line-ending"
    // A CR is sound as the last octet but one of a line, or, not known yet, as the last of the chunk.
    // Not searched once malformed: lines without CR would each search all of the chunk.
    const cr = malformed === null ? chunk.indexOf(CR, from) : -1
    if (cr !== -1 && cr < (lf === -1 ? end - 1 : lf - 1)) malformed = "line-ending"
    count(end - from)
    if (lf === -1) {
      place = chunk[end - 1] === CR ? "cr" : "text"
    } else if (lf > from ? chunk[lf - 1] === CR : lastIsCr) {
      endLine()
    } else {
      malformed ??= "line-ending"
      place = "text"
    }
    return end
  }

  function read(chunk: Buffer): { readonly content: Buffer; readonly rest: Buffer | null } {
    const pieces: Buffer[] = []
    let at = 0
    let kept = 0
    const keep = (until: number): void => {
      if (until > kept) pieces.push(chunk.subarray(kept, until))
    }
    while (at < chunk.length) {
      if (place === "line-start" && chunk[at] === DOT) {
        keep(at)
        at += 1
        kept = at
        place = "dot"
      } else if (place === "dot" && chunk[at] === CR) {
        at += 1
        kept = at
        place = "dot-cr"
      } else if (place === "dot-cr" && chunk[at] === LF) {
        return { content: joined(pieces), rest: chunk.subarray(at + 1) }
      } else {
        if (place === "dot-cr") {
          pieces.push(LONE_CR)
          count(1)
          place = "cr"
        }
        at = readText(chunk, at)
      }
    }
    keep(at)
    return { content: joined(pieces), rest: null }
  }

  return { read, malformed: () => malformed }
}

/** One piece is not copied; many small ones, which lines of dots make, become one. */
function joined(pieces: readonly Buffer[]): Buffer {
  const [only] = pieces
  return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces)
}
