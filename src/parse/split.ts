/**
 * Cuts a stream of octets after the header block and at MIME delimiters, in one pass and in bounded memory. RFC 2046 §5.1.
 *
 * Each part is a stream of its own that ends at its delimiter, so a part is read by a reader of its own: an outer
 * delimiter ends everything inside it, whether or not the inner multipart was closed.
 */
import { trimWhite } from "./words.ts"

const LF = 0x0a
const CR = 0x0d
const DASH = 0x2d
const NOTHING = Buffer.alloc(0)

/** Octets of a delimiter line with its padding; a longer line is content. Twice the line length of RFC 5322 §2.1.1. */
const LONGEST_DELIMITER = 2_000
/** A delimiter begins with CR LF `--`: this much of the window may be the beginning of one. */
const HELD_BACK = 3

export interface HeadOctets {
  /** The header block, its empty line included. */
  readonly block: Uint8Array
  readonly ends: "empty-line" | "input-end" | "limit"
}

export interface Section {
  /** Only parts are shown by mail programs; an opening delimiter after the closing one makes a part again, as some of them do. */
  readonly place: "preamble" | "part" | "epilogue"
  readonly content: AsyncGenerator<Uint8Array>
}

export interface Reader {
  head(limit: number): Promise<HeadOctets>
  /** Everything not read yet. */
  rest(): AsyncGenerator<Uint8Array>
  /** What lies between delimiters of any of `boundaries` (latin1). A section left unread is skipped. */
  sections(boundaries: readonly string[]): AsyncGenerator<Section>
}

export function createReader(source: AsyncIterable<Uint8Array>): Reader {
  const chunks = source[Symbol.asyncIterator]()
  let window: Buffer = NOTHING
  let ended = false
  let delimiter: "open" | "close" | null = null

  async function fill(): Promise<boolean> {
    const next = ended ? null : await chunks.next()
    if (next === null || next.done === true) {
      ended = true
      return false
    }
    const { buffer, byteOffset, byteLength } = next.value
    const chunk = Buffer.from(buffer, byteOffset, byteLength)
    window = window.length === 0 ? chunk : Buffer.concat([window, chunk])
    return true
  }

  function take(count: number): Buffer {
    const taken = window.subarray(0, count)
    window = window.subarray(count)
    return taken
  }

  async function head(limit: number): Promise<HeadOctets> {
    let line = 0
    for (;;) {
      const lf = window.indexOf(LF, line)
      if ((lf === -1 ? window.length : lf + 1) > limit) return { block: take(line === 0 ? limit : line), ends: "limit" }
      if (lf !== -1) {
        const empty = lf === line || (lf === line + 1 && window[line] === CR)
        line = lf + 1
        if (empty) return { block: take(line), ends: "empty-line" }
      } else if (!(await fill())) {
        return { block: take(window.length), ends: "input-end" }
      }
    }
  }

  async function* rest(): AsyncGenerator<Uint8Array> {
    do {
      if (window.length > 0) yield take(window.length)
    } while (await fill())
  }

  /** What the line at `line`, which begins with `--`, is. */
  function delimiterAt(line: number, boundaries: readonly string[]): "open" | "close" | "more" | null {
    const lf = window.indexOf(LF, line)
    const end = lf === -1 ? window.length : lf
    if (end - line > LONGEST_DELIMITER) return null
    if (lf === -1 && !ended) return "more"
    const text = trimWhite(window.toString("latin1", line, end)).slice(2)
    if (boundaries.includes(text)) return "open"
    return text.endsWith("--") && boundaries.includes(text.slice(0, -2)) ? "close" : null
  }

  /** Yields up to the next delimiter line and swallows that; the line end before it belongs to it. RFC 2046 §5.1.1. */
  async function* content(boundaries: readonly string[]): AsyncGenerator<Uint8Array> {
    delimiter = null
    let fresh = true
    let from = 0
    for (;;) {
      const begins = fresh && from === 0 && window[0] === DASH && window[1] === DASH
      const line = begins ? 0 : window.indexOf("\n--", from) + 1
      if (begins || line > 0) {
        const found = delimiterAt(line, boundaries)
        if (found === "more") await fill()
        else if (found === null) from = line + 2
        else {
          const end = line > 1 && window[line - 2] === CR ? line - 2 : Math.max(0, line - 1)
          if (end > 0) yield take(end)
          const lf = window.indexOf(LF, line - end)
          take(lf === -1 ? window.length : lf + 1)
          delimiter = found
          return
        }
        continue
      }
      const ready = ended ? window.length : window.length - HELD_BACK
      if (ready > 0) {
        yield take(ready)
        fresh = false
        from = 0
      }
      if (!(await fill()) && window.length === 0) return
    }
  }

  async function* sections(boundaries: readonly string[]): AsyncGenerator<Section> {
    let place: Section["place"] = "preamble"
    for (;;) {
      const section = content(boundaries)
      yield { place, content: section }
      await drain(section)
      if (delimiter === null) return
      place = delimiter === "open" ? "part" : "epilogue"
    }
  }

  return { head, rest, sections }
}

/** Reads to the end and keeps nothing. */
export async function drain(source: AsyncGenerator<Uint8Array>): Promise<void> {
  while ((await source.next()).done !== true);
}
