/** Deflate64, PKWARE's deflate with a window of 64 KiB and longer matches. */
import type { Output } from "../budget.ts"
import { type Bits, type Huffman, huffman, lsbFirst } from "./bits.ts"
import { copy } from "./lzma.ts"

const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
/** Lengths from symbol 257 on: their base and how many bits are added. The last takes 16 bits, here. */
const BASES = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 3,
]
const EXTRAS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 16]

interface Codes {
  readonly literals: Huffman
  readonly distances: Huffman
}

export function inflate64(input: Buffer, output: Output): void {
  const bits = lsbFirst(input)
  const start = output.size
  for (let last = 0; last === 0; ) {
    last = bits.take(1)
    const kind = bits.take(2)
    if (kind === 3) throw new RangeError("no such block")
    if (kind === 0) stored(bits, input, output)
    else block(bits, kind === 1 ? fixed() : dynamic(bits), output, start)
  }
}

function stored(bits: Bits, input: Buffer, output: Output): void {
  const at = bits.align()
  const size = input.readUInt16LE(at)
  if (at + 4 + size > input.length) throw new RangeError("input ends")
  output.push(input.subarray(at + 4, at + 4 + size))
  bits.seek(at + 4 + size)
}

function fixed(): Codes {
  const lengths = Array.from({ length: 288 }, (_, symbol) =>
    symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
  )
  return {
    literals: huffman(lengths, "lsb"),
    distances: huffman(
      Array.from({ length: 32 }, () => 5),
      "lsb",
    ),
  }
}

function dynamic(bits: Bits): Codes {
  const literals = bits.take(5) + 257
  const distances = bits.take(5) + 1
  const count = bits.take(4) + 4
  const lengths = Array.from({ length: 19 }, () => 0)
  for (const symbol of ORDER.slice(0, count)) lengths[symbol] = bits.take(3)
  const code = huffman(lengths, "lsb")
  const all: number[] = []
  while (all.length < literals + distances) {
    const symbol = code(bits)
    if (symbol < 16) all.push(symbol)
    else {
      const length = symbol === 16 ? (all.at(-1) ?? 0) : 0
      const times = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7)
      for (let time = 0; time < times; time++) all.push(length)
    }
  }
  if (all.length > literals + distances) throw new RangeError("too many lengths")
  return { literals: huffman(all.slice(0, literals), "lsb"), distances: huffman(all.slice(literals), "lsb") }
}

function block(bits: Bits, { literals, distances }: Codes, output: Output, start: number): void {
  for (;;) {
    const symbol = literals(bits)
    if (symbol === 256) return
    if (symbol < 256) {
      if (output.size === output.bytes.length) output.need(4_096)
      output.bytes[output.size++] = symbol
      continue
    }
    const length = (BASES[symbol - 257] ?? 0) + bits.take(EXTRAS[symbol - 257] ?? 0)
    const slot = distances(bits)
    const extra = Math.max(0, (slot >> 1) - 1)
    const distance = slot < 4 ? slot + 1 : (2 + (slot & 1)) * 2 ** extra + bits.take(extra) + 1
    if (output.bytes.length - output.size < length) output.need(length)
    copy(output, distance, length, start)
  }
}
