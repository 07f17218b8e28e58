/** Headers of RAR 5: sum, size, type, flags, and what the type asks for. RAR 5.0 archive format. */
import { crc32 } from "node:zlib"
import { Stop } from "../budget.ts"
import { slice } from "./member.ts"

export interface Block {
  readonly type: number
  /** Of the archive or the file, not of the block. */
  readonly flags: number
  /** What stands behind the flags of the block. */
  readonly header: Buffer
  readonly extra: Buffer
  readonly isSplit: boolean
  readonly data: number
  readonly dataSize: number
  readonly next: number
}

/** How a file, or all headers, are sealed. */
export interface Lock {
  readonly power: number
  readonly salt: Buffer
  readonly iv: Buffer
  /** Eight octets that tell a wrong password. */
  readonly check: Buffer | null
  readonly hidesSums: boolean
}

export interface FileBlock {
  readonly name: Buffer
  readonly size: number
  readonly crc: number | null
  readonly method: number
  readonly isSolid: boolean
  readonly isFolder: boolean
  readonly lock: Lock | null
}

interface Cursor {
  readonly bytes: Buffer
  at: number
}

function number(cursor: Cursor): number {
  let value = 0
  for (let shift = 0; shift < 10; shift++) {
    const octet = cursor.bytes.readUInt8(cursor.at++)
    value += (octet & 0x7f) * 2 ** (7 * shift)
    if (octet < 0x80) return value
  }
  throw new RangeError("number too long")
}

export function readBlock(bytes: Buffer, at: number): Block {
  const cursor: Cursor = { bytes, at: at + 4 }
  const size = number(cursor)
  const start = cursor.at
  const whole = slice(bytes, at + 4, start - at - 4 + size)
  if (crc32(whole) !== bytes.readUInt32LE(at)) throw new RangeError("broken header")
  const type = number(cursor)
  const flags = number(cursor)
  const extraSize = (flags & 1) !== 0 ? number(cursor) : 0
  const dataSize = (flags & 2) !== 0 ? number(cursor) : 0
  const end = start + size
  const header = slice(bytes, cursor.at, end - extraSize - cursor.at)
  const own = type === 1 || type === 2 ? number({ bytes: header, at: 0 }) : 0
  return {
    type,
    flags: own,
    header,
    extra: bytes.subarray(end - extraSize, end),
    isSplit: (flags & 0x18) !== 0,
    data: end,
    dataSize,
    next: end + dataSize,
  }
}

export function readFileBlock({ header, extra }: Block): FileBlock {
  const cursor: Cursor = { bytes: header, at: 0 }
  const flags = number(cursor)
  const size = number(cursor)
  number(cursor)
  if ((flags & 2) !== 0) cursor.at += 4
  const crc = (flags & 4) !== 0 ? header.readUInt32LE(cursor.at) : null
  if (crc !== null) cursor.at += 4
  const compression = number(cursor)
  number(cursor)
  const length = number(cursor)
  // Sizes that are not known beforehand come from pipes; version 0 of the algorithm is the only one written until RAR 7.
  if ((flags & 8) !== 0 || (compression & 0x3f) > 0) throw new Stop("unsupported-archive")
  return {
    name: slice(header, cursor.at, length),
    size,
    crc,
    method: (compression >> 7) & 7,
    isSolid: (compression & 0x40) !== 0,
    isFolder: (flags & 1) !== 0,
    lock: lockIn(extra),
  }
}

/** Records of size, type and data; type 1 is the seal. */
function lockIn(extra: Buffer): Lock | null {
  const cursor: Cursor = { bytes: extra, at: 0 }
  while (cursor.at < extra.length) {
    const size = number(cursor)
    const next = cursor.at + size
    if (number(cursor) === 1) return readLock(extra.subarray(cursor.at, next), 16)
    cursor.at = next
  }
  return null
}

/** `vector`: octets of the initialisation vector in it, none for that of headers. */
export function readLock(bytes: Buffer, vector: 0 | 16): Lock {
  const cursor: Cursor = { bytes, at: 0 }
  if (number(cursor) !== 0) throw new Stop("encrypted")
  const flags = number(cursor)
  const power = bytes.readUInt8(cursor.at++)
  const salt = slice(bytes, cursor.at, 16)
  const iv = slice(bytes, cursor.at + 16, vector)
  const check = (flags & 1) !== 0 ? slice(bytes, cursor.at + 16 + vector, 8) : null
  return { power, salt, iv, check, hidesSums: (flags & 2) !== 0 }
}
