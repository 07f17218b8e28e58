/** What a picture looks like that nobody read: a page of paper, or one with a round red seal of 30 to 45 mm on its 210 mm. */
import { type Plane, planesOf } from "./jpeg-dc.ts"
import type { Size } from "./picture.ts"
import { isFax, rasterPlanes } from "./raster.ts"

/** Shares of the page's short side that a seal measures, its photograph askew or with the table around it. */
const SMALLEST = 0.08
const LARGEST = 0.3
/** Wider than high, or the other way round, no more than this. */
const ROUND = 1.45
/** Of the square around it: rings, stars and letters leave room; a filled patch is something else. */
const FILLED = { least: 0.1, most: 0.8 }
/** A picture redder than this is none of a paper. */
const REDDEST = 0.15

/** A sheet upright or across, as scanners give it: its sides, and how much of it is white. */
const SHEET = { least: 1.25, most: 1.6 }
const WHITE = { light: 180, colour: 16, share: 0.6 }

/** Sides of paper itself, A4 or letter: pictures that no camera made may be of a screen, which has other ones. */
const PAPERS = [
  { least: 1.36, most: 1.47 },
  { least: 1.27, most: 1.31 },
]

/** `page`: a picture that cannot be seen here, of the shape of a page. */
export type Look = "red seal" | "paper" | "page"

export function lookOf(bytes: Buffer, { width, height }: Size): Look | null {
  const sides = Math.max(width, height) / Math.min(width, height)
  const isPhotograph = bytes.readUInt16BE(0) === JPEG
  const isSheet = (isPhotograph ? [SHEET] : PAPERS).some(({ least, most }) => sides >= least && sides <= most)
  const [light, blue, red] = (isPhotograph ? planesOf(bytes) : rasterPlanes(bytes)) ?? []
  if (light === undefined || blue === undefined || red === undefined) {
    if (isFax(bytes)) return "paper"
    return isSheet && !isPhotograph ? "page" : null
  }
  if (hasRedSeal(light, blue, red)) return "red seal"
  const isWhite = (value: number): boolean => value >= WHITE.light
  const isGrey = (value: number): boolean => Math.abs(value - 128) <= WHITE.colour
  const isPaper =
    share(light, isWhite) >= WHITE.share && share(blue, isGrey) >= WHITE.share && share(red, isGrey) >= WHITE.share
  return isSheet && isPaper ? "paper" : null
}
const JPEG = 0xffd8

function share({ values }: Plane, is: (value: number) => boolean): number {
  return values.reduce((sum, value) => sum + Number(is(value)), 0) / Math.max(1, values.length)
}

function hasRedSeal(light: Plane, blue: Plane, red: Plane): boolean {
  const mask = redOf(light, blue, red)
  const total = mask.reduce((sum, one) => sum + one, 0)
  if (total === 0 || total > REDDEST * mask.length) return false
  const short = Math.min(red.width, red.height)
  return patches(mask, red.width, red.height).some(({ width, height, count }) => {
    const across = Math.max(width, height)
    if (across < SMALLEST * short || across > LARGEST * short) return false
    const filled = count / (width * height)
    return across <= ROUND * Math.min(width, height) && filled >= FILLED.least && filled <= FILLED.most
  })
}

/** One for every block of the colour planes whose hue is that of red ink: 340 to 10 degrees. */
function redOf(light: Plane, blue: Plane, red: Plane): Uint8Array {
  const across = light.width / red.width
  const down = light.height / red.height
  const mask = new Uint8Array(red.width * red.height)
  for (let y = 0; y < red.height; y++) {
    for (let x = 0; x < red.width; x++) {
      const at = y * red.width + x
      const grey = light.values[Math.floor(y * down) * light.width + Math.floor(x * across)] ?? 0
      const b = (blue.values[at] ?? 128) - 128
      const r = (red.values[at] ?? 128) - 128
      if (isRed(grey + 1.402 * r, grey - 0.344 * b - 0.714 * r, grey + 1.772 * b)) mask[at] = 1
    }
  }
  return mask
}

function isRed(r: number, g: number, b: number): boolean {
  const most = Math.max(r, g, b)
  const spread = most - Math.min(r, g, b)
  // Averages of blocks: ink with paper between.
  if (most !== r || most < 90 || spread < 0.18 * most) return false
  const hue = (60 * (g - b)) / spread
  return hue >= -20 && hue <= 10
}

interface Patch {
  readonly width: number
  readonly height: number
  readonly count: number
}

/** Blocks beside each other, or with one block between them: a ring and its star are one. */
const REACH = 2

function patches(mask: Uint8Array, width: number, height: number): readonly Patch[] {
  const seen = new Uint8Array(mask.length)
  const found: Patch[] = []
  for (let start = 0; start < mask.length; start++) {
    if (mask[start] !== 1 || seen[start] === 1) continue
    const stack = [start]
    seen[start] = 1
    let count = 0
    let [left, right, top, bottom] = [width, 0, height, 0]
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const x = at % width
      const y = Math.floor(at / width)
      count++
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
      for (let dy = -REACH; dy <= REACH; dy++) {
        for (let dx = -REACH; dx <= REACH; dx++) {
          const next = at + dy * width + dx
          if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height) continue
          if (mask[next] !== 1 || seen[next] === 1) continue
          seen[next] = 1
          stack.push(next)
        }
      }
    }
    found.push({ width: right - left + 1, height: bottom - top + 1, count })
  }
  return found
}
