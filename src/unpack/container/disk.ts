/** Opens images of disks, plain or virtual (VHD, VHDX): their partitions, and the FAT or NTFS in each. */
import { Stop } from "../budget.ts"
import { fat, isFat } from "./fat.ts"
import type { Member, Way } from "./member.ts"
import { isNtfs, ntfs } from "./ntfs.ts"
import type { Disk } from "./sectors.ts"
import { vhd, vhdx } from "./virtual-disk.ts"

const SECTOR = 512
const MOST_PARTITIONS = 128

function plain(bytes: Buffer): Disk {
  return {
    size: bytes.length,
    read(at, size) {
      if (!(at >= 0 && size >= 0 && at + size <= bytes.length)) throw new RangeError("beyond the end")
      return bytes.subarray(at, at + size)
    },
  }
}

/** From a place on. */
function part(whole: Disk, from: number): Disk {
  return { size: whole.size - from, read: (at, length) => whole.read(from + at, length) }
}

export async function* disk(bytes: Buffer, way: Way): AsyncGenerator<Member> {
  const whole = diskOf(bytes)
  let opened = 0
  for (const from of partitions(whole)) {
    const volume = part(whole, from)
    if (isNtfs(volume)) yield* ntfs(volume, way)
    else if (isFat(volume)) yield* fat(volume, way)
    else continue
    opened++
  }
  if (opened === 0) throw new Stop("unsupported-archive")
}

function diskOf(bytes: Buffer): Disk {
  if (bytes.toString("latin1", 0, 8) === "vhdxfile") return vhdx(bytes)
  const footer = bytes.length - SECTOR
  return footer >= SECTOR && bytes.toString("latin1", footer, footer + 8) === "conectix" ? vhd(bytes) : plain(bytes)
}

/** Where file systems may begin: at the disk's own beginning, and where its tables of partitions say. */
function partitions(whole: Disk): readonly number[] {
  const boot = whole.read(0, SECTOR)
  if (boot.readUInt16LE(510) !== 0xaa55) return [0]
  const found: number[] = isFat(whole) || isNtfs(whole) ? [0] : []
  for (let at = 446; at < 510; at += 16) {
    const kind = boot.readUInt8(at + 4)
    const first = boot.readUInt32LE(at + 8)
    if (kind === 0xee) found.push(...guidPartitions(whole))
    else if (kind !== 0 && first > 0) found.push(first * SECTOR)
  }
  return [...new Set(found)].filter((from) => from + SECTOR <= whole.size)
}

/** UEFI 2.10, 5.3. */
function guidPartitions(whole: Disk): readonly number[] {
  const header = whole.read(SECTOR, SECTOR)
  if (header.toString("latin1", 0, 8) !== "EFI PART") return []
  const table = Number(header.readBigUInt64LE(72)) * SECTOR
  const count = Math.min(header.readUInt32LE(80), MOST_PARTITIONS)
  const each = header.readUInt32LE(84)
  if (each < 128 || each > 4_096) return []
  const entries = whole.read(table, count * each)
  return Array.from(
    { length: count },
    (_, index) => Number(entries.readBigUInt64LE(index * each + 32)) * SECTOR,
  ).filter((from) => from > 0)
}
