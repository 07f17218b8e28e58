/** The one cipher of bodies at rest, so that a deleted key is a deleted message. */
import { createCipheriv, createSecretKey, type Cipheriv } from "node:crypto"

const ZERO = new Uint8Array(16)

/**
 * AES-256 in counter mode: the same operation both ways, in pieces of any size. The counter may start at zero because
 * no key is ever used for a second message. Integrity is the record's SHA-256, checked whenever a body is read back.
 */
export function bodyCipher(key: Uint8Array): Cipheriv {
  // As a KeyObject: raw octets take twice as long to set up.
  return createCipheriv("aes-256-ctr", createSecretKey(key), ZERO)
}
