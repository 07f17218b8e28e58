/** The LZ4 frame format, and the older one of Linux kernels. "LZ4 Frame Format Description" 1.6.4, "LZ4 Block Format Description". */
import type { Output } from "../budget.ts"

const MAGIC = 0x184d2204
const LEGACY = 0x184c2102
/** Frames that other programs put their own things in. */
const SKIPPABLE = 0x184d2a50
const STORED = 0x80000000
const LEGACY_BLOCK = 8_388_608

export function unlz4(input: Buffer, output: Output): void {
  for (let at = 0; at + 4 <= input.length; ) {
    const magic = input.readUInt32LE(at)
    if (magic === MAGIC) at = frame(input, at + 4, output)
    else if (magic === LEGACY) at = legacy(input, at + 4, output)
    else if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) at += 8 + input.readUInt32LE(at + 4)
    else throw new RangeError("no frame")
  }
}

function frame(input: Buffer, from: number, output: Output): number {
  const flags = input.readUInt8(from)
  if (flags >> 6 !== 1) throw new RangeError("no such version")
  const began = (flags & 0x20) === 0 ? null : output.size
  let at = from + 2 + ((flags & 8) === 0 ? 0 : 8) + ((flags & 1) === 0 ? 0 : 4) + 1
  for (;;) {
    const word = input.readUInt32LE(at)
    at += 4
    if (word === 0) break
    const size = word & 0x7fffffff
    if (at + size > input.length) throw new RangeError("input ends")
    const packed = input.subarray(at, at + size)
    if ((word & STORED) !== 0) output.push(packed)
    else block(packed, output, began ?? output.size)
    at += size + ((flags & 0x10) === 0 ? 0 : 4)
  }
  return at + ((flags & 4) === 0 ? 0 : 4)
}

/** Blocks up to the end of the file, or to the next frame. */
function legacy(input: Buffer, from: number, output: Output): number {
  let at = from
  while (at + 4 <= input.length) {
    const size = input.readUInt32LE(at)
    if (size > LEGACY_BLOCK + 65_536) break
    if (at + 4 + size > input.length) throw new RangeError("input ends")
    block(input.subarray(at + 4, at + 4 + size), output, output.size)
    at += 4 + size
  }
  return at
}

/** `floor`: nothing before it may be referred to. */
function block(packed: Buffer, output: Output, floor: number): void {
  let at = 0
  const more = (first: number): number => {
    let length = first
    if (first !== 15) return length
    for (;;) {
      const octet = packed.readUInt8(at++)
      length += octet
      if (octet !== 255) return length
    }
  }
  while (at < packed.length) {
    const token = packed.readUInt8(at++)
    const literals = more(token >> 4)
    if (at + literals > packed.length) throw new RangeError("input ends")
    output.need(literals)
    packed.copy(output.bytes, output.size, at, at + literals)
    output.size += literals
    at += literals
    if (at === packed.length) return
    const distance = packed.readUInt16LE(at)
    at += 2
    const length = more(token & 15) + 4
    if (distance === 0 || output.size - distance < floor) throw new RangeError("beyond the beginning")
    output.need(length)
    const { bytes } = output
    for (let left = length; left > 0; left--, output.size++) bytes[output.size] = bytes[output.size - distance] ?? 0
  }
}
