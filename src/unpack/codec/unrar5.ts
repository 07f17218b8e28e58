/** Decompression of RAR 5: LZ77 with Huffman codes block by block, and filters over what came out. */
import type { Output } from "../budget.ts"
import { type Bits, type Huffman, huffman, msbFirst } from "./bits.ts"
import { copy } from "./lzma.ts"
import { branches, calls, delta } from "./rar-filter.ts"

const MAIN = 306
const DISTANCES = 64
const LOW = 16
const REPEATS = 44
const FILTER = 256
const REPEAT_LAST = 257
const REPEAT = 258
const MATCH = 262
/** Octets one filter may cover. */
const LARGEST_FILTER = 0x400000

interface Codes {
  readonly main: Huffman
  readonly distance: Huffman
  readonly low: Huffman
  readonly repeat: Huffman
}

interface Filter {
  readonly start: number
  readonly size: number
  readonly kind: number
  readonly channels: number
}

/** Files of a solid archive go on in one window, and with the codes and distances of the file before. */
export interface Unrar {
  /** One file: its octets, `size` of them. */
  file(packed: Buffer, size: number): Buffer
}

export function createUnrar5(window: Output): Unrar {
  const old = [0, 0, 0, 0]
  let lastLength = 0
  let codes: Codes | null = null

  function file(packed: Buffer, size: number): Buffer {
    const start = window.size
    const filters: Filter[] = []
    let at = 0
    for (let last = false; !last && window.size - start < size; ) {
      const header = blockHeader(packed, at)
      const bits = msbFirst(packed.subarray(header.from, header.from + header.octets))
      if (header.hasCodes) codes = readCodes(bits)
      if (codes === null) throw new RangeError("no codes")
      block(bits, codes, { end: header.bits, limit: start + size }, filters)
      at = header.from + header.octets
      last = header.isLast
    }
    if (window.size - start < size) throw new RangeError("input ends")
    return filtered(window.bytes.subarray(start, start + size), start, filters)
  }

  function block(
    bits: Bits,
    { main, distance, low, repeat }: Codes,
    { end, limit }: { readonly end: number; readonly limit: number },
    filters: Filter[],
  ): void {
    while (bits.position() < end && window.size < limit) {
      if (window.bytes.length - window.size < 5_000) window.need(8_192)
      const symbol = main(bits)
      if (symbol < 256) window.bytes[window.size++] = symbol
      else if (symbol === FILTER) filters.push(readFilter(bits, window.size))
      else if (symbol >= MATCH) {
        const length = slotLength(bits, symbol - MATCH)
        const far = readDistance(bits, distance, low)
        old.unshift(far)
        old.pop()
        repeatOctets(length + (far > 0x100 ? 1 : 0) + (far > 0x2000 ? 1 : 0) + (far > 0x40000 ? 1 : 0), far)
      } else if (symbol === REPEAT_LAST) {
        if (lastLength > 0) repeatOctets(lastLength, old[0] ?? 0)
      } else {
        const [far = 0] = old.splice(symbol - REPEAT, 1)
        old.unshift(far)
        repeatOctets(slotLength(bits, repeat(bits)), far)
      }
    }
  }

  function repeatOctets(length: number, far: number): void {
    lastLength = length
    if (far === 0) throw new RangeError("no distance")
    copy(window, far, length, 0)
  }

  return { file }
}

interface BlockHeader {
  readonly from: number
  readonly octets: number
  /** Bits of the block that count. */
  readonly bits: number
  readonly isLast: boolean
  readonly hasCodes: boolean
}

function blockHeader(packed: Buffer, at: number): BlockHeader {
  const flags = packed.readUInt8(at)
  const count = ((flags >> 3) & 3) + 1
  if (count === 4) throw new RangeError("no block")
  const octets = packed.readUIntLE(at + 2, count)
  const sum = 0x5a ^ flags ^ (octets & 0xff) ^ ((octets >> 8) & 0xff) ^ ((octets >> 16) & 0xff)
  if (sum !== packed.readUInt8(at + 1)) throw new RangeError("broken block")
  const from = at + 2 + count
  if (from + octets > packed.length) throw new RangeError("input ends")
  return {
    from,
    octets,
    bits: (octets - 1) * 8 + (flags & 7) + 1,
    isLast: (flags & 0x40) !== 0,
    hasCodes: (flags & 0x80) !== 0,
  }
}

function readCodes(bits: Bits): Codes {
  const widths: number[] = []
  while (widths.length < 20) {
    const length = bits.take(4)
    const zeros = length === 15 ? bits.take(4) : 0
    if (zeros === 0) widths.push(length)
    else for (let left = zeros + 2; left > 0; left--) widths.push(0)
  }
  const code = huffman(widths.slice(0, 20))
  const total = MAIN + DISTANCES + LOW + REPEATS
  const lengths: number[] = []
  while (lengths.length < total) {
    const symbol = code(bits)
    if (symbol < 16) {
      lengths.push(symbol)
      continue
    }
    const times = symbol % 2 === 0 ? bits.take(3) + 3 : bits.take(7) + 11
    const before = lengths.at(-1)
    if (symbol < 18 && before === undefined) throw new RangeError("nothing to repeat")
    for (let left = times; left > 0; left--) lengths.push(symbol < 18 ? (before ?? 0) : 0)
  }
  const part = (from: number, size: number): Huffman => huffman(lengths.slice(from, from + size))
  return {
    main: part(0, MAIN),
    distance: part(MAIN, DISTANCES),
    low: part(MAIN + DISTANCES, LOW),
    repeat: part(MAIN + DISTANCES + LOW, REPEATS),
  }
}

function slotLength(bits: Bits, slot: number): number {
  if (slot < 8) return 2 + slot
  const extra = (slot >> 2) - 1
  return 2 + ((4 | (slot & 3)) << extra) + bits.take(extra)
}

function readDistance(bits: Bits, code: Huffman, low: Huffman): number {
  const slot = code(bits)
  if (slot < 4) return 1 + slot
  const extra = (slot >> 1) - 1
  const base = 1 + (2 | (slot & 1)) * 2 ** extra
  if (extra < 4) return base + bits.take(extra)
  const high = extra === 4 ? 0 : many(bits, extra - 4) * 16
  return base + high + low(bits)
}

function many(bits: Bits, count: number): number {
  return count <= 16 ? bits.take(count) : bits.take(count - 16) * 65_536 + bits.take(16)
}

function readFilter(bits: Bits, here: number): Filter {
  const number = (): number => {
    const octets = bits.take(2) + 1
    let value = 0
    for (let index = 0; index < octets; index++) value += bits.take(8) * 2 ** (8 * index)
    return value
  }
  const start = here + number()
  const size = number()
  const kind = bits.take(3)
  return { start, size: size > LARGEST_FILTER ? 0 : size, kind, channels: kind === 0 ? bits.take(5) + 1 : 1 }
}

/** Later files refer to what the filters had not touched: they work on a copy. */
function filtered(content: Buffer, start: number, filters: readonly Filter[]): Buffer {
  if (filters.length === 0) return content
  const copied = Buffer.from(content)
  for (const filter of filters) {
    const from = filter.start - start
    if (from < 0 || from + filter.size > copied.length) continue
    const part = copied.subarray(from, from + filter.size)
    if (filter.kind === 0) delta(part, filter.channels)
    else if (filter.kind < 3) calls(part, from, { both: filter.kind === 2, wraps: true })
    else if (filter.kind === 3) branches(part, from)
    else throw new RangeError("no such filter")
  }
  return copied
}
