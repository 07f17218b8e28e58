/** Files that stand in the text itself, framed by what old programs wrote around them: uuencode, yEnc, BinHex. */

export interface Carved {
  readonly name: string | null
  readonly bytes: Buffer
}

/** Files of one text; more are an attack, and what lies beyond them is still read by the scanner of the whole message. */
const MOST = 50

/** Cheap for text that holds none. */
export function inlineFiles(text: Buffer): readonly Carved[] {
  const found: Carved[] = []
  const latin1 = (): string => text.toString("latin1")
  if (text.includes("begin")) found.push(...some(uuencoded(latin1())))
  if (text.includes("=ybegin ")) found.push(...some(yencoded(latin1())))
  if (text.includes("converted with BinHex")) found.push(...some(binhexed(latin1())))
  return found
}

/** No more than are kept are looked for. */
function some(files: Generator<Carved>): readonly Carved[] {
  const found: Carved[] = []
  for (const file of files) if (found.push(file) >= MOST) break
  return found
}

/** POSIX uuencode, with or without its first and last line; a line's first character says how many octets it holds. */
export function uuLines(text: string, from = 0): Buffer {
  const pieces: Buffer[] = []
  for (let at = from; at < text.length; ) {
    const start = at
    const lf = text.indexOf("\n", at)
    const end = lf === -1 ? text.length : lf
    if (end - at > LONGEST_UU) break
    const line = text.slice(at, end).replace(/\r$/, "")
    at = end + 1
    if (line === "end" || line === "`" || line === " ") break
    if (line === "" || (start === from && line.startsWith("begin "))) continue
    const octets = uuLine(line)
    if (octets === null) break
    pieces.push(octets)
  }
  return Buffer.concat(pieces)
}

/** Characters of a line: 45 octets are usual, 63 are possible. */
const LONGEST_UU = 100

/** Base64 up to the line that closes it. */
function base64Text(text: string): string {
  return /^[\w+/\r\n]*/.exec(text)?.[0] ?? ""
}

function uuLine(line: string): Buffer | null {
  const length = (line.charCodeAt(0) - 32) & 63
  const characters = Math.ceil(length / 3) * 4
  // Trailing spaces may have been lost on the way; one character more is a checksum of old encoders.
  if (length === 0 || /[^ -`]/.test(line) || line.length - 1 > characters + 2) return null
  if (line.length - 1 < Math.floor((length * 4) / 3) - 8) return null
  const out = Buffer.alloc(length)
  for (let index = 0; index < length; index++) {
    const at = 1 + Math.floor(index / 3) * 4
    const [a, b, c, d] = [0, 1, 2, 3].map((offset) => ((line.charCodeAt(at + offset) || 32) - 32) & 63)
    const bits = ((a ?? 0) << 18) | ((b ?? 0) << 12) | ((c ?? 0) << 6) | (d ?? 0)
    out[index] = (bits >> (16 - (index % 3) * 8)) & 0xff
  }
  return out
}

function* uuencoded(text: string): Generator<Carved> {
  let tried = 0
  for (const match of text.matchAll(/^begin(-base64)? +[0-7]{3,5} +([^\r\n]{1,250})\r?\n/gm)) {
    if (++tried > MOST) return
    const from = match.index + match[0].length
    const bytes = match[1] === undefined ? uuLines(text, from) : Buffer.from(base64Text(text.slice(from)), "base64")
    if (bytes.length > 0) yield { name: match[2]?.trim() ?? null, bytes }
  }
}

/** yEnc 1.2: octets plus 42; `=` escapes the next, which has 64 more. Its lines end as text does. */
function* yencoded(text: string): Generator<Carved> {
  for (const match of text.matchAll(/^=ybegin [^\r\n]*?name=([^\r\n]*)\r?\n(?:=ypart [^\r\n]*\r?\n)?/gm)) {
    const from = match.index + match[0].length
    const end = text.indexOf("\n=yend", from)
    yield { name: match[1]?.trim() ?? null, bytes: yBytes(text.slice(from, end === -1 ? text.length : end)) }
  }
}

export function yBytes(text: string): Buffer {
  const out = Buffer.alloc(text.length)
  let size = 0
  for (let at = 0; at < text.length; at++) {
    let code = text.charCodeAt(at)
    if (code === 0x0a || code === 0x0d) continue
    if (code === 0x3d) code = text.charCodeAt(++at) - 64
    out[size++] = (code - 42) & 0xff
  }
  return out.subarray(0, size)
}

const BINHEX = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"

/** BinHex 4.0, RFC 1741 appendix A: six bits a character, runs, a header with name and lengths, the data fork. */
function* binhexed(text: string): Generator<Carved> {
  let tried = 0
  for (const match of text.matchAll(/converted with BinHex[^\r\n]*\r?\n\s*:([^:]*):?/g)) {
    if (++tried > MOST) return
    const file = binhex(match[1] ?? "")
    if (file !== null) yield file
  }
}

export function binhex(text: string): Carved | null {
  const bytes = unrun(sixBits(text))
  const nameLength = bytes[0] ?? 0
  // Name, its NUL, type, creator, flags; then two lengths and a checksum.
  const lengths = 1 + nameLength + 1 + 4 + 4 + 2
  if (nameLength === 0 || bytes.length < lengths + 10) return null
  const data = bytes.subarray(lengths + 10, lengths + 10 + bytes.readUInt32BE(lengths))
  return { name: bytes.toString("latin1", 1, 1 + nameLength), bytes: data }
}

function sixBits(text: string): Buffer {
  const out = Buffer.alloc(text.length)
  let size = 0
  let bits = 0
  let held = 0
  for (const char of text) {
    const value = BINHEX.indexOf(char)
    if (value === -1) continue
    bits = ((bits << 6) | value) & 0xffff
    held += 6
    if (held < 8) continue
    held -= 8
    out[size++] = (bits >> held) & 0xff
  }
  return out.subarray(0, size)
}

/** Octets a run-length code may make at most. */
const LARGEST = 67_108_864

/** 0x90 repeats the octet before it, at most 254 times more; 0x90 0x00 is 0x90 itself. */
function unrun(octets: Buffer): Buffer {
  const pieces: Buffer[] = []
  let from = 0
  let size = 0
  let mark = octets.indexOf(0x90)
  while (mark !== -1 && size < LARGEST) {
    const count = octets[mark + 1] ?? 0
    const last = octets[mark - 1] ?? 0
    pieces.push(octets.subarray(from, mark), count === 0 ? Buffer.from([0x90]) : Buffer.alloc(count - 1, last))
    size += mark - from + count
    from = mark + 2
    mark = octets.indexOf(0x90, from)
  }
  return Buffer.concat([...pieces, octets.subarray(from)])
}
