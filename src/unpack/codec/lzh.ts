/** LZ77 with Huffman codes block by block: -lh4- to -lh7- of LHA, methods 1 to 3 of ARJ. H. Okumura, "ar002". */
import type { Output } from "../budget.ts"
import { type Bits, type Huffman, huffman, msbFirst } from "./bits.ts"

const LENGTHS = 19
const CODES = 510
const SHORTEST = 3

/** `places`: sizes of distances that are told apart, and the bits that count them. */
export interface Lzh {
  readonly size: number
  readonly places: readonly [count: number, bits: number]
}

export function unlzh(input: Buffer, output: Output, { size, places }: Lzh): void {
  const bits = msbFirst(input)
  let left = 0
  let codes: Huffman = none
  let distances: Huffman = none
  while (output.size < size) {
    if (left === 0) {
      left = bits.take(16)
      if (left === 0) throw new RangeError("empty block")
      codes = codesOf(bits, codeLengths(bits, LENGTHS, 5, 3))
      distances = codeLengths(bits, places[0], places[1], -1)
    }
    left--
    const code = codes(bits)
    if (output.bytes.length - output.size < 512) output.need(4_096)
    if (code < 256) {
      output.bytes[output.size++] = code
      continue
    }
    const place = distances(bits)
    const distance = (place < 2 ? place : 2 ** (place - 1) + bits.take(place - 1)) + 1
    for (let count = Math.min(code - 256 + SHORTEST, size - output.size); count > 0; count--) {
      const from = output.size - distance
      // What lies before the beginning counts as blanks.
      output.bytes[output.size++] = from < 0 ? 0x20 : (output.bytes[from] ?? 0)
    }
  }
}

function none(): never {
  throw new RangeError("no code")
}

/** A code of few symbols, its lengths told in three bits and more. After the one at `gap` some may be left out. */
function codeLengths(bits: Bits, most: number, width: number, gap: number): Huffman {
  const count = bits.take(width)
  if (count === 0) return always(bits.take(width))
  if (count > most) throw new RangeError("too many codes")
  const lengths: number[] = []
  while (lengths.length < count) {
    let length = bits.take(3)
    if (length === 7) while (bits.take(1) === 1) if (++length > 16) throw new RangeError("code too long")
    lengths.push(length)
    if (lengths.length === gap) for (let skip = bits.take(2); skip > 0; skip--) lengths.push(0)
  }
  return huffman(lengths)
}

function codesOf(bits: Bits, code: Huffman): Huffman {
  const count = bits.take(9)
  if (count === 0) return always(bits.take(9))
  if (count > CODES) throw new RangeError("too many codes")
  const lengths: number[] = []
  while (lengths.length < count) {
    const symbol = code(bits)
    if (symbol > 2) lengths.push(symbol - 2)
    else {
      const skip = symbol === 0 ? 1 : symbol === 1 ? bits.take(4) + 3 : bits.take(9) + 20
      for (let left = skip; left > 0; left--) lengths.push(0)
    }
  }
  return huffman(lengths)
}

function always(symbol: number): Huffman {
  return () => symbol
}
