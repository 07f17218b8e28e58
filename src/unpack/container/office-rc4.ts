/** Old office files sealed with RC4: their streams in the clear, where a password opens them. [MS-OFFCRYPTO] 2.3.5, 2.3.6; [MS-XLS] 2.2.10; [MS-DOC] 2.2.6. */
import { hash } from "node:crypto"
import { rc4 } from "../codec/rc4.ts"
import type { OleStreams } from "../ole.ts"
import { firstThatOpens, type Passwords } from "../password.ts"

/** Every block has a key of its own. */
type KeyOf = (block: number) => Buffer
type Lock = (password: string) => KeyOf | null

/** What Excel tries by itself. */
const DEFAULT = "VelvetSweatshop"

/** The streams that were sealed, by their path; null when no password opens them, or they are sealed in another way. */
export async function opensLegacy(
  streams: OleStreams,
  passwords: Passwords,
): Promise<ReadonlyMap<string, Buffer> | null> {
  const book = ["Workbook", "Book"].find((name) => streams.has(name))
  const sealed = book === undefined ? wordSeal(streams) : bookSeal(book, streams.get(book))
  if (sealed === null) return null
  const first = sealed.lock(DEFAULT)
  const key = first ?? (await firstThatOpens(passwords, sealed.lock))
  return key === null ? null : sealed.open(key)
}

interface Sealed {
  readonly lock: Lock
  open(key: KeyOf): ReadonlyMap<string, Buffer>
}

/** RC4 with MD5 and 40 bits, or the library's own with SHA-1; null for anything else. */
function lockOf(header: Buffer): Lock | null {
  const [major, minor] = [header.readUInt16LE(0), header.readUInt16LE(2)]
  if (major === 1 && minor === 1) return forty(header)
  return major >= 2 && major <= 4 && minor === 2 ? library(header) : null
}

function forty(header: Buffer): Lock {
  const salt = header.subarray(4, 20)
  const proof = header.subarray(20, 52)
  return (password) => {
    const start = hash("md5", Buffer.from(password, "utf16le"), "buffer").subarray(0, 5)
    const salted = Buffer.concat(Array.from({ length: 16 }, () => [start, salt]).flat())
    const base = hash("md5", salted, "buffer").subarray(0, 5)
    const keyOf: KeyOf = (block) => hash("md5", Buffer.concat([base, number32(block)]), "buffer")
    return isRight(rc4(keyOf(0), proof), "md5") ? keyOf : null
  }
}

function library(header: Buffer): Lock {
  const size = header.readUInt32LE(8)
  const bits = header.readUInt32LE(28) || 40
  const verifier = header.subarray(12 + size)
  if (bits > 128 || bits % 8 !== 0 || verifier.length < 60) throw new RangeError("no such cipher")
  const proof = Buffer.concat([verifier.subarray(20, 36), verifier.subarray(40, 60)])
  return (password) => {
    const base = hash("sha1", Buffer.concat([verifier.subarray(4, 20), Buffer.from(password, "utf16le")]), "buffer")
    const keyOf: KeyOf = (block) => {
      const key = hash("sha1", Buffer.concat([base, number32(block)]), "buffer").subarray(0, bits / 8)
      return bits === 40 ? Buffer.concat([key, Buffer.alloc(11)]) : key
    }
    return isRight(rc4(keyOf(0), proof), "sha1") ? keyOf : null
  }
}

/** Sixteen octets, and their digest. */
function isRight(proof: Buffer, digest: "md5" | "sha1"): boolean {
  return hash(digest, proof.subarray(0, 16), "buffer").equals(proof.subarray(16))
}

function number32(value: number): Buffer {
  const octets = Buffer.alloc(4)
  octets.writeUInt32LE(value)
  return octets
}

function blocks(sealed: Buffer, size: number, keyOf: KeyOf): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < sealed.length; at += size) parts.push(rc4(keyOf(at / size), sealed.subarray(at, at + size)))
  return Buffer.concat(parts)
}

const FILE_PASS = 0x2f
const BOUND_SHEET = 0x85
const RC4 = 1
/** A record that no reader knows. */
const NOTHING = 0x0fff
/** Records that are never sealed. [MS-XLS] 2.2.10. */
const PLAIN = new Set([0x809, FILE_PASS, 0xe1, 0x194, 0x195, 0x196, 0x138])

function bookSeal(name: string, book: Buffer = Buffer.alloc(0)): Sealed | null {
  for (const { type, at, size } of records(book)) {
    if (type !== FILE_PASS) continue
    if (book.readUInt16LE(at + 4) !== RC4) return null
    const lock = lockOf(book.subarray(at + 6, at + 4 + size))
    return lock === null ? null : { lock, open: (key) => new Map([[name, openBook(book, key)]]) }
  }
  return null
}

function openBook(book: Buffer, keyOf: KeyOf): Buffer {
  const plain = blocks(book, 1_024, keyOf)
  for (const { type, at, size } of records(book)) {
    // Heads of records, and where sheets begin, stand in the clear.
    book.copy(plain, at, at, at + 4 + (PLAIN.has(type) ? size : type === BOUND_SHEET ? 4 : 0))
    if (type === FILE_PASS) plain.writeUInt16LE(NOTHING, at)
  }
  return plain
}

function* records(book: Buffer): Generator<{ readonly type: number; readonly at: number; readonly size: number }> {
  for (let at = 0; at + 4 <= book.length; ) {
    const size = book.readUInt16LE(at + 2)
    yield { type: book.readUInt16LE(at), at, size }
    at += 4 + size
  }
}

/** Flags of the FIB, and how much of it is never sealed. [MS-DOC] 2.5.2. */
const ENCRYPTED = 0x0100
const FIRST_TABLE = 0x0200
const OBFUSCATED = 0x8000
const FIB = 68

function wordSeal(streams: OleStreams): Sealed | null {
  const word = streams.get("WordDocument")
  if (word === undefined || word.length < FIB) return null
  const flags = word.readUInt16LE(10)
  const name = (flags & FIRST_TABLE) === 0 ? "0Table" : "1Table"
  const table = streams.get(name)
  if ((flags & OBFUSCATED) !== 0 || table === undefined) return null
  const lock = lockOf(table)
  if (lock === null) return null
  return {
    lock,
    open(key) {
      const opened = new Map<string, Buffer>()
      for (const path of ["WordDocument", name, "Data"]) {
        const stream = streams.get(path)
        if (stream !== undefined) opened.set(path, blocks(stream, 512, key))
      }
      const plain = opened.get("WordDocument")
      if (plain === undefined) return opened
      word.copy(plain, 0, 0, FIB)
      plain.writeUInt16LE(flags & ~ENCRYPTED, 10)
      plain.writeUInt32LE(0, 14)
      return opened
    },
  }
}
