/** RAR 2 to 4: names of all files, the content of those that are only stored. RAR 4, "technote.txt". */
import { crc32 } from "node:zlib"
import { countFile, Stop } from "../budget.ts"
import { type Member, namesOf, slice, type Way } from "./member.ts"

const MAIN = 0x73
const FILE = 0x74
const END = 0x7b
const STORED = 0x30
/** Flags of the archive and of a file. */
const VOLUME = 0x01
const SEALED_HEADERS = 0x80
const SPLIT = 0x03
const SEALED = 0x04
const LARGE = 0x100
const FOLDER = 0xe0

export function* rar4(bytes: Buffer, { budget }: Way): Generator<Member> {
  let at = 7
  while (at + 7 <= bytes.length) {
    const type = bytes.readUInt8(at + 2)
    const flags = bytes.readUInt16LE(at + 3)
    const size = bytes.readUInt16LE(at + 5)
    if (size < 7) throw new RangeError("no header")
    const added = (flags & 0x8000) !== 0 || type === FILE ? bytes.readUInt32LE(at + 7) : 0
    if (type === END) return
    if (type === MAIN) {
      if ((flags & SEALED_HEADERS) !== 0) throw new Stop("encrypted")
      if ((flags & VOLUME) !== 0) throw new Stop("split-archive")
    }
    if (type === FILE) {
      countFile(budget)
      if ((flags & SPLIT) !== 0) throw new Stop("split-archive")
      if ((flags & FOLDER) !== FOLDER) yield member(bytes, at, flags)
    }
    at += size + added
  }
}

function member(bytes: Buffer, at: number, flags: number): Member {
  const packed = bytes.readUInt32LE(at + 7)
  const size = bytes.readUInt32LE(at + 11)
  const crc = bytes.readUInt32LE(at + 16)
  const method = bytes.readUInt8(at + 25)
  const nameSize = bytes.readUInt16LE(at + 26)
  const name = slice(bytes, at + 32 + ((flags & LARGE) !== 0 ? 8 : 0), nameSize)
  // The name in one alphabet, a NUL, and how it differs in Unicode.
  const end = name.indexOf(0)
  const names = namesOf(end < 0 ? name : name.subarray(0, end))
  if ((flags & SEALED) !== 0) return { names, bytes: Buffer.alloc(0), trouble: "encrypted" }
  if (method !== STORED) return { names, bytes: Buffer.alloc(0), trouble: "unsupported-archive" }
  const content = slice(bytes, at + bytes.readUInt16LE(at + 5), packed)
  return { names, bytes: content, trouble: content.length === size && crc32(content) === crc ? null : "corrupt" }
}
