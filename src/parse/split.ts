/**
 * Cuts a stream of octets after the header block and at MIME delimiters, in one pass and in bounded memory. RFC 2046 §5.1.
 *
 * Each part is a stream of its own that ends at its delimiter, so a part is read by a reader of its own: an outer
 * delimiter ends everything inside it, whether or not the inner multipart was closed.
 */
const LF = 0x0a
const CR = 0x0d
const DASH = 0x2d
const SPACE = 0x20
const TAB = 0x09
const NOTHING = Buffer.alloc(0)

/** Octets of a delimiter line with its padding; a longer line is content. Twice the line length of RFC 5322 §2.1.1. */
const LONGEST_DELIMITER = 2_000
/** Octets that are told of a line which only begins like a delimiter. */
const LONGEST_NEAR = 200

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
  /** Octets before what is read next, counted from the beginning of the whole message. */
  position(): number
  head(limit: number): Promise<HeadOctets>
  /** Everything not read yet. */
  rest(): AsyncGenerator<Uint8Array>
  /**
   * What lies between delimiters of any of `boundaries` (latin1). A section left unread is skipped. `near` is told of lines that only
   * begin like a delimiter (latin1, without the dashes, cut).
   */
  sections(boundaries: readonly string[], near?: (line: string) => void): AsyncGenerator<Section>
}

/** `start`: octets of the message before the first of `source`. */
export function createReader(source: AsyncIterable<Uint8Array>, start = 0): Reader {
  const chunks = source[Symbol.asyncIterator]()
  let window: Buffer = NOTHING
  let position = start
  let ended = false
  let delimiter: "open" | "close" | null = null
  let nearly: ((line: string) => void) | null = null

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
    position += taken.length
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

  /** What the line at `line`, which begins with `--`, is. Nearly all lines fail at the first octet. */
  function delimiterAt(line: number, boundaries: readonly Uint8Array[]): "open" | "close" | "more" | null {
    const possible = boundaries.filter((boundary) => mayBegin(window, line + 2, boundary))
    if (possible.length === 0) return null
    const lf = window.indexOf(LF, line)
    const end = lf === -1 ? window.length : lf
    if (end - line > LONGEST_DELIMITER) return null
    if (lf === -1 && !ended) return "more"
    const after = possible.map((boundary) => line + 2 + boundary.length)
    if (after.some((at) => isPadding(window, at, end))) return "open"
    const closes = (at: number): boolean => window[at] === DASH && window[at + 1] === DASH
    if (after.some((at) => closes(at) && isPadding(window, at + 2, end))) return "close"
    nearly?.(window.toString("latin1", line + 2, Math.min(end, line + LONGEST_NEAR)))
    return null
  }

  /** Yields up to the next delimiter line and swallows that; the line end before it belongs to it. RFC 2046 §5.1.1. */
  async function* content(boundaries: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
    delimiter = null
    let fresh = true
    let from = 0
    for (;;) {
      const begins = fresh && from === 0 && window[0] === DASH && window[1] === DASH
      const line = begins ? 0 : dashedLine(window, from)
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
      const ready = ended ? window.length : window.length - begun(window, fresh)
      if (ready > 0) {
        yield take(ready)
        fresh = false
        from = 0
      }
      if (!(await fill()) && window.length === 0) return
    }
  }

  async function* sections(
    boundaries: readonly string[],
    near: ((line: string) => void) | null = null,
  ): AsyncGenerator<Section> {
    nearly = near
    const octets = boundaries.map((boundary) => Buffer.from(boundary, "latin1"))
    let place: Section["place"] = "preamble"
    for (;;) {
      const section = content(octets)
      yield { place, content: section }
      await drain(section)
      if (delimiter === null) return
      place = delimiter === "open" ? "part" : "epilogue"
    }
  }

  return { position: () => position, head, rest, sections }
}

/**
 * Octets at the end that may begin a delimiter, CR LF `--`: at most three, mostly none, and then what comes next need not be put
 * behind them. `fresh`: the window begins a line.
 */
function begun(window: Uint8Array, fresh: boolean): number {
  const last = window.length - 1
  if (fresh && last === 0 && window[0] === DASH) return 1
  if (window[last] === CR) return 1
  const lf = window[last] === DASH ? last - 1 : last
  if (window[lf] !== LF) return 0
  return last - lf + (window[lf - 1] === CR ? 2 : 1)
}

/** Where the first line that begins with `--` after `from` begins, or 0; looks at every third octet where it can. */
function dashedLine(window: Uint8Array, from: number): number {
  for (let at = from + 2; at < window.length; ) {
    const octet = window[at]
    if (octet === DASH && window[at - 1] === DASH && window[at - 2] === LF) return at - 1
    at += octet === DASH ? 1 : octet === LF ? 2 : 3
  }
  return 0
}

/** True when nothing of `wanted` contradicts what stands at `from`, of which the end may not have come yet. */
function mayBegin(window: Uint8Array, from: number, wanted: Uint8Array): boolean {
  const length = Math.min(wanted.length, window.length - from)
  for (let i = 0; i < length; i++) if (window[from + i] !== wanted[i]) return false
  return true
}

/** A delimiter may be followed by white space. RFC 2046 §5.1.1. */
function isPadding(window: Uint8Array, from: number, end: number): boolean {
  for (let at = from; at < end; at++) {
    const octet = window[at]
    if (octet !== SPACE && octet !== TAB && octet !== CR) return false
  }
  return from <= end
}

/** Reads to the end and keeps nothing. */
export async function drain(source: AsyncGenerator<Uint8Array>): Promise<void> {
  while ((await source.next()).done !== true);
}
