/** The standard security handler of PDF, revisions 2 to 6. ISO 32000-1, 7.6.3; ISO 32000-2, 7.6.4. */
import { createCipheriv, createDecipheriv, createHash, hash } from "node:crypto"
import { rc4 } from "../codec/rc4.ts"
import { stringAfter } from "./pdf-syntax.ts"

/** Decrypts one stream of an object. */
export type PdfCipher = (sealed: Buffer, number: number, generation: number) => Buffer

const PAD = Buffer.from("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a", "hex")

interface Terms {
  readonly revision: number
  readonly owner: Buffer
  readonly user: Buffer
  readonly permissions: number
  readonly id: Buffer
  /** Octets of the key. */
  readonly size: number
  readonly coversMetadata: boolean
}

/** What a password gives: the cipher, or null when it is wrong. Null at once for handlers nobody here knows. */
export function createPdfLock(dictionary: string, id: Buffer): ((password: string) => PdfCipher | null) | null {
  const number = (key: string): number | null => {
    const value = new RegExp(`/${key}\\s{1,9}(-?\\d{1,11})`).exec(dictionary)?.[1]
    return value === undefined ? null : Number(value)
  }
  const text = (key: string): Buffer => Buffer.from(stringAfter(dictionary, key) ?? "", "latin1")
  const version = number("V") ?? 0
  const revision = number("R") ?? 0
  if (!/\/Filter\s{0,9}\/Standard\b/.test(dictionary) || revision < 2 || revision > 6) return null
  const isAes = /\/CFM\s{0,9}\/AESV[23]\b/.test(dictionary)
  const told = /\/Length\s{1,9}(\d{1,3})(?=[^<>]{0,400}(?:>>\s{0,9})?$|[^<>]{0,400})/.exec(dictionary)?.[1]
  const length = version >= 4 ? 128 : Number(told ?? 40)
  const terms: Terms = {
    revision,
    owner: text("/O"),
    user: text("/U"),
    permissions: number("P") ?? 0,
    id,
    size: revision === 2 ? 5 : Math.min(16, Math.max(5, Math.floor(length / 8))),
    coversMetadata: !/\/EncryptMetadata\s{1,9}false/.test(dictionary),
  }
  if (revision >= 5) {
    const keys = { user: text("/UE"), owner: text("/OE") }
    return (password) => {
      const key = keyOfSix(Buffer.from(password.normalize("NFKC")).subarray(0, 127), terms, keys)
      return key === null ? null : (sealed) => decipher(sealed, key)
    }
  }
  return (password) => {
    const key = keyOfFour(Buffer.from(password, "latin1"), terms)
    return key === null ? null : cipherOfFour(key, isAes)
  }
}

function md5(...parts: readonly Buffer[]): Buffer {
  const digest = createHash("md5")
  for (const part of parts) digest.update(part)
  return digest.digest()
}

function padded(password: Buffer): Buffer {
  return Buffer.concat([password, PAD]).subarray(0, 32)
}

/** As the reader's password, and as the owner's, which hides the reader's. Algorithms 2 to 7. */
function keyOfFour(password: Buffer, terms: Terms): Buffer | null {
  return userKey(padded(password), terms) ?? userKey(fromOwner(password, terms), terms)
}

function userKey(
  password: Buffer,
  { revision, owner, user, permissions, id, size, coversMetadata }: Terms,
): Buffer | null {
  const signed = Buffer.alloc(4)
  signed.writeInt32LE(permissions | 0)
  const tail = revision >= 4 && !coversMetadata ? Buffer.alloc(4, 0xff) : Buffer.alloc(0)
  let key = md5(password, owner.subarray(0, 32), signed, id, tail).subarray(0, size)
  if (revision === 2) return rc4(key, PAD).equals(user.subarray(0, 32)) ? key : null
  for (let round = 0; round < 50; round++) key = md5(key).subarray(0, size)
  let proof = md5(PAD, id)
  for (let round = 0; round < 20; round++) proof = rc4(turned(key, round), proof)
  return proof.equals(user.subarray(0, 16)) ? key : null
}

