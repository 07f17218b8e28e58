/** The port of what waits for people: lists by unit, decisions of one or more persons, appeals, permissions for a resend. */
import type { Acceptance, Approval, Ballot, HeldCopy, NamedFinding, Offer, QueueRow } from "../mail/delivery.ts"
import type { MailEvent } from "../mail/event.ts"
import type { RuleId, UnitId } from "../mail/policy.ts"
import type { Instant, TransactionId } from "../mail/transaction.ts"
import type { CopyRef, Decision } from "./decision.ts"

export interface Waiting {
  readonly waiting: number
  readonly overdue: number
  /** When the one that waits longest was due. */
  readonly oldest: Instant | null
  /** How many came within the last day, three days, seven days, and before: by the day they came. */
  readonly ages: readonly [number, number, number, number]
}

/** One person's word on one copy. */
export interface Word {
  readonly copy: number
  /** The rules that person may release and has not yet. */
  readonly rules: readonly RuleId[]
  /** How many words there were when it was decided that this one is enough, or is not. */
  readonly known: number
  /** Null: others must agree. Else the copy goes, and these findings hold it no more. */
  readonly release: readonly NamedFinding[] | null
}

/** What waits at a place of the chain that is over. */
export interface DueCase {
  readonly transaction: TransactionId
  readonly stage: number
  readonly copies: readonly HeldCopy[]
}

export interface Appeal extends Pick<Offer, "transaction" | "mailbox" | "kind" | "unit" | "until" | "refused"> {
  readonly state: "offered" | "requested" | "withdrawn" | "approved" | "denied" | "lapsed"
  readonly category: string | null
  readonly reason: string | null
  readonly askedAt: Instant | null
  readonly approvals: readonly Omit<Approval, "rule">[]
  readonly stage: number
  readonly nextAt: Instant | null
}
export type AppealRef = { readonly digest: string } | { readonly transaction: TransactionId; readonly mailbox: string }

/** The link's secret and the code beside it, by their digests. */
export interface Proof {
  readonly digest: string
  readonly code: string
  readonly now: Instant
}
export type Proven = "done" | "wrong-code" | "gone"

export interface BallotState extends Ballot {
  /** Null: it may still bring a decision. */
  readonly spentAt: Instant | null
  /** Answers that nobody could understand. */
  readonly tries: number
}

export interface Pass {
  readonly id: number
  readonly transaction: TransactionId
  readonly content: string
  readonly sender: string
  readonly recipients: readonly string[]
  readonly rules: readonly RuleId[]
  readonly until: Instant
}

export interface QueuePageRow {
  readonly row: QueueRow
  readonly copy: number
  readonly setAside: boolean
}

export interface Destination {
  readonly domain: string
  readonly copies: number
  /** When the one that waits longest came, and when the next attempt is due. */
  readonly oldest: Instant
  readonly next: Instant
  readonly lastReply: string | null
}

export interface Custody {
  /** Of these units; null: of all, and of none. */
  waiting(units: readonly UnitId[] | null, now: Instant): Promise<Waiting>
  /** The soonest due first, after the copy given. */
  heldPage(units: readonly UnitId[] | null, after: number | null, limit: number): Promise<readonly HeldCopy[]>
  queuePage(domain: string | null, after: number, limit: number): Promise<readonly QueuePageRow[]>
  destinations(): Promise<readonly Destination[]>
  /** Queued copies go there, due now; null: as the settings say. */
  reroute(ref: CopyRef, to: string | null, decision: Decision): Promise<number>

  /** Words on copies of one message. False: somebody was faster, nothing changed. */
  approve(
    copies: readonly HeldCopy[],
    words: readonly Word[],
    decision: Decision & { readonly expiresAt: Instant },
    notices: readonly Acceptance[],
  ): Promise<boolean>
  /** More was found in what they hold, by somebody who could open it: it stands in their holds. False: somebody was faster. */
  found(
    copies: readonly HeldCopy[],
    found: readonly NamedFinding[],
    decision: Decision & { readonly secret: boolean },
  ): Promise<boolean>
  dueCases(now: Instant, limit: number): Promise<readonly DueCase[]>
  /** Null: nobody is left to ask. False: it is not at that stage any more. */
  escalate(
    due: Pick<DueCase, "transaction" | "stage">,
    nextAt: Instant | null,
    notices: readonly Acceptance[],
    event: MailEvent,
  ): Promise<boolean>
  /** Kept whatever is decided and whatever its time, or no longer. False: there is no such message in custody. */
  legalHold(transaction: TransactionId, why: string | null, event: MailEvent): Promise<boolean>

  /** A link of its own for who has lost it, or was refused. False: it was asked for already, or decided. */
  offer(offer: Offer, mail: Acceptance, event: MailEvent): Promise<boolean>
  appeal(by: AppealRef): Promise<Appeal | null>
  appeals(units: readonly UnitId[] | null, state: Appeal["state"], limit: number): Promise<readonly Appeal[]>
  /** The mailbox's owner asks. */
  ask(
    proof: Proof,
    asked: { readonly category: string; readonly reason: string; readonly nextAt: Instant },
    notices: readonly Acceptance[],
    event: MailEvent,
  ): Promise<Proven>
  /** The mailbox's owner takes held copies back. `raced`: one of them is held no more, nothing changed. */
  takeBack(
    proof: Proof,
    copies: readonly HeldCopy[],
    by: string,
    notices: readonly Acceptance[],
  ): Promise<Proven | "raced">
  /** A person's word on a refused message; the last one needed brings the pass. False: somebody was faster. */
  decideAppeal(
    appeal: Appeal,
    word: {
      readonly by: string
      readonly at: Instant
      readonly then: "more" | "approved" | "denied" | "lapsed"
      readonly ballot?: string
    },
    pass: Omit<Pass, "id"> | null,
    news: { readonly notices: readonly Acceptance[]; readonly events: readonly MailEvent[] },
  ): Promise<boolean>
  dueAppeals(now: Instant, limit: number): Promise<readonly Appeal[]>
  escalateAppeal(
    appeal: Appeal,
    nextAt: Instant | null,
    notices: readonly Acceptance[],
    event: MailEvent,
  ): Promise<boolean>
  passes(now: Instant): Promise<readonly Pass[]>
  ballot(digest: string): Promise<BallotState | null>
  /** An answer that could not be understood. False: there were `most` of them already, and nothing is sent. */
  misread(digest: string, most: number, mails: readonly Acceptance[], event: MailEvent): Promise<boolean>
}
