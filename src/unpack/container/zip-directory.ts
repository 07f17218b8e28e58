/** The two descriptions a zip has of its members, and whether they agree. APPNOTE 4.3–4.5. */
import { isTricky } from "./tar.ts"

/** One member as both its headers tell. */
export interface Entry {
  readonly names: readonly Buffer[]
  readonly isUtf8: boolean
  readonly method: number
  readonly flags: number
  readonly crc: number
  readonly packedSize: number
  readonly size: number
  /** Where its local header begins, and its data. */
  readonly header: number
  readonly data: number
  readonly extra: Extra
  readonly isFolder: boolean
  /** Upper octet of the DOS time: what decrypting proves itself with when sizes come behind the data. */
  readonly time: number
}

export interface Directory {
  readonly entries: readonly Entry[]
  /** Members in it, as its end tells. */
  readonly total: number
  /** Two programs may see two different archives. */
  readonly ambiguous: boolean
  /** Members share octets: nobody's archive, and the way the largest bombs are made. */
  readonly overlaps: boolean
}

type Extra = ReadonlyMap<number, Buffer>

export const ENCRYPTED = 1
const SIZES_LATER = 8
const PATCHED = 32
const STRONG = 64
const UTF8 = 0x800
const MASKED = 0x2000

/** Fixed octets of the end record; its comment follows to the end of the file. */
const END = 22
const LONGEST_COMMENT = 0xffff

interface End {
  readonly at: number
  readonly total: number
  readonly size: number
  /** Where the directory is said to be, and where it is. */
  readonly offset: number
  readonly start: number
  readonly closes: boolean
}

/** Whether a zip ends here: a real directory and its end record. Something else may stand before it. */
export function endsAsZip(bytes: Buffer): boolean {
  return ends(bytes).some(({ closes }) => closes)
}

/** Null when there is none. Throws when it cannot be read. `most`: entries that are read. */
export function readDirectory(bytes: Buffer, most: number): Directory | null {
  const found = ends(bytes)
  const end = found.find(({ closes }) => closes) ?? found[0]
  if (end === undefined) return null
  const shift = end.start - end.offset
  const central = centralHeaders(bytes, end, most)
  // The end of a zip that is stored within this one is read with it.
  const others = found.filter((other) => other !== end && other.at >= end.start)
  let ambiguous = !end.closes || others.length > 0 || central.end !== end.start + end.size
  ambiguous ||= central.headers.length !== end.total && end.total <= most
  const entries = central.headers.map((header) => {
    const { entry, agrees } = withLocal(bytes, header, shift)
    ambiguous ||= !agrees
    return entry
  })
  const { overlaps, hides } = extents(bytes, entries, end.start)
  ambiguous ||= hides || twice(entries)
  ambiguous ||= entries.some(({ names }) => names.some((name) => isTricky(name.toString("latin1"))))
  const prefix = Math.min(end.start, ...entries.map(({ header }) => header))
  return { entries, total: end.total, ambiguous: ambiguous || prefix > 0, overlaps }
}

/** Every end record behind a directory, the last first. */
function ends(bytes: Buffer): readonly End[] {
  const found: End[] = []
  const first = Math.max(0, bytes.length - END - LONGEST_COMMENT)
  let at = bytes.length - END
  while (at >= first && found.length < 8) {
    at = bytes.lastIndexOf("PK\x05\x06", at, "latin1")
    if (at < first) break
    const end = endAt(bytes, at)
    if (end !== null) found.push(end)
    at--
  }
  return found
}

