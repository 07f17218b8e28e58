/** Writes compound files for tests: storages and streams by path, sectors of 512 octets, small streams in the root's own. [MS-CFB]. */

const SECTOR = 512
const MINI = 64
const CUTOFF = 4_096
const END = 0xfffffffe
const FREE = 0xffffffff

interface Node {
  readonly name: string
  readonly path: string
  readonly bytes: Buffer | null
  start: number
}

/** Keys are paths such as `Macros/VBA/ThisDocument`; storages come of themselves, empty ones as `VBA/`. */
export function compound(streams: Readonly<Record<string, Buffer | string>>): Buffer {
  const nodes = nodesOf(streams)
  const sectors: Buffer[] = []
  const table: number[] = []
  const put = (bytes: Buffer): number => {
    const first = table.length
    const count = Math.ceil(bytes.length / SECTOR)
    for (let index = 0; index < count; index++) {
      const sector = Buffer.alloc(SECTOR)
      bytes.copy(sector, 0, index * SECTOR)
      sectors.push(sector)
      table.push(index + 1 < count ? first + index + 1 : END)
    }
    return count === 0 ? END : first
  }
  const mini: Buffer[] = []
  const miniTable: number[] = []
  for (const node of nodes) {
    if (node.bytes === null) continue
    if (node.bytes.length >= CUTOFF) node.start = put(node.bytes)
    else node.start = putMini(node.bytes, mini, miniTable)
  }
  const container = Buffer.concat(mini)
  const root = put(container)
  const miniStart = put(words(miniTable, SECTOR / 4))
  const directory = put(directoryOf(nodes, root, container.length))
  const fat = Math.ceil((table.length + 1) / (SECTOR / 4 - 1))
  const fatStart = table.length
  for (let index = 0; index < fat; index++) table.push(0xfffffffd)
  const header = headerOf({
    fat,
    fatStart,
    directory,
    miniStart,
    miniSectors: Math.ceil((miniTable.length * 4) / SECTOR),
  })
  return Buffer.concat([header, ...sectors, words(table, (fat * SECTOR) / 4)])
}

