/** Opens images in the Universal Disk Format, which Windows mounts before it looks for an older tree. ECMA-167, OSTA UDF 2.60. */
import { countFile, createOutput, Stop } from "../budget.ts"
import { type Member, slice, troubleOf, type Way } from "./member.ts"

/** Octets of a sector: discs have the first, disks the others. */
const SECTORS = [2_048, 512, 4_096]
const ANCHOR = 256
const DEEPEST = 32
const MOST_FOLDERS = 5_000
/** Extents of one file, and lists of them. */
const MOST_EXTENTS = 10_000
const HOLE = 65_536

const TAG = { anchor: 2, partition: 5, volume: 6, end: 8, set: 256, name: 257, more: 258, file: 261, extended: 266 }

/** So many octets of a partition from a logical block on. */
type Partition = (block: number, size: number) => Buffer

interface Volume {
  readonly partitions: readonly Partition[]
  readonly block: number
}

interface Place {
  readonly block: number
  readonly partition: number
}

/** Whether there is such a tree at all. */
export function isUdf(bytes: Buffer): boolean {
  return sectorOf(bytes) !== null
}

export function* udf(bytes: Buffer, { budget }: Way): Generator<Member> {
  const sector = sectorOf(bytes)
  if (sector === null) throw new Stop("unsupported-archive")
  const { volume, root } = mount(bytes, sector)
  const seen = new Set<string>()
  const queue = [{ at: root, path: "", depth: 0 }]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const key = `${next.at.partition}:${next.at.block}`
    if (seen.has(key)) continue
    seen.add(key)
    if (next.depth > DEEPEST || seen.size > MOST_FOLDERS) throw new Stop("too-many-files")
    for (const { name, at, isFolder } of namesOf(contentOf(volume, next.at, budget).bytes)) {
      const path = `${next.path}${name}`
      if (isFolder) queue.push({ at, path: `${path}/`, depth: next.depth + 1 })
      else {
        countFile(budget)
        yield { names: [path], ...readable(volume, at, budget) }
      }
    }
  }
}

function readable(volume: Volume, at: Place, budget: Way["budget"]): Pick<Member, "bytes" | "trouble"> {
  try {
    return { bytes: contentOf(volume, at, budget).bytes, trouble: null }
  } catch (error) {
    return { bytes: Buffer.alloc(0), trouble: troubleOf(error) }
  }
}

function tagAt(bytes: Buffer): number {
  return bytes.length >= 16 ? bytes.readUInt16LE(0) : 0
}

function sectorOf(bytes: Buffer): number | null {
  const found = SECTORS.find((size) => {
    const at = ANCHOR * size
    return at + 32 <= bytes.length && bytes.readUInt16LE(at) === TAG.anchor && bytes.readUInt32LE(at + 12) === ANCHOR
  })
  return found ?? null
}

function mount(bytes: Buffer, sector: number): { readonly volume: Volume; readonly root: Place } {
  const anchor = ANCHOR * sector
  const size = Math.min(bytes.readUInt32LE(anchor + 16), 256 * sector)
  const from = bytes.readUInt32LE(anchor + 20) * sector
  const starts = new Map<number, number>()
  let logical: Buffer | null = null
  for (let at = from; at + 512 <= Math.min(from + size, bytes.length); at += sector) {
    const descriptor = bytes.subarray(at, at + sector)
    const tag = tagAt(descriptor)
    if (tag === TAG.end) break
    if (tag === TAG.partition) starts.set(descriptor.readUInt16LE(22), descriptor.readUInt32LE(188))
    if (tag === TAG.volume) logical = descriptor
  }
  if (logical === null) throw new RangeError("no volume")
  const block = logical.readUInt32LE(212)
  if (!SECTORS.includes(block)) throw new RangeError("no such block size")
  const volume = { partitions: partitionsOf(bytes, logical, { starts, sector, block }), block }
  const set = read(volume, { block: logical.readUInt32LE(252), partition: logical.readUInt16LE(256) }, 512)
  if (tagAt(set) !== TAG.set) throw new RangeError("no file set")
  return { volume, root: { block: set.readUInt32LE(404), partition: set.readUInt16LE(408) } }
}

interface Ground {
  readonly starts: ReadonlyMap<number, number>
  readonly sector: number
  readonly block: number
}

function partitionsOf(bytes: Buffer, logical: Buffer, { starts, sector, block }: Ground): readonly Partition[] {
  const partitions: Partition[] = []
  let at = 440
  for (let left = logical.readUInt32LE(268); left > 0 && at + 6 <= logical.length; left--) {
    const kind = logical.readUInt8(at)
    const size = logical.readUInt8(at + 1)
    if (size < 6) throw new RangeError("no map")
    const number = logical.readUInt16LE(at + (kind === 1 ? 4 : 38))
    const start = starts.get(number)
    if (start === undefined) throw new RangeError("no such partition")
    const plain: Partition = (from, length) => slice(bytes, start * sector + from * block, length)
    if (kind === 2 && logical.toString("latin1", at + 5, at + 28).startsWith("*UDF Metadata Partition")) {
      const own = { partitions: [plain], block }
      const extents = extentsOf(own, { block: logical.readUInt32LE(at + 40), partition: 0 })
      partitions.push((from, length) => within(own, extents, from * block, length))
    } else if (kind === 2 && logical.toString("latin1", at + 5, at + 28).startsWith("*UDF Virtual Partition")) {
      throw new Stop("unsupported-archive")
    } else partitions.push(plain)
    at += size
  }
  return partitions
}

