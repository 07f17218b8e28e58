/** The first picture of a GIF, unpacked. GIF89a. */

interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
  readonly palette: Uint8Array
}

/** Codes have twelve bits at most. */
const MOST_CODES = 4_096
const PICTURE = 0x2c
const EXTENSION = 0x21

/** Null when it has none, or more pixels than are looked at. Throws on octets that end too early. */
export function gifPixels(bytes: Buffer, most: number): Pixels | null {
  const flags = bytes.readUInt8(10)
  let at = 13
  let palette = bytes.subarray(at, at)
  if ((flags & 0x80) !== 0) {
    palette = bytes.subarray(at, at + 3 * (2 << (flags & 7)))
    at += palette.length
  }
  while (bytes.readUInt8(at) === EXTENSION) at = blocks(bytes, at + 2).end
  if (bytes.readUInt8(at) !== PICTURE) return null
  const [width, height, own] = [bytes.readUInt16LE(at + 5), bytes.readUInt16LE(at + 7), bytes.readUInt8(at + 9)]
  at += 10
  if ((own & 0x80) !== 0) {
    palette = bytes.subarray(at, at + 3 * (2 << (own & 7)))
    at += palette.length
  }
  // Rows out of order look the same from afar only when they are put in order.
  if (width * height === 0 || width * height > most || (own & 0x40) !== 0) return null
  const bits = bytes.readUInt8(at)
  if (bits < 2 || bits > 8) return null
  return {
    width,
    height,
    palette,
    data: unpacked(blocks(bytes, at + 1).data, bits, width * height),
  }
}

/** Blocks of 255 octets at most, up to an empty one. */
function blocks(bytes: Buffer, start: number): { readonly data: Buffer; readonly end: number } {
  const parts: Buffer[] = []
  let at = start
  for (let length = bytes.readUInt8(at); length > 0; length = bytes.readUInt8(at)) {
    parts.push(bytes.subarray(at + 1, at + 1 + length))
    at += 1 + length
  }
  return { data: Buffer.concat(parts), end: at + 1 }
}

/** LZW: each code is an earlier one and a value more. */
function unpacked(data: Buffer, bits: number, size: number): Uint8Array {
  const out = new Uint8Array(size)
  const before = new Int16Array(MOST_CODES)
  const value = new Uint8Array(MOST_CODES)
  const stack = new Uint8Array(MOST_CODES + 1)
  const clear = 1 << bits
  for (let code = 0; code < clear; code++) value[code] = code
  let [width, next, last, first] = [bits + 1, clear + 2, -1, 0]
  let [held, have, filled] = [0, 0, 0]
  for (const octet of data) {
    held |= octet << have
    have += 8
    while (have >= width && filled < size) {
      const code = held & ((1 << width) - 1)
      held >>>= width
      have -= width
      if (code === clear) {
        ;[width, next, last] = [bits + 1, clear + 2, -1]
        continue
      }
      if (code === clear + 1 || code > next || (last === -1 && code >= clear)) return out
      let depth = 0
      let one = code
      if (code === next) {
        stack[depth++] = first
        one = last
      }
      while (one >= clear && depth <= MOST_CODES) {
        stack[depth++] = value[one] ?? 0
        one = before[one] ?? 0
      }
      first = value[one] ?? 0
      stack[depth++] = first
      while (depth > 0 && filled < size) out[filled++] = stack[--depth] ?? 0
      if (last !== -1 && next < MOST_CODES) {
        before[next] = last
        value[next++] = first
        if (next === 1 << width && width < 12) width++
      }
      last = code
    }
  }
  return out
}
