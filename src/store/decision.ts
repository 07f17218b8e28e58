/** Which copies somebody means, and a person's word on them. */
import type { Instant, TransactionId } from "../mail/transaction.ts"

/** Which copies an operator means: a transaction, and one recipient's address key or null for all its copies. */
export interface CopyRef {
  readonly transaction: TransactionId
  readonly recipient: string | null
}

/** A person's word on held copies. `reason` may be empty. */
export interface Decision {
  readonly by: string
  readonly reason: string
  readonly at: Instant
  /** The digest of the address it was mailed to; absent: it did not come by mail. Spent with it, or there is no decision. */
  readonly ballot?: string
}
