/** What one version of the policy changes against another, as people and the store are told of it. */
import type { Bilingual } from "./policy.ts"

/** *Loosens*: it cannot be shown that it does not. */
export type Effect = "loosens" | "tightens" | "neutral"

export interface Change {
  readonly of: "rule" | "guarantee" | "exception" | "list" | "unit" | "mailbox" | "terms"
  readonly id: string
  readonly effect: Effect
  readonly said: Bilingual
  /** Why it counts as it does, where that is not plain from what is said. */
  readonly because: Bilingual | null
}

export interface Difference {
  readonly changes: readonly Change[]
  /** A second person must agree. */
  readonly loosens: boolean
}
