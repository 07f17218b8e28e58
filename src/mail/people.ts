/** Who works in the console: accounts, what each may do in which units, and the sessions they have open. */
import type { UnitId } from "./policy.ts"
import type { Instant } from "./transaction.ts"

/**
 * Operator: runs the gateway. Officer: a unit's IT officer. Approver: decides about held mail. Security: quarantine and content.
 * Auditor: sees, changes nothing.
 */
export const ROLES = ["operator", "officer", "approver", "security", "auditor"] as const
export type Role = (typeof ROLES)[number]

/** A role in a unit and in all units below it. */
export interface Grant {
  readonly role: Role
  readonly unit: UnitId
  /** Whom escalation asks: the first in order, then the deputies. */
  readonly deputy: boolean
}

export interface Account {
  readonly id: number
  /** The login: lower case. */
  readonly name: string
  /** As people are called. */
  readonly title: string
  /** Address key where notices go; null: gets none. */
  readonly mail: string | null
  readonly grants: readonly Grant[]
  readonly createdAt: Instant
  readonly lastLoginAt: Instant | null
  readonly passwordAt: Instant | null
  /** An authenticator is set up. */
  readonly hasTotp: boolean
  /** How many passkeys it has. */
  readonly passkeys: number
  /** `local`: a password of ours. `directory`: LDAP knows who it is and what it may. */
  readonly source: "local" | "directory"
  readonly lockedUntil: Instant | null
  readonly disabledAt: Instant | null
}

/** A key that an authenticator keeps; its public half. Web Authentication. */
export interface Passkey {
  /** The credential's identifier, base64url. */
  readonly id: string
  /** As its owner calls it. */
  readonly name: string
  /** COSE number of the algorithm, a colon, SPKI in base64url. */
  readonly key: string
  /** Of signatures, as the authenticator counts; 0: it does not. */
  readonly counter: number
  readonly createdAt: Instant
  readonly usedAt: Instant | null
}

/** By which a session came in. */
export const DOORS = ["password", "passkey", "directory", "single-sign-on"] as const
export type Door = (typeof DOORS)[number]

/** What proves that somebody is who the account says. Never leaves the server. */
export interface Credentials {
  /** PHC string; null: not set yet. */
  readonly password: string | null
  /** Earlier ones, the newest first. */
  readonly earlier: readonly string[]
  /** Sealed with the agency's key. RFC 6238. */
  readonly totp: string | null
  /** SHA-256 of the recovery codes that are left. */
  readonly recovery: readonly string[]
}

/** One browser that logged in. `stage`: what was proven so far. */
export interface Session {
  /** SHA-256 of the cookie's secret. */
  readonly id: string
  readonly account: number
  readonly stage: "password" | "full"
  readonly door: Door
  readonly openedAt: Instant
  readonly seenAt: Instant
  readonly client: string
  /** What the browser calls itself, cut. */
  readonly agent: string
}
