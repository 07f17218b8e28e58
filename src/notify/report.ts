/** What a delivery report tells: which recipients, what became of them, and what is returned of the original. */
import type { Address } from "../mail/address.ts"
import type { Summary } from "../mail/delivery.ts"
import type { NoticeName } from "../mail/notice.ts"
import type { Instant, Recipient, Transaction } from "../mail/transaction.ts"
import type { Values } from "./letter.ts"

/** RFC 3464 §2.3.3: what became of the recipients. */
export type ReportKind = "failure" | "delay" | "relayed" | "delivered"

export interface ReportedRecipient {
  readonly recipient: Recipient
  /** RFC 3463. */
  readonly status: string
  /** The next hop's reply, cleaned, with its code; null when there was none. */
  readonly reply: string | null
  readonly nextHop: string | null
  /** Which attempt it was, from 1. */
  readonly attempt: number
  /** Our own words where no reply tells the cause; may be empty. */
  readonly why: string
}

export interface Report {
  readonly kind: ReportKind
  /** MAIL FROM of the original. Never null: reports never answer reports. */
  readonly to: Address
  readonly original: { readonly transaction: Transaction; readonly summary: Summary }
  readonly recipients: readonly ReportedRecipient[]
  /** The end of our patience, for delays. */
  readonly retryUntil: Instant | null
  /** Says why in words of its own; null: the usual words of its kind. */
  readonly notice: { readonly name: NoticeName; readonly values: Values } | null
  /** What is returned of the original: the header block, or all of it; null: nothing. RFC 6522 §3. */
  readonly returned: { readonly part: "headers" | "message"; readonly octets: Uint8Array } | null
}
