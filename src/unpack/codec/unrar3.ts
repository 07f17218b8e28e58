/** Decompression of RAR 2.9 to 4: LZ77 with Huffman codes, and programs over what came out, of which every archiver writes the same few. */
import { crc32 } from "node:zlib"
import { type Output, Stop } from "../budget.ts"
import { type Bits, type Huffman, huffman, msbFirst } from "./bits.ts"
import { copy } from "./lzma.ts"
import { calls, colours, delta, sound } from "./rar-filter.ts"
import type { Unrar } from "./unrar5.ts"

const MAIN = 299
const DISTANCES = 60
const LOW = 17
const REPEATS = 28
const TOTAL = MAIN + DISTANCES + LOW + REPEATS
const END = 256
const PROGRAM = 257
const REPEAT_LAST = 258
const REPEAT = 259
const NEAR = 263
const MATCH = 271
/** The same low part of a distance this many times. */
const SAME_LOW = 15

/** Bases and extra bits of lengths, of distances, and of matches of two octets nearby. */
const LENGTHS = slots([8, 4, 4, 4, 4, 4])
const FAR = slots([4, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 14, 0, 12])
const NEARBY = [0, 4, 8, 16, 32, 64, 128, 192].map((base, index) => ({
  base,
  extra: [2, 2, 3, 4, 5, 6, 6, 6][index] ?? 0,
}))

interface Slot {
  readonly base: number
  readonly extra: number
}

/** So many slots with no extra bit, so many with one, and so on. */
function slots(counts: readonly number[]): readonly Slot[] {
  const made: Slot[] = []
  let base = 0
  for (const [extra, count] of counts.entries()) {
    for (let left = count; left > 0; left--) {
      made.push({ base, extra })
      base += 2 ** extra
    }
  }
  return made
}

interface Codes {
  readonly main: Huffman
  readonly distance: Huffman
  readonly low: Huffman
  readonly repeat: Huffman
}

interface Filter {
  readonly start: number
  readonly size: number
  readonly kind: Kind
  /** What the program was told: channels, or the width and where it begins. */
  readonly told: readonly number[]
}

type Kind = "delta" | "calls" | "calls-and-jumps" | "sound" | "colours"
/** Programs by their length and sum. The one for Itanium is not run here. */
const PROGRAMS: readonly (readonly [size: number, sum: number, kind: Kind])[] = [
  [53, 0xad576887, "calls"],
  [57, 0x3cd7e57e, "calls-and-jumps"],
  [29, 0x0e06077d, "delta"],
  [149, 0x1c2c5dc8, "colours"],
  [216, 0xbc85e701, "sound"],
]

export function createUnrar3(window: Output): Unrar {
  const old = [0, 0, 0, 0]
  const widths = Array.from({ length: TOTAL }, () => 0)
  const programs = createPrograms()
  let lastLength = 0
  let low = { before: 0, times: 0 }
  let codes: Codes | null = null

  function file(packed: Buffer, size: number): Buffer {
    const start = window.size
    const bits = msbFirst(packed)
    const filters: Filter[] = []
    let current: Codes = codes ?? begin(bits)
    for (;;) {
      if (window.bytes.length - window.size < 1_000) window.need(8_192)
      const isFull = window.size - start >= size
      const symbol = isFull ? lastSymbol(current, bits) : current.main(bits)
      if (symbol === END) {
        const isMore = bits.take(1) === 1
        const isNew = isMore || bits.take(1) === 1
        if (!isMore) {
          codes = isNew ? null : current
          break
        }
        current = begin(bits)
      } else if (symbol === PROGRAM) filters.push(programs.read(bits, window.size))
      else if (isFull) break
      else one(symbol, current, bits)
    }
    if (window.size - start < size) throw new RangeError("input ends")
    return filtered(window.bytes.subarray(start, start + size), start, filters)
  }

  function begin(bits: Bits): Codes {
    low = { before: 0, times: 0 }
    codes = readCodes(bits, widths)
    return codes
  }

  function one(symbol: number, current: Codes, bits: Bits): void {
    if (symbol < 256) window.bytes[window.size++] = symbol
    else if (symbol >= MATCH) {
      const length = slotOf(LENGTHS, symbol - MATCH, bits) + 3
      const far = distanceOf(current, bits)
      remember(far)
      repeatOctets(length + (far >= 0x2000 ? 1 : 0) + (far >= 0x40000 ? 1 : 0), far)
    } else if (symbol >= NEAR) {
      const far = slotOf(NEARBY, symbol - NEAR, bits) + 1
      remember(far)
      repeatOctets(2, far)
    } else if (symbol === REPEAT_LAST) {
      if (lastLength > 0) repeatOctets(lastLength, old[0] ?? 0)
    } else {
      const [far = 0] = old.splice(symbol - REPEAT, 1)
      old.unshift(far)
      repeatOctets(slotOf(LENGTHS, current.repeat(bits), bits) + 2, far)
    }
  }

  function distanceOf({ distance, low: lowCode }: Codes, bits: Bits): number {
    const slot = distance(bits)
    const { base, extra } = FAR[slot] ?? { base: 0, extra: 0 }
    if (slot <= 9) return base + 1 + bits.take(extra)
    const high = base + 1 + (extra > 4 ? bits.take(extra - 4) * 16 : 0)
    if (low.times > 0) low = { ...low, times: low.times - 1 }
    else {
      const found = lowCode(bits)
      low = found === 16 ? { ...low, times: SAME_LOW } : { before: found, times: 0 }
    }
    return high + low.before
  }

  function remember(far: number): void {
    old.unshift(far)
    old.pop()
  }

  function repeatOctets(length: number, far: number): void {
    lastLength = length
    if (far === 0) throw new RangeError("no distance")
    copy(window, far, length, 0)
  }

  return { file }
}

