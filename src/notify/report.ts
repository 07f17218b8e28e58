/** What a delivery report tells: which recipients, what became of them, and what is returned of the original. */
import type { Address } from "../mail/address.ts"
import type { Summary } from "../mail/delivery.ts"
import type { Instant, Recipient, Transaction } from "../mail/transaction.ts"

/** RFC 3464 §2.3.3: what became of the recipients. */
export type ReportKind = "failure" | "delay" | "relayed" | "delivered"

export interface ReportedRecipient {
  readonly recipient: Recipient
  /** RFC 3463. */
  readonly status: string
  /** The next hop's reply, cleaned, with its code; null when there was none. */
  readonly reply: string | null
  readonly nextHop: string | null
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
  /** What is returned of the original: the header block, or all of it. */
  readonly returned: { readonly part: "headers" | "message"; readonly octets: Uint8Array }
}
