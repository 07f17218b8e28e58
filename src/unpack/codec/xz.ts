/** The .xz and .lz files: LZMA with headers and footers around it. "The .xz File Format" 1.2.1; lzip manual, "File format". */
import { crc32 } from "node:zlib"
import type { Output } from "../budget.ts"
import { Stop } from "../budget.ts"
import { unfiltered } from "./filter.ts"
import { createLzma, lzma2 } from "./lzma.ts"

const LZMA2 = 0x21
/** Sizes of the check behind each block, by its identifier. */
const CHECKS = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64]

/** Several streams in a row are one; zeros may stand between them. */
export function unxz(input: Buffer, output: Output): void {
  let at = 0
  while (at < input.length) {
    if (input.readUInt32LE(at) === 0 && at > 0) {
      at += 4
      continue
    }
    at = stream(input, at, output)
  }
}

function stream(input: Buffer, start: number, output: Output): number {
  if (input.toString("latin1", start, start + 6) !== "\xfd7zXZ\0") throw new RangeError("no xz")
  const check = CHECKS[input.readUInt8(start + 7) & 15] ?? 0
  let at = start + 12
  while (input.readUInt8(at) !== 0) at = block(input, at, check, output)
  // The index: it tells sizes that are known by now. Its own size stands in the footer, in units of four octets.
  const number = numbers(input, at + 1)
  const records = number.next()
  if (records > input.length) throw new RangeError("no such index")
  for (let left = records * 2; left > 0; left--) number.next()
  const end = start + Math.ceil((number.at() - start) / 4) * 4
  return end + 4 + 12
}

function block(input: Buffer, start: number, check: number, output: Output): number {
  const size = (input.readUInt8(start) + 1) * 4
  const flags = input.readUInt8(start + 1)
  if (crc32(input.subarray(start, start + size - 4)) !== input.readUInt32LE(start + size - 4)) {
    throw new RangeError("broken header")
  }
  const number = numbers(input, start + 2)
  if ((flags & 0x40) !== 0) number.next()
  if ((flags & 0x80) !== 0) number.next()
  const filters = Array.from({ length: (flags & 3) + 1 }, () => {
    const id = number.next()
    const length = number.next()
    const from = number.at()
    number.skip(length)
    return { id, props: input.subarray(from, from + length) }
  })
  if (filters.pop()?.id !== LZMA2) throw new Stop("unsupported-archive")
  const began = output.size
  const end = lzma2(input, start + size, output)
  for (const { id, props } of filters.toReversed()) unfiltered(id, props, output.bytes.subarray(began, output.size))
  return start + Math.ceil((end - start) / 4) * 4 + check
}

/** Seven bits an octet, the lowest first. */
function numbers(input: Buffer, from: number): { next(): number; at(): number; skip(octets: number): void } {
  let at = from
  return {
    next() {
      let value = 0
      for (let shift = 0; shift < 9; shift++) {
        const octet = input.readUInt8(at++)
        value += (octet & 0x7f) * 2 ** (7 * shift)
        if (octet < 0x80) return value
      }
      throw new RangeError("number too long")
    },
    at: () => at,
    skip(octets) {
      at += octets
    },
  }
}

/** Members in a row are one file; their size stands at their end. */
export function unlzip(input: Buffer, output: Output): void {
  let at = 0
  while (at + 26 <= input.length && input.toString("latin1", at, at + 4) === "LZIP") {
    const lzma = createLzma(output)
    lzma.reset({ lc: 3, lp: 0, pb: 2 })
    at = lzma.run(input, at + 6, null) + 20
  }
  if (at === 0) throw new RangeError("no lzip")
  if (at > input.length) throw new RangeError("input ends")
}
