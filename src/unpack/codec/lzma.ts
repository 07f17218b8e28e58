/** LZMA and LZMA2, as in .lzma, .xz, .lz, .7z and zip method 14. LZMA SDK, "lzma-specification.txt". */
import type { Output } from "../budget.ts"

/** Probabilities are of 11 bits; half of that to begin with. */
const HALF = 1_024
const TOP = 2 ** 24
const STATES = 12
const LONGEST_MATCH = 273

export interface Props {
  readonly lc: number
  readonly lp: number
  readonly pb: number
}

export function propsOf(octet: number): Props {
  if (octet >= 225) throw new RangeError("no LZMA properties")
  return { lc: octet % 9, lp: Math.floor(octet / 9) % 5, pb: Math.floor(octet / 45) }
}

/** Where each table of probabilities begins in the one array of them. */
const IS_REP = STATES << 4
const IS_REP_G0 = IS_REP + STATES
const IS_REP_G1 = IS_REP_G0 + STATES
const IS_REP_G2 = IS_REP_G1 + STATES
const IS_REP0_LONG = IS_REP_G2 + STATES
const POS_SLOT = IS_REP0_LONG + (STATES << 4)
const SPEC_POS = POS_SLOT + 4 * 64
const ALIGN = SPEC_POS + 115
const LEN = ALIGN + 16
/** A length coder: choice, choice2, low and mid for 16 position states each, high. */
const LEN_SIZE = 2 + 16 * 8 * 2 + 256
const REP_LEN = LEN + LEN_SIZE
const LITERAL = REP_LEN + LEN_SIZE

/** One LZMA stream over changing pieces of input. */
export interface Lzma {
  /** New probabilities; the dictionary stays. */
  reset(props: Props): void
  /** The dictionary begins here: nothing before it is referred to. */
  begin(): void
  /** Decodes until so many octets are out, or the end marker when `size` is null. Answers where in `input` it stopped. */
  run(input: Buffer, at: number, size: number | null): number
}

