/** What we promise by answering 250: the message, its copies, and what becomes of each. */
import type { MailEvent } from "./event.ts"
import type { SeenFile } from "./file.ts"
import type { Instant, Recipient, Spooled, Transaction, TransactionId } from "./transaction.ts"
import type { FindingKind } from "./finding.ts"
import type { Direction } from "./identity.ts"
import type { RuleId, UnitId } from "./policy.ts"
import type { HoldRule, Verdict } from "./verdict.ts"
import type { Kept } from "./version.ts"

/** Replaces `remove` octets at `at` of the canonical bytes; `insert` holds octets as latin1. Lists are sorted and do not overlap. */
export interface Edit {
  readonly at: number
  readonly remove: number
  readonly insert: string
}

/** Why a copy waits for a person. `undeliverable`: a late failure that may not be bounced (backscatter). */
export interface Hold {
  readonly rules: readonly HoldRule[]
  readonly kind: "hold" | "quarantine" | "undeliverable"
  readonly until: Instant
  /** It may bear a secrecy mark: nobody is written to about it. */
  readonly secret?: true
  /** The message as it came, kept where it went on made anew: nobody is told, the recipient has the other one. */
  readonly evidence?: true
  /** Absent where an operator stopped it by hand, and on records of earlier versions. */
  readonly care?: Care
}

/** Whose task a held copy is, and until when, as the version of the policy that held it saw it. */
export interface Care {
  /** Of the sender where it leaves us, else of the recipient. */
  readonly unit: UnitId | null
  readonly direction: Direction
  readonly urgency: Urgency
  /** Approvers have until then; afterwards others are asked. */
  readonly due: Instant
  /** What was found: a release lifts no more than this. */
  readonly findings: readonly NamedFinding[]
}
export interface NamedFinding {
  readonly kind: FindingKind
  readonly name: string | null
}

/** Decree 30/2020: hỏa tốc, thượng khẩn, khẩn. */
export const URGENCIES = ["ordinary", "khan", "thuong-khan", "hoa-toc"] as const
export type Urgency = (typeof URGENCIES)[number]

/** One person's word that one rule need not hold a copy. */
export interface Approval {
  readonly rule: RuleId
  readonly by: string
  readonly at: Instant
}

/** One recipient's copy, fixed before the commit so that every attempt sends identical octets. */
export interface Copy {
  readonly recipient: Recipient
  readonly edits: readonly Edit[]
  readonly requireTls: boolean
  readonly expiresAt: Instant
  /** Null: goes into the queue at once. */
  readonly hold: Hold | null
}

/** One message taken into custody: written in one durable step. RFC 5321 §6.1. */
export interface Acceptance {
  readonly transaction: Transaction
  readonly spooled: Spooled
  /** A late failure may be told to MAIL FROM: authenticated, or SPF/DKIM prove it. RFC 3834, RFC 5321 §6.1. */
  readonly bounceable: boolean
  readonly summary: Summary
  /** To many, or a mailing: goes after what people write to one another. RFC 2076 §3.9. */
  readonly bulk: boolean
  readonly copies: readonly Copy[]
  readonly verdicts: readonly { readonly recipient: string; readonly verdict: Verdict }[]
  /** Null: nothing an answer could name. */
  readonly thread: Thread | null
  /** The files it holds, kept as long as its record. */
  readonly files?: readonly SeenFile[]
  /** The facts of the verdicts; what we write ourselves is judged by nobody. */
  readonly evidence?: Kept
  readonly events: readonly MailEvent[]
  /** Links in a notice of ours, which live from this step on. */
  readonly offers?: readonly Offer[]
  /** Addresses in a notice of ours to which its reader may answer, from this step on. */
  readonly ballots?: readonly Ballot[]
  /** Permissions for a resend that this message uses up; one that is used already refuses the whole step. */
  readonly uses?: readonly number[]
}

/** A link by which the owner of a mailbox asks for a message of his to pass: mailed to that mailbox, and to nobody else. */
export interface Offer {
  readonly transaction: TransactionId
  /** Address key. */
  readonly mailbox: string
  readonly kind: "held" | "refused"
  readonly unit: UnitId | null
  /** SHA-256 of the link's secret, and of the code that is typed beside it. */
  readonly digest: string
  readonly code: string
  readonly until: Instant
  /** Of what was refused: to whom, by which rules, and the keyed hash of what it said. */
  readonly refused: Refused | null
}
export interface Refused {
  readonly recipients: readonly string[]
  readonly rules: readonly { readonly rule: RuleId; readonly approvals: number }[]
  readonly content: string
  readonly at: Instant
}

