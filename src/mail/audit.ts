/** The audit trail as a chain: its end, what a witness outside was told of it, and what is wrong with it. */
import type { EventKind, MailEvent } from "./event.ts"
import type { UnitId } from "./policy.ts"
import type { Instant, TransactionId } from "./transaction.ts"

/** What the end of the chain is, for a witness outside. `null`: nothing was ever recorded. */
export interface Head {
  readonly seq: number
  /** Base64. */
  readonly chain: string
  /** Records that retention took, and their own seal. */
  readonly buried: { readonly upTo: number; readonly seal: string } | null
}

/** A word given to somebody outside about an earlier state of the chain. */
export interface Anchor {
  readonly seq: number
  readonly chain: string
}

export type Flaw =
  | { readonly is: "changed" | "missing" | "unchained"; readonly seq: number; readonly at: Instant | null }
  | { readonly is: "cut"; readonly seq: number; readonly until: number }
  | { readonly is: "tombstone"; readonly seq: number }
  | { readonly is: "anchor"; readonly seq: number }

export interface Verified {
  readonly records: number
  /** Records of before there was a chain. */
  readonly before: number
  readonly buried: number
  readonly flaws: readonly Flaw[]
  readonly head: Head | null
}

/** Which records somebody asks for. */
export interface TrailFilter {
  readonly by?: string | undefined
  readonly kind?: EventKind | undefined
  readonly transaction?: TransactionId | undefined
  readonly since?: Instant | undefined
  readonly until?: Instant | undefined
  /** Only what concerns these units, or was done by these people; null: everything. */
  readonly units: readonly UnitId[] | null
  readonly people: readonly string[]
}
export interface TrailRow extends MailEvent {
  readonly seq: number
}
/** `next`: where to go on, also when this stretch had nothing; null: that was all. */
export interface TrailPage {
  readonly rows: readonly TrailRow[]
  readonly next: number | null
}

/** A stretch of the chain as it is written, to be walked along. */
export interface ChainRow {
  readonly seq: number
  readonly at: number
  readonly kind: string
  readonly transaction: string | null
  readonly recipient: string | null
  readonly by: string
  readonly detail: string
  readonly chain: string | null
}
/** What retention took, a stone a day. */
export interface Tombstone {
  readonly day: number
  readonly first: number
  readonly last: number
  readonly count: number
  readonly chain: string
  readonly seal: string
}
export interface ChainPage {
  readonly rows: readonly ChainRow[]
  readonly stones: readonly Tombstone[]
  /** How many records ever got a number. */
  readonly told: number
  readonly head: Head | null
}
