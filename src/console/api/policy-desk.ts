/** What the console is given for whoever edits the policy: how a rule reads, what the whole decides, what may be called by name. */
import type { Bilingual, Disposition } from "../../mail/policy.ts"
import type { Which } from "./policy-hands.ts"

export interface MatrixCell {
  readonly column: string
  readonly disposition: Disposition | "defer"
  readonly decisive: readonly string[]
  readonly capped: readonly string[]
  readonly shadow: readonly string[]
}

export interface MatrixRow {
  readonly direction: "inbound" | "outbound" | "internal"
  readonly party: "webmail" | "state" | "other" | null
  readonly class: string
  readonly reply: boolean
  readonly cells: readonly MatrixCell[]
}

export interface DeskHands {
  /** One rule or guarantee as it would read in that policy; what is faulty is refused as `invalid`. */
  readonly said: (
    which: Which,
    by: string,
    item: { readonly list: "rules" | "guarantees"; readonly text: string },
  ) => Promise<Bilingual>
  readonly matrix: (which: Which, by: string) => Promise<readonly MatrixRow[]>
  /** Rules that an exception may lift, with what people are told they are. */
  readonly liftable: () => readonly { readonly id: string; readonly title: Bilingual }[]
  readonly names: () => {
    readonly families: readonly string[]
    readonly notices: readonly string[]
    readonly classes: readonly string[]
  }
}
