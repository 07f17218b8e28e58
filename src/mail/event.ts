/** What happened: one closed list that is at once audit trail, metric label, log line and test assertion. */
import type { Instant, TransactionId } from "./transaction.ts"

export const EVENT_KINDS = [
  "received",
  "deferred",
  "rejected",
  "refused",
  "accepted",
  "flagged",
  "held",
  "quarantined",
  "requested",
  "answered",
  "escalated",
  "approved",
  "denied",
  "released",
  "discarded",
  "expired",
  "attempted",
  "delivered",
  "retried",
  "bounced",
  "undeliverable",
  "noticed",
  "set-aside",
  "policy-drafted",
  "policy-replayed",
  "policy-published",
  "exception-granted",
  "exception-ended",
  "unit-changed",
  "user-changed",
  "notice-changed",
  "login",
  "login-failed",
  "content-read",
  "audit-verified",
  "look-back",
  "settings-reloaded",
  "started",
  "stopped",
] as const
export type EventKind = (typeof EVENT_KINDS)[number]

export interface MailEvent {
  readonly kind: EventKind
  readonly at: Instant
  readonly transaction: TransactionId | null
  /** Address key of the one recipient it is about, or null. */
  readonly recipient: string | null
  /** Who did it: "system", "client", or the operator's name. */
  readonly by: string
  /** Flat facts for people and scripts; never bodies, subjects, file names of refused mail, or secrets. */
  readonly detail: Readonly<Record<string, string | number | boolean | null | readonly string[]>>
}
