/** Words as numbers, and a table of them: one look into an array where a map of strings would make a string first. */

/** FNV-1a's prime: spreads the letters of a word over 32 bits. */
const PRIME = 0x01000193

/** The hash of what was hashed so far and one letter more; it begins with 0. */
export function hashed(before: number, letter: number): number {
  return Math.imul(before ^ letter, PRIME)
}

/** Never 0. */
export function hashOf(text: string): number {
  let hash = 0
  for (let at = 0; at < text.length; at++) hash = hashed(hash, text.charCodeAt(at))
  return keyOf(hash)
}

export function keyOf(hash: number): number {
  return hash === 0 ? 1 : hash
}

/** Whole numbers to whole numbers, none of them 0, in one array: keys and values by turns, a free place being 0. */
export interface Table {
  readonly cells: Int32Array
  readonly mask: number
}

export function tableOf(entries: ReadonlyMap<number, number>): Table {
  const places = 2 ** Math.ceil(Math.log2(Math.max(2, entries.size * 4)))
  const table = { cells: new Int32Array(places * 2), mask: places - 1 }
  for (const [key, value] of entries) {
    let at = placeOf(key, table.mask)
    while (table.cells[at * 2] !== 0) at = (at + 1) & table.mask
    table.cells[at * 2] = key
    table.cells[at * 2 + 1] = value
  }
  return table
}

function placeOf(key: number, mask: number): number {
  return (Math.imul(key, 0x9e3779b1) >>> 12) & mask
}

/** 0 when it has none. */
export function valueIn({ cells, mask }: Table, key: number): number {
  let at = placeOf(key, mask)
  for (let found = cells[at * 2] ?? 0; found !== 0; found = cells[at * 2] ?? 0) {
    if (found === key) return cells[at * 2 + 1] ?? 0
    at = (at + 1) & mask
  }
  return 0
}

/** Which numbers came before, of some hundreds at most; emptied without being written to. */
export function createSeen(places: number) {
  const keys = new Int32Array(places)
  const rounds = new Uint32Array(places)
  const mask = places - 1
  let round = 0
  return {
    clear(): void {
      round = (round + 1) >>> 0
    },
    /** False when it came before. */
    add(key: number): boolean {
      let at = placeOf(key, mask)
      while (rounds[at] === round) {
        if (keys[at] === key) return false
        at = (at + 1) & mask
      }
      rounds[at] = round
      keys[at] = key
      return true
    },
  }
}
