/** Opens RAR archives: version 5 whole, sealed or not; of version 4 what is stored or packed since 2.9, but for what a model of the text packed. RAR 5.0 archive format, "technote.txt". */
import { createDecipheriv, pbkdf2Sync } from "node:crypto"
import { crc32 } from "node:zlib"
import { type Budget, countFile, createOutput, type Output, Stop } from "../budget.ts"
import { createUnrar5, type Unrar } from "../codec/unrar5.ts"
import { firstThatOpens } from "../password.ts"
import { type Member, namesOf, slice, troubleOf, type Way } from "./member.ts"
import { isSealedArchive } from "../sealed.ts"
import { rar4 } from "./rar4.ts"
import { type Block, type FileBlock, type Lock, readBlock, readFileBlock, readLock } from "./rar5-header.ts"

const SIGNATURE = "Rar!\x1a\x07\x01\0"
const MAIN = 1
const FILE = 2
const CRYPT = 4
const END = 5
const VOLUME = 1
/** Rounds of the key derivation, as a power of two: WinRAR writes 15. */
const MOST_ROUNDS = 20

/** A broken one is sealed when its headers still say so. */
export async function* rar(bytes: Buffer, way: Way): AsyncGenerator<Member> {
  try {
    yield* whole(bytes, way)
  } catch (error) {
    throw isSealedArchive(bytes) ? new Stop("encrypted") : error
  }
}

async function* whole(bytes: Buffer, way: Way): AsyncGenerator<Member> {
  if (bytes.toString("latin1", 0, 8) !== SIGNATURE) {
    yield* rar4(bytes, way)
    return
  }
  const content = createContent(bytes.length, way)
  let headerKey: Buffer | null = null
  let at = 8
  while (at < bytes.length) {
    const block: Block = headerKey === null ? readBlock(bytes, at) : sealedBlock(bytes, at, headerKey)
    at = block.next
    if (block.type === END) return
    if (block.type === MAIN && (block.flags & VOLUME) !== 0) throw new Stop("split-archive")
    if (block.type === CRYPT) {
      headerKey = await keyFor(readLock(block.header, 0), way)
      if (headerKey === null) throw new Stop("encrypted")
    }
    if (block.type !== FILE) continue
    const file = readFileBlock(block)
    countFile(way.budget)
    if (block.isSplit) throw new Stop("split-archive")
    const data = slice(bytes, block.data, block.dataSize)
    const found = await content(file, data)
    if (!file.isFolder)
      yield { names: namesOf(file.name), ...found, opened: headerKey !== null || found.opened === true }
  }
  throw new RangeError("no end")
}

/** A vector for each, the header behind it, filled up to whole blocks of the cipher. */
function sealedBlock(bytes: Buffer, at: number, key: Buffer): Block {
  const first = decrypted(slice(bytes, at + 16, 16), key, slice(bytes, at, 16))
  const { size } = readBlockSize(first)
  const padded = Math.ceil(size / 16) * 16
  const header = decrypted(slice(bytes, at + 16, padded), key, slice(bytes, at, 16))
  const block = readBlock(header, 0)
  const data = at + 16 + padded
  return { ...block, data, next: data + block.dataSize }
}

/** Sum, size of the rest as a number of up to three octets, the rest. */
function readBlockSize(first: Buffer): { readonly size: number } {
  let value = 0
  for (let index = 0; index < 3; index++) {
    const octet = first.readUInt8(4 + index)
    value += (octet & 0x7f) * 2 ** (7 * index)
    if (octet < 0x80) return { size: 4 + index + 1 + value }
  }
  throw new RangeError("no block")
}

function decrypted(sealed: Buffer, key: Buffer, iv: Buffer): Buffer {
  return createDecipheriv("aes-256-cbc", key, iv).setAutoPadding(false).update(sealed)
}

/** The key of the first password that fits the check; a lock without one cannot be told right from wrong. */
function keyFor({ salt, power, check }: Lock, { passwords }: Way): Promise<Buffer | null> {
  if (power > MOST_ROUNDS) throw new Stop("encrypted")
  return firstThatOpens(passwords, (password) => {
    const key = pbkdf2Sync(password, salt, 2 ** power, 32, "sha256")
    if (check === null) return key
    const proof = pbkdf2Sync(password, salt, 2 ** power + 32, 32, "sha256")
    const folded = Buffer.alloc(8)
    for (const [index, octet] of proof.entries()) folded[index % 8] = (folded[index % 8] ?? 0) ^ octet
    return folded.equals(check) ? key : null
  })
}

type Content = (file: FileBlock, data: Buffer) => Promise<Omit<Member, "names">>

/** Unpacks file after file; those of a solid archive share their window. */
function createContent(archive: number, way: Way): Content {
  let solid: { readonly window: Output; readonly unrar: Unrar } | null = null
  const keys = new Map<string, Promise<Buffer | null>>()
  const known = (lock: Lock): Promise<Buffer | null> => {
    const name = lock.salt.toString("hex")
    const key = keys.get(name) ?? keyFor(lock, way)
    keys.set(name, key)
    return key
  }
  return async (file, data) => {
    const { lock } = file
    const key = lock === null ? null : await known(lock)
    if (lock !== null && key === null) return { bytes: Buffer.alloc(0), trouble: "encrypted" }
    const opened = lock !== null
    try {
      const packed = lock === null || key === null ? data : decrypted(data, key, lock.iv)
      if (file.method === 0) return { ...checked(packed.subarray(0, file.size), file), opened }
      if (solid === null || !file.isSolid) solid = begin(way.budget, archive)
      return { ...checked(solid.unrar.file(packed, file.size), file), opened }
    } catch (error) {
      return { bytes: Buffer.alloc(0), trouble: troubleOf(error), opened }
    }
  }
}

function begin(budget: Budget, archive: number): { readonly window: Output; readonly unrar: Unrar } {
  const window = createOutput(budget, archive)
  return { window, unrar: createUnrar5(window) }
}

/** The sum of a sealed file may be made unreadable with its key. */
function checked(bytes: Buffer, { size, crc, lock }: FileBlock): Omit<Member, "names"> {
  const sound = bytes.length === size && (crc === null || lock?.hidesSums === true || crc32(bytes) === crc)
  return { bytes, trouble: sound ? null : "corrupt" }
}
