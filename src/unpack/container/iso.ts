/** Opens images of CDs (ISO 9660, ECMA-119), through all the trees of names they may have, UDF among them. */
import { countFile, Stop } from "../budget.ts"
import { type Member, namesOf, slice, type Way } from "./member.ts"
import { isUdf, udf } from "./udf.ts"

const SECTOR = 2_048
const FIRST = 16 * SECTOR
/** Folders within one another, and of one image. */
const DEEPEST = 32
const MOST_FOLDERS = 5_000

interface Extent {
  readonly at: number
  readonly size: number
}

interface Place extends Extent {
  names: string[]
}

export function* iso(bytes: Buffer, way: Way): Generator<Member> {
  const { budget } = way
  const files = new Map<string, Place>()
  let trees = 0
  for (let sector = 16; (sector + 1) * SECTOR <= bytes.length; sector++) {
    const kind = bytes.readUInt8(sector * SECTOR)
    if (bytes.toString("latin1", sector * SECTOR + 1, sector * SECTOR + 6) !== "CD001" || kind === 255) break
    if (kind !== 1 && kind !== 2) continue
    trees++
    const escape = bytes.toString("latin1", sector * SECTOR + 88, sector * SECTOR + 91)
    const isWide = kind === 2 && /^%\/[@CE]$/.test(escape)
    const root = sector * SECTOR + 156
    walk(bytes, { at: bytes.readUInt32LE(root + 2) * SECTOR, size: bytes.readUInt32LE(root + 10) }, isWide, files)
  }
  const isBridge = isUdf(bytes)
  if (trees === 0 && !isBridge) throw new Stop("unsupported-archive")
  for (const { names, at, size } of files.values()) {
    countFile(budget)
    const whole = at + size <= bytes.length
    const content = bytes.subarray(Math.min(at, bytes.length), at + size)
    yield { names, bytes: content, trouble: whole ? null : "corrupt" }
  }
  if (!isBridge) return
  // Windows shows this tree; it may hold what the older one does not.
  const known = new Set([...files.values()].map(({ at, size }) => `${at}:${size}`))
  for (const member of udf(bytes, way)) {
    const { buffer, byteOffset, length } = member.bytes
    const at = buffer === bytes.buffer ? byteOffset - bytes.byteOffset : -1
    if (member.trouble !== null || !known.has(`${at}:${length}`)) yield member
  }
}

/** What is both is opened once. */
export function* udfAlone(bytes: Buffer, way: Way): Generator<Member> {
  if (bytes.toString("latin1", FIRST + 1, FIRST + 6) !== "CD001") yield* udf(bytes, way)
}

function walk(bytes: Buffer, root: Extent, isWide: boolean, files: Map<string, Place>): void {
  const seen = new Set<number>()
  const queue = [{ folder: root, path: "", depth: 0 }]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next.folder.at)) continue
    seen.add(next.folder.at)
    if (next.depth > DEEPEST || seen.size > MOST_FOLDERS) throw new Stop("too-many-files")
    for (const { name, extent, isFolder } of records(slice(bytes, next.folder.at, next.folder.size), isWide)) {
      const path = `${next.path}${name}`
      if (isFolder) queue.push({ folder: extent, path: `${path}/`, depth: next.depth + 1 })
      else {
        const key = `${extent.at}:${extent.size}`
        const known = files.get(key)
        if (known === undefined) files.set(key, { ...extent, names: [path] })
        else if (known.names.length < 8) known.names.push(path)
      }
    }
  }
}

interface Entry {
  readonly name: string
  readonly extent: Extent
  readonly isFolder: boolean
}

function* records(folder: Buffer, isWide: boolean): Generator<Entry> {
  for (let at = 0; at + 34 <= folder.length; ) {
    const size = folder.readUInt8(at)
    if (size === 0) {
      // Records do not cross sectors.
      at = (Math.floor(at / SECTOR) + 1) * SECTOR
      continue
    }
    const raw = folder.subarray(at + 33, at + 33 + folder.readUInt8(at + 32))
    const flags = folder.readUInt8(at + 25)
    const extent = { at: folder.readUInt32LE(at + 2) * SECTOR, size: folder.readUInt32LE(at + 10) }
    const isSelf = raw.length === 1 && (raw[0] ?? 2) < 2
    const rock = rockName(folder.subarray(at + 33 + raw.length, at + size))
    const plain =
      isWide && raw.length % 2 === 0 ? Buffer.from(raw).swap16().toString("utf16le") : (namesOf(raw)[0] ?? "")
    if (!isSelf) yield { name: (rock ?? plain).replace(/;1$/, ""), extent, isFolder: (flags & 2) !== 0 }
    at += Math.max(size, 34)
  }
}

/** The name POSIX systems show: entry NM of the Rock Ridge Interchange Protocol. */
function rockName(use: Buffer): string | null {
  const at = use.indexOf("NM", 0, "latin1")
  if (at < 0 || at + 5 > use.length) return null
  const size = use.readUInt8(at + 2)
  return size > 5 && at + size <= use.length ? use.toString("utf8", at + 5, at + size) : null
}
