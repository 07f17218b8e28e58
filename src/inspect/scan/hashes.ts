/** Hashes of files known to be bad, by the million: a list in text, one answer a hash. */

/** Octets of one digest in hex. */
const SHA256 = 64
const MD5 = 32

export interface HashList {
  /** The name the list gives the file, "" when it gives none; null when the hash is not in it. Hex, lower case. */
  find(hash: string): string | null
  readonly size: number
  /** There are MD5 hashes in it. */
  readonly hasMd5: boolean
  /** Hashes of this list, in its order. */
  hashes(): Iterable<string>
}

export type ReadList =
  | { readonly is: "list"; readonly list: HashList }
  | { readonly is: "faulty"; readonly line: number }

/**
 * `HASH`, `HASH name` (as sha256sum and md5sum write it) or `HASH:size:name` (as clamav's .hsb and .hdb); SHA-256 or MD5.
 * Empty lines and what follows `#` say nothing. A line that is none of these is a fault: half a list would be worse than the last one.
 */
export function readHashList(text: Buffer): ReadList {
  const rows: number[] = []
  let hasMd5 = false
  let number = 0
  for (let at = 0; at < text.length; ) {
    number++
    const found = text.indexOf(10, at)
    const end = found < 0 ? text.length : found
    const length = hexLength(text, at, end)
    if (length === SHA256 || length === MD5) {
      hasMd5 ||= length === MD5
      rows.push(at)
    } else if (!isEmpty(text, at, end)) return { is: "faulty", line: number }
    at = end + 1
  }
  return { is: "list", list: createList(text, Uint32Array.from(rows), hasMd5) }
}

/** Digits before white space, a colon or the end; 0 when something else follows. */
function hexLength(text: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && isHex(text[at] ?? 0)) at++
  const next = text[at]
  return at === end || next === 32 || next === 9 || next === 13 || next === 58 ? at - from : 0
}

function isHex(octet: number): boolean {
  return (octet >= 48 && octet <= 57) || (octet >= 97 && octet <= 102) || (octet >= 65 && octet <= 70)
}

function isEmpty(text: Buffer, from: number, end: number): boolean {
  const line = text.toString("latin1", from, Math.min(end, from + 1_000)).trim()
  return line === "" || line.startsWith("#")
}

/** Open addressing over the places of the lines: a million hashes take 8 MB beside the text itself. */
function createList(text: Buffer, rows: Uint32Array, hasMd5: boolean): HashList {
  const bits = Math.ceil(Math.log2(2 * rows.length + 2))
  const mask = 2 ** bits - 1
  const table = new Uint32Array(mask + 1)
  const hashAt = (row: number): string => {
    const line = rows[row] ?? 0
    const long = text.toString("latin1", line, line + SHA256).toLowerCase()
    return /^[0-9a-f]{64}$/.test(long) ? long : long.slice(0, MD5)
  }
  const slotOf = (hash: string): number => Number.parseInt(hash.slice(0, 8), 16) & mask
  for (let row = 0; row < rows.length; row++) {
    let slot = slotOf(text.toString("latin1", rows[row] ?? 0, (rows[row] ?? 0) + 8))
    while (table[slot] !== 0) slot = (slot + 1) & mask
    table[slot] = row + 1
  }
  const nameAt = (row: number): string => {
    const from = rows[row] ?? 0
    const end = text.indexOf(10, from)
    const line = text.toString("utf8", from, end < 0 ? text.length : end).trim()
    return line
      .trim()
      .replace(/^[0-9a-f]+/i, "")
      .replace(/#.*$/, "")
      .replace(/^:[^:]*:?/, "")
      .trim()
      .replace(/^\*/, "")
      .slice(0, 200)
  }
  return {
    find(hash) {
      for (let slot = slotOf(hash); table[slot] !== 0; slot = (slot + 1) & mask) {
        const row = (table[slot] ?? 0) - 1
        if (hashAt(row) === hash) return nameAt(row)
      }
      return null
    },
    size: rows.length,
    hasMd5,
    *hashes() {
      for (let row = 0; row < rows.length; row++) yield hashAt(row)
    },
  }
}
