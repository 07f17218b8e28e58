/** Archives that only their scanner opens: whether their headers already say that a password is needed. */

/** Blocks of one archive that are looked at; a broken chain ends the walk earlier. */
const BLOCKS = 1_000

/** True when a rar or 7z file shows that it, or a file in it, is encrypted. What hides deeper is the scanner's to find. */
export function isSealedArchive(bytes: Buffer): boolean {
  const head = bytes.toString("latin1", 0, 8)
  if (head.startsWith("Rar!\x1a\x07\x01\0")) return isSealedRar5(bytes)
  if (head.startsWith("Rar!\x1a\x07\0")) return isSealedRar4(bytes)
  if (head.startsWith("7z\xbc\xaf\x27\x1c")) return isSealed7z(bytes)
  return false
}

/** RAR 2–4: each block tells its size; main header flag 0x80 seals the headers, file header flag 0x04 the file. */
function isSealedRar4(bytes: Buffer): boolean {
  let at = 7
  for (let block = 0; block < BLOCKS && at + 11 <= bytes.length; block++) {
    const type = bytes.readUInt8(at + 2)
    const flags = bytes.readUInt16LE(at + 3)
    const size = bytes.readUInt16LE(at + 5)
    if (type === 0x73 && (flags & 0x80) !== 0) return true
    if (type === 0x74 && (flags & 0x04) !== 0) return true
    if (size < 7) return false
    at += size + ((flags & 0x8000) !== 0 ? bytes.readUInt32LE(at + 7) : 0)
  }
  return false
}

/** RAR 5: block type 4 seals all headers; a file's extra record 1 seals the file. */
function isSealedRar5(bytes: Buffer): boolean {
  let at = 8
  for (let block = 0; block < BLOCKS && at + 4 < bytes.length; block++) {
    const header = numbers(bytes, at + 4)
    const size = header.next()
    const start = header.at()
    const type = header.next()
    const flags = header.next()
    const extra = (flags & 1) !== 0 ? header.next() : 0
    const data = (flags & 2) !== 0 ? header.next() : 0
    const end = start + size
    if (type === 4) return true
    if (type === 2 && hasRecord(bytes, end - extra, end)) return true
    if (size === 0 || !Number.isSafeInteger(end + data)) return false
    at = end + data
  }
  return false
}

/** Records of an extra area: size, then type; type 1 is encryption. */
function hasRecord(bytes: Buffer, from: number, end: number): boolean {
  for (let at = from, records = 0; at < end && records < BLOCKS; records++) {
    const record = numbers(bytes, at)
    const size = record.next()
    at = record.at() + size
    if (record.next() === 1) return true
    if (size === 0) return false
  }
  return false
}

/** Variable-length numbers: seven bits an octet, the lowest first. Past the end they are zero. */
function numbers(bytes: Buffer, from: number): { next(): number; at(): number } {
  let at = from
  const next = (): number => {
    let value = 0
    for (let shift = 0; shift < 10; shift++) {
      const octet = bytes[at++] ?? 0
      value += (octet & 0x7f) * 2 ** (7 * shift)
      if (octet < 0x80) break
    }
    return value
  }
  return { next, at: () => at }
}

/** Codec 06F10701 (AES-256 with SHA-256) in the end header: it stands in clear unless the header itself is compressed. */
function isSealed7z(bytes: Buffer): boolean {
  if (bytes.length < 32) return false
  const start = 32 + Number(bytes.readBigUInt64LE(12))
  return start < bytes.length && bytes.includes(Buffer.from("06f10701", "hex"), start)
}