/** An address of ours by which one approver decides by answering a notice: mailed to that mailbox, taken from it alone, once. */
export interface Ballot {
  /** SHA-256 of the tag in its local part. */
  readonly digest: string
  readonly transaction: TransactionId
  /** Who may answer. Address key. */
  readonly voter: string
  /** Whose refused message it is about, by address key; null: held copies. */
  readonly appeal: string | null
  /** Whose copies the notice tells of. Address keys. */
  readonly recipients: readonly string[]
  readonly until: Instant
}

/** What a later answer to a message from outside is known by: its id, who wrote it, which mailboxes of ours got it. Address keys. */
export interface Thread {
  readonly messageId: string
  readonly correspondents: readonly string[]
  readonly mailboxes: readonly string[]
}

/** What lists of held and queued mail show. */
export interface Summary {
  readonly subject: string
  readonly from: string
  readonly messageId: string | null
  /** Names and digests of its attachments, to be found by; absent where it has none, and on records of earlier versions. */
  readonly files?: readonly { readonly name: string; readonly sha256: string }[]
}

/** One copy on its way: the unit of retry, of failure and of a DSN. RFC 3464 §2.3. */
export interface Delivery {
  readonly id: number
  readonly recipient: Recipient
  readonly edits: readonly Edit[]
  readonly requireTls: boolean
  readonly attempts: number
  readonly dueAt: Instant
  readonly expiresAt: Instant
  /** Released by a person: malware and secrecy are judged again, as of now, before the attempt. */
  readonly reexamine: boolean
  /** A DELAY report went out already. RFC 3461 §4.1. */
  readonly delayNoticed: boolean
  /** Attempts since the last one that came to an end in which something of ours broke, or the gateway died. */
  readonly crashes: number
  /** What its release lifted: found again, it holds no more. */
  readonly lifted: readonly NamedFinding[]
  /** An operator's own next hop for it, as a route's `to`; null: as the settings say. */
  readonly route: string | null
}

/** A copy that broke so many attempts one after the other is set aside until an operator has looked. */
export const MOST_CRASHES = 5

/** Due copies of one message, ours until `until`; a lapsed lease may be taken by somebody else (delivery is at-least-once). */
export interface Lease {
  readonly token: string
  readonly until: Instant
  readonly transaction: Transaction
  readonly spooled: Spooled
  readonly bounceable: boolean
  readonly summary: Summary
  readonly deliveries: readonly Delivery[]
}

/** What a delivery attempt taught. `reply` is the next hop's, cleaned: one line, printable ASCII, bounded. */
export type Outcome =
  | { readonly is: "delivered"; readonly reply: string; readonly nextHop: string }
  | {
      readonly is: "temporary" | "permanent"
      /** RFC 3463, e.g. "4.4.1". */
      readonly status: string
      readonly reply: string | null
      readonly nextHop: string | null
      readonly why: string
    }

/** What becomes of a delivery after an attempt. */
export type Step =
  | { readonly then: "done" }
  /** `crashed`: not the next hop but something of ours broke. */
  | { readonly then: "retry"; readonly at: Instant; readonly delayNoticed: boolean; readonly crashed?: true }
  /** For an operator. `damaged`: the body cannot be read; else attempts at it broke the gateway. */
  | { readonly then: "set-aside"; readonly damaged?: true }
  | { readonly then: "bounced" }
  | { readonly then: "hold"; readonly hold: Hold }

export interface Settlement {
  readonly delivery: number
  readonly outcome: Outcome | null
  readonly step: Step
}

/** A copy that waits for a person, with what people are told about it. */
export interface HeldCopy {
  readonly id: number
  readonly transaction: Transaction
  readonly bounceable: boolean
  readonly summary: Summary
  readonly recipient: Recipient
  readonly hold: Hold
  readonly approvals: readonly Approval[]
  /** Why it must be kept whatever is decided; null: it need not. */
  readonly legalHold: string | null
  readonly size: number
}

/** Rows of `queue list` and `held list`. */
export interface QueueRow {
  readonly transaction: TransactionId
  readonly recipient: string
  readonly from: string
  readonly subject: string
  readonly size: number
  readonly receivedAt: Instant
  readonly attempts: number
  /** Null while it waits for a person. */
  readonly dueAt: Instant | null
  readonly expiresAt: Instant
  readonly lastReply: string | null
  readonly hold: Hold | null
}
