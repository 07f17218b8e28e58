/** The audit trail as a chain: its end, what a witness outside was told of it, and what is wrong with it. */
import type { Instant } from "./transaction.ts"

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
