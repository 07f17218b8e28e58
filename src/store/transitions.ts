/** The port's transitions as the writer thread makes them: synchronous, each inside a savepoint of somebody else's transaction. */
import type { ChainPage } from "../mail/audit.ts"
import type { Acceptance, Lease, Settlement } from "../mail/delivery.ts"
import type { MailEvent } from "../mail/event.ts"
import type { Instant } from "../mail/transaction.ts"
import type { Records } from "./store.ts"

type Plain = Omit<Records, "close" | "settle" | "accept" | "audit">

/** What was accepted into somebody's hands: the lease, and the ids of all copies in their order. */
export interface Taken {
  readonly lease: Pick<Lease, "token" | "until">
  readonly ids: readonly number[]
}

export type Transitions = {
  readonly [Name in keyof Plain]: (...args: Parameters<Plain[Name]>) => Awaited<ReturnType<Plain[Name]>>
} & {
  /** As in the port, but whoever brought the message makes the lease: its body need not come back. */
  readonly accept: (acceptance: Acceptance, reports: readonly Acceptance[], leaseUntil: Instant | null) => Taken | null
  /** A stretch of the audit trail as it is written. */
  readonly chain: (after: number, limit: number) => ChainPage
  /** As in the port, but the token alone stands for the lease: its body need not come back. */
  readonly settle: (
    token: string,
    settlements: readonly Settlement[],
    reports: readonly Acceptance[],
    events: readonly MailEvent[],
  ) => boolean
}

export type TransitionName = keyof Transitions
export type Call = {
  readonly [Name in TransitionName]: { readonly name: Name; readonly args: Parameters<Transitions[Name]> }
}[TransitionName]

/** These change nothing: a batch of them alone takes no write lock. */
export const READS: ReadonlySet<TransitionName> = new Set([
  "queued",
  "held",
  "heldCopies",
  "show",
  "counts",
  "events",
  "news",
  "isReply",
  "sightings",
  "body",
  "policyHead",
  "isPolicyByHand",
  "policyVersions",
  "policyVersion",
  "workingPolicy",
  "exceptions",
  "exception",
  "evidence",
  "evidenceOf",
  "auditHead",
  "chain",
  "noticeVersions",
  "editedNotices",
  "accounts",
  "account",
  "session",
  "sessions",
  "invited",
  "waiting",
  "heldPage",
  "queuePage",
  "destinations",
  "dueCases",
  "appeal",
  "appeals",
  "dueAppeals",
  "passes",
  "ballot",
])
/** Their callers bring the events and tell of them. */
export const TOLD: ReadonlySet<TransitionName> = new Set(["accept", "note", "settle"])
