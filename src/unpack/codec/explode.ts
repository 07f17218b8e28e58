/** Implode, the method of PKZIP 1. APPNOTE 5.3. */
import type { Output } from "../budget.ts"
import { type Bits, type Huffman, lsbFirst } from "./bits.ts"

/** `flags`: bit 1 for a window of 8 KiB rather than 4, bit 2 for coded literals. */
export function explode(
  input: Buffer,
  output: Output,
  { flags, size }: { readonly flags: number; readonly size: number },
): void {
  const bits = lsbFirst(input, 0)
  const coded = (flags & 4) !== 0
  const low = (flags & 2) !== 0 ? 7 : 6
  let at = 0
  const tree = (symbols: number): Huffman => {
    const { code, next } = shannonFano(input, at, symbols)
    at = next
    return code
  }
  const literals = coded ? tree(256) : (from: Bits): number => from.take(8)
  const lengths = tree(64)
  const distances = tree(64)
  bits.seek(at)
  while (output.size < size) {
    if (output.bytes.length - output.size < 512) output.need(4_096)
    if (bits.take(1) === 1) {
      output.bytes[output.size++] = literals(bits)
      continue
    }
    const near = bits.take(low)
    const distance = distances(bits) * 2 ** low + near + 1
    const symbol = lengths(bits)
    const length = symbol + (coded ? 3 : 2) + (symbol === 63 ? bits.take(8) : 0)
    // What lies before the beginning counts as zeros.
    for (let left = Math.min(length, size - output.size); left > 0; left--) {
      const from = output.size - distance
      output.bytes[output.size++] = from < 0 ? 0 : (output.bytes[from] ?? 0)
    }
  }
}

/** Lengths are told as runs; codes grow from the longest to the shortest, and all their bits are turned over. */
function shannonFano(input: Buffer, from: number, symbols: number): { readonly code: Huffman; readonly next: number } {
  const count = input.readUInt8(from) + 1
  const lengths: number[] = []
  for (let at = from + 1; at <= from + count; at++) {
    const octet = input.readUInt8(at)
    for (let times = (octet >> 4) + 1; times > 0; times--) lengths.push((octet & 15) + 1)
  }
  if (lengths.length !== symbols) throw new RangeError("no such tree")
  const table = new Int32Array(1 << 16).fill(-1)
  const order = lengths
    .map((length, symbol) => ({ length, symbol }))
    .toSorted((a, b) => a.length - b.length || a.symbol - b.symbol)
  let code = 0
  let increment = 0
  let last = 0
  for (const { length, symbol } of order.toReversed()) {
    code += increment
    if (length !== last) {
      last = length
      increment = 1 << (16 - length)
    }
    // 16 bits, the highest first; the stream gives the lowest first.
    let word = 0
    for (let bit = 0; bit < 16; bit++) word |= ((code >> (15 - bit)) & 1) << bit
    for (let high = 0; high < 1 << (16 - length); high++)
      table[(word & ((1 << length) - 1)) | (high << length)] = (symbol << 5) | length
  }
  const read = (bits: Bits): number => {
    const entry = table[bits.peek(16)] ?? -1
    if (entry < 0) throw new RangeError("no such code")
    bits.skip(entry & 31)
    // The codes are inverted as well.
    return entry >> 5
  }
  return { code: read, next: from + count + 1 }
}
