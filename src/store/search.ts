/** The port of looking things up among millions: an index beside the records that can be made anew from them at any time. */
import type { Instant } from "../mail/transaction.ts"

export interface Filter {
  /** Only what concerns these units; null: everything. */
  readonly units: readonly string[] | null
  readonly transaction?: string
  /** Address keys. */
  readonly sender?: string
  readonly recipient?: string
  /** Of either side; sub-domains not counted. */
  readonly domain?: string
  /** Words of subject and file names; case and accents do not count. */
  readonly words?: string
  /** SHA-256 of an attachment. */
  readonly file?: string
  readonly outcome?: string
  readonly direction?: string
  readonly rule?: string
  readonly since?: Instant
  readonly until?: Instant
}

/** One recipient of one message, as a list shows it. */
export interface Found {
  /** Grows with time: where the next page begins. */
  readonly row: number
  readonly transaction: string
  readonly at: Instant
  readonly sender: string | null
  readonly recipient: string
  readonly direction: string | null
  readonly outcome: string
  /** `rcpt`: refused before there was a message; else `data`. */
  readonly stage: string
  readonly subject: string | null
  readonly size: number | null
  readonly rules: readonly string[]
  readonly senderUnit: string | null
  readonly recipientUnit: string | null
}

/** How many events of a kind an hour brought in a unit. */
export interface Figure {
  readonly hour: Instant
  readonly unit: string
  readonly direction: string
  readonly kind: string
  /** Null: by direction and kind alone, whatever the rules. */
  readonly rule: string | null
  readonly count: number
}

export interface Period {
  readonly units: readonly string[] | null
  readonly since: Instant
  readonly until: Instant
}

export interface Search {
  /** Newest first, below `before`. */
  find(filter: Filter, before: number | null, limit: number): Promise<readonly Found[]>
  /** Of one message; empty: there is none. */
  of(transaction: string): Promise<readonly Found[]>
  /** By hour, unit, direction and kind; with `rules` by rule too. */
  figures(period: Period, by: "kind" | "rule"): Promise<readonly Figure[]>
  /** Who has most of these outcomes, and how many. */
  senders(
    period: Period,
    outcomes: readonly string[],
    limit: number,
  ): Promise<readonly { sender: string; count: number }[]>
  /** Takes in what the records have new, at most so many events. Returns how many it were. */
  catchUp(limit: number): Promise<number>
  /** Forgets what is older. */
  forget(before: Instant): Promise<number>
  close(): Promise<void>
}
