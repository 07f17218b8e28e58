/** PNG, GIF, BMP and TIFF at an eighth of their size: colours of a page, as `jpeg-dc.ts` gives them for JPEG. */
import { inflateSync } from "node:zlib"
import { gifPixels } from "./gif.ts"
import type { Plane } from "./jpeg-dc.ts"

/** Pixels that become one. */
const STEP = 8
/** Octets of all pixels: a page of A4 at 300 dots an inch has 26 MB in three colours. */
const MOST_OCTETS = 48_000_000

/** Pixels as they lie in a file. */
export interface Raster {
  readonly width: number
  readonly height: number
  /** Octets of a row. */
  readonly stride: number
  readonly bits: number
  /** Values of a pixel: one for grey or a palette, three for red, green, blue; a further one is transparency. */
  readonly samples: number
  readonly data: Uint8Array
  /** Three octets for each entry. */
  readonly palette: Uint8Array | null
  /** The lowest value is white. */
  readonly inverted?: boolean
  /** Blue comes first. */
  readonly backwards?: boolean
}

/** Luminance, blue and red difference; null when it is broken, or of a kind that is not read. */
export function rasterPlanes(bytes: Buffer): readonly Plane[] | null {
  const raster = rasterOf(bytes)
  return raster === null ? null : planes(raster)
}

/** Null when it is broken, or of a kind that is not read. */
export function rasterOf(bytes: Buffer): Raster | null {
  try {
    return png(bytes) ?? gif(bytes) ?? bmp(bytes) ?? tiff(bytes)
  } catch {
    return null
  }
}

function planes(raster: Raster): readonly Plane[] {
  const width = Math.max(1, Math.floor(raster.width / STEP))
  const height = Math.max(1, Math.floor(raster.height / STEP))
  const [light, blue, red] = [0, 1, 2].map(() => new Uint8Array(width * height))
  if (light === undefined || blue === undefined || red === undefined) return []
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [r, g, b] = average(raster, x * STEP, y * STEP)
      const grey = 0.299 * r + 0.587 * g + 0.114 * b
      const at = y * width + x
      light[at] = grey
      blue[at] = 128 + 0.564 * (b - grey)
      red[at] = 128 + 0.713 * (r - grey)
    }
  }
  return [light, blue, red].map((values) => ({ width, height, values }))
}

/** Of every other pixel of a square. */
function average(raster: Raster, left: number, top: number): readonly [number, number, number] {
  let [r, g, b, count] = [0, 0, 0, 0]
  for (let y = top; y < Math.min(top + STEP, raster.height); y += 2) {
    for (let x = left; x < Math.min(left + STEP, raster.width); x += 2) {
      const colour = colourOf(raster, x, y)
      r += colour >> 16
      g += (colour >> 8) & 255
      b += colour & 255
      count++
    }
  }
  return [r / count, g / count, b / count]
}

export function colourOf(
  { data, stride, bits, samples, palette, inverted, backwards }: Raster,
  x: number,
  y: number,
): number {
  const row = y * stride
  if (samples <= 2) {
    const value = valueAt(data, row, x * samples, bits)
    if (palette !== null) {
      const at = value * 3
      return ((palette[at] ?? 0) << 16) | ((palette[at + 1] ?? 0) << 8) | (palette[at + 2] ?? 0)
    }
    const grey = bits >= 8 ? value : Math.round((value * 255) / ((1 << bits) - 1))
    return (inverted === true ? 255 - grey : grey) * 0x010101
  }
  const [first, second, third] = [0, 1, 2].map((sample) => valueAt(data, row, x * samples + sample, bits))
  if (backwards === true) return ((third ?? 0) << 16) | ((second ?? 0) << 8) | (first ?? 0)
  return ((first ?? 0) << 16) | ((second ?? 0) << 8) | (third ?? 0)
}

/** How much of it is to be seen, 0 to 255. */
export function opacityOf({ data, stride, bits, samples }: Raster, x: number, y: number): number {
  if (samples !== 2 && samples !== 4) return 255
  return bits < 8 ? 255 : valueAt(data, y * stride, x * samples + samples - 1, bits)
}

/** Of sixteen bits the upper eight. */
function valueAt(data: Uint8Array, row: number, index: number, bits: number): number {
  if (bits === 8) return data[row + index] ?? 0
  if (bits === 16) return data[row + index * 2] ?? 0
  const at = index * bits
  return ((data[row + (at >> 3)] ?? 0) >> (8 - bits - (at & 7))) & ((1 << bits) - 1)
}

/** Nobody may claim more pixels than there is room for. */
function bounded(octets: number): number {
  if (!(octets > 0 && octets <= MOST_OCTETS)) throw new Error("too large, or empty")
  return octets
}

const PNG_SAMPLES: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
])

/** ISO 15948. Those that come in seven passes are none of a scanner's. */
function png(bytes: Buffer): Raster | null {
  if (bytes.toString("latin1", 1, 4) !== "PNG") return null
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  const bits = bytes[24] ?? 0
  const samples = PNG_SAMPLES.get(bytes[25] ?? -1)
  if (samples === undefined || bytes[28] !== 0 || ![1, 2, 4, 8, 16].includes(bits)) return null
  const stride = Math.ceil((width * samples * bits) / 8)
  const size = bounded((stride + 1) * height)
  const parts: Buffer[] = []
  let palette: Uint8Array | null = null
  for (let at = 8; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    const name = bytes.toString("latin1", at + 4, at + 8)
    const body = bytes.subarray(at + 8, at + 8 + length)
    if (name === "IDAT") parts.push(body)
    else if (name === "PLTE") palette = body
    else if (name === "IEND") break
    at += length + 12
  }
  const packed = inflateSync(Buffer.concat(parts), { maxOutputLength: size })
  return {
    width,
    height,
    stride,
    bits,
    samples,
    palette,
    data: unfiltered(packed, stride, (samples * bits) >> 3),
  }
}

