/** Reads compound files: their storages and streams. Never throws; what is damaged is read as far as it goes. [MS-CFB]. */

export interface Entry {
  readonly name: string
  /** Names of the storages around it, from the root, joined by "/", itself included. */
  readonly path: string
  readonly kind: "storage" | "stream" | "root"
  readonly size: number
  /** Its place in the directory. */
  readonly index: number
}

export interface Compound {
  readonly entries: readonly Entry[]
  /** The octets of a stream, at most `LARGEST_STREAM`; null when there is no such stream. Names compare without case. */
  stream(path: string): Buffer | null
  /** Where its octets lie in the file, in order: what a disarmer overwrites. */
  extents(path: string): readonly Extent[]
  /** Where each entry of the directory lies in the file. */
  directory(): readonly number[]
}

export interface Extent {
  readonly at: number
  readonly length: number
}

const MAGIC = Buffer.from("d0cf11e0a1b11ae1", "hex")
const HEADER = 512
const ENTRY = 128
/** [MS-CFB] 2.1: ids above this are no sectors. */
const LAST_SECTOR = 0xfffffffa
/** [MS-CFB] 2.6.1: no sibling, no child. */
const NO_ENTRY = 0xffffffff
/** Entries read; a real document has some hundred. */
const MOST_ENTRIES = 20_000
const LARGEST_STREAM = 50_000_000

interface Raw {
  readonly name: string
  readonly type: number
  readonly left: number
  readonly right: number
  readonly child: number
  readonly start: number
  readonly size: number
}

interface Sectors {
  readonly bytes: Buffer
  readonly size: number
  readonly table: readonly number[]
}

