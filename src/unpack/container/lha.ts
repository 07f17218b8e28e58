/** Opens LHA (.lzh) and ARJ archives: headers and packed files in turn. */
import { crc32 } from "node:zlib"
import { countFile, Stop } from "../budget.ts"
import { unlzh } from "../codec/lzh.ts"
import { cString, type Decode, type Member, namesOf, slice, type Unpacked, unpacked, type Way } from "./member.ts"

/** Sizes of distances by method: a window of 4 to 64 KiB. */
const PLACES: Readonly<Record<string, readonly [number, number]>> = {
  lh4: [14, 4],
  lh5: [14, 4],
  lh6: [16, 5],
  lh7: [17, 5],
}

interface LhaHeader {
  readonly method: string
  readonly size: number
  readonly names: readonly string[]
  readonly data: number
  readonly packed: number
  readonly crc: number | null
}

export async function* lha(bytes: Buffer, { budget }: Way): AsyncGenerator<Member> {
  for (let at = 0; at + 21 < bytes.length && bytes[at] !== 0; ) {
    const header = lhaHeader(bytes, at)
    const packed = slice(bytes, header.data, header.packed)
    at = header.data + header.packed
    countFile(budget)
    if (header.method === "lhd") continue
    const decode = decoderOf(header)
    const found: Unpacked =
      decode === null ? { bytes: packed, trouble: null } : await unpacked(packed, decode, budget, header.size)
    const sound = found.bytes.length === header.size && (header.crc === null || crc16(found.bytes) === header.crc)
    yield { names: header.names, bytes: found.bytes, trouble: found.trouble ?? (sound ? null : "corrupt") }
  }
}

/** Null where nothing is packed. */
function decoderOf({ method, size }: LhaHeader): Decode | null {
  if (method === "lh0" || method === "lz4" || method === "pm0") return null
  const places = PLACES[method]
  return (packed, output) => {
    if (places === undefined) throw new Stop("unsupported-archive")
    unlzh(packed, output, { size, places })
  }
}

/** Three generations: names in the header, in extensions behind it, in extensions within it. */
function lhaHeader(bytes: Buffer, at: number): LhaHeader {
  const level = bytes.readUInt8(at + 20)
  const method = bytes.toString("latin1", at + 3, at + 6)
  const packed = bytes.readUInt32LE(at + 7)
  const size = bytes.readUInt32LE(at + 11)
  if (level === 2) {
    const { names } = extensions(bytes, at + 24)
    return { method, size, names, data: at + bytes.readUInt16LE(at), packed, crc: bytes.readUInt16LE(at + 21) }
  }
  if (level > 1) throw new Stop("unsupported-archive")
  const nameSize = bytes.readUInt8(at + 21)
  const name = namesOf(slice(bytes, at + 22, nameSize))
  const crc = bytes.readUInt16LE(at + 22 + nameSize)
  const end = at + bytes.readUInt8(at) + 2
  if (level === 0) return { method, size, names: name, data: end, packed, crc }
  const { names, octets } = extensions(bytes, end - 2)
  return { method, size, names: [...names, ...name], data: end + octets, packed: packed - octets, crc }
}

/** Each tells the size of the next; 1 is the name, 2 the folder. */
function extensions(bytes: Buffer, at: number): { readonly names: readonly string[]; readonly octets: number } {
  let names: readonly string[] = []
  let octets = 0
  let next = at
  for (let size = bytes.readUInt16LE(next); size !== 0; size = bytes.readUInt16LE(next)) {
    if (size < 3) throw new RangeError("no such extension")
    const extension = slice(bytes, next + 2, size - 2)
    if (extension[0] === 1) names = namesOf(extension.subarray(1))
    octets += size
    next += size
  }
  return { names, octets }
}

const CRC16 = Uint16Array.from({ length: 256 }, (_, octet) => {
  let value = octet
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xa001 : value >>> 1
  return value
})

function crc16(bytes: Buffer): number {
  let value = 0
  for (const octet of bytes) value = (value >>> 8) ^ (CRC16[(value ^ octet) & 0xff] ?? 0)
  return value
}

const GARBLED = 1
const VOLUME = 4

/** Header identifier, its size, fields, names, sum; extensions; data. ARJ, "technote.txt". */
export async function* arj(bytes: Buffer, { budget }: Way): AsyncGenerator<Member> {
  let at = pastHeader(bytes, 0)
  for (;;) {
    if (bytes.readUInt16LE(at) !== 0xea60) throw new RangeError("no arj header")
    if (bytes.readUInt16LE(at + 2) === 0) return
    const fields = at + 4
    const flags = bytes.readUInt8(fields + 4)
    const method = bytes.readUInt8(fields + 5)
    const kind = bytes.readUInt8(fields + 6)
    const packedSize = bytes.readUInt32LE(fields + 12)
    const size = bytes.readUInt32LE(fields + 16)
    const name = cString(bytes.subarray(fields + bytes.readUInt8(fields), fields + bytes.readUInt16LE(at + 2)))
    const crc = bytes.readUInt32LE(fields + 20)
    const data = pastHeader(bytes, at)
    const packed = slice(bytes, data, packedSize)
    at = data + packedSize
    countFile(budget)
    if (kind > 1) continue
    if ((flags & VOLUME) !== 0) throw new Stop("split-archive")
    const names = namesOf(name)
    if ((flags & GARBLED) !== 0) {
      yield { names, bytes: Buffer.alloc(0), trouble: "encrypted" }
      continue
    }
    const found: Unpacked =
      method === 0 ? { bytes: packed, trouble: null } : await unpacked(packed, arjDecoder(method, size), budget, size)
    const sound = found.bytes.length === size && crc32(found.bytes) === crc
    yield { names, bytes: found.bytes, trouble: found.trouble ?? (sound ? null : "corrupt") }
  }
}

function arjDecoder(method: number, size: number): Decode {
  return (packed, output) => {
    if (method > 3) throw new Stop("unsupported-archive")
    unlzh(packed, output, { size, places: [17, 5] })
  }
}

function pastHeader(bytes: Buffer, at: number): number {
  let next = at + 4 + bytes.readUInt16LE(at + 2) + 4
  for (let size = bytes.readUInt16LE(next); size !== 0; size = bytes.readUInt16LE(next)) next += 2 + size + 4
  return next + 2
}
