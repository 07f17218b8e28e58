/** Opens compound files: the streams of old office files, messages of Outlook, installers; and office files sealed with a password. [MS-CFB], [MS-OXMSG]. */
import { type Budget, countFile, createOutput, Stop } from "../budget.ts"
import { isOle, isSealed, type OleStreams } from "../ole.ts"
import { legacySeal } from "./ole-legacy.ts"
import { cString, type Member, slice, type Way } from "./member.ts"
import { opensOffice } from "./office-crypto.ts"
import { opensLegacy } from "./office-rc4.ts"

const FREE = 0xfffffffa
const NONE = 0xffffffff
const SIZE = 128

export async function* ole(bytes: Buffer, way: Way): AsyncGenerator<Member> {
  const places: Places = new Map()
  const streams = readable(bytes, way.budget, places)
  const info = streams.get("EncryptionInfo")
  const sealed = streams.get("EncryptedPackage")
  if (info !== undefined && sealed !== undefined) {
    const content = await opensOffice(info, sealed, way.passwords)
    yield content === null
      ? { names: [], bytes: Buffer.alloc(0), trouble: "encrypted" }
      : { names: [], bytes: content, trouble: null, opened: true }
    return
  }
  if (legacySeal(streams)) {
    const plain = await opensLegacy(streams, way.passwords)
    if (plain === null) throw new Stop("encrypted")
    yield { names: [], bytes: written(bytes, plain, places), trouble: null, opened: true }
    return
  }
  for (const [path, content] of streams) {
    // Names and addresses of a saved message's recipients: ten small streams for each of them. [MS-OXMSG] 2.2.1.
    if (/(?:^|\/)__recip_version1\.0_#[0-9A-F]{8}\//.test(path)) continue
    countFile(way.budget)
    const native = path.endsWith("\x01Ole10Native") ? packaged(content) : null
    const text = TEXTS.get(path.slice(-8))
    const claimed = text === undefined ? "" : text.endsWith(".html") ? "text/html" : "text/plain"
    yield native ?? { names: namesIn(streams, path), bytes: worded(path, content), trouble: null, claimed }
  }
}

/** A damaged file is sealed when its directory still says so: some reader may repair it. */
function readable(bytes: Buffer, budget: Budget, places: Places): OleStreams {
  try {
    return readOle(bytes, budget, places)
  } catch (error) {
    throw isSealed(bytes) ? new Stop("encrypted") : error
  }
}

/** The same file with other octets in some of its streams, each as long as before. */
function written(bytes: Buffer, contents: ReadonlyMap<string, Buffer>, places: Places): Buffer {
  const copy = Buffer.from(bytes)
  for (const [path, content] of contents) {
    const sectors = places.get(path)
    let from = 0
    for (const { at, size } of sectors ?? []) {
      content.copy(copy, at, from, from + size)
      from += size
    }
  }
  return copy
}

/** Where the octets of each stream lie. */
type Places = Map<string, readonly { readonly at: number; readonly size: number }[]>

/** Every stream; throws where sectors are chained in circles or beyond the end. */
function readOle(bytes: Buffer, budget: Budget, places: Places): OleStreams {
  if (!isOle(bytes)) throw new RangeError("no compound file")
  const shift = bytes.readUInt16LE(30)
  if (shift !== 9 && shift !== 12) throw new RangeError("no such sector size")
  const sectorSize = 1 << shift
  const sector = (index: number): Buffer => bytes.subarray((index + 1) * sectorSize, (index + 2) * sectorSize)
  const fat = allocation(bytes, sector)
  const chain = (first: number, size: number | null): Buffer =>
    follow(first, size, { next: fat, sector, sectorSize }, budget)
  const directory = chain(bytes.readUInt32LE(48), null)
  const root = entryAt(directory, 0)
  if (root === null) throw new RangeError("no root")
  const cutoff = bytes.readUInt32LE(56)
  const mini = bytes.readUInt32LE(60) >= FREE ? Buffer.alloc(0) : chain(bytes.readUInt32LE(60), null)
  const small = root.start >= FREE ? Buffer.alloc(0) : chain(root.start, root.size)
  const smallChains = {
    next: (index: number): number => (index * 4 + 4 <= mini.length ? mini.readUInt32LE(index * 4) : NONE),
    sector: (index: number): Buffer => small.subarray(index * 64, index * 64 + 64),
    sectorSize: 64,
  }
  const sectorsOf = ({ start, size }: Entry): { readonly at: number; readonly size: number }[] => {
    const sectors: { at: number; size: number }[] = []
    for (let index = start, left = size; left > 0; index = fat(index), left -= sectorSize) {
      sectors.push({ at: (index + 1) * sectorSize, size: Math.min(sectorSize, left) })
    }
    return sectors
  }
  const home = root.start >= FREE ? [] : sectorsOf(root)
  /** Of a short stream, which lies in pieces of 64 octets within another. */
  const piecesOf = ({ start, size }: Entry): { readonly at: number; readonly size: number }[] => {
    const pieces: { at: number; size: number }[] = []
    for (let index = start, left = size; left > 0; index = smallChains.next(index), left -= 64) {
      const around = home[Math.floor((index * 64) / sectorSize)]
      if (around === undefined) throw new RangeError("beyond the end")
      pieces.push({ at: around.at + ((index * 64) % sectorSize), size: Math.min(64, left) })
    }
    return pieces
  }
  const streams = new Map<string, Buffer>()
  const seen = new Set<number>()
  const walk = (id: number, path: string): void => {
    const queue = [id]
    for (let current = queue.pop(); current !== undefined; current = queue.pop()) {
      if (current >= FREE || seen.has(current)) continue
      seen.add(current)
      const entry = entryAt(directory, current)
      if (entry === null) continue
      queue.push(entry.left, entry.right)
      if (entry.kind === 1) walk(entry.child, `${path}${entry.name}/`)
      else if (entry.kind === 2) {
        const content =
          entry.size < cutoff ? follow(entry.start, entry.size, smallChains, budget) : chain(entry.start, entry.size)
        streams.set(`${path}${entry.name}`, content)
        places.set(`${path}${entry.name}`, entry.size >= cutoff ? sectorsOf(entry) : piecesOf(entry))
      }
    }
  }
  walk(root.child, "")
  return streams
}

interface Entry {
  readonly name: string
  readonly kind: number
  readonly left: number
  readonly right: number
  readonly child: number
  readonly start: number
  readonly size: number
}

/** [MS-CFB] 2.6.1. */
function entryAt(directory: Buffer, id: number): Entry | null {
  const at = id * SIZE
  if (at + SIZE > directory.length) return null
  const length = Math.min(64, directory.readUInt16LE(at + 64))
  return {
    name: directory.toString("utf16le", at, at + Math.max(0, length - 2)),
    kind: directory.readUInt8(at + 66),
    left: directory.readUInt32LE(at + 68),
    right: directory.readUInt32LE(at + 72),
    child: directory.readUInt32LE(at + 76),
    start: directory.readUInt32LE(at + 116),
    size: directory.readUInt32LE(at + 120),
  }
}

/** The table of successors: 109 of its sectors are named in the header, more in a chain of their own. */
function allocation(bytes: Buffer, sector: (index: number) => Buffer): (index: number) => number {
  const sectors: number[] = []
  for (let at = 76; at < 512; at += 4) sectors.push(bytes.readUInt32LE(at))
  let more = bytes.readUInt32LE(68)
  for (let left = bytes.length / 512; more < FREE && left > 0; left--) {
    const table = sector(more)
    if (table.length < 512) throw new RangeError("beyond the end")
    for (let at = 0; at + 8 <= table.length; at += 4) sectors.push(table.readUInt32LE(at))
    more = table.readUInt32LE(table.length - 4)
  }
  const perSector = sector(0).length / 4
  return (index) => {
    const table = sectors[Math.floor(index / perSector)]
    const at = (index % perSector) * 4
    if (table === undefined || table >= FREE) return NONE
    const octets = sector(table)
    return at + 4 <= octets.length ? octets.readUInt32LE(at) : NONE
  }
}

interface Chains {
  readonly next: (index: number) => number
  readonly sector: (index: number) => Buffer
  readonly sectorSize: number
}

/** The octets of a chain; `size` null for as far as it goes. */
function follow(first: number, size: number | null, { next, sector, sectorSize }: Chains, budget: Budget): Buffer {
  const wanted = size ?? Number.POSITIVE_INFINITY
  const seen = new Set<number>()
  const output = createOutput(budget, wanted, size ?? undefined)
  for (let index = first; index < FREE && output.size < wanted; index = next(index)) {
    if (seen.has(index)) throw new RangeError("chained in a circle")
    seen.add(index)
    const octets = sector(index).subarray(0, Math.min(sectorSize, wanted - output.size))
    // A directory that is cut would hide what stands behind.
    if (octets.length === 0 || (size === null && octets.length < sectorSize)) throw new RangeError("beyond the end")
    output.push(octets)
  }
  if (size !== null && output.size < size) throw new RangeError("chain ends")
  return output.done()
}

/** An attachment of a message has its name in streams beside it. [MS-OXPROPS] 2.597, 2.596, 2.622. */
function namesIn(streams: OleStreams, path: string): readonly string[] {
  const folder = /^(.*__attach_version1\.0_#[0-9A-F]{8}\/)__substg1\.0_37010102$/.exec(path)?.[1]
  if (folder === undefined) return [TEXTS.get(path.slice(-8)) ?? path]
  const names = ["3707", "3704"].flatMap((property) => {
    const wide = streams.get(`${folder}__substg1.0_${property}001F`)
    const narrow = streams.get(`${folder}__substg1.0_${property}001E`)
    return [wide?.toString("utf16le"), narrow?.toString("latin1")].flatMap((name) =>
      name === undefined ? [] : [name.replace(/\0+$/, "")],
    )
  })
  return names.length === 0 ? [path] : [...new Set(names)]
}

/** Subject and body of a message: property and type, as their streams are named. */
const TEXTS: ReadonlyMap<string, string> = new Map([
  ["0037001F", "subject.txt"],
  ["0037001E", "subject.txt"],
  ["1000001F", "body.txt"],
  ["1000001E", "body.txt"],
  ["10130102", "body.html"],
])

/** UTF-16 says so itself. */
function worded(path: string, content: Buffer): Buffer {
  return path.endsWith("001F") && path.includes("__substg1.0_")
    ? Buffer.concat([Buffer.from("\xff\xfe", "latin1"), content])
    : content
}

/** A file that was dragged into a document: label, path, temporary path, the file itself. [MS-OLEDS] 2.3.6. */
function packaged(stream: Buffer): Member | null {
  try {
    let at = 6
    const text = (): Buffer => {
      const found = cString(stream.subarray(at))
      at += found.length + 1
      return found
    }
    const label = text()
    const path = text()
    at += 4
    at += 4 + stream.readUInt32LE(at)
    const content = slice(stream, at + 4, stream.readUInt32LE(at))
    return { names: [label, path].map((name) => name.toString("latin1")), bytes: content, trouble: null }
  } catch {
    return null
  }
}