/** Each row says how it differs from the one above and from what is left of it. */
function unfiltered(packed: Buffer, stride: number, pixel: number): Uint8Array {
  const step = Math.max(1, pixel)
  const rows = Math.floor(packed.length / (stride + 1))
  const data = new Uint8Array(rows * stride)
  for (let y = 0; y < rows; y++) {
    const filter = packed[y * (stride + 1)] ?? 0
    const from = y * (stride + 1) + 1
    const to = y * stride
    for (let x = 0; x < stride; x++) {
      const left = x >= step ? (data[to + x - step] ?? 0) : 0
      const above = y > 0 ? (data[to + x - stride] ?? 0) : 0
      const corner = x >= step && y > 0 ? (data[to + x - stride - step] ?? 0) : 0
      data[to + x] = (packed[from + x] ?? 0) + predicted(filter, left, above, corner)
    }
  }
  return data
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 0) return 0
  if (filter === 1) return left
  if (filter === 2) return above
  if (filter === 3) return (left + above) >> 1
  const guess = left + above - corner
  const [byLeft, byAbove, byCorner] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)]
  if (byLeft <= byAbove && byLeft <= byCorner) return left
  return byAbove <= byCorner ? above : corner
}

function gif(bytes: Buffer): Raster | null {
  if (bytes.toString("latin1", 0, 4) !== "GIF8") return null
  const found = gifPixels(bytes, MOST_OCTETS)
  return found === null ? null : { ...found, stride: found.width, bits: 8, samples: 1 }
}

/** Uncompressed ones, from the lowest row up. */
function bmp(bytes: Buffer): Raster | null {
  if (bytes.toString("latin1", 0, 2) !== "BM") return null
  const [width, height, depth] = [bytes.readInt32LE(18), bytes.readInt32LE(22), bytes.readUInt16LE(28)]
  if (width <= 0 || bytes.readUInt32LE(30) !== 0 || ![1, 4, 8, 24, 32].includes(depth)) return null
  const stride = Math.ceil((width * depth) / 32) * 4
  const size = bounded(stride * Math.abs(height))
  const start = bytes.readUInt32LE(10)
  const data = bytes.subarray(start, start + size)
  const shape = {
    width,
    height: Math.abs(height),
    stride,
    data,
    backwards: true,
  }
  if (depth >= 24) return { ...shape, bits: 8, samples: depth / 8, palette: null }
  const colours = bytes.subarray(14 + bytes.readUInt32LE(14), start)
  const palette = Uint8Array.from(
    { length: (colours.length >> 2) * 3 },
    (_, at) => colours[((at - (at % 3)) / 3) * 4 + 2 - (at % 3)] ?? 0,
  )
  return { ...shape, bits: depth, samples: 1, palette }
}

/** Strips as they are, or deflated; what fax machines write is black on white and needs no colours to be known. */
function tiff(bytes: Buffer): Raster | null {
  const tags = tiffTags(bytes)
  if (tags === null) return null
  const one = (tag: number, otherwise: number): number => tags.get(tag)?.[0] ?? otherwise
  const [width, height, bits, samples] = [one(256, 0), one(257, 0), one(258, 1), one(277, 1)]
  const packing = one(259, 1)
  if (![1, 8, 32_946].includes(packing) || one(317, 1) !== 1 || one(284, 1) !== 1 || ![1, 8].includes(bits)) return null
  const photometric = one(262, 1)
  if (photometric > 2) return null
  const stride = Math.ceil((width * samples * bits) / 8)
  const size = bounded(stride * height)
  const lengths = tags.get(279) ?? []
  const data = Buffer.alloc(size)
  let filled = 0
  for (const [index, start] of (tags.get(273) ?? []).entries()) {
    const strip = bytes.subarray(start, start + (lengths[index] ?? 0))
    const pixels = packing === 1 ? strip : inflateSync(strip, { maxOutputLength: size })
    filled += pixels.copy(data, filled)
    if (filled >= size) break
  }
  return {
    width,
    height,
    stride,
    bits,
    samples,
    data,
    palette: null,
    inverted: photometric === 0,
  }
}

/** A TIFF of black and white alone, however it is packed: nobody but scanners and fax machines writes such. */
export function isFax(bytes: Buffer): boolean {
  try {
    const tags = tiffTags(bytes)
    return tags !== null && (tags.get(258)?.[0] ?? 1) === 1 && (tags.get(277)?.[0] ?? 1) === 1
  } catch {
    return false
  }
}

/** Values of the first directory's tags that matter; numbers of 16 and 32 bits. */
function tiffTags(bytes: Buffer): ReadonlyMap<number, readonly number[]> | null {
  const order = bytes.toString("latin1", 0, 4)
  if (order !== "II*\0" && order !== "MM\0*") return null
  const little = order === "II*\0"
  const short = (at: number): number => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  const long = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const start = long(4)
  const tags = new Map<number, readonly number[]>()
  for (let index = 0; index < short(start); index++) {
    const at = start + 2 + 12 * index
    const wide = short(at + 2) === 4
    const many = Math.min(long(at + 4), MOST_STRIPS)
    const place = many * (wide ? 4 : 2) > 4 ? long(at + 8) : at + 8
    tags.set(
      short(at),
      Array.from({ length: many }, (_, one) => (wide ? long(place + one * 4) : short(place + one * 2))),
    )
  }
  return tags
}
const MOST_STRIPS = 20_000
