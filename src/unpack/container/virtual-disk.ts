/** Virtual disks: which of their blocks are written, and where. "Virtual Hard Disk Image Format Specification" 1.0, [MS-VHDX]. */
import { Stop } from "../budget.ts"
import { slice } from "./member.ts"
import type { Disk } from "./sectors.ts"

const SECTOR = 512
const FIXED = 2
const DYNAMIC = 3
const NOT_WRITTEN = 0xffffffff
/** Octets read in one piece: a cluster of the largest file systems, and any table of theirs. */
const LONGEST = 64_000_000

export function vhd(bytes: Buffer): Disk {
  const footer = bytes.subarray(bytes.length - SECTOR)
  const kind = footer.readUInt32BE(60)
  if (kind === FIXED) {
    return { size: bytes.length - SECTOR, read: (at, size) => slice(bytes.subarray(0, -SECTOR), at, size) }
  }
  // What refers to another disk cannot be read without it.
  if (kind !== DYNAMIC) throw new Stop("split-archive")
  const header = Number(footer.readBigUInt64BE(16))
  if (bytes.toString("latin1", header, header + 8) !== "cxsparse") throw new RangeError("no header")
  const table = Number(bytes.readBigUInt64BE(header + 16))
  const block = bytes.readUInt32BE(header + 32)
  const bitmap = Math.ceil(block / SECTOR / 8 / SECTOR) * SECTOR
  return sparse(bytes, { size: Number(footer.readBigUInt64BE(48)), block }, (index) => {
    const sector = bytes.readUInt32BE(table + index * 4)
    return sector === NOT_WRITTEN ? null : sector * SECTOR + bitmap
  })
}

const REGIONS = 196_608
const BAT = "6677c22d23f600429d64115e9bfd4a08"
const METADATA = "06a27c8b90479a4bb8fe575f050f886e"
const FILE_PARAMETERS = "3767a1ca36fa434db3b633f0aa44e76b"
const DISK_SIZE = "2442a52f1bcd7648b2115dbed83bf4b8"
const SECTOR_SIZE = "1dbf41816fa90947ba47f233a8faab5f"
/** A log that was not played back yet would change what is read. [MS-VHDX] 2.3. */
const HEADERS = [65_536, 131_072]

export function vhdx(bytes: Buffer): Disk {
  const [header] = HEADERS.filter((at) => bytes.toString("latin1", at, at + 4) === "head").toSorted((a, b) =>
    Number(bytes.readBigUInt64LE(b + 8) - bytes.readBigUInt64LE(a + 8)),
  )
  if (header === undefined) throw new RangeError("no header")
  if (bytes.subarray(header + 48, header + 64).some((octet) => octet !== 0)) throw new Stop("unsupported-archive")
  const region = (id: string): number => Number(bytes.readBigUInt64LE(entryOf(bytes, id) + 16))
  const metadata = region(METADATA)
  const item = (id: string): number => metadata + bytes.readUInt32LE(itemOf(bytes, metadata, id) + 16)
  const parameters = item(FILE_PARAMETERS)
  const block = bytes.readUInt32LE(parameters)
  if ((bytes.readUInt32LE(parameters + 4) & 2) !== 0) throw new Stop("split-archive")
  const table = region(BAT)
  const ratio = Math.floor((2 ** 23 * bytes.readUInt32LE(item(SECTOR_SIZE))) / block)
  return sparse(bytes, { size: Number(bytes.readBigUInt64LE(item(DISK_SIZE))), block }, (index) => {
    // After so many blocks stands the place of a bitmap.
    const entry = bytes.readBigUInt64LE(table + (index + Math.floor(index / ratio)) * 8)
    return (entry & 7n) < 6n ? null : Number(entry >> 20n) * 1_048_576
  })
}

function entryOf(bytes: Buffer, id: string): number {
  const count = Math.min(bytes.readUInt32LE(REGIONS + 8), 64)
  return found(bytes, { from: REGIONS + 16, count }, id)
}

function itemOf(bytes: Buffer, metadata: number, id: string): number {
  return found(bytes, { from: metadata + 32, count: Math.min(bytes.readUInt16LE(metadata + 10), 64) }, id)
}

function found(bytes: Buffer, { from, count }: { readonly from: number; readonly count: number }, id: string): number {
  for (let at = from; at < from + count * 32; at += 32) if (bytes.toString("hex", at, at + 16) === id) return at
  throw new RangeError("no such entry")
}

interface Shape {
  readonly size: number
  /** Octets of a block. */
  readonly block: number
}

/** `placeOf`: where a block lies; null where it was never written. */
function sparse(bytes: Buffer, { size, block }: Shape, placeOf: (index: number) => number | null): Disk {
  if (block < SECTOR || block > 268_435_456) throw new RangeError("no such block size")
  return {
    size,
    read(at, length) {
      if (!(at >= 0 && length >= 0 && at + length <= size && length <= LONGEST)) throw new RangeError("beyond the end")
      const into = at % block
      const index = (at - into) / block
      if (into + length <= block) {
        const place = placeOf(index)
        return place === null ? Buffer.alloc(length) : slice(bytes, place + into, length)
      }
      const pieces: Buffer[] = []
      for (let from = at; from < at + length; ) {
        const step = Math.min(block - (from % block), at + length - from)
        pieces.push(this.read(from, step))
        from += step
      }
      return Buffer.concat(pieces)
    },
  }
}
