/** The ports of what must not be lost. Every method of Records is one atomic transition that leaves its events in the same step. */
import type { Acceptance, HeldCopy, Lease, QueueRow, Settlement } from "../mail/delivery.ts"
import type { Sighting } from "../mail/file.ts"
import type { MailEvent } from "../mail/event.ts"
import type { Instant, Millis, Spooled, Transaction, TransactionId } from "../mail/transaction.ts"
import type { Verdict } from "../mail/verdict.ts"
import type { Custody } from "./custody.ts"
import type { CopyRef, Decision } from "./decision.ts"
import type { Kept } from "../mail/version.ts"
import type { PolicyRecords } from "./policy-records.ts"
import type { People } from "./people.ts"

export type { CopyRef, Decision }

/** One message as `queue show` tells it. */
export interface MessageRecord {
  readonly rows: readonly QueueRow[]
  readonly verdicts: readonly { readonly recipient: string; readonly verdict: Verdict }[]
  readonly events: readonly MailEvent[]
}

/** A message that may answer one from outside. Address keys; the ids are those of In-Reply-To and References. */
export interface Answer {
  readonly mailbox: string
  readonly correspondent: string
  readonly messageIds: readonly string[]
}

export interface Records extends People, Custody, PolicyRecords {
  /**
   * Takes a message and the reports it gives rise to into custody, all or nothing. Resolves only when it would survive a
   * power cut; large bodies are synced (file, then directory) before the commit. With `leaseUntil` the copies that wait for
   * nobody are leased in the same step: who has room for them need not ask for them again.
   */
  accept(acceptance: Acceptance, reports: readonly Acceptance[], leaseUntil?: Instant | null): Promise<Lease | null>
  /** Events with no other effect: refusals, attempts, starts; with the facts of the verdict they tell of. Durable when resolved. */
  note(events: readonly MailEvent[], evidence?: Kept): Promise<void>
  /**
   * Takes due copies, whole messages where they fit, not held and not leased by anybody until `now + span`. The earliest first,
   * but bulk as if it had become due ten minutes later; what the gateway broke at twice goes one message at a time.
   */
  lease(now: Instant, limit: number, span: Millis): Promise<readonly Lease[]>
  /** Closes or reschedules leased copies; reports are accepted in the same step. False: the lease was lost, nothing changed. */
  settle(
    lease: Lease,
    settlements: readonly Settlement[],
    reports: readonly Acceptance[],
    events: readonly MailEvent[],
  ): Promise<boolean>

  queued(limit: number): Promise<readonly QueueRow[]>
  held(limit: number): Promise<readonly QueueRow[]>
  show(transaction: TransactionId): Promise<MessageRecord | null>
  /** Due now. Returns how many copies changed, as do the next two. */
  retry(ref: CopyRef, by: string, now: Instant, reason?: string): Promise<number>
  /** An operator stops queued copies until they are released. */
  hold(ref: CopyRef, by: string, now: Instant, until: Instant, reason?: string): Promise<number>
  /** Queued copies are given up by an operator. */
  remove(ref: CopyRef, by: string, now: Instant, reason?: string): Promise<number>
  /** Held copies of one message, or some of those whose time is over. */
  heldCopies(of: CopyRef | { readonly overdueAt: Instant }): Promise<readonly HeldCopy[]>
  /**
   * Held copies go into the queue, to be examined again before the attempt; notices are accepted in the same step.
   * False, as in the next two: one of them is not held any more, nothing changed.
   */
  release(
    copies: readonly HeldCopy[],
    decision: Decision,
    expiresAt: Instant,
    notices: readonly Acceptance[],
  ): Promise<boolean>
  /** Held copies are given up by a person's decision. */
  deny(copies: readonly HeldCopy[], decision: Decision, notices: readonly Acceptance[]): Promise<boolean>
  /** Held copies are given up because nobody decided. */
  expire(copies: readonly HeldCopy[], now: Instant, notices: readonly Acceptance[]): Promise<boolean>
  /** Copies waiting in the queue and held, for metrics and health. */
  counts(): Promise<{ readonly queued: number; readonly held: number }>
  events(since: number, limit: number): Promise<readonly (MailEvent & { readonly seq: number })[]>
  /** Events since the last call that no caller of ours wrote itself: an operator's in another process, and those of what was set aside. */
  news(): Promise<readonly MailEvent[]>
  /** Forgets at most so many events, and as many messages that are over, of before these times. Returns how many. */
  tidy(before: { readonly events: Instant; readonly messages: Instant }, rows: number): Promise<number>
  /** The canonical octets of a message that somebody may look at; null once it is over. Rejects with StoreError when damaged. */
  body(transaction: TransactionId): Promise<{ readonly transaction: Transaction; readonly spooled: Spooled } | null>
  /** Whether the mailbox accepted one of these messages from that correspondent within the last 90 days. */
  isReply(answer: Answer, now: Instant): Promise<boolean>
  /** Who has a file with one of these hashes: SHA-256, hex. */
  sightings(sha256s: readonly string[]): Promise<readonly Sighting[]>
  close(): Promise<void>
}

/** Takes one message's canonical bytes as they come. */
export interface BodyWriter {
  /** Resolves when it may be given more. Rejects when the disk fails: answer 451. */
  write(chunk: Uint8Array): Promise<void>
  finish(): Promise<Spooled>
  /** Forgets everything, file included. Safe after finish() when the message was not accepted. */
  discard(): Promise<void>
}

/** The stored octets are not those that were accepted, or are gone: they must not be delivered. */
export class BodyCorrupt extends Error {
  override readonly name = "BodyCorrupt"
}

export interface Bodies {
  open(): BodyWriter
  /** Plaintext octets. Throws BodyCorrupt. `lent`: a piece of a large one is gone as soon as the next one is asked for. */
  read(spooled: Spooled, lent?: boolean): AsyncIterable<Uint8Array>
  /** Removes a refused message's file, if it has one. */
  discard(spooled: Spooled): Promise<void>
}

export interface Store {
  readonly records: Records
  readonly bodies: Bodies
}
