/** All that was found out about one message, and what the policy says of it for each recipient: what a plan is made of. */
import type { Authentication, Direction } from "../mail/identity.ts"
import type { Examination } from "../mail/examination.ts"
import type { Message } from "../mail/message.ts"
import type { Change } from "../mail/rewrite.ts"
import type { Recipient, Spooled, Transaction } from "../mail/transaction.ts"
import type { Verdict } from "../mail/verdict.ts"
import type { Units } from "./care.ts"

/** One recipient with the answer of the policy. */
export interface Judged {
  readonly recipient: Recipient
  readonly direction: Direction
  readonly verdict: Verdict
  /** Whose mailboxes of ours it concerns; null: a stranger's, or one that proved nothing. */
  readonly units: Units
  /** What this recipient gets in place of the message as it came. */
  readonly rewritten?: Rewritten
}

/** The message made anew as the policy asks, examined as a message of its own. */
export interface Rewritten {
  /** As the original's, under a name of its own. */
  readonly transaction: Transaction
  readonly spooled: Spooled
  readonly examination: Examination
  readonly changes: readonly Change[]
}

/** All that was found out about one message. */
export interface Judgement {
  readonly transaction: Transaction
  readonly spooled: Spooled
  readonly message: Message
  readonly examination: Examination
  /** The sender logged in or is a server of ours, so it is told of recipients rejected beside accepted ones. */
  readonly authenticated: boolean
  /** What DNS and signatures prove of any other sender; null: it could not be checked. */
  readonly authentication: Authentication | null
  readonly judged: readonly Judged[]
  /** Names the message to whoever has it, and tells nobody else anything. */
  readonly keyedHash: string
  /** The same of what it says: a resend from the outbox has it again, though its date and its name are new. */
  readonly contentHash: string
  /** Permissions for a resend that it makes use of. */
  readonly uses?: readonly number[]
  /** It passed more servers than RFC 5321 §6.3 lets a sound message pass. */
  readonly looping: boolean
  /** What is kept of it to be judged again by another policy. */
  readonly facts?: string | null
}
