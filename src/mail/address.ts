/** Mail addresses as SMTP speaks them: one canonical form for every comparison, the written form for the wire. */

/**
 * A mailbox of RFC 5321 §4.1.2. Compare by `local` and `domain`; put `text` on the wire.
 * `domain` is canonical (lower case, A-labels of RFC 5890, no trailing dot), or `[…]` for an address literal,
 * or empty only for `<postmaster>` (RFC 5321 §4.5.1).
 */
export interface Address {
  readonly local: string
  readonly domain: string
  readonly text: string
}

/** Characters that would let URL's host parser see something else than a domain. */
const NOT_A_DOMAIN = /[\s/\\:@?#%[\]<>^|"`{}\p{Cc}]/u
const PLAIN = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/

/**
 * One spelling for every way to write a domain: case, trailing dot, full width, ideographic dots, U-labels.
 * Null when it is no domain at all. IDNA processing is UTS #46 as WHATWG URL does it (a global, so this stays pure).
 */
export function canonicalDomain(written: string): string | null {
  const trimmed = written.trim()
  if (trimmed === "" || trimmed.length > 255 || NOT_A_DOMAIN.test(trimmed)) return null
  const lower = trimmed.toLowerCase()
  if (
    PLAIN.test(lower) &&
    !lower.includes("xn--") &&
    !lower.includes("..") &&
    !/(?:^|\.)(?:0x[0-9a-f]*|\d+)$/.test(lower)
  ) {
    return lower
  }
  const ascii = URL.parse(`http://${trimmed}`)?.hostname ?? ""
  const bare = ascii.endsWith(".") ? ascii.slice(0, -1) : ascii
  const sound =
    bare !== "" && !bare.startsWith(".") && !bare.endsWith(".") && !bare.includes("..") && !/^[\d.]+$/.test(bare)
  return sound ? bare : null
}

/** Splits at the last `@`; null when either side is missing or the domain is none. Grammar beyond that is the caller's. */
export function parseAddress(written: string): Address | null {
  const at = written.lastIndexOf("@")
  if (at <= 0) return written.toLowerCase() === "postmaster" ? { local: written, domain: "", text: written } : null
  const local = written.slice(0, at)
  const host = written.slice(at + 1)
  const literal = /^\[[0-9a-fA-Fv:.IP]+\]$/.test(host) ? host.toLowerCase() : null
  const domain = literal ?? canonicalDomain(host)
  return domain === null ? null : { local, domain, text: written }
}

/** The key under which an address is counted, listed and compared. Local parts are compared without case, as every agency's server does. */
export function addressKey(address: Address): string {
  return `${address.local.toLowerCase()}@${address.domain}`
}

/** True when `domain` is `parent` or lies below it. Both canonical. */
export function isWithin(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith(`.${parent}`)
}
