/** Random secrets, their digests, and what is sealed under the agency's key before it reaches a disk. */
import { createCipheriv, createDecipheriv, createHmac, hash, hkdfSync, randomBytes } from "node:crypto"

/** 256 random bits for a cookie or a link. ASVS 7.2.3 asks for 128. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url")
}

/** What the store keeps of a secret: who reads the store cannot use it. */
export function digestOf(secret: string): string {
  return hash("sha256", secret, "base64url")
}

export interface Keys {
  /** Follows from the session's secret, which no script of a page can read. */
  csrf(secret: string): string
  /** By which an authenticator knows an account; tells nothing of whom. */
  handle(account: number): string
  seal(octets: Uint8Array): string
  /** Null: not sealed by us. */
  open(sealed: string): Buffer | null
}

const NONCE = 12
const TAG = 16

/** Keys of their own for each use, from the one beside the store. RFC 5869. */
export function createKeys(agency: Uint8Array): Keys {
  const derived = (use: string): Buffer => Buffer.from(hkdfSync("sha256", agency, "", `congthu console ${use}`, 32))
  const sealing = derived("seal")
  const csrf = derived("csrf")
  const handle = derived("handle")
  return {
    handle: (account) => createHmac("sha256", handle).update(`${account}`).digest("base64url"),
    csrf: (secret) => createHmac("sha256", csrf).update(secret).digest("base64url"),
    seal: (octets) => {
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv("aes-256-gcm", sealing, nonce)
      return Buffer.concat([nonce, cipher.update(octets), cipher.final(), cipher.getAuthTag()]).toString("base64")
    },
    open: (sealed) => {
      const octets = Buffer.from(sealed, "base64")
      if (octets.length < NONCE + TAG) return null
      try {
        const decipher = createDecipheriv("aes-256-gcm", sealing, octets.subarray(0, NONCE))
        decipher.setAuthTag(octets.subarray(-TAG))
        return Buffer.concat([decipher.update(octets.subarray(NONCE, -TAG)), decipher.final()])
      } catch {
        return null
      }
    },
  }
}
