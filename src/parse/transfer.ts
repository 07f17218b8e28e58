/** Content-Transfer-Encoding undone on a stream, leniently: what a forgiving mail program would see. RFC 2045 §6. */

export type Encoding = "identity" | "base64" | "quoted-printable"

/** `broken`: something had to be guessed. `odd`: lawful, or nearly, and read otherwise by somebody. */
export type Fault = "broken" | "odd"

interface Decoder {
  push(octets: Uint8Array): Uint8Array
  end(): Uint8Array
  fault(): Fault | null
}

const NOTHING = new Uint8Array(0)
const EQUALS = 0x3d

/** The encoding a field value names; null when it is none that every mail program knows. */
export function encodingOf(value: string): Encoding | null {
  switch (value.trim().toLowerCase()) {
    case "":
    case "7bit":
    case "8bit":
    case "binary":
      return "identity"
    case "base64":
      return "base64"
    case "quoted-printable":
      return "quoted-printable"
    default:
      return null
  }
}

/** Calls `faulty` at the end when the encoding was not plain. */
export async function* decode(
  source: AsyncGenerator<Uint8Array>,
  encoding: Encoding,
  faulty: (fault: Fault) => void,
): AsyncGenerator<Uint8Array> {
  if (encoding === "identity") {
    yield* source
    return
  }
  const decoder = encoding === "base64" ? base64() : quotedPrintable()
  for await (const octets of source) {
    const decoded = decoder.push(octets)
    if (decoded.length > 0) yield decoded
  }
  const last = decoder.end()
  if (last.length > 0) yield last
  const fault = decoder.fault()
  if (fault !== null) faulty(fault)
}

const WHITE = 64
const PAD = 65
const ALIEN = 66
const SEXTETS = sextets()

function sextets(): Uint8Array {
  const table = new Uint8Array(256).fill(ALIEN)
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  for (let i = 0; i < alphabet.length; i++) table[alphabet.charCodeAt(i)] = i
  for (const white of [0x09, 0x0a, 0x0d, 0x20]) table[white] = WHITE
  table[EQUALS] = PAD
  return table
}

/** Padding ends a quantum, not the data: many mail programs read on after it. Foreign octets are skipped. RFC 2045 §6.8. */
function base64(): Decoder {
  let bits = 0
  let held = 0
  let padded = false
  let bad = false
  let odd = false
  /** A line ended within a quantum. */
  let torn = false

  const whole = (): boolean => held === 0 && !padded

  /** The octets of an unfinished quantum. */
  function finish(): readonly number[] {
    const octets = held === 3 ? [bits >> 10, (bits >> 2) & 0xff] : held === 2 ? [bits >> 4] : []
    if (held === 1) bad = true
    bits = held = 0
    return octets
  }

  function push(octets: Uint8Array): Uint8Array {
    // Four octets make three; each padding character may finish a quantum early, which never makes more.
    const out = Buffer.allocUnsafe(Math.ceil(((octets.length + held) * 3) / 4) + 3)
    let size = 0
    /** Lines up to here are no even ones: asked once, not for each of them. */
    let uneven = 0
    for (let i = 0; i < octets.length; i++) {
      // Whole quanta first: nearly all of a line.
      while (whole() && i + 3 < octets.length) {
        const a = SEXTETS[octets[i] ?? 0] ?? ALIEN
        const b = SEXTETS[octets[i + 1] ?? 0] ?? ALIEN
        const c = SEXTETS[octets[i + 2] ?? 0] ?? ALIEN
        const d = SEXTETS[octets[i + 3] ?? 0] ?? ALIEN
        if ((a | b | c | d) >= WHITE) break
        out[size++] = (a << 2) | (b >> 4)
        out[size++] = (b << 4) | (c >> 2)
        out[size++] = (c << 6) | d
        i += 4
      }
      if (i === octets.length) break
      const value = SEXTETS[octets[i] ?? 0] ?? ALIEN
      if (value < 64) {
        if (padded) bad = true
        if (torn) odd = true
        padded = torn = false
        bits = (bits << 6) | value
        if (++held < 4) continue
        out[size++] = bits >> 16
        out[size++] = bits >> 8
        out[size++] = bits
        bits = held = 0
      } else if (value === PAD) {
        if (held === 0 && !padded) odd = true
        padded = true
        for (const octet of finish()) out[size++] = octet
      } else if (value === ALIEN) bad = true
      else if (octets[i] === LF && held > 0) torn = true
      else if (octets[i] === LF && i >= uneven && whole()) {
        const { read, written, asked } = evenLines(octets, i + 1, out.subarray(size))
        i += read
        size += written
        uneven = i + asked - read
      }
    }
    return out.subarray(0, size)
  }

  function end(): Uint8Array {
    if (held > 0) bad = true
    return Uint8Array.from(finish())
  }

  return { push, end, fault: () => (bad ? "broken" : odd ? "odd" : null) }
}

