/** Puts the branches of x86 programs back between the rest of them: four streams in, one out. LZMA SDK, "Bcj2.c". */
import type { Output } from "../budget.ts"

export interface Bcj2Streams {
  /** All but the targets. */
  readonly main: Buffer
  /** Targets of CALL, and of all others, absolute and highest octet first. */
  readonly call: Buffer
  readonly jump: Buffer
  /** Which of the branches were changed, by a range coder. */
  readonly marks: Buffer
}

const HALF = 1_024
const SCALE_BITS = 11
const MOVE_BITS = 5

export function bcj2({ main, call, jump, marks }: Bcj2Streams, size: number, output: Output): void {
  // One context for each octet before a CALL, one for JMP, one for the conditional ones.
  const chances = new Uint16Array(258).fill(HALF)
  let range = 0xffffffff
  let code = 0
  let mark = 0
  const shift = (): void => {
    code = ((code << 8) | (marks[mark++] ?? 0)) >>> 0
  }
  for (let octet = 0; octet < 5; octet++) shift()
  const isChanged = (context: number): boolean => {
    const chance = chances[context] ?? HALF
    const bound = (range >>> SCALE_BITS) * chance
    const bit = code >= bound
    if (bit) {
      range -= bound
      code -= bound
      chances[context] = chance - (chance >> MOVE_BITS)
    } else {
      range = bound
      chances[context] = chance + (((1 << SCALE_BITS) - chance) >> MOVE_BITS)
    }
    if (range < 0x1000000) {
      range = (range << 8) >>> 0
      shift()
    }
    return bit
  }
  const at = { call: 0, jump: 0 }
  let before = 0
  let next = 0
  while (output.size < size) {
    const octet = main[next++]
    if (octet === undefined) throw new RangeError("input ends")
    if ((output.size & 0xfff) === 0 || output.bytes.length - output.size < 5) output.need(5)
    output.bytes[output.size++] = octet
    const isBranch = (octet & 0xfe) === 0xe8 || (before === 0x0f && (octet & 0xf0) === 0x80)
    if (!isBranch || output.size === size) {
      before = octet
      continue
    }
    const isCall = octet === 0xe8
    if (!isChanged(isCall ? before : octet === 0xe9 ? 256 : 257)) {
      before = octet
      continue
    }
    const target = isCall ? call.readUInt32BE(at.call) : jump.readUInt32BE(at.jump)
    at[isCall ? "call" : "jump"] += 4
    const distance = (target - (output.size + 4)) >>> 0
    for (let shifted = 0; shifted < 32 && output.size < size; shifted += 8) {
      output.bytes[output.size++] = (distance >>> shifted) & 0xff
    }
    before = distance >>> 24
  }
}
