/** Reads the FAT file systems, of 12, 16 and 32 bits. ECMA-107; Microsoft's "FAT32 File System Specification" 1.03. */
import { countFile, createOutput, Stop } from "../budget.ts"
import { cString, type Member, troubleOf, type Way } from "./member.ts"
import type { Disk } from "./sectors.ts"

const DEEPEST = 32
const MOST_FOLDERS = 5_000
/** Octets of one folder: 65,536 entries. */
const LARGEST_FOLDER = 2_097_152
const ENTRY = 32
const FOLDER = 0x10
const LABEL = 0x08
const LONG_NAME = 0x0f

interface Volume {
  readonly disk: Disk
  /** Octets of a cluster. */
  readonly cluster: number
  readonly placeOf: (cluster: number) => number
  /** Null at the end of a chain. */
  readonly next: (cluster: number) => number | null
  readonly root: number | { readonly at: number; readonly size: number }
}

export function isFat(disk: Disk): boolean {
  if (disk.size < 512) return false
  const boot = disk.read(0, 512)
  const sector = boot.readUInt16LE(11)
  return (
    (boot[0] === 0xeb || boot[0] === 0xe9) &&
    [512, 1_024, 2_048, 4_096].includes(sector) &&
    isPower(boot.readUInt8(13)) &&
    boot.readUInt16LE(14) > 0 &&
    [1, 2].includes(boot.readUInt8(16))
  )
}

function isPower(value: number): boolean {
  return value > 0 && (value & (value - 1)) === 0
}

export function* fat(disk: Disk, { budget }: Way): Generator<Member> {
  const volume = mount(disk)
  const seen = new Set<number>()
  const queue: { readonly folder: Volume["root"]; readonly path: string; readonly depth: number }[] = [
    { folder: volume.root, path: "", depth: 0 },
  ]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (next.depth > DEEPEST || seen.size > MOST_FOLDERS) throw new Stop("too-many-files")
    const { folder } = next
    const octets =
      typeof folder === "number"
        ? chained(volume, folder, LARGEST_FOLDER, budget)
        : disk.read(folder.at, Math.min(folder.size, LARGEST_FOLDER))
    for (const { names, first, size, isFolder } of entries(octets)) {
      const paths = names.map((name) => `${next.path}${name}`)
      if (!isFolder) {
        countFile(budget)
        yield { names: paths, ...content(volume, { first, size }, budget) }
      } else if (!seen.has(first)) {
        seen.add(first)
        queue.push({ folder: first, path: `${paths[0] ?? ""}/`, depth: next.depth + 1 })
      }
    }
  }
}

function mount(disk: Disk): Volume {
  const boot = disk.read(0, 512)
  const sector = boot.readUInt16LE(11)
  const perCluster = boot.readUInt8(13)
  const reserved = boot.readUInt16LE(14)
  const roots = boot.readUInt16LE(17)
  const tableSize = boot.readUInt16LE(22) || boot.readUInt32LE(36)
  const total = boot.readUInt16LE(19) || boot.readUInt32LE(32)
  const rootAt = reserved + boot.readUInt8(16) * tableSize
  const dataAt = rootAt + Math.ceil((roots * ENTRY) / sector)
  const clusters = Math.floor((total - dataAt) / perCluster)
  // The count of clusters alone decides how wide the entries are.
  const bits = clusters < 4_085 ? 12 : clusters < 65_525 ? 16 : 32
  const table = disk.read(reserved * sector, tableSize * sector)
  return {
    disk,
    cluster: perCluster * sector,
    placeOf: (cluster) => (dataAt + (cluster - 2) * perCluster) * sector,
    next: (cluster) => {
      const value = entryIn(table, cluster, bits)
      return value < 2 || value >= 2 ** Math.min(bits, 28) - 8 ? null : value
    },
    root: bits === 32 ? boot.readUInt32LE(44) : { at: rootAt * sector, size: roots * ENTRY },
  }
}

function entryIn(table: Buffer, cluster: number, bits: number): number {
  if (bits === 32) return table.readUInt32LE(cluster * 4) & 0x0fffffff
  if (bits === 16) return table.readUInt16LE(cluster * 2)
  const pair = table.readUInt16LE(cluster + (cluster >> 1))
  return (cluster & 1) === 0 ? pair & 0xfff : pair >> 4
}

function chained({ disk, cluster, placeOf, next }: Volume, first: number, most: number, budget: Way["budget"]): Buffer {
  const output = createOutput(budget, disk.size, Math.min(most, 65_536))
  const seen = new Set<number>()
  for (let at: number | null = first; at !== null && at >= 2 && output.size < most; at = next(at)) {
    if (seen.has(at)) throw new RangeError("chained in a circle")
    seen.add(at)
    output.push(disk.read(placeOf(at), Math.min(cluster, most - output.size)))
  }
  return output.done()
}

function content(
  volume: Volume,
  { first, size }: { readonly first: number; readonly size: number },
  budget: Way["budget"],
): Pick<Member, "bytes" | "trouble"> {
  if (size === 0) return { bytes: Buffer.alloc(0), trouble: null }
  try {
    const bytes = chained(volume, first, size, budget)
    return { bytes, trouble: bytes.length === size ? null : "corrupt" }
  } catch (error) {
    return { bytes: Buffer.alloc(0), trouble: troubleOf(error) }
  }
}

interface Entry {
  readonly names: readonly string[]
  readonly first: number
  readonly size: number
  readonly isFolder: boolean
}

/** Pieces of a long name stand before the entry, the last one first. */
function* entries(folder: Buffer): Generator<Entry> {
  let long = ""
  for (let at = 0; at + ENTRY <= folder.length; at += ENTRY) {
    const entry = folder.subarray(at, at + ENTRY)
    if (entry[0] === 0) return
    const traits = entry.readUInt8(11)
    if (entry[0] === 0xe5) long = ""
    else if ((traits & 0x3f) === LONG_NAME) {
      long = Buffer.concat([entry.subarray(1, 11), entry.subarray(14, 26), entry.subarray(28, 32)])
        .toString("utf16le")
        .replace(/\0.*$/s, "")
        .replace(/\uffff+$/, "")
        .concat(long)
    } else {
      const short = shortName(entry)
      const names = long === "" ? [short] : [long, short]
      long = ""
      if ((traits & LABEL) !== 0 || /^\.{1,2}$/.test(short)) continue
      const first = entry.readUInt16LE(20) * 65_536 + entry.readUInt16LE(26)
      yield { names, first, size: entry.readUInt32LE(28), isFolder: (traits & FOLDER) !== 0 }
    }
  }
}

function shortName(entry: Buffer): string {
  const words = (from: number, to: number): string => cString(entry.subarray(from, to)).toString("latin1").trimEnd()
  const [name, extension] = [words(0, 8), words(8, 11)]
  return extension === "" ? name : `${name}.${extension}`
}
