/** Undoes the filters of a PDF stream, one after the other, within a budget. ISO 32000-1, 7.4. */
import { inflate } from "./inflate.ts"
import type { Budget, PdfObject, Token } from "./pdf-tokens.ts"

/** Filters on one stream; honest ones have one or two. */
const LONGEST_CHAIN = 8
/** Octets of one stream when decoded: scripts and object streams are far below. */
const LARGEST = 20_000_000

/** Null where a filter is not for text (pictures), is unknown, or its octets make no sense. */
export function decode({ tokens, stream }: PdfObject, budget: Budget): Buffer | null {
  let bytes = stream
  const names = filters(tokens)
  if (names.length > LONGEST_CHAIN) return null
  for (const name of names) {
    if (bytes === null || budget.octets <= 0) return null
    bytes = undo(name, bytes)
    budget.octets -= bytes?.length ?? 0
  }
  return bytes
}

/** One name, or several in brackets. */
export function filters(tokens: readonly Token[]): readonly string[] {
  const key = tokens.findIndex((token) => token.is === "name" && (token.text === "Filter" || token.text === "F"))
  if (key < 0) return []
  const names: string[] = []
  const isList = tokens[key + 1]?.text === "["
  for (const token of tokens.slice(key + (isList ? 2 : 1))) {
    if (token.is !== "name") break
    names.push(token.text)
    if (!isList) break
  }
  return names
}

function undo(name: string, bytes: Buffer): Buffer | null {
  switch (name) {
    case "FlateDecode":
    case "Fl":
      return inflate(bytes, LARGEST)
    case "ASCIIHexDecode":
    case "AHx":
      return Buffer.from(
        bytes
          .toString("latin1")
          .replace(/>.*$/s, "")
          .replace(/[^0-9A-Fa-f]+/g, ""),
        "hex",
      )
    case "ASCII85Decode":
    case "A85":
      return ascii85(bytes.toString("latin1"))
    case "LZWDecode":
    case "LZW":
      return lzw(bytes)
    case "RunLengthDecode":
    case "RL":
      return runLengths(bytes)
    case "Crypt":
      return bytes
    default:
      return null
  }
}

/** Five letters are four octets. 7.4.3. */
function ascii85(text: string): Buffer {
  const out: number[] = []
  let group: number[] = []
  const flush = (count: number): void => {
    const value = [...group, 84, 84, 84, 84].slice(0, 5).reduce((sum, digit) => sum * 85 + digit, 0) >>> 0
    for (let index = 0; index < count; index++) out.push((value >>> (24 - 8 * index)) & 0xff)
    group = []
  }
  for (const letter of text.replace(/^\s*<~/, "").replace(/~.*$/s, "")) {
    if (letter === "z" && group.length === 0) out.push(0, 0, 0, 0)
    const digit = letter.charCodeAt(0) - 33
    if (digit < 0 || digit > 84) continue
    group.push(digit)
    if (group.length === 5) flush(4)
    if (out.length > LARGEST) break
  }
  if (group.length > 1) flush(group.length - 1)
  return Buffer.from(out)
}

/** Codes of 9 to 12 bits; 256 clears the table, 257 ends. Code length grows one early. 7.4.4. */
function lzw(bytes: Buffer): Buffer {
  const out: Buffer[] = []
  const start = Array.from({ length: 258 }, (_, octet) => Buffer.from(octet < 256 ? [octet] : []))
  let table = [...start]
  let [size, width, bits, held] = [0, 9, 0, 0]
  let last = Buffer.alloc(0)
  for (const octet of bytes) {
    held = ((held << 8) | octet) & 0xffffff
    bits += 8
    if (bits < width) continue
    bits -= width
    const code = (held >> bits) & ((1 << width) - 1)
    if (code === 257 || size > LARGEST) break
    if (code === 256) {
      table = [...start]
      width = 9
      last = Buffer.alloc(0)
      continue
    }
    const entry = table[code] ?? Buffer.concat([last, last.subarray(0, 1)])
    if (entry.length === 0) break
    out.push(entry)
    size += entry.length
    if (last.length > 0 && table.length < 4_096) table.push(Buffer.concat([last, entry.subarray(0, 1)]))
    last = entry
    if (table.length + 1 >= 1 << width && width < 12) width++
  }
  return Buffer.concat(out)
}

/** A length below 128 copies, above repeats, 128 ends. 7.4.5. */
function runLengths(bytes: Buffer): Buffer {
  const out: Buffer[] = []
  let size = 0
  for (let at = 0; at < bytes.length && size <= LARGEST; ) {
    const length = bytes[at++] ?? 128
    if (length === 128) break
    const piece = length < 128 ? bytes.subarray(at, at + length + 1) : Buffer.alloc(257 - length, bytes[at] ?? 0)
    at += length < 128 ? length + 1 : 1
    out.push(piece)
    size += piece.length
  }
  return Buffer.concat(out)
}
