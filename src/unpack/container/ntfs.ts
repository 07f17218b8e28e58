/** Reads NTFS, which Windows puts on every virtual disk it makes: files by their records, streams beside them too. "NTFS documentation", linux-ntfs project. */
import { type Budget, countFile, createOutput, Stop } from "../budget.ts"
import { type Member, troubleOf, type Way } from "./member.ts"
import type { Disk } from "./sectors.ts"

/** Records before this one are the file system's own. */
const OWN = 24
const SECTOR = 512
const FILE_NAME = 0x30
const DATA = 0x80
const END = 0xffffffff
/** Octets of a name of the old kind, which stands beside the long one. */
const DOS = 2
const MOST_RUNS = 100_000
const DEEPEST = 32
const HOLE = 65_536

interface Volume {
  readonly disk: Disk
  readonly cluster: number
}

interface Run {
  /** Null: not written, zeros. */
  readonly at: number | null
  readonly size: number
}

type Content =
  | { readonly is: "inside"; readonly bytes: Buffer }
  | { readonly is: "runs"; readonly runs: readonly Run[]; readonly size: number }
  /** Packed by the file system, or continued in another record. */
  | { readonly is: "closed" }

interface Record {
  readonly names: readonly { readonly name: string; readonly parent: number; readonly kind: number }[]
  readonly streams: readonly { readonly name: string; readonly content: Content }[]
  readonly isFolder: boolean
}

export function isNtfs(disk: Disk): boolean {
  return disk.size >= SECTOR && disk.read(0, SECTOR).toString("latin1", 3, 11) === "NTFS    "
}

export function* ntfs(disk: Disk, { budget }: Way): Generator<Member> {
  const boot = disk.read(0, SECTOR)
  const cluster = boot.readUInt16LE(11) * boot.readUInt8(13)
  const perRecord = boot.readInt8(64)
  const size = perRecord < 0 ? 2 ** -perRecord : perRecord * cluster
  if (cluster < SECTOR || cluster > 2_097_152 || size < SECTOR || size > 65_536) throw new RangeError("no volume")
  const volume = { disk, cluster }
  const first = recordIn(disk.read(Number(boot.readBigUInt64LE(48)) * cluster, size), cluster)
  const table = first?.streams.find(({ name }) => name === "")?.content
  if (table?.is !== "runs") throw new RangeError("no table of files")
  const records = new Map<number, Record>()
  let number = 0
  for (const octets of pieces(volume, table, size)) {
    const record = octets.toString("latin1", 0, 4) === "FILE" ? recordIn(octets, cluster) : null
    if (record !== null) records.set(number, record)
    number++
    if (records.size > budget.limits.files * 2) throw new Stop("too-many-files")
    if (budget.signal.aborted) throw new Stop("timeout")
  }
  for (const [index, record] of records) {
    if (index < OWN) continue
    const names = pathsOf(record, records)
    for (const { name, content } of record.streams) {
      countFile(budget)
      const own = name === "" ? names : names.map((path) => `${path}:${name}`)
      yield { names: own, ...contentOf(volume, content, budget) }
    }
  }
}

/** What cannot be read of a record is no record: the last octets of each sector are kept beside, and prove it. */
function recordIn(octets: Buffer, cluster: number): Record | null {
  try {
    return readRecord(mended(octets), cluster)
  } catch {
    return null
  }
}

function mended(octets: Buffer): Buffer {
  const record = Buffer.from(octets)
  const at = record.readUInt16LE(4)
  const count = record.readUInt16LE(6)
  for (let sector = 1; sector < count; sector++) {
    const end = sector * SECTOR - 2
    if (record.readUInt16LE(end) !== record.readUInt16LE(at)) throw new RangeError("torn record")
    record.copyWithin(end, at + sector * 2, at + sector * 2 + 2)
  }
  return record
}

