/** The two ways a zip is sealed: PKWARE's old cipher (APPNOTE 6.1) and AES as WinZip defined it (AE-1, AE-2). */
import { createCipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto"
import type { Entry } from "./zip-directory.ts"

const HEADER = 12
const CRC = crcTable()

function crcTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, octet) => {
    let value = octet
    for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
    return value >>> 0
  })
}

/** Null when the last octet of the header is not what the right password gives: one in 256 wrong ones does. */
export function unlockZipCrypto(packed: Buffer, entry: Entry, password: string): Buffer | null {
  if (packed.length < HEADER) return null
  for (const key of keysOf(password)) {
    const cipher = zipCrypto(key)
    const header = cipher(packed.subarray(0, HEADER))
    const check = (entry.flags & 8) === 0 ? entry.crc >>> 24 : entry.time >>> 8
    if (header[HEADER - 1] === check) return cipher(packed.subarray(HEADER))
  }
  return null
}

/** As UTF-8, and as the octets old programs take. */
function keysOf(password: string): readonly Buffer[] {
  const utf8 = Buffer.from(password)
  return utf8.length === password.length ? [utf8] : [utf8, Buffer.from(password, "latin1")]
}

function zipCrypto(password: Buffer): (sealed: Buffer) => Buffer {
  let key0 = 0x12345678
  let key1 = 0x23456789
  let key2 = 0x34567890
  const update = (octet: number): void => {
    key0 = (key0 >>> 8) ^ (CRC[(key0 ^ octet) & 0xff] ?? 0)
    key1 = (Math.imul((key1 + (key0 & 0xff)) | 0, 134_775_813) + 1) | 0
    key2 = (key2 >>> 8) ^ (CRC[(key2 ^ (key1 >>> 24)) & 0xff] ?? 0)
  }
  for (const octet of password) update(octet)
  return (sealed) => {
    const plain = Buffer.allocUnsafe(sealed.length)
    for (let at = 0; at < sealed.length; at++) {
      const temp = (key2 & 0xffff) | 2
      const octet = (sealed[at] ?? 0) ^ ((Math.imul(temp, temp ^ 1) >>> 8) & 0xff)
      plain[at] = octet
      update(octet)
    }
    return plain
  }
}

export interface AesField {
  readonly version: number
  /** Octets of the key. */
  readonly strength: 16 | 24 | 32
  readonly method: number
}

export function aesField(extra: Buffer | undefined): AesField | null {
  if (extra === undefined || extra.length < 7 || extra.toString("latin1", 2, 4) !== "AE") return null
  const strength = ([16, 24, 32] as const)[extra.readUInt8(4) - 1]
  return strength === undefined ? null : { version: extra.readUInt16LE(0), strength, method: extra.readUInt16LE(5) }
}

/** Salt, two octets to tell a wrong password, sealed octets, ten of their authentication code. */
export function unlockAes(packed: Buffer, { strength }: AesField, password: string): Buffer | null {
  const salt = strength / 2
  if (packed.length < salt + 12) return null
  const keys = pbkdf2Sync(password, packed.subarray(0, salt), 1_000, strength * 2 + 2, "sha1")
  if (!keys.subarray(-2).equals(packed.subarray(salt, salt + 2))) return null
  const sealed = packed.subarray(salt + 2, -10)
  const code = createHmac("sha1", keys.subarray(strength, strength * 2))
    .update(sealed)
    .digest()
    .subarray(0, 10)
  if (!timingSafeEqual(code, packed.subarray(-10))) return null
  return counterMode(sealed, keys.subarray(0, strength))
}

/** The counter begins at 1 and its lowest octet comes first, unlike that of every other counter mode. */
function counterMode(sealed: Buffer, key: Buffer): Buffer {
  const blocks = Buffer.alloc(Math.ceil(sealed.length / 16) * 16)
  for (let block = 0; block * 16 < blocks.length; block++) blocks.writeUInt32LE(block + 1, block * 16)
  const stream = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).update(blocks)
  for (let at = 0; at < sealed.length; at++) stream[at] = (stream[at] ?? 0) ^ (sealed[at] ?? 0)
  return stream.subarray(0, sealed.length)
}
