/** What of a file can be shown as a picture: a PDF, a photograph put into one, or pixels that are drawn here. Pure but for zlib. */
import { crc32, deflateSync } from "node:zlib"
import { type File, mimeOf } from "../mail/file.ts"
import { sizeOf } from "./picture.ts"
import { colourOf, opacityOf, type Raster, rasterOf } from "./raster.ts"

export type Drawable =
  /** For the scribe. */
  | { readonly is: "pdf"; readonly octets: Buffer }
  | { readonly is: "png"; readonly octets: Buffer }
  /** A picture, of a kind or size that is not read. */
  | { readonly is: "failed" }
  | { readonly is: "none" }

/** Long side of what is shown, in pixels: a page of A4 can be read. */
export const LONG_SIDE = 1_400
/** Of a photograph: a decoder takes three octets for each. */
const MOST_PIXELS = 60_000_000

export function drawable(file: File): Drawable {
  const mime = mimeOf(file)
  if (mime === "application/pdf") return file.whole ? { is: "pdf", octets: file.bytes } : { is: "failed" }
  if (!mime.startsWith("image/")) return { is: "none" }
  if (!file.whole) return { is: "failed" }
  try {
    if (mime === "image/jpeg") return { is: "pdf", octets: framed(file.bytes) }
    const raster = rasterOf(file.bytes)
    return raster === null ? { is: "failed" } : { is: "png", octets: png(raster) }
  } catch {
    return { is: "failed" }
  }
}

/** One page that holds a photograph as it is: PDF knows JPEG. ISO 32000-1 §7.4.8. */
function framed(jpeg: Buffer): Buffer {
  const size = sizeOf(jpeg)
  if (size === null || !(size.width > 0 && size.height > 0 && size.width * size.height <= MOST_PIXELS))
    throw new Error("too large, or empty")
  const { width, height } = size
  const space = SPACES.get(components(jpeg))
  if (space === undefined) throw new Error("colours of no kind")
  const content = `q ${width} 0 0 ${height} 0 0 cm /I Do Q`
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${width} ${height}]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>`,
    `<</Length ${content.length}>>stream\n${content}\nendstream`,
    `<</Type/XObject/Subtype/Image/Width ${width}/Height ${height}/BitsPerComponent 8${space}/Filter/DCTDecode/Length ${jpeg.length}>>stream\n`,
  ]
  const parts: Buffer[] = [Buffer.from("%PDF-1.4\n")]
  const starts: number[] = []
  let at = parts[0]?.length ?? 0
  const add = (part: Buffer): void => {
    parts.push(part)
    at += part.length
  }
  for (const [index, body] of objects.entries()) {
    starts.push(at)
    add(Buffer.from(`${index + 1} 0 obj ${body}`))
    if (index === objects.length - 1) add(jpeg)
    add(Buffer.from(index === objects.length - 1 ? "\nendstream endobj\n" : " endobj\n"))
  }
  const table = starts.map((start) => `${String(start).padStart(10, "0")} 00000 n \n`).join("")
  const end = `xref\n0 6\n0000000000 65535 f \n${table}trailer<</Size 6/Root 1 0 R>>\nstartxref\n${at}\n%%EOF\n`
  return Buffer.concat([...parts, Buffer.from(end)])
}

/** By components. What Adobe writes of four is upside down. */
const SPACES: ReadonlyMap<number, string> = new Map([
  [1, "/ColorSpace/DeviceGray"],
  [3, "/ColorSpace/DeviceRGB"],
  [4, "/ColorSpace/DeviceCMYK/Decode[1 0 1 0 1 0 1 0]"],
])

/** Of the first frame. ITU-T T.81 B.2.2. */
function components(jpeg: Buffer): number {
  for (let at = 2; at + 9 < jpeg.length; ) {
    const marker = jpeg[at + 1] ?? 0
    if (marker === 0xff) at++
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return jpeg[at + 9] ?? 0
    else at += 2 + jpeg.readUInt16BE(at + 2)
  }
  return 0
}

/** Three octets a pixel, no larger than is shown. ISO 15948. */
function png(raster: Raster): Buffer {
  const scale = Math.max(1, Math.max(raster.width, raster.height) / LONG_SIDE)
  const [width, height] = [raster.width, raster.height].map((side) => Math.max(1, Math.round(side / scale)))
  if (width === undefined || height === undefined) throw new Error("no size")
  const rows = Buffer.alloc((width * 3 + 1) * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rows.writeUIntBE(mean(raster, x * scale, y * scale, scale), y * (width * 3 + 1) + 1 + x * 3, 3)
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2], 8)
  const chunks = [chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), ...chunks])
}

/** On white paper: of four pixels of a square, so that thin strokes do not vanish. */
function mean(raster: Raster, left: number, top: number, side: number): number {
  let [r, g, b] = [0, 0, 0]
  for (const [x, y] of QUARTERS) {
    const column = Math.min(raster.width - 1, Math.floor(left + x * side))
    const row = Math.min(raster.height - 1, Math.floor(top + y * side))
    const [colour, opacity] = [colourOf(raster, column, row), opacityOf(raster, column, row)]
    const onWhite = (value: number): number => Math.round((value * opacity) / 255 + 255 - opacity)
    r += onWhite(colour >> 16)
    g += onWhite((colour >> 8) & 255)
    b += onWhite(colour & 255)
  }
  return ((r >> 2) << 16) | ((g >> 2) << 8) | (b >> 2)
}
const QUARTERS = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.75, 0.75],
] as const

function chunk(name: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, "latin1"), body])
  const around = Buffer.alloc(8)
  around.writeUInt32BE(body.length, 0)
  around.writeUInt32BE(crc32(named), 4)
  return Buffer.concat([around.subarray(0, 4), named, around.subarray(4)])
}
