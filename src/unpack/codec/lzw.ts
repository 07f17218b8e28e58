/** LZW of compress(1), the .Z file. */
import type { Output } from "../budget.ts"
import { lsbFirst } from "./bits.ts"

const CLEAR = 256

export function uncompress(input: Buffer, output: Output): void {
  const flags = input.readUInt8(2)
  const widest = flags & 0x1f
  const clears = (flags & 0x80) !== 0
  if (widest < 9 || widest > 16) throw new RangeError("no such width")
  const bits = lsbFirst(input, 3)
  const prefixes = new Uint16Array(1 << widest)
  const suffixes = new Uint8Array(1 << widest)
  const word = new Uint8Array(1 << widest)
  let left = (input.length - 3) * 8
  let width = 9
  let next = clears ? CLEAR + 1 : CLEAR
  let before = -1
  let first = 0
  /** Codes come in groups of eight; a change of width begins a new one. */
  let group = 0
  const regroup = (): void => {
    const rest = group % 8
    for (let skip = rest === 0 ? 0 : 8 - rest; skip > 0 && left >= width; skip--) {
      bits.skip(width)
      left -= width
    }
    group = 0
  }
  while (left >= width) {
    const code = bits.take(width)
    left -= width
    group++
    if (clears && code === CLEAR) {
      regroup()
      width = 9
      next = CLEAR + 1
      before = -1
      continue
    }
    if (code > next || (code === next && before < 0)) throw new RangeError("no such code")
    let size = 0
    let at = code
    if (code === next) {
      word[size++] = first
      at = before
    }
    while (at >= CLEAR) {
      word[size++] = suffixes[at] ?? 0
      at = prefixes[at] ?? 0
    }
    word[size++] = first = at
    if (output.bytes.length - output.size < size) output.need(size)
    while (size > 0) output.bytes[output.size++] = word[--size] ?? 0
    if (before >= 0 && next < 1 << widest) {
      prefixes[next] = before
      suffixes[next] = first
      next++
    }
    before = code
    if (next >= 1 << width && width < widest) {
      regroup()
      width++
    }
  }
}