function read({ partitions }: Volume, { block, partition }: Place, size: number): Buffer {
  const from = partitions[partition]
  if (from === undefined) throw new RangeError("no such partition")
  return from(block, size)
}

interface Extent extends Place {
  readonly size: number
  /** Not written: zeros. */
  readonly empty: boolean
}

interface Extents {
  readonly size: number
  /** A short file stands in its own entry. */
  readonly inside: Buffer | null
  readonly extents: readonly Extent[]
}

/** The entry of a file, and where its octets lie. ECMA-167 4/14.9, 14.17. */
function extentsOf(volume: Volume, at: Place): Extents {
  const entry = read(volume, at, volume.block)
  const tag = tagAt(entry)
  if (tag !== TAG.file && tag !== TAG.extended) throw new RangeError("no file entry")
  const fixed = tag === TAG.file ? 176 : 216
  const size = Number(entry.readBigUInt64LE(56))
  const kind = entry.readUInt16LE(34) & 7
  const from = fixed + entry.readUInt32LE(fixed - 8)
  let list = slice(entry, from, entry.readUInt32LE(fixed - 4))
  if (kind === 3) return { size, inside: list.subarray(0, size), extents: [] }
  if (kind > 1) throw new Stop("unsupported-archive")
  const extents: Extent[] = []
  const each = kind === 0 ? 8 : 16
  for (let place = 0; place + each <= list.length && extents.length < MOST_EXTENTS; place += each) {
    const word = list.readUInt32LE(place)
    const length = word & 0x3fffffff
    if (length === 0) break
    const block = list.readUInt32LE(place + 4)
    const partition = kind === 0 ? at.partition : list.readUInt16LE(place + 8)
    if (word >>> 30 === 3) {
      // The list goes on in a block of its own.
      const more = read(volume, { block, partition }, volume.block)
      if (tagAt(more) !== TAG.more) throw new RangeError("no list of extents")
      list = slice(more, 24, more.readUInt32LE(20))
      extents.push({ block: 0, partition, size: 0, empty: true })
      place = -each
    } else extents.push({ block, partition, size: length, empty: word >>> 30 !== 0 })
  }
  return { size, inside: null, extents }
}

/** Octets of a file from a place on; one extent holds them, or they are put together. */
function within(volume: Volume, { extents }: Extents, from: number, size: number): Buffer {
  let before = 0
  for (const extent of extents) {
    const into = from - before
    if (into >= 0 && into + size <= extent.size) {
      return read(volume, extent, into + size).subarray(into)
    }
    before += extent.size
  }
  throw new RangeError("beyond the end")
}

function contentOf(volume: Volume, at: Place, budget: Way["budget"]): { readonly bytes: Buffer } {
  const found = extentsOf(volume, at)
  const { size, inside, extents } = found
  if (inside !== null) return { bytes: inside }
  const [only] = extents
  if (extents.length === 1 && only !== undefined && !only.empty && only.size >= size)
    return { bytes: read(volume, only, size) }
  const output = createOutput(budget, size, Math.min(size, 65_536))
  for (const extent of extents) {
    const length = Math.min(extent.size, size - output.size)
    if (!extent.empty) output.push(read(volume, extent, Math.max(0, length)))
    // What is not written costs its reader nothing, and must not cost us more.
    else for (let left = length; left > 0; left -= HOLE) output.push(Buffer.alloc(Math.min(left, HOLE)))
  }
  if (output.size < size) throw new RangeError("file ends")
  return { bytes: output.done() }
}

interface Entry {
  readonly name: string
  readonly at: Place
  readonly isFolder: boolean
}

/** Identifiers of a folder; what was deleted, and the way up, are none. ECMA-167 4/14.4. */
function* namesOf(folder: Buffer): Generator<Entry> {
  for (let at = 0; at + 38 <= folder.length && folder.readUInt16LE(at) === TAG.name; ) {
    const traits = folder.readUInt8(at + 18)
    const length = folder.readUInt8(at + 19)
    const use = folder.readUInt16LE(at + 36)
    const raw = folder.subarray(at + 38 + use, at + 38 + use + length)
    const place = { block: folder.readUInt32LE(at + 24), partition: folder.readUInt16LE(at + 28) }
    if ((traits & 12) === 0) yield { name: nameIn(raw), at: place, isFolder: (traits & 2) !== 0 }
    at += (38 + use + length + 3) & ~3
  }
}

/** OSTA compressed Unicode: the first octet tells how wide the letters are. */
function nameIn(raw: Buffer): string {
  const letters = raw.subarray(1)
  return raw[0] === 16
    ? Buffer.from(letters.subarray(0, letters.length & ~1))
        .swap16()
        .toString("utf16le")
    : letters.toString("latin1")
}