/** Null: deleted. */
function readRecord(record: Buffer, cluster: number): Record | null {
  const traits = record.readUInt16LE(22)
  if ((traits & 1) === 0) return null
  const names: { name: string; parent: number; kind: number }[] = []
  const streams: { name: string; content: Content }[] = []
  for (let at = record.readUInt16LE(20); record.readUInt32LE(at) !== END; ) {
    const kind = record.readUInt32LE(at)
    const size = record.readUInt32LE(at + 4)
    if (size < 24) throw new RangeError("no attribute")
    const attribute = record.subarray(at, at + size)
    if (kind === FILE_NAME) {
      const value = attribute.subarray(attribute.readUInt16LE(20))
      const length = value.readUInt8(64)
      names.push({
        name: value.toString("utf16le", 66, 66 + length * 2),
        parent: value.readUIntLE(0, 6),
        kind: value.readUInt8(65),
      })
    } else if (kind === DATA) {
      const from = attribute.readUInt16LE(10)
      const name = attribute.toString("utf16le", from, from + attribute.readUInt8(9) * 2)
      streams.push({ name, content: contentIn(attribute, cluster) })
    }
    at += size
  }
  return { names, streams, isFolder: (traits & 2) !== 0 }
}

function contentIn(attribute: Buffer, cluster: number): Content {
  if (attribute.readUInt8(8) === 0) {
    const from = attribute.readUInt16LE(20)
    return { is: "inside", bytes: attribute.subarray(from, from + attribute.readUInt32LE(16)) }
  }
  // Compressed or sealed; or not the first piece of it.
  if ((attribute.readUInt16LE(12) & 0x40ff) !== 0 || attribute.readBigUInt64LE(16) !== 0n) return { is: "closed" }
  const size = Number(attribute.readBigUInt64LE(48))
  return { is: "runs", runs: runsIn(attribute.subarray(attribute.readUInt16LE(32)), cluster), size }
}

/** Each run: how many octets its two numbers have, its length, its distance from the one before. */
function runsIn(list: Buffer, cluster: number): readonly Run[] {
  const runs: Run[] = []
  let place = 0
  for (let at = 0; at < list.length && list[at] !== 0 && runs.length < MOST_RUNS; ) {
    const widths = list.readUInt8(at)
    const [wide, far] = [widths & 15, widths >> 4]
    if (wide === 0 || wide > 6 || far > 6) throw new RangeError("no run")
    const size = list.readUIntLE(at + 1, wide) * cluster
    if (far > 0) place += list.readIntLE(at + 1 + wide, far)
    runs.push({ at: far === 0 ? null : place * cluster, size })
    at += 1 + wide + far
  }
  return runs
}

/** A run cut into pieces of one size each. */
function* pieces({ disk }: Volume, { runs, size: total }: Extract<Content, { is: "runs" }>, size: number) {
  let left = total
  for (const run of runs) {
    for (let at = 0; at + size <= run.size && left >= size; at += size, left -= size) {
      yield run.at === null ? Buffer.alloc(size) : disk.read(run.at + at, size)
    }
  }
}

function contentOf({ disk }: Volume, content: Content, budget: Budget): Pick<Member, "bytes" | "trouble"> {
  if (content.is === "inside") return { bytes: content.bytes, trouble: null }
  if (content.is === "closed") return { bytes: Buffer.alloc(0), trouble: "unsupported-archive" }
  try {
    const output = createOutput(budget, disk.size, Math.min(content.size, HOLE))
    for (const run of content.runs) {
      let left = Math.min(run.size, content.size - output.size)
      for (let at = 0; left > 0; at += HOLE, left -= HOLE) {
        const size = Math.min(left, HOLE)
        output.push(run.at === null ? Buffer.alloc(size) : disk.read(run.at + at, size))
      }
    }
    return { bytes: output.done(), trouble: output.size < content.size && !output.isCut() ? "corrupt" : null }
  } catch (error) {
    return { bytes: Buffer.alloc(0), trouble: troubleOf(error) }
  }
}

/** Up to the root, by the names its readers see. */
function pathsOf({ names }: Record, records: ReadonlyMap<number, Record>): readonly string[] {
  const shown = names.filter(({ kind }) => kind !== DOS)
  return (shown.length > 0 ? shown : names).slice(0, 8).map(({ name, parent }) => {
    let path = name
    let above = parent
    for (let depth = 0; above >= OWN && depth < DEEPEST; depth++) {
      const [folder] = records.get(above)?.names.filter(({ kind }) => kind !== DOS) ?? []
      if (folder === undefined) break
      path = `${folder.name}/${path}`
      above = folder.parent
    }
    return path
  })
}
