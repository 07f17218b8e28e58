/** bzip2: Huffman codes of a move-to-front list of a Burrows–Wheeler block, run lengths around it. */
import type { Output } from "../budget.ts"
import { type Bits, type Huffman, huffman, msbFirst } from "./bits.ts"

/** Octets of a block for each of the levels 1 to 9. */
const LEVEL = 100_000
/** Symbols under one code before the next is chosen. */
const GROUP = 50

/** Several streams in a row are one. */
export function bunzip2(input: Buffer, output: Output): void {
  let at = 0
  do {
    if (input.toString("latin1", at, at + 3) !== "BZh") throw new RangeError("no bzip2")
    const level = input.readUInt8(at + 3) - 0x30
    if (level < 1 || level > 9) throw new RangeError("no such level")
    const bits = msbFirst(input, at + 4)
    const words = new Int32Array(level * LEVEL)
    while (isBlock(bits)) block(bits, words, output)
    bits.skip(16)
    bits.skip(16)
    at = bits.align()
  } while (at + 4 <= input.length)
}

/** The digits of π begin a block, those of its root end the stream. */
function isBlock(bits: Bits): boolean {
  const high = bits.take(24)
  const low = bits.take(24)
  if (high === 0x314159 && low === 0x265359) return true
  if (high === 0x177245 && low === 0x385090) return false
  throw new RangeError("no block")
}

function block(bits: Bits, words: Int32Array, output: Output): void {
  bits.skip(16)
  bits.skip(16)
  if (bits.take(1) === 1) throw new RangeError("randomised")
  const origin = bits.take(24)
  const alphabet = usedOctets(bits)
  const groups = bits.take(3)
  const selectors = selectorsOf(bits, groups)
  const codes = Array.from({ length: groups }, () => codeOf(bits, alphabet.length + 2))
  const counts = new Int32Array(256)
  const size = symbols(bits, { alphabet, selectors, codes }, words, counts)
  if (origin >= size) throw new RangeError("no such origin")
  // Each place points to its successor in the text: the octet below, the pointer above it.
  let sum = 0
  for (let octet = 0; octet < 256; octet++) {
    const count = counts[octet] ?? 0
    counts[octet] = sum
    sum += count
  }
  for (let index = 0; index < size; index++) {
    const octet = (words[index] ?? 0) & 0xff
    const place = counts[octet] ?? 0
    counts[octet] = place + 1
    words[place] = (words[place] ?? 0) | (index << 8)
  }
  expand(words, size, origin, output)
}

function usedOctets(bits: Bits): Uint8Array {
  const rows = bits.take(16)
  const used: number[] = []
  for (let row = 0; row < 16; row++) {
    if ((rows & (0x8000 >> row)) === 0) continue
    const row16 = bits.take(16)
    for (let column = 0; column < 16; column++) if ((row16 & (0x8000 >> column)) !== 0) used.push(row * 16 + column)
  }
  if (used.length === 0) throw new RangeError("no octets")
  return Uint8Array.from(used)
}

function selectorsOf(bits: Bits, groups: number): readonly number[] {
  const count = bits.take(15)
  if (groups < 2 || groups > 6 || count === 0) throw new RangeError("no codes")
  const front = Array.from({ length: groups }, (_, group) => group)
  return Array.from({ length: count }, () => {
    let place = 0
    while (bits.take(1) === 1) if (++place >= groups) throw new RangeError("no such code")
    const [group = 0] = front.splice(place, 1)
    front.unshift(group)
    return group
  })
}

function codeOf(bits: Bits, size: number): Huffman {
  let length = bits.take(5)
  const lengths = Array.from({ length: size }, () => {
    while (bits.take(1) === 1) {
      length += bits.take(1) === 1 ? -1 : 1
      if (length < 1 || length > 20) throw new RangeError("code too long")
    }
    if (length < 1) throw new RangeError("code too short")
    return length
  })
  return huffman(lengths)
}

interface Coding {
  readonly alphabet: Uint8Array
  readonly selectors: readonly number[]
  readonly codes: readonly Huffman[]
}

/** The block before it is sorted back; answers its size. */
function symbols(bits: Bits, coding: Coding, words: Int32Array, counts: Int32Array): number {
  const { alphabet: front, selectors, codes } = coding
  const end = front.length + 1
  let size = 0
  let run = 0
  let weight = 1
  const flush = (): void => {
    const octet = front[0] ?? 0
    if (size + run > words.length) throw new RangeError("block too long")
    words.fill(octet, size, size + run)
    counts[octet] = (counts[octet] ?? 0) + run
    size += run
    run = 0
    weight = 1
  }
  for (const selector of selectors) {
    const code = codes[selector]
    if (code === undefined) throw new RangeError("no such code")
    for (let left = GROUP; left > 0; left--) {
      const symbol = code(bits)
      if (symbol <= 1) {
        run += weight << symbol
        weight <<= 1
        if (run > words.length) throw new RangeError("run too long")
        continue
      }
      if (run > 0) flush()
      if (symbol === end) return size
      const octet = front[symbol - 1] ?? 0
      for (let place = symbol - 1; place > 0; place--) front[place] = front[place - 1] ?? 0
      front[0] = octet
      if (size >= words.length) throw new RangeError("block too long")
      words[size++] = octet
      counts[octet] = (counts[octet] ?? 0) + 1
    }
  }
  throw new RangeError("block without end")
}

/** Follows the pointers; four octets alike are followed by a count of more. */
function expand(words: Int32Array, size: number, origin: number, output: Output): void {
  let place = (words[origin] ?? 0) >>> 8
  let alike = 0
  let before = -1
  for (let left = size; left > 0; left--) {
    const word = words[place] ?? 0
    const octet = word & 0xff
    place = word >>> 8
    if (output.bytes.length - output.size < 256) output.need(4_096)
    if (alike === 4) {
      output.bytes.fill(before, output.size, output.size + octet)
      output.size += octet
      alike = 0
      before = -1
      continue
    }
    alike = octet === before ? alike + 1 : 1
    before = octet
    output.bytes[output.size++] = octet
  }
}
