/** RAR 2 to 4: names of all files, the content of those that are stored, or packed by version 2.9 or later. RAR 4, "technote.txt". */
import { crc32 } from "node:zlib"
import { countFile, createOutput, Stop } from "../budget.ts"
import type { Unrar } from "../codec/unrar5.ts"
import { createUnrar3 } from "../codec/unrar3.ts"
import { firstThatOpens, type Passwords } from "../password.ts"
import { type Member, namesOf, slice, troubleOf, type Way } from "./member.ts"
import { SALT, type Seal, sealOf, unsealed } from "./rar4-seal.ts"

const MAIN = 0x73
const FILE = 0x74
const END = 0x7b
const STORED = 0x30
/** The version needed to unpack since the codes of today came: 2.9. */
const PACKED = 29
/** Flags of the archive and of a file. */
const VOLUME = 0x01
const SEALED_HEADERS = 0x80
const SPLIT = 0x03
const SEALED = 0x04
const SOLID = 0x10
const LARGE = 0x100
const SALTED = 0x400
const FOLDER = 0xe0

export async function* rar4(bytes: Buffer, way: Way): AsyncGenerator<Member> {
  const seals = createSeals(way.passwords)
  const content = createContent(bytes.length, way, seals)
  /** Of the headers, once one was told to be sealed. */
  let password: string | null = null
  let at = 7
  while (at + 7 <= bytes.length) {
    const { head, next } = password === null ? plainHead(bytes, at) : sealedHead(bytes, at, password, seals)
    const type = head.readUInt8(2)
    const flags = head.readUInt16LE(3)
    if (type === END) return
    const size = (flags & 0x8000) !== 0 || type === FILE ? head.readUInt32LE(7) : 0
    at = next + size
    if (type === MAIN) {
      if ((flags & VOLUME) !== 0) throw new Stop("split-archive")
      if ((flags & SEALED_HEADERS) !== 0) password = await passwordOf(bytes, at, way, seals)
    }
    if (type !== FILE) continue
    countFile(way.budget)
    if ((flags & SPLIT) !== 0) throw new Stop("split-archive")
    if ((flags & FOLDER) !== FOLDER) yield content(head, slice(bytes, next, size), password)
  }
}

interface Head {
  readonly head: Buffer
  /** Where it ends. */
  readonly next: number
}

function plainHead(bytes: Buffer, at: number): Head {
  const size = bytes.readUInt16LE(at + 5)
  if (size < 7) throw new RangeError("no header")
  const head = slice(bytes, at, size)
  const type = head.readUInt8(2)
  // Remarks of old stand within headers, behind what was summed.
  const hasRemark = (head.readUInt16LE(3) & (type === MAIN ? 0x02 : 0x08)) !== 0
  if ((type === MAIN || type === FILE) && !hasRemark && !isSound(head)) throw new RangeError("broken header")
  return { head, next: at + size }
}

/** Half of the sum stands before what is summed. */
function isSound(head: Buffer): boolean {
  return (crc32(head.subarray(2)) & 0xffff) === head.readUInt16LE(0)
}

/** A salt of its own, then the header filled up to whole blocks of the cipher. */
function sealedHead(bytes: Buffer, at: number, password: string, seals: Seals): Head {
  const seal = seals(password, slice(bytes, at, SALT))
  const from = at + SALT
  const size = unsealed(slice(bytes, from, 16), seal).readUInt16LE(5)
  if (size < 7) throw new RangeError("no header")
  const padded = Math.ceil(size / 16) * 16
  const head = unsealed(slice(bytes, from, padded), seal).subarray(0, size)
  if (!isSound(head)) throw new RangeError("broken header")
  return { head, next: from + padded }
}

/** The one that makes sense of the first sealed header. */
async function passwordOf(bytes: Buffer, at: number, { passwords }: Way, seals: Seals): Promise<string> {
  const found = await firstThatOpens(passwords, (candidate) => {
    try {
      sealedHead(bytes, at, candidate, seals)
      return candidate
    } catch {
      return null
    }
  })
  if (found === null) throw new Stop("encrypted")
  return found
}

