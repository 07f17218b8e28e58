/** Calls in a compiled formula of Excel that reach outside: only the macro language of Excel 4 has them. [MS-XLS] 2.5.198. */

/** Functions by their number in PtgFuncVar. [MS-XLS] 2.5.198.17. */
const REACHING: ReadonlyMap<number, string> = new Map([
  [96, "FORMULA"],
  [110, "EXEC"],
  [132, "FOPEN"],
  [137, "FWRITELN"],
  [138, "FWRITE"],
  [149, "REGISTER"],
  [150, "CALL"],
  [178, "EXECUTE"],
  [267, "REGISTER.ID"],
])
/** Octets behind a token of fixed length, class bits taken away. */
const SIZES: ReadonlyMap<number, readonly [biff8: number, biff5: number]> = new Map([
  [0x01, [4, 4]],
  [0x02, [4, 4]],
  [0x1c, [1, 1]],
  [0x1d, [1, 1]],
  [0x1e, [2, 2]],
  [0x1f, [8, 8]],
  [0x20, [7, 7]],
  [0x21, [2, 2]],
  [0x22, [3, 3]],
  [0x23, [4, 14]],
  [0x24, [4, 3]],
  [0x25, [8, 6]],
  [0x26, [6, 6]],
  [0x27, [6, 6]],
  [0x28, [6, 6]],
  [0x29, [2, 2]],
  [0x2a, [4, 3]],
  [0x2b, [8, 6]],
  [0x2c, [4, 3]],
  [0x2d, [8, 6]],
  [0x39, [6, 24]],
  [0x3a, [6, 17]],
  [0x3b, [10, 20]],
  [0x3c, [6, 17]],
  [0x3d, [10, 20]],
])

/** `data` is a FORMULA record. */
export function callsOf(data: Buffer, biff8: boolean): readonly string[] {
  const calls: string[] = []
  const end = Math.min(data.length, 22 + data.readUInt16LE(20))
  for (let at = 22; at < end; ) {
    const raw = data[at] ?? 0
    const token = raw >= 0x40 ? (raw & 0x1f) | 0x20 : raw
    if (token === 0x22 && at + 4 <= end) {
      const called = REACHING.get(data.readUInt16LE(at + 2))
      if (called !== undefined) calls.push(called)
    }
    const size = sizeOf(data, at, token, biff8)
    if (size < 0) break
    at += 1 + size
  }
  return calls
}

function sizeOf(data: Buffer, at: number, token: number, biff8: boolean): number {
  if (token >= 0x03 && token <= 0x16) return 0
  if (token === 0x17) {
    const length = data[at + 1] ?? 0
    return biff8 ? 2 + (((data[at + 2] ?? 0) & 1) === 1 ? 2 * length : length) : 1 + length
  }
  // A list of jumps follows CHOOSE; the other attributes have two octets.
  if (token === 0x19)
    return ((data[at + 1] ?? 0) & 4) === 0 ? 3 : 3 + 2 * ((at + 4 <= data.length ? data.readUInt16LE(at + 2) : 0) + 1)
  return SIZES.get(token)?.[biff8 ? 0 : 1] ?? -1
}
