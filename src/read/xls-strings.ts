/** Strings of .xls: in 8 or 16 bits, and torn where a record continues. [MS-XLS] 2.5.293, 2.3.265. */

const WIDE = 1
const EXTENDED = 4
const RICH = 8
const MOST_STRINGS = 200_000

/** A string without its length: flags, then characters. */
export function stringAt(octets: Buffer, characters: number): string {
  const flags = octets[0] ?? 0
  const from = 1 + ((flags & RICH) === 0 ? 0 : 2) + ((flags & EXTENDED) === 0 ? 0 : 4)
  return (flags & WIDE) === 0
    ? octets.toString("latin1", from, from + characters)
    : octets.toString("utf16le", from, from + 2 * characters)
}

/** Where a record ends inside the characters of a string, the next begins with flags of its own. */
export function sharedStringsOf(slices: readonly Buffer[]): readonly string[] {
  const strings: string[] = []
  let slice = 0
  let octets = slices[0] ?? Buffer.alloc(0)
  let at = 8
  const next = (): boolean => {
    slice++
    octets = slices[slice] ?? Buffer.alloc(0)
    at = 0
    return slice < slices.length
  }
  const skip = (count: number): void => {
    let left = count
    while (left > octets.length - at && slice < slices.length) {
      left -= octets.length - at
      if (!next()) return
    }
    at += left
  }
  const total = Math.min(octets.length >= 8 ? octets.readUInt32LE(4) : 0, MOST_STRINGS)
  while (strings.length < total && slice < slices.length) {
    if (at >= octets.length && !next()) break
    if (at + 3 > octets.length) break
    let left = octets.readUInt16LE(at)
    const flags = octets[at + 2] ?? 0
    at += 3
    const runs = (flags & RICH) !== 0 && at + 2 <= octets.length ? octets.readUInt16LE(at) : 0
    if ((flags & RICH) !== 0) at += 2
    const extended = (flags & EXTENDED) !== 0 && at + 4 <= octets.length ? octets.readUInt32LE(at) : 0
    if ((flags & EXTENDED) !== 0) at += 4
    let wide = (flags & WIDE) !== 0
    let text = ""
    while (left > 0) {
      const fits = Math.min(left, Math.floor((octets.length - at) / (wide ? 2 : 1)))
      text += wide ? octets.toString("utf16le", at, at + 2 * fits) : octets.toString("latin1", at, at + fits)
      at += fits * (wide ? 2 : 1)
      left -= fits
      if (left === 0) break
      if (!next()) break
      wide = ((octets[0] ?? 0) & WIDE) !== 0
      at = 1
    }
    strings.push(text)
    skip(4 * runs + extended)
  }
  return strings
}
