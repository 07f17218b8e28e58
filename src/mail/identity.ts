/** Whose mail this is, as far as it can be proven, and every free webmail address in it. */
import type { Address } from "./address.ts"
import type { Position } from "./message.ts"

/** Who may send what where is a matter of direction; it comes from the listener and the session. */
export type Direction = "inbound" | "outbound" | "internal" | "relay"

/** Result words of RFC 8601 §2.7. */
export const AUTH_RESULTS = ["none", "pass", "fail", "softfail", "neutral", "policy", "temperror", "permerror"] as const
export type AuthResult = (typeof AUTH_RESULTS)[number]

/** What a client that nobody knows says about itself; the three things SPF asks about. RFC 7208 §2. */
export interface Claim {
  readonly ip: string
  readonly helo: string
  /** MAIL FROM; null is the null reverse-path. */
  readonly mailFrom: Address | null
}

/** One DKIM-Signature; domain and selector are its author's words, "" where it gives none. RFC 6376 §3.5. */
export interface Signature {
  readonly result: AuthResult
  readonly domain: string
  readonly selector: string
}

/** What the sender's DNS and signatures prove. RFC 7208, RFC 6376, RFC 9989, RFC 8617. */
export interface Authentication {
  readonly spf: AuthResult
  /** The best of all signatures. */
  readonly dkim: AuthResult
  readonly dmarc: AuthResult
  readonly arc: AuthResult
  /** The domain SPF was asked for: that of MAIL FROM, or of HELO under a null reverse-path. */
  readonly asked: { readonly of: "mailfrom" | "helo"; readonly domain: string } | null
  readonly signatures: readonly Signature[]
  /** The one domain of the From field that DMARC was asked for, or null. */
  readonly author: string | null
  /** SPF or a signature shows that MAIL FROM is the sender's own: it may be told of failures. */
  readonly provesMailFrom: boolean
}

/** Mail of our own people and servers, and of everybody where the settings ask for no check. */
export const UNCHECKED: Authentication = {
  spf: "none",
  dkim: "none",
  dmarc: "none",
  arc: "none",
  asked: null,
  signatures: [],
  author: null,
  provesMailFrom: false,
}

export interface WebmailHit {
  readonly position: Position
  readonly address: string
  readonly provider: string
}

export const IMITATIONS = ["homograph", "look-alike", "look-alike-own", "impersonation", "shown-address"] as const

/** An address that shows somebody else than it belongs to. */
export interface Imitation {
  readonly position: Position
  readonly address: string
  readonly why: (typeof IMITATIONS)[number]
  /** A domain, an address or a name. */
  readonly of: string
}

export interface Identity {
  readonly webmail: readonly WebmailHit[]
  /** Every address of every position, canonical, for domain and list conditions. */
  readonly addresses: readonly { readonly position: Position; readonly key: string; readonly domain: string }[]
}
