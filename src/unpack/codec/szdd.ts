/** LZSS of Microsoft's COMPRESS.EXE, the SZDD file. */
import type { Output } from "../budget.ts"

const HEADER = 14
const WINDOW = 4_096

export function unszdd(input: Buffer, output: Output): void {
  const window = Buffer.alloc(WINDOW, " ")
  let place = WINDOW - 16
  let at = HEADER
  const put = (octet: number): void => {
    window[place] = octet
    place = (place + 1) % WINDOW
    if (output.size === output.bytes.length) output.need(WINDOW)
    output.bytes[output.size++] = octet
  }
  while (at < input.length) {
    let flags = input.readUInt8(at++) | 0x100
    for (; flags !== 1 && at < input.length; flags >>= 1) {
      if ((flags & 1) === 1) {
        put(input.readUInt8(at++))
        continue
      }
      if (at + 2 > input.length) throw new RangeError("input ends")
      const low = input.readUInt8(at)
      const high = input.readUInt8(at + 1)
      at += 2
      const from = low | ((high & 0xf0) << 4)
      for (let step = 0; step < (high & 15) + 3; step++) put(window[(from + step) % WINDOW] ?? 0)
    }
  }
}