/** Throws, or gives what has another sum, where the password is wrong. */
function unpack({ method, size }: FileHead, packed: Buffer, unrar: Unrar): Buffer {
  return method === STORED ? slice(packed, 0, size) : unrar.file(packed, size)
}

type Content = (head: Buffer, packed: Buffer, password: string | null) => Promise<Member>

/** Unpacks file after file; those of a solid archive share their window, and whatever password opened the first. */
function createContent(archive: number, { budget, passwords }: Way, seals: Seals): Content {
  const begin = (): Unrar => createUnrar3(createOutput(budget, archive))
  let solid: Unrar | null = null
  let known: string | null = null

  return async (head, packed, told) => {
    const file = readFileHead(head)
    const { names, size, crc, isSealed, isSolid } = file
    const nothing = { names, bytes: Buffer.alloc(0) }
    if (file.method !== STORED && file.version < PACKED) return { ...nothing, trouble: "unsupported-archive" }
    if (solid === null || !isSolid) solid = begin()
    try {
      if (!isSealed) {
        const whole = unpack(file, packed, solid)
        return { names, bytes: whole, trouble: whole.length === size && crc32(whole) === crc ? null : "corrupt" }
      }
      known ??= told
      const candidates = known === null ? passwords.candidates : [known]
      let found: { readonly password: string; readonly unrar: Unrar; readonly whole: Buffer } | null = null
      for (const password of candidates) {
        const unrar: Unrar = known === null ? begin() : solid
        const whole = opened(file, packed, { unrar, seal: () => seals(password, file.salt) })
        if (whole === null) continue
        found = { password, unrar, whole }
        break
      }
      if (found === null) return { ...nothing, trouble: budget.over ?? "encrypted" }
      known = found.password
      solid = found.unrar
      return { names, bytes: found.whole, trouble: null, opened: true }
    } catch (error) {
      return { ...nothing, trouble: troubleOf(error) }
    }
  }
}

/** Null: another password sealed it. */
function opened(
  file: FileHead,
  packed: Buffer,
  { unrar, seal }: { readonly unrar: Unrar; readonly seal: () => Seal },
): Buffer | null {
  try {
    const whole = unpack(file, unsealed(packed, seal()), unrar)
    return crc32(whole) === file.crc ? whole : null
  } catch {
    return null
  }
}

type Seals = (password: string, salt: Buffer) => Seal

/** Each is made once, and all within the time that a message's passwords may cost. */
function createSeals(passwords: Passwords): Seals {
  const made = new Map<string, Seal>()
  return (password, salt) => {
    const name = `${salt.toString("hex")} ${password}`
    const before = made.get(name)
    if (before !== undefined) return before
    if (passwords.time <= 0) throw new Stop("encrypted")
    const began = performance.now()
    const seal = sealOf(password, salt)
    passwords.time -= performance.now() - began
    made.set(name, seal)
    return seal
  }
}

interface FileHead {
  readonly names: readonly string[]
  readonly size: number
  readonly crc: number
  readonly version: number
  readonly method: number
  readonly isSealed: boolean
  readonly isSolid: boolean
  readonly salt: Buffer
}

function readFileHead(head: Buffer): FileHead {
  const flags = head.readUInt16LE(3)
  const nameFrom = 32 + ((flags & LARGE) !== 0 ? 8 : 0)
  const nameSize = head.readUInt16LE(26)
  const name = slice(head, nameFrom, nameSize)
  // The name in one alphabet, a NUL, and how it differs in Unicode.
  const end = name.indexOf(0)
  return {
    names: namesOf(end < 0 ? name : name.subarray(0, end)),
    size: head.readUInt32LE(11),
    crc: head.readUInt32LE(16),
    version: head.readUInt8(24),
    method: head.readUInt8(25),
    isSealed: (flags & SEALED) !== 0,
    isSolid: (flags & SOLID) !== 0,
    salt: (flags & SALTED) !== 0 ? slice(head, nameFrom + nameSize, SALT) : Buffer.alloc(0),
  }
}