export function createLzma(output: Output): Lzma {
  let props: Props = { lc: 3, lp: 0, pb: 2 }
  let probs = new Uint16Array(LITERAL + (0x300 << 3)).fill(HALF)
  let state = 0
  let rep0 = 0
  let rep1 = 0
  let rep2 = 0
  let rep3 = 0
  let start = output.size
  let input: Buffer = Buffer.alloc(0)
  let at = 0
  /** Range and code: in an array, for as variables they would be boxed at every change. */
  const coder = new Uint32Array(2)

  const bit = (index: number): number => {
    const prob = probs[index] ?? 0
    let range = coder[0] ?? 0
    let code = coder[1] ?? 0
    const bound = Math.imul(range >>> 11, prob) >>> 0
    let value = 0
    if (code < bound) {
      range = bound
      probs[index] = prob + ((2_048 - prob) >> 5)
    } else {
      range -= bound
      code -= bound
      probs[index] = prob - (prob >> 5)
      value = 1
    }
    if (range < TOP) {
      range <<= 8
      code = (code << 8) | next()
    }
    coder[0] = range
    coder[1] = code
    return value
  }
  const next = (): number => {
    const octet = input[at++]
    if (octet === undefined) throw new RangeError("input ends")
    return octet
  }
  const tree = (base: number, bits: number): number => {
    let node = 1
    for (let left = bits; left > 0; left--) node = (node << 1) | bit(base + node)
    return node - (1 << bits)
  }
  const reverseTree = (base: number, bits: number): number => {
    let node = 1
    let value = 0
    for (let shift = 0; shift < bits; shift++) {
      const one = bit(base + node)
      node = (node << 1) | one
      value |= one << shift
    }
    return value
  }
  const direct = (bits: number): number => {
    let value = 0
    let range = coder[0] ?? 0
    let code = coder[1] ?? 0
    for (let left = bits; left > 0; left--) {
      range >>>= 1
      const one = code >= range ? 1 : 0
      if (one === 1) code -= range
      value = value * 2 + one
      if (range < TOP) {
        range = (range << 8) >>> 0
        code = ((code << 8) | next()) >>> 0
      }
    }
    coder[0] = range
    coder[1] = code
    return value
  }
  const length = (base: number, posState: number): number => {
    if (bit(base) === 0) return tree(base + 2 + posState * 8, 3)
    if (bit(base + 1) === 0) return 8 + tree(base + 2 + 128 + posState * 8, 3)
    return 16 + tree(base + 2 + 256, 8)
  }
  const distance = (long: number): number => {
    const slot = tree(POS_SLOT + Math.min(long, 3) * 64, 6)
    if (slot < 4) return slot
    const bits = (slot >> 1) - 1
    const high = (2 | (slot & 1)) * 2 ** bits
    if (slot < 14) return high + reverseTree(SPEC_POS + high - slot, bits)
    return high + direct(bits - 4) * 16 + reverseTree(ALIGN, 4)
  }
  const literal = (pos: number): number => {
    const { lc, lp } = props
    const before = pos > start ? (output.bytes[pos - 1] ?? 0) : 0
    const base = LITERAL + 0x300 * ((((pos - start) & ((1 << lp) - 1)) << lc) + (before >> (8 - lc)))
    let symbol = 1
    if (state >= 7) {
      let matched = output.bytes[pos - rep0 - 1] ?? 0
      while (symbol < 0x100) {
        const want = (matched >> 7) & 1
        matched <<= 1
        const one = bit(base + ((1 + want) << 8) + symbol)
        symbol = (symbol << 1) | one
        if (want !== one) break
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | bit(base + symbol)
    state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6
    return symbol & 0xff
  }
  /** Length of a match, its distance in `rep0`; 0 for the end marker. */
  const match = (posState: number): number => {
    if (bit(IS_REP + state) === 0) {
      rep3 = rep2
      rep2 = rep1
      rep1 = rep0
      const long = length(LEN, posState)
      rep0 = distance(long)
      state = state < 7 ? 7 : 10
      return rep0 === 0xffffffff ? 0 : long + 2
    }
    if (bit(IS_REP_G0 + state) === 0) {
      if (bit(IS_REP0_LONG + (state << 4) + posState) === 0) {
        state = state < 7 ? 9 : 11
        return 1
      }
    } else {
      let chosen = rep1
      if (bit(IS_REP_G1 + state) === 1) {
        chosen = rep2
        if (bit(IS_REP_G2 + state) === 1) {
          chosen = rep3
          rep3 = rep2
        }
        rep2 = rep1
      }
      rep1 = rep0
      rep0 = chosen
    }
    const long = length(REP_LEN, posState)
    state = state < 7 ? 8 : 11
    return long + 2
  }

  return {
    reset(fresh) {
      props = fresh
      probs = new Uint16Array(LITERAL + (0x300 << (props.lc + props.lp))).fill(HALF)
      state = rep0 = rep1 = rep2 = rep3 = 0
    },
    begin() {
      start = output.size
    },
    run(from, offset, size) {
      input = from
      at = offset
      if (next() !== 0) throw new RangeError("no range coder")
      coder[0] = 0xffffffff
      coder[1] = next() * 2 ** 24 + (next() << 16) + (next() << 8) + next()
      const end = size === null ? Number.POSITIVE_INFINITY : output.size + size
      const mask = (1 << props.pb) - 1
      while (output.size < end) {
        if (output.bytes.length - output.size < LONGEST_MATCH) output.need(Math.max(LONGEST_MATCH, 4_096))
        const pos = output.size
        const posState = (pos - start) & mask
        if (bit((state << 4) + posState) === 0) {
          output.bytes[pos] = literal(pos)
          output.size = pos + 1
          continue
        }
        const long = match(posState)
        if (long === 0) break
        copy(output, rep0 + 1, Math.min(long, end - pos), start)
      }
      return at
    },
  }
}

/** Repeats what stands `distance` octets back. */
export function copy(output: Output, distance: number, length: number, start: number): void {
  const { bytes } = output
  let to = output.size
  let from = to - distance
  if (from < start) throw new RangeError("refers to before the beginning")
  const end = to + length
  if (distance >= length) bytes.copyWithin(to, from, from + length)
  else while (to < end) bytes[to++] = bytes[from++] ?? 0
  output.size = end
}

/** Chunks of LZMA and of stored octets. Answers where the stream ends. */
export function lzma2(input: Buffer, offset: number, output: Output): number {
  const lzma = createLzma(output)
  let props: Props | null = null
  let at = offset
  let fresh = true
  for (;;) {
    const control = input.readUInt8(at)
    if (control === 0) return at + 1
    if (control < 0x80) {
      if (control > 2) throw new RangeError("no such chunk")
      if (control === 1 || fresh) lzma.begin()
      fresh = false
      const size = input.readUInt16BE(at + 1) + 1
      if (at + 3 + size > input.length) throw new RangeError("input ends")
      output.push(input.subarray(at + 3, at + 3 + size))
      at += 3 + size
      continue
    }
    const size = ((control & 0x1f) << 16) + input.readUInt16BE(at + 1) + 1
    const packed = input.readUInt16BE(at + 3) + 1
    const reset = (control >> 5) & 3
    at += 5
    if (reset === 3 || fresh) lzma.begin()
    fresh = false
    if (reset >= 2) props = propsOf(input.readUInt8(at++))
    if (props === null) throw new RangeError("no properties")
    if (reset >= 1) lzma.reset(props)
    lzma.run(input.subarray(at, at + packed), 0, size)
    at += packed
  }
}

/** The .lzma file: properties, dictionary, size or -1. Answers where the stream ends. */
export function lzmaAlone(input: Buffer, output: Output): number {
  const size = input.readBigUInt64LE(5)
  const lzma = createLzma(output)
  lzma.reset(propsOf(input.readUInt8(0)))
  return lzma.run(input, 13, size === 0xffffffffffffffffn ? null : Number(size))
}
