/** Streams of a compound file, in which the old office formats keep their parts. [MS-CFB]. */

const MAGIC = Buffer.from("d0cf11e0a1b11ae1", "hex")
const ENTRY = 128
const END = 0xfffffffe
const FREE = 0xffffffff
/** Octets of all streams that are put together, and entries that are looked at. */
const MOST_OCTETS = 64_000_000
const MOST_ENTRIES = 20_000
/** Sector numbers in the header. [MS-CFB] 2.2. */
const IN_HEADER = 109

export function isCompound(bytes: Buffer): boolean {
  return bytes.subarray(0, MAGIC.length).equals(MAGIC)
}

/** Streams by name, lower case, wherever in the tree; of several of one name all but the first have a number besides. What is damaged is missing or short. */
export function streamsOf(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const streams = new Map<string, Buffer>()
  if (!isCompound(bytes) || bytes.length < 512) return streams
  const size = bytes.readUInt16LE(30) === 12 ? 4_096 : 512
  const sector = (number: number): Buffer => bytes.subarray((number + 1) * size, (number + 2) * size)
  const fat = tableOf(fatSectors(bytes, sector, size).map(sector))
  const limit = Math.ceil(bytes.length / size)
  const directory = chain(bytes.readUInt32LE(48), fat, sector, limit)
  const miniFat = tableOf([chain(bytes.readUInt32LE(60), fat, sector, limit)])
  const cutoff = bytes.readUInt32LE(56)
  let mini: Buffer = Buffer.alloc(0)
  let room = MOST_OCTETS
  const last = Math.min(directory.length - ENTRY, MOST_ENTRIES * ENTRY)
  for (let at = 0; at <= last && room > 0; at += ENTRY) {
    const length = Math.min(64, directory.readUInt16LE(at + 64))
    const name = directory.toString("utf16le", at, at + Math.max(0, length - 2))
    const kind = directory[at + 66]
    const start = directory.readUInt32LE(at + 116)
    const octets = directory.readUInt32LE(at + 120)
    if (kind === 5) mini = chain(start, fat, sector, limit)
    if (kind !== 2) continue
    const isSmall = octets < cutoff
    const whole = isSmall
      ? chain(start, miniFat, (number) => mini.subarray(number * 64, number * 64 + 64), mini.length / 64)
      : chain(start, fat, sector, limit)
    const stream = whole.subarray(0, Math.min(octets, room))
    room -= stream.length
    const small = name.toLowerCase()
    streams.set(streams.has(small) ? `${small}#${at / ENTRY}` : small, stream)
  }
  return streams
}

function chain(start: number, table: readonly number[], read: (number: number) => Buffer, most: number): Buffer {
  const parts: Buffer[] = []
  for (let at = start, steps = 0; at < FREE - 5 && steps <= most; steps++) {
    parts.push(read(at))
    at = table[at] ?? END
  }
  return Buffer.concat(parts)
}

function fatSectors(bytes: Buffer, sector: (number: number) => Buffer, size: number): number[] {
  const most = Math.ceil(bytes.length / size)
  const numbers = Array.from({ length: IN_HEADER }, (_, index) => bytes.readUInt32LE(76 + 4 * index))
  let next = bytes.readUInt32LE(68)
  for (let steps = 0; next < FREE - 5 && steps < most; steps++) {
    const more = tableOf([sector(next)])
    numbers.push(...more.slice(0, -1))
    next = more.at(-1) ?? END
  }
  return numbers.filter((number) => number < most)
}

function tableOf(parts: readonly Buffer[]): number[] {
  const table: number[] = []
  for (const part of parts) {
    for (let at = 0; at + 4 <= part.length; at += 4) table.push(part.readUInt32LE(at))
  }
  return table
}
