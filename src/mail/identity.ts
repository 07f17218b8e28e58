/** Whose mail this is, as far as it can be proven, and every free webmail address in it. */
import type { Position } from "./message.ts"

/** Who may send what where is a matter of direction; it comes from the listener and the session. */
export type Direction = "inbound" | "outbound" | "internal" | "relay"

/** Result words of RFC 8601 §2.7. */
export type AuthResult = "none" | "pass" | "fail" | "softfail" | "neutral" | "policy" | "temperror" | "permerror"

export interface WebmailHit {
  readonly position: Position
  readonly address: string
  readonly provider: string
}

export interface Identity {
  readonly webmail: readonly WebmailHit[]
  /** Every address of every position, canonical, for domain and list conditions. */
  readonly addresses: readonly { readonly position: Position; readonly key: string; readonly domain: string }[]
  readonly spf: AuthResult
  readonly dkim: AuthResult
  readonly dmarc: AuthResult
  readonly arc: AuthResult
}