function nodesOf(streams: Readonly<Record<string, Buffer | string>>): Node[] {
  const storages = new Set<string>()
  for (const path of Object.keys(streams)) {
    const parts = path.split("/")
    for (let depth = 1; depth < parts.length; depth++) storages.add(parts.slice(0, depth).join("/"))
  }
  const node = (path: string, bytes: Buffer | null): Node => ({
    name: path.replace(/^.*\//, ""),
    path,
    bytes,
    start: END,
  })
  return [
    ...[...storages].map((path) => node(path, null)),
    ...Object.entries(streams).flatMap(([path, bytes]) => (path.endsWith("/") ? [] : [node(path, Buffer.from(bytes))])),
  ]
}

function putMini(bytes: Buffer, mini: Buffer[], table: number[]): number {
  const first = table.length
  const count = Math.ceil(bytes.length / MINI)
  for (let index = 0; index < count; index++) {
    const sector = Buffer.alloc(MINI)
    bytes.copy(sector, 0, index * MINI)
    mini.push(sector)
    table.push(index + 1 < count ? first + index + 1 : END)
  }
  return count === 0 ? END : first
}

function words(numbers: readonly number[], multiple: number): Buffer {
  const length = Math.ceil(numbers.length / multiple) * multiple
  const bytes = Buffer.alloc(length * 4, 0xff)
  for (const [index, number] of numbers.entries()) bytes.writeUInt32LE(number, index * 4)
  return bytes
}

/** Siblings hang on one another's right: a tree as tall as it is long, and lawful. */
function directoryOf(nodes: readonly Node[], root: number, size: number): Buffer {
  const children = (storage: string): number[] =>
    nodes.flatMap(({ path, name }, index) =>
      path === (storage === "" ? name : `${storage}/${name}`) ? [index + 1] : [],
    )
  const next = new Map<number, number>()
  const first = new Map<string, number>()
  for (const storage of ["", ...nodes.flatMap(({ path, bytes }) => (bytes === null ? [path] : []))]) {
    const list = children(storage)
    if (list[0] !== undefined) first.set(storage, list[0])
    for (const [index, child] of list.entries()) next.set(child, list[index + 1] ?? FREE)
  }
  const entries = [
    entry({ name: "Root Entry", type: 5, right: FREE, child: first.get("") ?? FREE, start: root, size }),
    ...nodes.map(({ name, path, bytes, start }, index) =>
      entry({
        name,
        type: bytes === null ? 1 : 2,
        right: next.get(index + 1) ?? FREE,
        child: bytes === null ? (first.get(path) ?? FREE) : FREE,
        start: bytes === null ? 0 : start,
        size: bytes?.length ?? 0,
      }),
    ),
  ]
  return Buffer.concat(entries)
}

interface EntryFields {
  readonly name: string
  readonly type: number
  readonly right: number
  readonly child: number
  readonly start: number
  readonly size: number
}

function entry({ name, type, right, child, start, size }: EntryFields): Buffer {
  const bytes = Buffer.alloc(128)
  bytes.write(name, "utf16le")
  bytes.writeUInt16LE(2 * name.length + 2, 64)
  bytes.writeUInt8(type, 66)
  bytes.writeUInt8(1, 67)
  bytes.writeUInt32LE(FREE, 68)
  bytes.writeUInt32LE(right, 72)
  bytes.writeUInt32LE(child, 76)
  bytes.writeUInt32LE(start, 116)
  bytes.writeUInt32LE(size, 120)
  return bytes
}

interface HeaderFields {
  readonly fat: number
  readonly fatStart: number
  readonly directory: number
  readonly miniStart: number
  readonly miniSectors: number
}

function headerOf({ fat, fatStart, directory, miniStart, miniSectors }: HeaderFields): Buffer {
  const header = Buffer.alloc(SECTOR)
  Buffer.from("d0cf11e0a1b11ae1", "hex").copy(header)
  header.writeUInt16LE(0x3e, 24)
  header.writeUInt16LE(3, 26)
  header.writeUInt16LE(0xfffe, 28)
  header.writeUInt16LE(9, 30)
  header.writeUInt16LE(6, 32)
  header.writeUInt32LE(fat, 44)
  header.writeUInt32LE(directory, 48)
  header.writeUInt32LE(CUTOFF, 56)
  header.writeUInt32LE(miniStart, 60)
  header.writeUInt32LE(miniSectors, 64)
  header.writeUInt32LE(END, 68)
  for (let index = 0; index < 109; index++) header.writeUInt32LE(index < fat ? fatStart + index : FREE, 76 + 4 * index)
  return header
}

/** A module's stream: some compiled octets, then its source, packed as literals only. [MS-OVBA] 2.4.1. */
export function module(source: string, compiled = 700): Buffer {
  const text = Buffer.from(`Attribute VB_Name = "ThisDocument"\r\n${source}`, "latin1")
  const chunks: Buffer[] = [Buffer.from([1])]
  for (let at = 0; at < text.length; at += 3_000) chunks.push(chunk(text.subarray(at, at + 3_000)))
  return Buffer.concat([Buffer.alloc(compiled, 7), ...chunks])
}

function chunk(text: Buffer): Buffer {
  const tokens: Buffer[] = []
  for (let at = 0; at < text.length; at += 8) tokens.push(Buffer.from([0]), text.subarray(at, at + 8))
  const data = Buffer.concat(tokens)
  const head = Buffer.alloc(2)
  head.writeUInt16LE(0xb000 | (data.length - 1))
  return Buffer.concat([head, data])
}

/** A project with one module. */
export function project(source: string, compiled?: number): Readonly<Record<string, Buffer>> {
  return {
    "VBA/_VBA_PROJECT": Buffer.from("cc61", "hex"),
    "VBA/dir": Buffer.from([1]),
    "VBA/ThisDocument": module(source, compiled),
  }
}

/** The same within a document. */
export function within(storage: string, streams: Readonly<Record<string, Buffer>>): Readonly<Record<string, Buffer>> {
  return Object.fromEntries(Object.entries(streams).map(([path, bytes]) => [`${storage}/${path}`, bytes]))
}

/** What the packager writes for a file dropped into a document. [MS-OLEDS] 2.3.6. */
export function packaged(name: string, bytes: Buffer): Buffer {
  const text = (shown: string): Buffer => Buffer.from(`${shown}\0`, "latin1")
  const number = (value: number): Buffer => {
    const octets = Buffer.alloc(4)
    octets.writeUInt32LE(value)
    return octets
  }
  const path = text(`C:\\Temp\\${name}`)
  const rest = [
    Buffer.from([2, 0]),
    text(name),
    path,
    Buffer.from([0, 0, 3, 0]),
    number(path.length),
    path,
    number(bytes.length),
    bytes,
  ]
  return Buffer.concat([number(Buffer.concat(rest).length), ...rest])
}