function endAt(bytes: Buffer, at: number): End | null {
  const comment = bytes.readUInt16LE(at + 20)
  // A few octets behind it are no other archive: downloads often end so.
  const left = bytes.length - (at + END + comment)
  const closes = left >= 0 && left < END
  const plain = {
    total: bytes.readUInt16LE(at + 10),
    size: bytes.readUInt32LE(at + 12),
    offset: bytes.readUInt32LE(at + 16),
  }
  const big = end64(bytes, at)
  const { total, size, offset, below } = big ?? { ...plain, below: at }
  const start = below - size
  const isDirectory = size === 0 ? total === 0 : start >= 0 && isAt(bytes, start, "PK\x01\x02")
  if (isDirectory) return { at, total, size, offset, start, closes }
  // Some writers tell the size wrong; the place says as much.
  const there = offset >= 0 && offset < at && isAt(bytes, offset, "PK\x01\x02")
  return there ? { at, total, size, offset, start: offset, closes } : null
}

/** APPNOTE 4.3.14: its locator stands right before the end record. */
function end64(bytes: Buffer, at: number): { total: number; size: number; offset: number; below: number } | null {
  if (at < 76 || !isAt(bytes, at - 20, "PK\x06\x07")) return null
  const told = Number(bytes.readBigUInt64LE(at - 12))
  const record =
    told + 56 <= at - 20 && isAt(bytes, told, "PK\x06\x06") ? told : bytes.lastIndexOf("PK\x06\x06", at - 20, "latin1")
  if (record < 0 || record + 56 > at - 20) return null
  return {
    total: Number(bytes.readBigUInt64LE(record + 32)),
    size: Number(bytes.readBigUInt64LE(record + 40)),
    offset: Number(bytes.readBigUInt64LE(record + 48)),
    below: record,
  }
}

function isAt(bytes: Buffer, at: number, signature: string): boolean {
  return bytes.toString("latin1", at, at + signature.length) === signature
}

interface Central extends Omit<Entry, "data" | "names"> {
  readonly name: Buffer
}

function centralHeaders(
  bytes: Buffer,
  end: End,
  most: number,
): { readonly headers: readonly Central[]; readonly end: number } {
  const headers: Central[] = []
  let at = end.start
  while (at + 46 <= end.at && isAt(bytes, at, "PK\x01\x02") && headers.length <= most) {
    const nameSize = bytes.readUInt16LE(at + 28)
    const extraSize = bytes.readUInt16LE(at + 30)
    const commentSize = bytes.readUInt16LE(at + 32)
    const next = at + 46 + nameSize + extraSize + commentSize
    if (next > end.at) throw new RangeError("directory ends")
    const flags = bytes.readUInt16LE(at + 8)
    const name = bytes.subarray(at + 46, at + 46 + nameSize)
    const extra = extraOf(bytes.subarray(at + 46 + nameSize, at + 46 + nameSize + extraSize))
    const big = sizes64(extra, [bytes.readUInt32LE(at + 24), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)])
    const [size = 0, packedSize = 0, header = 0] = big
    const attributes = bytes.readUInt32LE(at + 38)
    headers.push({
      name,
      isUtf8: (flags & UTF8) !== 0,
      method: bytes.readUInt16LE(at + 10),
      flags,
      time: bytes.readUInt16LE(at + 12),
      crc: bytes.readUInt32LE(at + 16),
      packedSize,
      size,
      header,
      extra,
      isFolder: name.at(-1) === 0x2f || (size === 0 && (attributes & 0x10) !== 0),
    })
    at = next
  }
  return { headers, end: at }
}

/** Fields of 16-bit identifier and size; what does not fit is left. */
function extraOf(bytes: Buffer): Extra {
  const fields = new Map<number, Buffer>()
  for (let at = 0; at + 4 <= bytes.length; ) {
    const size = bytes.readUInt16LE(at + 2)
    if (at + 4 + size > bytes.length) break
    fields.set(bytes.readUInt16LE(at), bytes.subarray(at + 4, at + 4 + size))
    at += 4 + size
  }
  return fields
}

/** APPNOTE 4.5.3: what is all ones in the header stands in the extra field, in this order. */
function sizes64(extra: Extra, fields: readonly number[]): readonly number[] {
  const big = extra.get(1)
  let at = 0
  return fields.map((field) => {
    if (field !== 0xffffffff || big === undefined || at + 8 > big.length) return field
    const value = Number(big.readBigUInt64LE(at))
    at += 8
    return value
  })
}