function fromOwner(password: Buffer, { revision, owner, size }: Terms): Buffer {
  let key = md5(padded(password))
  if (revision > 2) for (let round = 0; round < 50; round++) key = md5(key)
  let value = owner.subarray(0, 32)
  for (let round = revision > 2 ? 19 : 0; round >= 0; round--) value = rc4(turned(key.subarray(0, size), round), value)
  return value
}

function turned(key: Buffer, round: number): Buffer {
  return Buffer.from(key.map((octet) => octet ^ round))
}

/** Every object has a key of its own. Algorithm 1. */
function cipherOfFour(key: Buffer, isAes: boolean): PdfCipher {
  return (sealed, number, generation) => {
    const object = Buffer.alloc(5)
    object.writeUIntLE(number % 0x1000000, 0, 3)
    object.writeUInt16LE(generation & 0xffff, 3)
    const own = md5(key, object, Buffer.from(isAes ? "sAlT" : "", "latin1")).subarray(0, Math.min(16, key.length + 5))
    return isAes ? decipher(sealed, own) : rc4(own, sealed)
  }
}

/** The vector stands before, the padding behind. */
function decipher(sealed: Buffer, key: Buffer): Buffer {
  const size = (sealed.length - 16) & ~15
  if (size <= 0) return Buffer.alloc(0)
  const plain = createDecipheriv(`aes-${key.length * 8}-cbc`, key, sealed.subarray(0, 16))
    .setAutoPadding(false)
    .update(sealed.subarray(16, 16 + size))
  const pad = plain.at(-1) ?? 0
  return pad >= 1 && pad <= 16 ? plain.subarray(0, plain.length - pad) : plain
}

/** Hash, salt of the check, salt of the key. Algorithm 2.A. */
function keyOfSix(
  password: Buffer,
  { revision, user, owner }: Terms,
  keys: { readonly user: Buffer; readonly owner: Buffer },
): Buffer | null {
  const digest = revision === 5 ? simple : hardened
  const none = Buffer.alloc(0)
  if (digest(password, user.subarray(32, 40), none).equals(user.subarray(0, 32))) {
    return unwrapped(digest(password, user.subarray(40, 48), none), keys.user)
  }
  const whole = user.subarray(0, 48)
  if (!digest(password, owner.subarray(32, 40), whole).equals(owner.subarray(0, 32))) return null
  return unwrapped(digest(password, owner.subarray(40, 48), whole), keys.owner)
}

function unwrapped(key: Buffer, sealed: Buffer): Buffer {
  return createDecipheriv("aes-256-cbc", key, Buffer.alloc(16)).setAutoPadding(false).update(sealed.subarray(0, 32))
}

function simple(password: Buffer, salt: Buffer, more: Buffer): Buffer {
  return hash("sha256", Buffer.concat([password, salt, more]), "buffer")
}

/** Algorithm 2.B: at least 64 rounds, and on until the last octet allows to stop. */
function hardened(password: Buffer, salt: Buffer, more: Buffer): Buffer {
  let key = simple(password, salt, more)
  for (let round = 0, last = 0; round < 64 || last > round - 32; round++) {
    const once = Buffer.concat([password, key, more])
    const input = Buffer.alloc(once.length * 64)
    for (let copy = 0; copy < 64; copy++) once.copy(input, copy * once.length)
    const sealed = createCipheriv("aes-128-cbc", key.subarray(0, 16), key.subarray(16, 32))
      .setAutoPadding(false)
      .update(input)
    const rest = sealed.subarray(0, 16).reduce((sum, octet) => sum + octet, 0) % 3
    key = hash(rest === 0 ? "sha256" : rest === 1 ? "sha384" : "sha512", sealed, "buffer")
    last = sealed.at(-1) ?? 0
  }
  return key.subarray(0, 32)
}
