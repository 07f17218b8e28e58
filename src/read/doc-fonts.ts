/** Which font the characters of a .doc are in: formatting kept in pages of 512 octets. [MS-DOC] 2.9.33, 2.9.55. */
import { type Look, PLAIN_LOOK } from "./paper.ts"

export interface Fonts {
  /** How the character at this octet looks, and up to where; null when nobody says. */
  at(octet: number): { readonly look: Look; readonly end: number } | null
}

const CHARACTER_PAGES = 0xfa
const FONT_TABLE = 0x112
const PAGE = 512
const MOST_RUNS = 50_000
/** Properties of characters. [MS-DOC] 2.6.1. */
const FONT_ASCII = 0x4a4f
const FONT_OTHER = 0x4a51
const CAPITALS = 0x083b

export function fontsOf(main: Buffer, table: Buffer): Fonts {
  const names = namesOf(area(main, table, FONT_TABLE))
  const runs: { readonly from: number; readonly end: number; readonly look: Look }[] = []
  const bins = area(main, table, CHARACTER_PAGES)
  const count = Math.floor((bins.length - 4) / 8)
  for (let bin = 0; bin < count && runs.length < MOST_RUNS; bin++) {
    const page = main.subarray(bins.readUInt32LE(4 * (count + 1) + 4 * bin) * PAGE).subarray(0, PAGE)
    if (page.length < PAGE) continue
    const rows = page[PAGE - 1] ?? 0
    if (rows > 0x65) continue
    for (let row = 0; row < rows; row++) {
      const place = 2 * (page[4 * (rows + 1) + row] ?? 0)
      const look = place === 0 ? PLAIN_LOOK : lookOf(page.subarray(place + 1, place + 1 + (page[place] ?? 0)), names)
      runs.push({ from: page.readUInt32LE(4 * row), end: page.readUInt32LE(4 * row + 4), look })
    }
  }
  runs.sort((one, other) => one.from - other.from)
  return {
    at(octet) {
      let low = 0
      let high = runs.length
      while (low < high) {
        const middle = (low + high) >> 1
        if ((runs[middle]?.end ?? 0) <= octet) low = middle + 1
        else high = middle
      }
      const run = runs[low]
      if (run === undefined) return null
      return run.from > octet ? { look: PLAIN_LOOK, end: run.from } : run
    },
  }
}

function area(main: Buffer, table: Buffer, at: number): Buffer {
  return table.subarray(main.readUInt32LE(at)).subarray(0, main.readUInt32LE(at + 4))
}

/** Names by number. [MS-DOC] 2.9.286, 2.9.81: 39 octets of description before the name. */
function namesOf(list: Buffer): readonly string[] {
  const names: string[] = []
  for (let at = 4; at < list.length; at += 1 + (list[at] ?? 0)) {
    const entry = list.subarray(at + 1, at + 1 + (list[at] ?? 0))
    names.push((entry.subarray(39).toString("utf16le").split("\0", 1)[0] ?? "").slice(0, 64))
  }
  return names
}

/** Octets that a property's value takes, by the top bits of its number. [MS-DOC] 2.2.5.1. */
const VALUES = [1, 1, 2, 4, 2, 2, 0, 3]

function lookOf(properties: Buffer, names: readonly string[]): Look {
  let { font, capitals } = PLAIN_LOOK
  for (let at = 0; at + 3 <= properties.length; ) {
    const code = properties.readUInt16LE(at)
    const kind = code >> 13
    const octets = kind === 6 ? 1 + (properties[at + 2] ?? 0) : (VALUES[kind] ?? 1)
    if ((code === FONT_ASCII || code === FONT_OTHER) && at + 4 <= properties.length)
      font = names[properties.readUInt16LE(at + 2)] ?? font
    else if (code === CAPITALS) capitals = (properties[at + 2] ?? 0) % 2 === 1
    at += 2 + octets
  }
  return { font, capitals }
}
