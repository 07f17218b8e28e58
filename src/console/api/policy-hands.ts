/** What the console is given to turn the policy: the same turns as the command line's. What is faulty is refused as `invalid`. */
import type { Difference } from "../../mail/change.ts"
import type { Disposition, Bilingual, Guarantee, Rule, UnitId } from "../../mail/policy.ts"
import type { Drafted, VersionRow, Working } from "../../mail/version.ts"
import type { Reach } from "./access.ts"

/** Which policy is meant: the one in force, one's own draft, a version by its number; or a text that is not kept yet. */
export interface Which {
  readonly of: string
  readonly document?: string | undefined
}

export interface LintTold {
  readonly kind: string
  readonly level: "warning" | "note"
  readonly of: string
  readonly id: string
  readonly said: Bilingual
}

/** What became of a change. */
export type Put = (Drafted | { readonly is: "unchanged" }) & { readonly found: Difference }

/** A rule or guarantee with its condition in words and its text as it stands in the document. */
export interface Told<T> {
  readonly one: T
  readonly when: Bilingual
  /** The whole of it as a sentence. */
  readonly said: Bilingual
  readonly text: string
}

export interface PolicyTold {
  readonly name: string
  readonly document: string
  readonly rules: readonly Told<Rule>[]
  readonly guarantees: readonly Told<Guarantee>[]
}

export interface Tally {
  readonly key: string
  readonly stricter: number
  readonly milder: number
}

export interface ReplayTold {
  readonly name: string
  readonly judged: number
  readonly same: number
  readonly changed: number
  readonly lost: number
  readonly byRule: readonly Tally[]
  readonly byUnit: readonly Tally[]
  readonly byDirection: readonly Tally[]
  readonly byTurn: readonly { readonly turn: string; readonly count: number }[]
  readonly turned: readonly {
    readonly transaction: string
    readonly at: number
    readonly from: string | null
    readonly to: string
    readonly direction: string
    readonly unit: string | null
    readonly was: Disposition | "defer"
    readonly is: Disposition | "defer"
    readonly rules: readonly string[]
  }[]
}

export interface ReplayJob {
  readonly id: string
  readonly state: "running" | "done" | "failed"
  readonly days: number
  /** 0 to 1. */
  readonly progress: number
  readonly result: ReplayTold | null
}

/** A message to be judged: one's own file, or one that was judged before. */
export interface Trial {
  readonly code: string | null
  readonly octets: Uint8Array
  readonly from: string
  readonly to: readonly string[]
  readonly trusted: boolean
  readonly user: string | null
  readonly client: string | null
}

export interface TrialTold {
  readonly name: string
  readonly verdicts: readonly {
    readonly recipient: string
    readonly direction: string
    readonly disposition: Disposition | "defer"
    readonly decisive: readonly string[]
    readonly matched: readonly string[]
    readonly shadow: readonly string[]
    readonly capped: readonly string[]
    readonly lifted: readonly { readonly rule: string; readonly exception: string }[]
    readonly because: readonly Bilingual[]
  }[]
  /** Null: judged by what was kept of it, which has no reply. */
  readonly reply: string | null
}

/** Who asks, and of which units he administers or sees: of all, or of a branch whose share of the policy is then all there is. */
export interface Asker {
  readonly name: string
  readonly reach: Reach
}

export interface PolicyHands {
  /** What changed in versions, as far as the asker may see it. */
  readonly versions: (rows: readonly VersionRow[], by: Asker) => Promise<readonly VersionRow[]>
  /** A text of the policy, as far as the asker may see it. */
  readonly shown: (document: string, by: Asker) => string
  readonly read: (which: Which, by: Asker) => Promise<PolicyTold>
  readonly lint: (which: Which, by: Asker) => Promise<readonly LintTold[]>
  readonly difference: (
    from: Which,
    to: Which,
    by: Asker,
  ) => Promise<Difference & { readonly from: string; readonly to: string }>
  /** Keeps it as one's draft, faulty or not; answers what is wrong with it. */
  readonly keep: (working: Omit<Working, "at">) => Promise<readonly string[]>
  /** One's draft with a rule, a guarantee or a list as given in it; begins a draft where there is none. Its other text stays as it is. */
  readonly edit: (
    edit: { readonly of: "rules" | "guarantees" | "lists"; readonly id: string; readonly text: string | null },
    by: Asker,
  ) => Promise<readonly string[]>
  readonly publish: (which: Which, by: Asker, reason: string) => Promise<Put>
  readonly approve: (number: number, by: Asker) => Promise<"published" | "stale" | "same-person" | "not-waiting">
  readonly withdraw: (number: number, by: Asker) => Promise<boolean>
  readonly rollback: (number: number, by: string, reason: string) => Promise<Put>
  readonly replay: (which: Which, by: string, of: { readonly days: number; readonly reach: Reach }) => Promise<string>
  readonly replayed: (id: string, by: string) => ReplayJob | null
  readonly cancel: (id: string, by: string) => boolean
  /** Null: nothing is known of it any more. */
  readonly trial: (trial: Trial, which: readonly Which[], by: string) => Promise<readonly TrialTold[] | null>
  /** Whose a rule of the version in force is. */
  readonly ownerOf: (rule: string) => UnitId | null
}
