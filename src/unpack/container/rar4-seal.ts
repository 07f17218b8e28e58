/** The seal of RAR 3 and 4: AES of 128 bits, its key from many rounds of SHA-1 over password and salt. */
import { createDecipheriv, createHash } from "node:crypto"

export interface Seal {
  readonly key: Buffer
  readonly iv: Buffer
}

export const SALT = 8
/** Rounds in as many pieces as the vector has octets: each piece gives one. */
const PIECES = 16
const IN_PIECE = 0x40000 / PIECES

export function sealOf(password: string, salt: Buffer): Seal {
  const word = Buffer.concat([Buffer.from(password, "utf16le"), salt])
  const round = word.length + 3
  const rounds = Buffer.alloc(IN_PIECE * round)
  for (let index = 0; index < IN_PIECE; index++) word.copy(rounds, index * round)
  const hash = createHash("sha1")
  const iv = Buffer.alloc(PIECES)
  for (let piece = 0; piece < PIECES; piece++) {
    for (let index = 0; index < IN_PIECE; index++)
      rounds.writeUIntLE(piece * IN_PIECE + index, index * round + word.length, 3)
    hash.update(rounds.subarray(0, round))
    iv[piece] = hash.copy().digest()[19] ?? 0
    hash.update(rounds.subarray(round))
  }
  // Words of the digest, lowest octet first.
  return { key: Buffer.from(hash.digest().subarray(0, 16)).swap32(), iv }
}

export function unsealed(octets: Buffer, { key, iv }: Seal): Buffer {
  return createDecipheriv("aes-128-cbc", key, iv).setAutoPadding(false).update(octets)
}
