/** The header of a 7z archive: packed streams, the folders of coders over them, and the files they hold. 7-Zip, "7zFormat.txt". */
import { Stop } from "../budget.ts"
import { slice } from "./member.ts"

export interface Coder {
  /** Hex. */
  readonly method: string
  readonly props: Buffer
  readonly inputs: number
  readonly outputs: number
}

/** Coders in a chain or a net; streams are counted through all coders of the folder. */
export interface Folder {
  readonly coders: readonly Coder[]
  readonly pairs: readonly { readonly input: number; readonly output: number }[]
  /** The input stream each of its packed streams feeds. */
  readonly packed: readonly number[]
  /** Of each output stream. */
  readonly sizes: readonly number[]
  readonly crc: number | null
}

export interface Streams {
  readonly packed: readonly Buffer[]
  readonly folders: readonly Folder[]
  /** Of each folder, the files in it. */
  readonly parts: readonly (readonly { readonly size: number; readonly crc: number | null }[])[]
}

export interface Header {
  readonly streams: Streams
  /** In order; those without a stream are empty, or folders. */
  readonly files: readonly { readonly name: string; readonly hasStream: boolean }[]
}

/** Streams, folders, files: more of them is nobody's archive, and every count costs memory. */
const MOST = 100_000

/** Where the next header lies: in the clear, or packed itself. */
export interface Cursor {
  readonly bytes: Buffer
  at: number
}

export function octet(cursor: Cursor): number {
  return cursor.bytes.readUInt8(cursor.at++)
}

/** The first octet's high bits tell how many follow. */
function number(cursor: Cursor): number {
  const first = octet(cursor)
  let value = 0
  let mask = 0x80
  for (let index = 0; index < 8; index++) {
    if ((first & mask) === 0) return value + (first & (mask - 1)) * 2 ** (8 * index)
    value += octet(cursor) * 2 ** (8 * index)
    mask >>= 1
  }
  return value
}

function count(cursor: Cursor): number {
  const value = number(cursor)
  if (value > MOST) throw new Stop("too-many-files")
  return value
}

function take(cursor: Cursor, size: number): Buffer {
  const taken = slice(cursor.bytes, cursor.at, size)
  cursor.at += size
  return taken
}

function expect(cursor: Cursor, id: number): void {
  if (octet(cursor) !== id) throw new RangeError("not as expected")
}

/** A bit for each, or one octet for all. */
function defined(cursor: Cursor, size: number): readonly boolean[] {
  return octet(cursor) !== 0 ? Array.from({ length: size }, () => true) : bitVector(cursor, size)
}

