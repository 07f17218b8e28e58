/** How large a picture is, by its header: PNG, JPEG, GIF, BMP, WebP, TIFF. */

export interface Size {
  readonly width: number
  readonly height: number
}

/** Null when it is no such picture, or its header is broken. */
export function sizeOf(bytes: Buffer): Size | null {
  try {
    return png(bytes) ?? jpeg(bytes) ?? gif(bytes) ?? bmp(bytes) ?? webp(bytes) ?? tiff(bytes)
  } catch {
    return null
  }
}

function png(bytes: Buffer): Size | null {
  if (bytes.toString("latin1", 1, 4) !== "PNG") return null
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

/** The first frame that a start-of-frame marker announces. ITU-T T.81 B.2.2. */
function jpeg(bytes: Buffer): Size | null {
  if (bytes.readUInt16BE(0) !== 0xffd8) return null
  for (let at = 2; at + 9 < bytes.length; ) {
    if (bytes[at] !== 0xff) return null
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) at++
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) }
    else at += 2 + bytes.readUInt16BE(at + 2)
  }
  return null
}

function gif(bytes: Buffer): Size | null {
  if (bytes.toString("latin1", 0, 4) !== "GIF8") return null
  return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
}

function bmp(bytes: Buffer): Size | null {
  if (bytes.toString("latin1", 0, 2) !== "BM") return null
  return { width: Math.abs(bytes.readInt32LE(18)), height: Math.abs(bytes.readInt32LE(22)) }
}

function webp(bytes: Buffer): Size | null {
  if (bytes.toString("latin1", 8, 12) !== "WEBP") return null
  switch (bytes.toString("latin1", 12, 16)) {
    case "VP8X":
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
    case "VP8 ":
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
    case "VP8L": {
      const packed = bytes.readUInt32LE(21)
      return { width: (packed & 0x3fff) + 1, height: ((packed >> 14) & 0x3fff) + 1 }
    }
    default:
      return null
  }
}

/** Tags 256 and 257 of the first directory. TIFF 6.0. */
function tiff(bytes: Buffer): Size | null {
  const order = bytes.toString("latin1", 0, 4)
  if (order !== "II*\0" && order !== "MM\0*") return null
  const little = order.startsWith("II")
  const short = (at: number): number => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  const long = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const start = long(4)
  const sizes = new Map<number, number>()
  for (let index = 0; index < short(start); index++) {
    const at = start + 2 + 12 * index
    const tag = short(at)
    if (tag === 256 || tag === 257) sizes.set(tag, short(at + 2) === 3 ? short(at + 8) : long(at + 8))
  }
  const width = sizes.get(256)
  const height = sizes.get(257)
  return width === undefined || height === undefined ? null : { width, height }
}

/** Pixels of a side of a page that can still be read, and of a picture that a reader of pages can bear. */
const SHORT_SIDE = 500
const LONG_SIDE = 800
const MOST_PIXELS = 40_000_000
/** A page of paper, upright or not, and photographs of one. */
const SLIMMEST = 0.45

export type Shape = "page" | "other" | "too-large"

/** Whether it can hold a page of text: logos, icons and banners are small or slim. */
export function shapeOf({ width, height }: Size): Shape {
  const short = Math.min(width, height)
  const long = Math.max(width, height)
  if (short < SHORT_SIDE || long < LONG_SIDE || short < SLIMMEST * long) return "other"
  return width * height > MOST_PIXELS ? "too-large" : "page"
}