function withLocal(
  bytes: Buffer,
  central: Central,
  shift: number,
): { readonly entry: Entry; readonly agrees: boolean } {
  const at = central.header + shift
  if (at < 0 || at + 30 > bytes.length || !isAt(bytes, at, "PK\x03\x04")) throw new RangeError("no local header")
  const nameSize = bytes.readUInt16LE(at + 26)
  const extraSize = bytes.readUInt16LE(at + 28)
  const data = at + 30 + nameSize + extraSize
  if (data + central.packedSize > bytes.length) throw new RangeError("member ends")
  const name = bytes.subarray(at + 30, at + 30 + nameSize)
  const flags = bytes.readUInt16LE(at + 6)
  const extra = extraOf(bytes.subarray(at + 30 + nameSize, data))
  const [size = 0, packedSize = 0] = sizes64(extra, [bytes.readUInt32LE(at + 22), bytes.readUInt32LE(at + 18)])
  const later = (flags & SIZES_LATER) !== 0
  const masked = (flags & MASKED) !== 0
  const same = (there: number, here: number): boolean => masked || there === here || (later && here === 0)
  const agrees =
    (masked || name.equals(central.name)) &&
    bytes.readUInt16LE(at + 8) === central.method &&
    (flags & (ENCRYPTED | STRONG)) === (central.flags & (ENCRYPTED | STRONG)) &&
    same(central.crc, bytes.readUInt32LE(at + 14)) &&
    same(central.packedSize, packedSize) &&
    same(central.size, size) &&
    (!later || describes(bytes, data, central))
  const unicode = [central.extra, extra].flatMap((fields) => fields.get(0x7075)?.subarray(5) ?? [])
  return { entry: { ...central, header: at, data, names: [central.name, name, ...unicode] }, agrees }
}

/** The descriptor behind the data: with its signature or without, of 32 or of 64 bits. APPNOTE 4.3.9. */
function describes(bytes: Buffer, data: number, { crc, packedSize, size }: Central): boolean {
  const at = data + packedSize
  return [at, at + 4].some((from, index) => {
    if (index === 1 && !isAt(bytes, at, "PK\x07\x08")) return false
    if (from + 12 > bytes.length || bytes.readUInt32LE(from) !== crc) return false
    if (bytes.readUInt32LE(from + 4) === packedSize && bytes.readUInt32LE(from + 8) === size) return true
    if (from + 20 > bytes.length) return false
    return Number(bytes.readBigUInt64LE(from + 4)) === packedSize && Number(bytes.readBigUInt64LE(from + 12)) === size
  })
}

/** Members must not share octets, and none may stand between them that the directory does not know. */
function extents(
  bytes: Buffer,
  entries: readonly Entry[],
  directory: number,
): { readonly overlaps: boolean; readonly hides: boolean } {
  let end = 0
  let hides = false
  for (const { header, data, packedSize } of entries.toSorted((a, b) => a.header - b.header)) {
    if (header < end) return { overlaps: true, hides }
    hides ||= hidden(bytes, end, header)
    end = data + packedSize
  }
  return { overlaps: end > directory, hides: hides || hidden(bytes, end, directory) }
}

function hidden(bytes: Buffer, from: number, to: number): boolean {
  return bytes.subarray(from, Math.max(from, to)).includes("PK\x03\x04", 0, "latin1")
}

function twice(entries: readonly Entry[]): boolean {
  const names = entries.map(({ names: [name] }) => (name ?? Buffer.alloc(0)).toString("latin1"))
  return new Set(names).size < names.length
}

/** Neither strong encryption nor a patch can be read by anybody here. APPNOTE 7. */
export function isBeyond({ flags }: Entry): boolean {
  return (flags & (STRONG | MASKED | PATCHED)) !== 0
}
