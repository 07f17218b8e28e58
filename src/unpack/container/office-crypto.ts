/** Office files sealed with a password: the package inside, agile or standard. [MS-OFFCRYPTO] 2.3.4. */
import { createDecipheriv, hash } from "node:crypto"
import { firstThatOpens, type Passwords } from "../password.ts"

/** What Office tries by itself: such a file opens without a question. [MS-OFFCRYPTO] 2.2.5 and its PowerPoint counterpart. */
const DEFAULTS = ["VelvetSweatshop", "/01Hannes Ruescher/01"]
/** Rounds a file may ask for: Office writes 100,000. */
const MOST_ROUNDS = 1_000_000
const SEGMENT = 4_096

type Unlock = (password: string) => Buffer | null

/** The package, or null when no password opens it. */
export function opensOffice(info: Buffer, sealed: Buffer, passwords: Passwords): Promise<Buffer | null> {
  const isAgile = info.readUInt16LE(0) === 4 && info.readUInt16LE(2) === 4
  const unlock = isAgile ? agile(info, sealed) : standard(info, sealed)
  const all: Passwords = {
    candidates: [...DEFAULTS, ...passwords.candidates],
    get time() {
      return passwords.time
    },
    set time(left) {
      passwords.time = left
    },
  }
  return firstThatOpens(all, unlock)
}

interface KeyData {
  readonly salt: Buffer
  readonly block: number
  readonly key: number
  readonly hash: string
  readonly attribute: (name: string) => string
}

/** XML written by one program and read by all: attributes of two elements. */
function keyData(xml: string, element: string): KeyData {
  const tag = new RegExp(`<(?:\\w{1,20}:)?${element}\\s([^>]{1,4000})>`).exec(xml)?.[1] ?? ""
  const attribute = (name: string): string => {
    const value = new RegExp(`(?:^|\\s)${name}="([^"]{0,2000})"`).exec(tag)?.[1]
    if (value === undefined) throw new RangeError(`no ${name}`)
    return value
  }
  const name = attribute("hashAlgorithm").toLowerCase().replace("-", "")
  if (!/^(?:sha1|sha256|sha384|sha512)$/.test(name)) throw new RangeError("no such hash")
  const bits = Number(attribute("keyBits"))
  if (![128, 192, 256].includes(bits) || attribute("cipherAlgorithm") !== "AES") throw new RangeError("no such cipher")
  return { salt: Buffer.from(attribute("saltValue"), "base64"), block: 16, key: bits / 8, hash: name, attribute }
}

function agile(info: Buffer, sealed: Buffer): Unlock {
  const xml = info.toString("utf8", 8)
  const data = keyData(xml, "keyData")
  const encryptor = keyData(xml, "encryptedKey")
  const rounds = Number(encryptor.attribute("spinCount"))
  if (!(rounds >= 0 && rounds <= MOST_ROUNDS)) throw new RangeError("too many rounds")
  const field = (name: string): Buffer => Buffer.from(encryptor.attribute(name), "base64")
  return (password) => {
    const spun = spin(encryptor.hash, encryptor.salt, password, rounds)
    const open = (purpose: string, value: Buffer): Buffer => {
      const key = sized(digest(encryptor.hash, spun, Buffer.from(purpose, "hex")), encryptor.key)
      return cbc(key, sized(encryptor.salt, 16), value)
    }
    const input = open("fea7d2763b4b9e79", field("encryptedVerifierHashInput"))
    const expected = open("d7aa0f6d3061344e", field("encryptedVerifierHashValue"))
    const actual = digest(encryptor.hash, input.subarray(0, encryptor.salt.length))
    if (!expected.subarray(0, actual.length).equals(actual)) return null
    const key = open("146e0be7abacd0d6", field("encryptedKeyValue")).subarray(0, data.key)
    return segments(sealed, (segment, index) =>
      cbc(key, sized(digest(data.hash, data.salt, number32(index)), 16), segment),
    )
  }
}

/** AES-128 in the simplest mode, for all of the package. */
function standard(info: Buffer, sealed: Buffer): Unlock {
  const header = info.readUInt32LE(8)
  const keySize = (info.readUInt32LE(12 + 16) || 128) / 8
  const verifier = info.subarray(12 + header)
  const salt = verifier.subarray(4, 20)
  if (verifier.length < 72 || ![16, 24, 32].includes(keySize)) throw new RangeError("no such cipher")
  return (password) => {
    const final = digest("sha1", spin("sha1", salt, password, 50_000), number32(0))
    const half = (octet: number): Buffer => {
      const pad = Buffer.alloc(64, octet)
      for (const [at, value] of final.entries()) pad[at] = octet ^ value
      return digest("sha1", pad)
    }
    const key = Buffer.concat([half(0x36), half(0x5c)]).subarray(0, keySize)
    const proof = digest("sha1", ecb(key, verifier.subarray(20, 36)))
    if (!ecb(key, verifier.subarray(40, 72)).subarray(0, 20).equals(proof)) return null
    return segments(sealed, (segment) => ecb(key, segment))
  }
}

/** The size stands before the segments, in the clear. */
function segments(sealed: Buffer, open: (segment: Buffer, index: number) => Buffer): Buffer {
  const size = Number(sealed.readBigUInt64LE(0))
  const parts: Buffer[] = []
  for (let at = 8; at < sealed.length; at += SEGMENT) {
    const segment = sealed.subarray(at, at + SEGMENT)
    parts.push(open(segment.subarray(0, segment.length & ~15), (at - 8) / SEGMENT))
  }
  return Buffer.concat(parts).subarray(0, size)
}

function spin(name: string, salt: Buffer, password: string, rounds: number): Buffer {
  let value = digest(name, salt, Buffer.from(password, "utf16le"))
  const round = Buffer.alloc(4 + value.length)
  for (let index = 0; index < rounds; index++) {
    round.writeUInt32LE(index)
    value.copy(round, 4)
    value = hash(name, round, "buffer")
  }
  return value
}

function digest(name: string, ...parts: readonly Buffer[]): Buffer {
  return hash(name, Buffer.concat(parts), "buffer")
}

/** Cut, or filled up. [MS-OFFCRYPTO] 2.3.4.11. */
function sized(value: Buffer, size: number): Buffer {
  return Buffer.concat([value, Buffer.alloc(size, 0x36)]).subarray(0, size)
}

function number32(value: number): Buffer {
  const octets = Buffer.alloc(4)
  octets.writeUInt32LE(value)
  return octets
}

function cbc(key: Buffer, iv: Buffer, sealed: Buffer): Buffer {
  return createDecipheriv(`aes-${key.length * 8}-cbc`, key, iv)
    .setAutoPadding(false)
    .update(sealed)
}

function ecb(key: Buffer, sealed: Buffer): Buffer {
  return createDecipheriv(`aes-${key.length * 8}-ecb`, key, null)
    .setAutoPadding(false)
    .update(sealed)
}
