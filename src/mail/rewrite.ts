/**
 * Rewriting: a message made anew from the one tree that was examined. What policies ask for is data (`Change`); the child makes the new octets
 * with `parse/rewrite.ts`, a pure function of the tree and of what stands in for a leaf (`Amend`); the gateway examines them as a message of its
 * own and keeps the original as evidence.
 *
 * A new kind of change: a member of `Change`, its word in `config/annotation.ts`, its `Amend` in `sandbox/child.ts`. Nothing else knows kinds.
 */
import type { FindingKind } from "./finding.ts"
import type { Path } from "./message.ts"

/** `signed`: even where a signature or encryption of its sender breaks by it. */
export type Change =
  | { readonly is: "canonicalise"; readonly signed: boolean }
  /** Taken out of every attachment; where it cannot be, a notice stands in its place. What is left is examined again. */
  | { readonly is: "disarm"; readonly what: Disarmed; readonly text: string; readonly signed: boolean }
  /** An attachment with such a finding, in itself or inside, gives way to a notice. `text` is filled in before the child gets it. */
  | { readonly is: "replace"; readonly kinds: readonly FindingKind[]; readonly text: string; readonly signed: boolean }

export const DISARMED = ["macros", "active-content"] as const
export type Disarmed = (typeof DISARMED)[number]

/** A leaf of the tree, decoded, as its amender sees it. */
export interface Leaf {
  readonly at: Path
  /** Every name any reading gives, most likely first. */
  readonly names: readonly string[]
  readonly claimed: string
  readonly disposition: "attachment" | "inline" | null
  readonly bytes: Uint8Array
}

/** What stands in its place. `charset` is given for text. */
export interface Amended {
  readonly name: string | null
  readonly claimed: string
  readonly charset: string | null
  readonly bytes: Uint8Array
}

/** Null leaves the leaf as it is. */
export type Amend = (leaf: Leaf) => Promise<Amended | null> | Amended | null

/** What became of it. `kept`: nothing was changed, and why it must not or could not be. */
export type Rewriting =
  | { readonly is: "rewritten"; readonly bytes: Uint8Array; readonly amended: readonly Path[] }
  | {
      readonly is: "kept"
      readonly why: "signed" | "encrypted" | "unreadable" | "too-complex" | "timeout" | "memory" | "crashed"
    }