/** Null when it is no compound file at all. */
export function readCompound(bytes: Buffer): Compound | null {
  if (bytes.length < HEADER || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null
  const size = 1 << Math.min(Math.max(bytes.readUInt16LE(30), 7), 16)
  const sectors: Sectors = { bytes, size, table: readTable(bytes, size) }
  const places = chain(sectors, bytes.readUInt32LE(48), Number.POSITIVE_INFINITY)
  const directory = joined(bytes, places)
  const raws = readEntries(directory)
  const paths = namePaths(raws)
  const cutoff = bytes.readUInt32LE(56)
  const mini = readMini(sectors, raws[0])
  const extentsOf = (raw: Raw): readonly Extent[] =>
    raw.size < cutoff && raw.type === 2 ? miniChain(mini, raw) : chain(sectors, raw.start, raw.size)
  const byPath = new Map<string, Raw>()
  for (const [index, path] of paths) {
    const raw = raws[index]
    if (raw?.type === 2) byPath.set(path.toLowerCase(), raw)
  }
  return {
    entries: [...paths].flatMap(([index, path]) => {
      const raw = raws[index]
      return raw === undefined ? [] : [{ name: raw.name, path, kind: kindOf(raw.type), size: raw.size, index }]
    }),
    stream(path) {
      const raw = byPath.get(path.toLowerCase())
      return raw === undefined ? null : joined(bytes, extentsOf(raw))
    },
    directory: () =>
      places.flatMap(({ at, length }) => Array.from({ length: Math.floor(length / ENTRY) }, (_, n) => at + n * ENTRY)),
    extents(path) {
      const raw = byPath.get(path.toLowerCase())
      return raw === undefined ? [] : extentsOf(raw)
    },
  }
}

function kindOf(type: number): Entry["kind"] {
  if (type === 5) return "root"
  return type === 1 ? "storage" : "stream"
}

/** The allocation table: 109 of its sectors are named in the header, the others in a chain of their own. [MS-CFB] 2.5. */
function readTable(bytes: Buffer, size: number): readonly number[] {
  const most = Math.ceil(bytes.length / size) + 1
  const parts: number[] = []
  for (let at = 76; at < HEADER; at += 4) parts.push(bytes.readUInt32LE(at))
  let next = bytes.readUInt32LE(68)
  for (let seen = 0; next < LAST_SECTOR && seen < most; seen++) {
    const at = (next + 1) * size
    if (at + size > bytes.length) break
    for (let offset = at; offset < at + size - 4; offset += 4) parts.push(bytes.readUInt32LE(offset))
    next = bytes.readUInt32LE(at + size - 4)
  }
  const table: number[] = []
  for (const part of parts) {
    if (part >= LAST_SECTOR || table.length > most) continue
    const at = (part + 1) * size
    for (let offset = at; offset < at + size && offset + 4 <= bytes.length; offset += 4) {
      table.push(bytes.readUInt32LE(offset))
    }
  }
  return table
}

function chain({ bytes, size, table }: Sectors, start: number, length: number): readonly Extent[] {
  const extents: Extent[] = []
  let left = Math.min(length, LARGEST_STREAM)
  const seen = new Set<number>()
  for (let sector = start; sector < LAST_SECTOR && left > 0 && !seen.has(sector); sector = table[sector] ?? NO_ENTRY) {
    seen.add(sector)
    const at = (sector + 1) * size
    if (at >= bytes.length) break
    const part = Math.min(size, left, bytes.length - at)
    extents.push({ at, length: part })
    left -= part
  }
  return extents
}

function joined(bytes: Buffer, extents: readonly Extent[]): Buffer {
  return Buffer.concat(extents.map(({ at, length }) => bytes.subarray(at, at + length)))
}

function readEntries(directory: Buffer): readonly Raw[] {
  const raws: Raw[] = []
  for (let at = 0; at + ENTRY <= directory.length && raws.length < MOST_ENTRIES; at += ENTRY) {
    const length = Math.max(0, Math.min(64, directory.readUInt16LE(at + 64)) - 2)
    raws.push({
      name: directory.toString("utf16le", at, at + (length & ~1)),
      type: directory.readUInt8(at + 66),
      left: directory.readUInt32LE(at + 68),
      right: directory.readUInt32LE(at + 72),
      child: directory.readUInt32LE(at + 76),
      start: directory.readUInt32LE(at + 116),
      size: directory.readUInt32LE(at + 120),
    })
  }
  return raws
}

/** Paths by the tree of the directory; an entry that no tree reaches still counts, under its name alone: some reader may find it. */
function namePaths(raws: readonly Raw[]): ReadonlyMap<number, string> {
  const paths = new Map<number, string>()
  const stack = [{ index: raws[0]?.child ?? NO_ENTRY, within: "" }]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const raw = raws[next.index]
    if (raw === undefined || raw.type === 0 || paths.has(next.index)) continue
    const path = `${next.within}${raw.name}`
    paths.set(next.index, path)
    stack.push({ index: raw.left, within: next.within }, { index: raw.right, within: next.within })
    if (raw.type === 1) stack.push({ index: raw.child, within: `${path}/` })
  }
  for (const [index, raw] of raws.entries()) {
    if (index > 0 && (raw.type === 1 || raw.type === 2) && !paths.has(index)) paths.set(index, raw.name)
  }
  return paths
}

interface Mini {
  /** Where each 64-octet sector of the root's own stream lies. */
  readonly container: readonly Extent[]
  readonly size: number
  readonly table: readonly number[]
}

/** Octets of a mini sector. [MS-CFB] 2.2. */
const MINI = 64

function readMini(sectors: Sectors, root: Raw | undefined): Mini {
  const { bytes, size } = sectors
  const table: number[] = []
  const octets = joined(bytes, chain(sectors, bytes.readUInt32LE(60), Number.POSITIVE_INFINITY))
  for (let at = 0; at + 4 <= octets.length; at += 4) table.push(octets.readUInt32LE(at))
  return { container: root === undefined ? [] : chain(sectors, root.start, Number.POSITIVE_INFINITY), size, table }
}

function miniChain({ container, size, table }: Mini, { start, size: length }: Raw): readonly Extent[] {
  const extents: Extent[] = []
  const seen = new Set<number>()
  let left = length
  for (let sector = start; sector < LAST_SECTOR && left > 0 && !seen.has(sector); sector = table[sector] ?? NO_ENTRY) {
    seen.add(sector)
    const offset = sector * MINI
    const home = container[Math.floor(offset / size)]
    if (home === undefined || offset % size >= home.length) break
    const part = Math.min(MINI, left)
    extents.push({ at: home.at + (offset % size), length: part })
    left -= part
  }
  return extents
}
