/** The policy's life: versions, the registry of units that goes with them, exceptions as documents, and what is kept to judge again. */
import type { Change } from "./change.ts"
import type { Condition, MailboxEntry, RuleId, Unit, UnitId } from "./policy.ts"
import type { Instant, TransactionId } from "./transaction.ts"

/** Units and mailboxes that people and directories maintain, beside those that the policy's text names. */
export interface Registry {
  readonly units: readonly Unit[]
  readonly mailboxes: readonly MailboxEntry[]
}

export const NO_REGISTRY: Registry = { units: [], mailboxes: [] }

/** `waiting`: for a second person. The one in force is the published one with the highest number. */
export type VersionState = "waiting" | "published" | "withdrawn"

/** What a version was made for: the text changed, the registry, an exception; `file`: an edited file taken over at start. */
export type VersionKind = "document" | "registry" | "exceptions" | "rollback" | "file"

export interface VersionRow {
  readonly number: number
  /** Number and content hash, as verdicts name it. */
  readonly name: string
  readonly state: VersionState
  readonly kind: VersionKind
  /** The version in force when it was drafted; null for the first. */
  readonly base: number | null
  readonly author: string
  readonly reason: string
  /** Where the text came from, e.g. `git:3fa2b1c`. */
  readonly origin: string | null
  readonly draftedAt: Instant
  readonly loosens: boolean
  readonly changes: readonly Change[]
  readonly approver: string | null
  readonly publishedAt: Instant | null
}

/** All that a version judges by. */
export interface Version extends VersionRow {
  readonly document: string
  readonly registry: Registry
  readonly exceptions: readonly ExceptionDocument[]
}

/** A version that somebody wants; `base` is what it was compared with. */
export interface Draft {
  readonly kind: VersionKind
  readonly document: string
  readonly registry: Registry
  readonly base: number | null
  readonly author: string
  readonly reason: string
  readonly origin: string | null
  readonly at: Instant
  readonly loosens: boolean
  readonly changes: readonly Change[]
}

/** A text that its author has not yet put forward; a person has one. */
export interface Working {
  readonly author: string
  readonly document: string
  /** The version it was begun from. */
  readonly base: number | null
  readonly at: Instant
}

/** `stale`: another version came into force meanwhile, so what was compared no longer holds. */
export type Drafted = { readonly is: "published" | "waiting"; readonly number: number } | { readonly is: "stale" }

export type Approved = "published" | "stale" | "same-person" | "not-waiting"

export const EXCEPTION_STATES = ["requested", "granted", "denied", "ended"] as const
export type ExceptionState = (typeof EXCEPTION_STATES)[number]

/** Lifts one rule for somebody for a while. */
export interface ExceptionDocument {
  readonly id: string
  readonly rule: RuleId
  /** The unit that grants it: the rule's owner or one above. */
  readonly owner: UnitId
  /** The unit that asked for it. */
  readonly unit: UnitId
  readonly when: Condition
  readonly reason: string
  readonly basis: string | null
  /** Who is reminded before it ends; an address key. */
  readonly mail: string | null
  readonly state: ExceptionState
  readonly requester: string
  readonly requestedAt: Instant
  readonly start: Instant
  readonly end: Instant
  readonly approver: string | null
  readonly grantedAt: Instant | null
  readonly uses: number
  readonly lastUsedAt: Instant | null
  readonly remindedAt: Instant | null
  readonly endedAt: Instant | null
  readonly endedBy: string | null
  readonly endedWhy: string | null
}

export type ExceptionRequest = Pick<
  ExceptionDocument,
  "id" | "rule" | "owner" | "unit" | "when" | "reason" | "basis" | "mail" | "requester" | "start" | "end"
>

export type Granted = "granted" | "same-person" | "not-requested"

/** One verdict with the facts that a policy can ask about, and no text. */
export interface EvidenceRow {
  /** The number of its first event. */
  readonly seq: number
  readonly at: Instant
  readonly transaction: TransactionId
  /** JSON, as `decide/record.ts` writes it. */
  readonly facts: string
}

/** What the writer keeps beside a verdict's events. */
export type Kept = Omit<EvidenceRow, "seq">