function bitVector(cursor: Cursor, size: number): readonly boolean[] {
  const bits = take(cursor, Math.ceil(size / 8))
  return Array.from({ length: size }, (_, index) => ((bits[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0)
}

function digests(cursor: Cursor, size: number): readonly (number | null)[] {
  return defined(cursor, size).map((told) => (told ? take(cursor, 4).readUInt32LE() : null))
}

/** Id 4, or what stands behind id 23 for a packed header. */
export function readStreams(cursor: Cursor, archive: Buffer): Streams {
  let packed: readonly Buffer[] = []
  let folders: Folder[] = []
  let parts: Streams["parts"] | null = null
  for (let id = octet(cursor); id !== 0; id = octet(cursor)) {
    if (id === 6) packed = packInfo(cursor, archive)
    else if (id === 7) folders = unpackInfo(cursor)
    else if (id === 8) parts = subStreams(cursor, folders)
    else throw new RangeError("no such property")
  }
  return { packed, folders, parts: parts ?? folders.map((folder) => [{ size: sizeOf(folder), crc: folder.crc }]) }
}

function packInfo(cursor: Cursor, archive: Buffer): readonly Buffer[] {
  let at = 32 + number(cursor)
  const streams = count(cursor)
  let packed: readonly Buffer[] = []
  for (let id = octet(cursor); id !== 0; id = octet(cursor)) {
    if (id === 10) digests(cursor, streams)
    else if (id === 9) {
      packed = Array.from({ length: streams }, () => {
        const stream = slice(archive, at, number(cursor))
        at += stream.length
        return stream
      })
    } else throw new RangeError("no such property")
  }
  return packed
}

function unpackInfo(cursor: Cursor): Folder[] {
  expect(cursor, 11)
  const folders = count(cursor)
  if (octet(cursor) !== 0) throw new Stop("unsupported-archive")
  const shapes = Array.from({ length: folders }, () => folderShape(cursor))
  expect(cursor, 12)
  const sized = shapes.map((shape) => ({ ...shape, sizes: outputsOf(shape.coders).map(() => number(cursor)) }))
  let sums: readonly (number | null)[] = []
  for (let id = octet(cursor); id !== 0; id = octet(cursor)) {
    if (id !== 10) throw new RangeError("no such property")
    sums = digests(cursor, folders)
  }
  return sized.map((folder, index) => ({ ...folder, crc: sums[index] ?? null }))
}

function outputsOf(coders: readonly Coder[]): readonly unknown[] {
  return Array.from({ length: coders.reduce((sum, { outputs }) => sum + outputs, 0) })
}

function folderShape(cursor: Cursor): Omit<Folder, "sizes" | "crc"> {
  const size = number(cursor)
  if (size === 0 || size > 32) throw new RangeError("no such folder")
  const coders = Array.from({ length: size }, (): Coder => {
    const flags = octet(cursor)
    const method = take(cursor, flags & 15).toString("hex")
    const [inputs, outputs] = (flags & 0x10) === 0 ? [1, 1] : [number(cursor), number(cursor)]
    const props = (flags & 0x20) === 0 ? Buffer.alloc(0) : take(cursor, number(cursor))
    if (inputs > 32 || outputs > 32) throw new RangeError("no such coder")
    return { method, props, inputs, outputs }
  })
  const inputs = coders.reduce((sum, coder) => sum + coder.inputs, 0)
  const pairs = Array.from({ length: outputsOf(coders).length - 1 }, () => ({
    input: number(cursor),
    output: number(cursor),
  }))
  const streams = inputs - pairs.length
  const free = Array.from({ length: inputs }, (_, index) => index).filter((index) =>
    pairs.every(({ input }) => input !== index),
  )
  return {
    coders,
    pairs,
    packed: streams === 1 ? free : Array.from({ length: Math.max(0, streams) }, () => number(cursor)),
  }
}

/** What comes out of the folder at last: the output nobody else takes. */
export function mainOutput({ pairs, sizes }: Folder): number {
  const main = sizes.findLastIndex((_, index) => pairs.every(({ output }) => output !== index))
  if (main < 0) throw new RangeError("no such folder")
  return main
}

function sizeOf(folder: Folder): number {
  return folder.sizes[mainOutput(folder)] ?? 0
}

function subStreams(cursor: Cursor, folders: readonly Folder[]): Streams["parts"] {
  let counts: readonly number[] = folders.map(() => 1)
  let sizes: readonly (readonly number[])[] | null = null
  let sums: readonly (number | null)[] = []
  const split = (read: () => number): readonly (readonly number[])[] =>
    folders.map((folder, index) => {
      const parts = counts[index] ?? 0
      if (parts === 0) return []
      const told = Array.from({ length: parts - 1 }, read)
      return [...told, sizeOf(folder) - told.reduce((sum, size) => sum + size, 0)]
    })
  for (let id = octet(cursor); id !== 0; id = octet(cursor)) {
    if (id === 13) counts = folders.map(() => count(cursor))
    else if (id === 9) sizes = split(() => number(cursor))
    else if (id === 10) {
      const untold = folders.reduce(
        (sum, { crc }, index) => sum + (counts[index] === 1 && crc !== null ? 0 : (counts[index] ?? 0)),
        0,
      )
      sums = digests(cursor, untold)
    } else throw new RangeError("no such property")
  }
  sizes ??= split(() => 0)
  let next = 0
  return sizes.map((all, index) => {
    const whole = folders[index]?.crc ?? null
    return all.map((size) => ({ size, crc: all.length === 1 && whole !== null ? whole : (sums[next++] ?? null) }))
  })
}

/** What stands behind id 1. */
export function readHeader(cursor: Cursor, archive: Buffer): Header {
  let streams: Streams = { packed: [], folders: [], parts: [] }
  let files: Header["files"] = []
  for (let id = octet(cursor); id !== 0; id = octet(cursor)) {
    if (id === 2) skipProperties(cursor)
    else if (id === 4) streams = readStreams(cursor, archive)
    else if (id === 5) files = filesInfo(cursor)
    else throw new Stop("unsupported-archive")
  }
  return { streams, files }
}

function skipProperties(cursor: Cursor): void {
  for (let id = octet(cursor); id !== 0; id = octet(cursor)) take(cursor, number(cursor))
}

function filesInfo(cursor: Cursor): Header["files"] {
  const size = count(cursor)
  let names: readonly string[] = []
  let empty: readonly boolean[] = []
  for (let id = number(cursor); id !== 0; id = number(cursor)) {
    const property: Cursor = { bytes: take(cursor, number(cursor)), at: 0 }
    if (id === 14) empty = bitVector(property, size)
    else if (id === 17) {
      if (octet(property) !== 0) throw new Stop("unsupported-archive")
      names = property.bytes.toString("utf16le", 1).split("\0")
    }
  }
  return Array.from({ length: size }, (_, index) => ({ name: names[index] ?? "", hasStream: empty[index] !== true }))
}
