/** A link that only the owner of a mailbox gets: a secret in it, a short code beside it; of both only digests are kept. */
import { hash, randomBytes, randomInt } from "node:crypto"

export interface Link {
  readonly url: string
  readonly code: string
  /** SHA-256 of the secret, and of that with the code. */
  readonly digest: string
  readonly codeDigest: string
}

export function newLink(publicUrl: string): Link {
  const secret = randomBytes(32).toString("base64url")
  const code = String(randomInt(1_000_000)).padStart(6, "0")
  const digest = hash("sha256", secret, "base64url")
  return { url: `${publicUrl}/r/${secret}`, code, digest, codeDigest: hash("sha256", `${digest}.${code}`, "base64url") }
}
