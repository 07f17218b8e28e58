/** What only the owner of a mailbox gets: a link with a secret in it and a short code beside it, or an address with a secret tag. Only digests are kept. */
import { hash, randomBytes, randomInt } from "node:crypto"
import { type Address, addressKey, parseAddress } from "../mail/address.ts"

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

/** Local parts are compared without case: 32 letters and digits, 160 bits. RFC 4648 §6. */
const TAG = /^[a-z2-7]{32}$/
const LETTERS = "abcdefghijklmnopqrstuvwxyz234567"

export interface TaggedAddress {
  readonly address: string
  readonly digest: string
}

/** A new address that nobody can guess, below `mailbox`. */
export function newTagged(mailbox: string): TaggedAddress {
  const tag = Array.from(randomBytes(32), (octet) => LETTERS[octet % 32]).join("")
  const at = mailbox.lastIndexOf("@")
  return { address: `${mailbox.slice(0, at)}+${tag}${mailbox.slice(at)}`, digest: hash("sha256", tag, "base64url") }
}

/** The digest of the tag; null: it is no such address below `mailbox`. */
export function taggedDigest(address: Address, mailbox: string): string | null {
  const known = parseAddress(mailbox)
  if (known === null || known.domain !== address.domain) return null
  const [local, tag] = [known.local.toLowerCase(), addressKey(address).split("@")[0] ?? ""]
  if (!tag.startsWith(`${local}+`)) return null
  const rest = tag.slice(local.length + 1)
  return TAG.test(rest) ? hash("sha256", rest, "base64url") : null
}
