/** Pages drawn pixel by pixel, and written as PNG, GIF, BMP and TIFF. */
import { crc32, deflateSync } from "node:zlib"

export const WIDTH = 620
export const HEIGHT = 877

export type Painted = "sealed" | "paper" | "meadow"

/** Paper, ink, red ink; a meadow is green and blue. */
const COLOURS = [
  [250, 250, 248],
  [30, 30, 30],
  [205, 25, 35],
  [60, 140, 60],
  [120, 170, 235],
] as const

/** The number of each pixel's colour. */
export function painted(what: Painted): Uint8Array {
  const pixels = new Uint8Array(WIDTH * HEIGHT)
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const isLine = y > 60 && y < 700 && y % 24 < 8 && x > 60 && x < 560 && (x * 7 + y) % 11 < 5
      const far = Math.hypot(x - 400, y - 760)
      const isSeal = what === "sealed" && ((far > 48 && far < 56) || far < 22)
      pixels[y * WIDTH + x] = what === "meadow" ? (y > 500 ? 3 : 4) : isSeal ? 2 : isLine ? 1 : 0
    }
  }
  return pixels
}

function colours(pixels: Uint8Array, order: readonly [number, number, number]): Buffer {
  return Buffer.from(Array.from(pixels, (one) => order.map((at) => COLOURS[one]?.[at] ?? 0)).flat())
}

function rows(data: Buffer, stride: number): readonly Buffer[] {
  return Array.from({ length: data.length / stride }, (_, y) => data.subarray(y * stride, (y + 1) * stride))
}

function chunk(name: string, body: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.length)
  const named = Buffer.concat([Buffer.from(name, "latin1"), body])
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([head, named, check])
}

/** Each row told by what it differs from the one above. */
export function png(what: Painted): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(WIDTH, 0)
  header.writeUInt32BE(HEIGHT, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const lines = rows(colours(painted(what), [0, 1, 2]), WIDTH * 3)
  const filtered = lines.map((line, y) =>
    Buffer.concat([Buffer.from([2]), line.map((octet, x) => octet - (lines[y - 1]?.[x] ?? 0))]),
  )
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.concat(filtered))),
    chunk("IEND", Buffer.alloc(0)),
  ])
}

export function bmp(what: Painted): Buffer {
  const stride = Math.ceil((WIDTH * 3) / 4) * 4
  const head = Buffer.alloc(54)
  head.write("BM", "latin1")
  head.writeUInt32LE(54, 10)
  head.writeUInt32LE(40, 14)
  head.writeInt32LE(WIDTH, 18)
  head.writeInt32LE(HEIGHT, 22)
  head.writeUInt16LE(24, 28)
  const lines = rows(colours(painted(what), [2, 1, 0]), WIDTH * 3).map((line) =>
    Buffer.concat([line, Buffer.alloc(stride - line.length)]),
  )
  return Buffer.concat([head, ...lines.toReversed()])
}

/** Three bits of code for each pixel, and often enough the code that begins anew: no table grows. */
export function gif(what: Painted): Buffer {
  const head = Buffer.alloc(13)
  head.write("GIF89a", "latin1")
  head.writeUInt16LE(WIDTH, 6)
  head.writeUInt16LE(HEIGHT, 8)
  head[10] = 0x82
  const palette = Buffer.from([...COLOURS.flat(), ...Array.from({ length: 9 }, () => 0)])
  const picture = Buffer.from([0x2c, 0, 0, 0, 0, WIDTH & 255, WIDTH >> 8, HEIGHT & 255, HEIGHT >> 8, 0, 3])
  const octets: number[] = []
  let [held, have] = [0, 0]
  const put = (code: number): void => {
    held |= code << have
    have += 4
    while (have >= 8) {
      octets.push(held & 255)
      held >>= 8
      have -= 8
    }
  }
  for (const [index, pixel] of painted(what).entries()) {
    if (index % 5 === 0) put(8)
    put(pixel)
  }
  put(9)
  octets.push(held)
  const blocks: Buffer[] = []
  for (let at = 0; at < octets.length; at += 255) {
    const block = octets.slice(at, at + 255)
    blocks.push(Buffer.from([block.length, ...block]))
  }
  return Buffer.concat([head, palette, picture, ...blocks, Buffer.from([0, 0x3b])])
}

/** `bits`: one for black and white, as fax machines write them. */
export function tiff(what: Painted, bits: 8 | 1 = 8, packing: 1 | 4 | 8 = 8): Buffer {
  const pixels = colours(painted(what), [0, 1, 2])
  const data = packing === 8 ? deflateSync(pixels) : bits === 1 ? Buffer.alloc(1_000) : pixels
  const tags: readonly (readonly [number, number])[] = [
    [256, WIDTH],
    [257, HEIGHT],
    [258, bits],
    [259, packing],
    [262, bits === 1 ? 0 : 2],
    [273, 8],
    [277, bits === 1 ? 1 : 3],
    [279, data.length],
  ]
  const directory = Buffer.alloc(2 + tags.length * 12 + 4)
  directory.writeUInt16LE(tags.length)
  for (const [index, [tag, value]] of tags.entries()) {
    directory.writeUInt16LE(tag, 2 + index * 12)
    directory.writeUInt16LE(4, 4 + index * 12)
    directory.writeUInt32LE(1, 6 + index * 12)
    directory.writeUInt32LE(value, 10 + index * 12)
  }
  const head = Buffer.from("49492a0000000000", "hex")
  head.writeUInt32LE(8 + data.length, 4)
  return Buffer.concat([head, data, directory])
}
