/** Opens files that stand as text within text: uuencode (POSIX), yEnc 1.3, BinHex 4 (RFC 1741). */
import { countFile } from "../budget.ts"
import { type Member, namesOf, slice, type Way } from "./member.ts"

const BEGIN = /(?:^|\n)begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n/g
const BEGIN_BASE64 = /(?:^|\n)begin-base64 [0-7]{3,4} ([^\r\n]{1,255})\r?\n/g

export function* uuencoded(bytes: Buffer, { budget }: Way): Generator<Member> {
  const text = bytes.toString("latin1")
  for (const match of text.matchAll(BEGIN)) {
    countFile(budget)
    const lines = bodyOf(text, match.index + match[0].length, /\r?\n(?:`|\s)?\r?\n?end\b/g)
    yield {
      names: namesOf(Buffer.from(match[1] ?? "", "latin1")),
      bytes: Buffer.concat(lines.map(uuLine)),
      trouble: null,
    }
  }
  for (const match of text.matchAll(BEGIN_BASE64)) {
    countFile(budget)
    const lines = bodyOf(text, match.index + match[0].length, /\r?\n====/g)
    yield {
      names: namesOf(Buffer.from(match[1] ?? "", "latin1")),
      bytes: Buffer.from(lines.join(""), "base64"),
      trouble: null,
    }
  }
}

function bodyOf(text: string, from: number, end: RegExp): readonly string[] {
  end.lastIndex = from
  const found = end.exec(text)
  return text.slice(from, found === null ? text.length : found.index).split(/\r?\n/)
}

/** How many octets, then four characters for each three; blanks at the end may be lost. */
function uuLine(line: string): Buffer {
  const size = (line.charCodeAt(0) - 32) & 63
  if (line === "" || size === 0 || size > 45) return Buffer.alloc(0)
  const octets = Buffer.alloc(Math.ceil(size / 3) * 3)
  const digit = (at: number): number => ((line.charCodeAt(at) || 32) - 32) & 63
  for (let at = 1, to = 0; to < octets.length; at += 4, to += 3) {
    octets.writeUIntBE((digit(at) << 18) | (digit(at + 1) << 12) | (digit(at + 2) << 6) | digit(at + 3), to, 3)
  }
  return octets.subarray(0, size)
}

const YBEGIN = /(?:^|\n)=ybegin [^\r\n]{0,400}?name=([^\r\n]{0,255})\r?\n(?:=ypart [^\r\n]{0,200}\r?\n)?/g

/** Octets plus 42; `=` before one that has 64 more. Lines end as those of text do. */
export function* yencoded(bytes: Buffer, { budget }: Way): Generator<Member> {
  const text = bytes.toString("latin1")
  let close = 0
  for (const match of text.matchAll(YBEGIN)) {
    countFile(budget)
    const from = match.index + match[0].length
    // Asked once where there is none: a thousand beginnings must not each search to the end.
    if (close >= 0 && close < from) close = text.indexOf("\n=yend", from)
    const next = text.indexOf("\n=ybegin ", from)
    const ends = [close, next].filter((end) => end >= from)
    const end = ends.length === 0 ? text.length : Math.min(...ends)
    const plain = text
      .slice(from, end)
      .replace(/[\r\n]+/g, "")
      .replace(/=([^])/g, (_, coded: string) => String.fromCharCode((coded.charCodeAt(0) - 64) & 0xff))
    const octets = Buffer.from(plain, "latin1").map((octet) => (octet - 42) & 0xff)
    yield { names: namesOf(Buffer.from((match[1] ?? "").trim(), "latin1")), bytes: Buffer.from(octets), trouble: null }
  }
}

const HEX_ALPHABET = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
const REPEAT = 0x90

/** Six bits a character between two colons, runs of octets counted; name, forks, sums. */
export function* binhex(bytes: Buffer, { budget }: Way): Generator<Member> {
  const text = bytes.toString("latin1")
  const intro = text.indexOf("(This file must be converted with BinHex")
  const from = text.indexOf(":", intro)
  const plain = expanded(sextets(text.slice(from + 1, text.indexOf(":", from + 1))))
  countFile(budget)
  const nameSize = plain.readUInt8(0)
  const head = 1 + nameSize + 1 + 4 + 4 + 2
  const size = plain.readUInt32BE(head)
  yield { names: namesOf(slice(plain, 1, nameSize)), bytes: slice(plain, head + 10, size), trouble: null }
}

function sextets(text: string): Buffer {
  const octets: number[] = []
  let held = 0
  let bits = 0
  for (const letter of text.replace(/\s/g, "")) {
    const value = HEX_ALPHABET.indexOf(letter)
    if (value < 0) throw new RangeError("no BinHex")
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) octets.push((held >> (bits -= 8)) & 0xff)
  }
  return Buffer.from(octets)
}

/** An octet, 0x90 and how often it stands there; 0x90 0 is the octet itself. */
function expanded(packed: Buffer): Buffer {
  const octets: number[] = []
  for (let at = 0; at < packed.length; at++) {
    const octet = packed[at] ?? 0
    if (octet !== REPEAT) {
      octets.push(octet)
      continue
    }
    const count = packed[++at] ?? 0
    if (count === 0) octets.push(REPEAT)
    else for (let left = count - 1; left > 0; left--) octets.push(octets.at(-1) ?? 0)
  }
  return Buffer.from(octets)
}
