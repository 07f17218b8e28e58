/** All that a decision may look at, for one recipient. */
import type { Address } from "./address.ts"
import type { Content } from "./content.ts"
import type { Finding } from "./finding.ts"
import type { Authentication, Direction, Identity } from "./identity.ts"
import type { Message } from "./message.ts"
import type { MailboxClass, UnitId } from "./policy.ts"
import type { Transaction } from "./transaction.ts"

/** A fact; or why there is none: a later stage brings it (pending), or a service of ours could not be reached (failed). */
export type Fact<T> =
  | { readonly state: "known"; readonly value: T }
  | { readonly state: "pending" }
  | { readonly state: "failed"; readonly why: string }

export const pending = { state: "pending" } as const
export function known<T>(value: T): Fact<T> {
  return { state: "known", value }
}
export function failed(why: string): Fact<never> {
  return { state: "failed", why }
}

export interface Evidence {
  readonly transaction: Transaction
  readonly recipient: Address
  readonly direction: Direction
  /** Unit and class of the mailbox on our side, null where the party is foreign. */
  readonly senderUnit: UnitId | null
  readonly recipientUnit: UnitId | null
  readonly senderClass: MailboxClass | null
  readonly recipientClass: MailboxClass | null
  /** The free webmail families of MAIL FROM and of this RCPT, null when it is none. Known from the envelope. */
  readonly senderWebmail: string | null
  readonly recipientWebmail: string | null
  /** Logged in, or from a trusted network with a MAIL FROM of ours (Zimbra and Exchange never log in). */
  readonly authenticated: boolean
  /** Trusted with a foreign, non-null MAIL FROM. */
  readonly autoForwarded: boolean
  /** A reply to what this recipient sent this mailbox. */
  readonly thread: Fact<boolean>
  readonly identity: Fact<Identity>
  /** Failed: our own resolver does not answer. What the sender's DNS does wrong is a value. */
  readonly authentication: Fact<Authentication>
  readonly message: Fact<Message>
  /** Names the message to whoever has it, and tells nobody else anything. */
  readonly keyedHash: Fact<string>
  /** Octets of the message; declared SIZE does not count. */
  readonly size: Fact<number>
  readonly findings: Fact<readonly Finding[]>
  readonly content: Fact<Content>
}