/** Octets of lines that are worth asking the platform. */
const FEW = 1_024

/** `asked`: octets that it was about, of which `read` are done. */
interface Even {
  readonly read: number
  readonly written: number
  readonly asked: number
}

/**
 * Lines of one length that hold whole quanta and nothing else, as nearly all of a file's do: the platform decodes them five times as fast.
 * It leaves out what is foreign and counts padding as nothing, so that the right count of octets proves that there was neither.
 */
function evenLines(octets: Uint8Array, from: number, out: Buffer): Even {
  const given = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  const width = given.indexOf("\r\n", from) - from
  const none = { read: 0, written: 0 }
  if (width <= 0 || width % 4 !== 0) return { ...none, asked: 0 }
  let end = from
  while (given[end + width] === CR && given[end + width + 1] === LF) end += width + 2
  // The last line of one file in thirty is a full one, with padding.
  const padding = given.subarray(from, end).indexOf(EQUALS)
  if (padding >= 0) end = from + Math.floor(padding / (width + 2)) * (width + 2)
  const asked = end - from
  if (asked < FEW) return { ...none, asked }
  const lines = given.subarray(from, end)
  // The platform takes the alphabet of RFC 4648 §5 as well.
  if (lines.includes(0x2d) || lines.includes(0x5f)) return { ...none, asked }
  const expected = ((lines.length / (width + 2)) * width * 3) / 4
  const written = out.write(lines.toString("latin1"), 0, "base64")
  return written === expected ? { read: asked, written, asked } : { ...none, asked }
}

/** White space that may stand between a soft line break's `=` and the line end: no more than a line. RFC 5322 §2.1.1. */
const LONGEST_PADDING = 998
const SPACE = 0x20
const TAB = 0x09
const CR = 0x0d
const LF = 0x0a

/**
 * `=` that begins neither two hexadecimal digits nor a soft line break stands for itself; white space at the end of a line was
 * added on the way. RFC 2045 §6.7.
 */
function quotedPrintable(): Decoder {
  let held: Uint8Array = NOTHING
  /** White space that may be the end of a line. */
  let white: number[] = []
  let bad = false
  /** Octets that may not stand there, which some leave out. */
  let odd = false

  function push(octets: Uint8Array): Uint8Array {
    const input = held.length === 0 ? octets : Buffer.concat([held, octets])
    held = NOTHING
    const out = Buffer.allocUnsafe(input.length + white.length)
    let size = 0
    for (let i = 0; i < input.length; ) {
      const octet = input[i] ?? 0
      if ((octet === SPACE || octet === TAB) && white.length < LONGEST_PADDING) {
        white.push(octet)
        i++
        continue
      }
      if (white.length > 0) {
        if (octet !== CR && octet !== LF) for (const kept of white) out[size++] = kept
        white = []
      }
      const high = octet === EQUALS ? hex(input[i + 1]) : -1
      const low = high >= 0 ? hex(input[i + 2]) : -1
      const next = octet === EQUALS && low < 0 ? softBreak(input, i) : null
      if (next === "more") {
        held = input.slice(i)
        break
      }
      if (low >= 0) out[size++] = high * 16 + low
      else if (next === null) {
        out[size++] = octet
        if (octet > 0x7e || (octet < SPACE && octet !== TAB && octet !== CR && octet !== LF)) odd = true
      }
      if (octet === EQUALS && low < 0 && next === null) bad = true
      i = next ?? i + (low >= 0 ? 3 : 1)
    }
    return out.subarray(0, size)
  }

  function end(): Uint8Array {
    if (held.length > 1) bad = true
    return held.length > 1 ? held : NOTHING
  }

  return { push, end, fault: () => (bad ? "broken" : odd ? "odd" : null) }
}

/** The value of a hexadecimal digit of either case, else -1. */
function hex(octet: number | undefined): number {
  if (octet === undefined) return -1
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30
  const upper = octet & 0xdf
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1
}

/** Where the line after the soft break at `equals` begins; null when it is none, "more" when the end of input leaves it open. */
function softBreak(input: Uint8Array, equals: number): number | "more" | null {
  let at = equals + 1
  while (input[at] === SPACE || input[at] === TAB) at++
  if (input[at] === CR) at++
  if (input[at] === LF) return at + 1
  const open = at === input.length || (at === equals + 1 && at + 1 === input.length && hex(input[at]) >= 0)
  return open && at - equals <= LONGEST_PADDING ? "more" : null
}
