/** What reports are made of: figures of a period in a branch of the tree, and the policy in force. */
import type { Bilingual, Condition, Rule, UnitId } from "../../mail/policy.ts"
import type { Instant } from "../../mail/transaction.ts"
import type { ActiveUnit, Found, FoundBad, Judged, LookedBack, Repeated, Source, Total } from "../../store/search.ts"

/** A unit in the order of the tree. */
export interface Place {
  readonly id: UnitId
  readonly name: Bilingual
  readonly depth: number
}

/** One exception that was in force within the period. */
export interface InForce {
  readonly unit: UnitId
}

export interface Facts {
  readonly since: Instant
  readonly until: Instant
  readonly places: readonly Place[]
  readonly rules: readonly Rule[]
  /** Of the whole branch: what lies between two of its units is counted in each, so sums are taken where it counts once. */
  readonly totals: readonly Total[]
  readonly byRule: readonly Total[]
  readonly webmail: readonly Judged[]
  readonly repeated: readonly Repeated[]
  readonly lures: readonly Source[]
  readonly bad: readonly FoundBad[]
  readonly lookedBack: readonly LookedBack[]
  readonly active: readonly ActiveUnit[]
  readonly exceptions: readonly InForce[]
  readonly sample: readonly Found[]
}

/** Whether the condition asks for such a thing, and not for its absence. */
function asks(condition: Condition, test: (leaf: Condition) => boolean): boolean {
  if (condition.is === "all" || condition.is === "any") return condition.of.some((one) => asks(one, test))
  return condition.is !== "not" && test(condition)
}

function idsOf(rules: readonly Rule[], test: (leaf: Condition) => boolean): readonly string[] {
  return rules.filter(({ when }) => asks(when, test)).map(({ id }) => id)
}

/** Rules about free webmail. */
export function webmailRules(rules: readonly Rule[]): readonly string[] {
  return idsOf(rules, ({ is }) => is === "webmail")
}

const LURES: ReadonlySet<string> = new Set([
  "homograph",
  "look-alike",
  "look-alike-own",
  "impersonation",
  "shown-address",
])

/** Rules about senders who pose as somebody else: by their name, their domain, or a domain they cannot prove. */
export function lureRules(rules: readonly Rule[]): readonly string[] {
  return idsOf(rules, (leaf) => {
    if (leaf.is === "authentication") return !leaf.in.includes("pass")
    return leaf.is === "finding" && leaf.kind === "ambiguous" && isLure(leaf.why)
  })
}

function isLure(why: Extract<Condition, { is: "finding" }>["why"]): boolean {
  return why !== "any" && "only" in why && why.only.some((one) => LURES.has(one))
}

export function titleOf(rules: readonly Rule[], id: string): Bilingual {
  return rules.find((rule) => rule.id === id)?.title ?? { vi: id, en: id }
}

/** Kinds that mean: it did not arrive as it was sent. */
export const STOPPED: ReadonlySet<string> = new Set(["held", "quarantined", "rejected", "refused"])

export function sum<T>(rows: readonly T[], of: (row: T) => number): number {
  return rows.reduce((total, one) => total + of(one), 0)
}