/** Behind the last octet stands the end, or nothing any more. */
function lastSymbol({ main }: Codes, bits: Bits): number {
  try {
    return main(bits)
  } catch {
    return -1
  }
}

function slotOf(table: readonly Slot[], index: number, bits: Bits): number {
  const { base, extra } = table[index] ?? { base: 0, extra: 0 }
  return base + bits.take(extra)
}

/** Widths change those of the block before, unless that is not wanted. */
function readCodes(bits: Bits, before: number[]): Codes {
  bits.align()
  // A model of what comes next (PPMd): not read here.
  if (bits.take(1) === 1) throw new Stop("unsupported-archive")
  if (bits.take(1) === 0) before.fill(0)
  const levels: number[] = []
  while (levels.length < 20) {
    const width = bits.take(4)
    const zeros = width === 15 ? bits.take(4) : 0
    if (zeros === 0) levels.push(width)
    else for (let left = zeros + 2; left > 0; left--) levels.push(0)
  }
  const code = huffman(levels.slice(0, 20))
  for (let at = 0; at < TOTAL; ) {
    const symbol = code(bits)
    if (symbol < 16) {
      before[at] = (symbol + (before[at] ?? 0)) & 15
      at++
      continue
    }
    const times = symbol % 2 === 0 ? bits.take(3) + 3 : bits.take(7) + 11
    if (symbol < 18 && at === 0) throw new RangeError("nothing to repeat")
    for (let left = times; left > 0 && at < TOTAL; left--, at++) before[at] = symbol < 18 ? (before[at - 1] ?? 0) : 0
  }
  const part = (from: number, size: number): Huffman => huffman(before.slice(from, from + size))
  return {
    main: part(0, MAIN),
    distance: part(MAIN, DISTANCES),
    low: part(MAIN + DISTANCES, LOW),
    repeat: part(MAIN + DISTANCES + LOW, REPEATS),
  }
}

interface Programs {
  /** One that works on what comes behind `here`. */
  read(bits: Bits, here: number): Filter
}

/** A program is told once and named by its number afterwards; it remembers how much it worked on. */
function createPrograms(): Programs {
  const known: Kind[] = []
  const sizes: number[] = []
  let last = 0
  return {
    read(outer, here) {
      const first = outer.take(8)
      const told = (first & 7) + 1
      const size = told === 7 ? outer.take(8) + 7 : told === 8 ? outer.take(16) : told
      const bits = msbFirst(Buffer.from(Array.from({ length: size }, () => outer.take(8))))
      if ((first & 0x80) !== 0) {
        const number = data(bits)
        if (number === 0) known.length = sizes.length = 0
        last = number === 0 ? 0 : number - 1
      }
      if (last > known.length) throw new RangeError("no such program")
      const start = here + data(bits) + ((first & 0x40) !== 0 ? 258 : 0)
      if ((first & 0x20) !== 0) sizes[last] = data(bits)
      const mask = (first & 0x10) !== 0 ? bits.take(7) : 0
      const registers = Array.from({ length: 7 }, (_, index) => ((mask & (1 << index)) !== 0 ? data(bits) : 0))
      if (last === known.length) known.push(kindOf(Buffer.from(Array.from({ length: data(bits) }, () => bits.take(8)))))
      const kind = known[last]
      if (kind === undefined) throw new RangeError("no such program")
      return { start, size: sizes[last] ?? 0, kind, told: registers }
    },
  }
}

function kindOf(program: Buffer): Kind {
  const sum = crc32(program)
  const [, , kind] = PROGRAMS.find(([size, told]) => size === program.length && told === sum) ?? []
  if (kind === undefined) throw new Stop("unsupported-archive")
  return kind
}

/** A number of 4, 8, 16 or 32 bits. */
function data(bits: Bits): number {
  switch (bits.take(2)) {
    case 0:
      return bits.take(4)
    case 1:
      if (bits.peek(4) !== 0) return bits.take(8)
      bits.skip(4)
      return 0xffffff00 + bits.take(8)
    case 2:
      return bits.take(16)
    default:
      return bits.take(16) * 65_536 + bits.take(16)
  }
}

/** Later files refer to what the programs had not touched: they work on a copy. */
function filtered(content: Buffer, start: number, filters: readonly Filter[]): Buffer {
  if (filters.length === 0) return content
  const copied = Buffer.from(content)
  for (const filter of filters) {
    const from = filter.start - start
    if (from < 0 || from + filter.size > copied.length) continue
    const part = copied.subarray(from, from + filter.size)
    run(filter, part, from)
  }
  return copied
}

function run({ kind, told: [first = 0, second = 0] }: Filter, part: Buffer, from: number): void {
  switch (kind) {
    case "calls":
    case "calls-and-jumps":
      return calls(part, from, { both: kind === "calls-and-jumps", wraps: false })
    case "colours":
      return colours(part, first, second)
    // Of no channel there is nothing to undo.
    case "delta":
      return first > 0 ? delta(part, first) : undefined
    case "sound":
      return first > 0 ? sound(part, first) : undefined
    default:
      return kind satisfies never
  }
}
