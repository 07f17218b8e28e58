/**
 * Whether one condition can only hold where another does, as far as that can be shown: "yes" is a proof, "no" is not knowing.
 * The two may stand in two policies, whose lists, units and mailboxes differ. Pure.
 */
import { isWithin } from "../mail/address.ts"
import { AUTH_RESULTS } from "../mail/identity.ts"
import type { Reasons } from "../mail/finding.ts"
import type { Condition, MailboxClass, UnitId } from "../mail/policy.ts"
import type { Context } from "./condition.ts"
import { isListed } from "./condition.ts"
import { fold } from "./glob.ts"
import { conjuncts, type Form, formOf, joined, type Leaf, type Literal } from "./literal.ts"

/** What may have lost or gained members on the way from one policy to another: classes, and units with all below them. */
export interface Turnover<T> {
  readonly lost: ReadonlySet<T>
  readonly gained: ReadonlySet<T>
}
export interface Passage {
  readonly from: Context
  readonly to: Context
  readonly classes: Turnover<MailboxClass>
  readonly units: Turnover<UnitId>
  /** Which domains are ours differs: so does which way mail goes. */
  readonly oursMoved: boolean
}

const STILL = { lost: new Set<string>(), gained: new Set<string>() }

/** Within one policy. */
export function stay(context: Context): Passage {
  return { from: context, to: context, classes: STILL, units: STILL, oursMoved: false }
}

export function back({ from, to, classes, units, oursMoved }: Passage): Passage {
  return { from: to, to: from, classes: turned(classes), units: turned(units), oursMoved }
}
function turned<T>({ lost, gained }: Turnover<T>): Turnover<T> {
  return { lost: gained, gained: lost }
}

export function implies(a: Condition, b: Condition, passage: Passage): boolean {
  return follows(formOf(a), formOf(b), passage)
}

/** Whether no evidence can fit, in the policy of this context. */
export function isNever(condition: Condition, context: Context): boolean {
  return isImpossible(formOf(condition), stay(context))
}

/** Whether no evidence can fit both. */
export function excludes(a: Condition, b: Condition, context: Context): boolean {
  return isImpossible(joined("all", [formOf(a), formOf(b)]), stay(context))
}

function follows(a: Form, b: Form, passage: Passage): boolean {
  if (a.is === "any") return a.of.every((one) => follows(one, b, passage))
  if (b.is === "all") return b.of.every((one) => follows(a, one, passage))
  if (a.is === "literal" && b.is === "literal") return literalFollows(a, b, passage)
  if (b.is === "any" && b.of.some((one) => follows(a, one, passage))) return true
  if (a.is === "all" && a.of.some((one) => follows(one, b, passage))) return true
  return isImpossible(a, stay(passage.from)) || byCases(a, b, passage)
}

/** A conjunction with alternatives inside follows when it does in each of them. */
function byCases(a: Form, b: Form, passage: Passage): boolean {
  const cases = casesOf(a)
  return cases !== null && cases.every((one) => follows(one, b, passage))
}

/** More would take time for nothing: nobody writes such conditions. */
const MOST_CASES = 16

function casesOf(form: Form): readonly Form[] | null {
  if (form.is !== "all") return null
  const split = form.of.find((one) => one.is === "any")
  if (split?.is !== "any" || split.of.length > MOST_CASES) return null
  const rest = form.of.filter((one) => one !== split)
  return split.of.map((one) => joined("all", [...rest, one]))
}

function isImpossible(form: Form, here: Passage): boolean {
  if (form.is === "any") return form.of.every((one) => isImpossible(one, here))
  const parts = conjuncts(form)
  const literals = parts.filter((one): one is Literal => one.is === "literal")
  if (literals.some((one) => isEmpty(one, here.from))) return true
  for (const [index, one] of literals.entries()) {
    for (const other of literals.slice(index + 1)) {
      if (literalFollows(one, { ...other, holds: !other.holds }, here)) return true
    }
  }
  return (
    parts.some((one) => one.is === "any" && isImpossible(one, here)) ||
    (casesOf(form)?.every((one) => isImpossible(one, here)) ?? false)
  )
}

/** A question that nothing can fit: an empty list, a list of nothing. */
function isEmpty({ leaf, holds }: Literal, context: Context): boolean {
  if (!holds) return false
  const entries = entriesOf(leaf, context)
  if (entries !== null) return entries.length === 0 || atOf(leaf).length === 0
  return "in" in leaf && leaf.in.length === 0
}

function literalFollows(a: Literal, b: Literal, passage: Passage): boolean {
  if (a.holds && b.holds) return leafFollows(a.leaf, b.leaf, passage)
  if (!a.holds && !b.holds) return leafFollows(b.leaf, a.leaf, back(passage))
  if (a.holds) return areApart(a.leaf, b.leaf, passage)
  return areAll(a.leaf, b.leaf, passage)
}

function leafFollows(a: Leaf, b: Leaf, passage: Passage): boolean {
  const listed = entriesOf(a, passage.from)
  const wanted = entriesOf(b, passage.to)
  if (listed !== null && wanted !== null) {
    return isSubset(atOf(a), atOf(b)) && listed.every((entry) => isCovered(entry, wanted))
  }
  if (dependsOnOurs(a) && passage.oursMoved) return false
  switch (a.is) {
    case "webmail":
      return b.is === a.is && isSubset(a.at, b.at) && isSubset(a.providers, b.providers)
    case "unit":
      return (
        b.is === a.is && a.of === b.of && a.in.every((unit) => b.in.some((other) => unitFollows(unit, other, passage)))
      )
    case "class":
      return (
        b.is === a.is && a.of === b.of && isSubset(a.in, b.in) && !a.in.some((one) => passage.classes.lost.has(one))
      )
    case "time":
      return b.is === a.is && passage.from.timezone === passage.to.timezone && isSame(a.window, b.window)
    case "authentication":
      return b.is === a.is && a.method === b.method && isSubset(a.in, b.in)
    case "subject":
      return b.is === a.is && isSubset(a.matches.map(fold), b.matches.map(fold))
    case "header":
      return (
        b.is === a.is &&
        isSame(a.name.toLowerCase(), b.name.toLowerCase()) &&
        isSubset(a.matches.map(fold), b.matches.map(fold))
      )
    case "larger-than":
      return b.is === a.is && a.bytes >= b.bytes
    case "official-score":
    case "personal-data":
      return b.is === a.is && a.atLeast >= b.atLeast
    case "finding":
      return b.is === a.is && a.kind === b.kind && isWithinReasons(a.why, b.why)
    case "authenticated":
    case "null-sender":
    case "auto-forwarded":
    case "thread":
    case "attachment":
      return b.is === a.is && a.value === b.value
    case "direction":
    case "official":
    case "circulation":
    case "secrecy":
    case "keyed-hash":
      return b.is === a.is && isSubset<string>(a.in, b.in)
    default:
      return false
  }
}

/** They speak of one fact that has one value, and of different values. */
function areApart(a: Leaf, b: Leaf, passage: Passage): boolean {
  if (dependsOnOurs(a) && passage.oursMoved) return false
  switch (a.is) {
    case "direction":
    case "official":
    case "circulation":
    case "secrecy":
    case "keyed-hash":
      return b.is === a.is && isDisjoint<string>(a.in, b.in)
    case "authentication":
      return b.is === a.is && a.method === b.method && isDisjoint(a.in, b.in)
    case "class":
      return (
        b.is === a.is && a.of === b.of && isDisjoint(a.in, b.in) && !b.in.some((one) => passage.classes.gained.has(one))
      )
    case "authenticated":
    case "null-sender":
    case "auto-forwarded":
    case "thread":
    case "attachment":
      return b.is === a.is && a.value !== b.value
    default:
      return false
  }
}

const VALUES: Readonly<Partial<Record<Leaf["is"], readonly string[]>>> = {
  direction: ["inbound", "outbound", "internal", "relay"],
  official: ["official", "unsure", "not-official"],
  circulation: ["ordinary", "public", "restricted", "declassified"],
  secrecy: ["none", "suspected", "mat", "toi-mat", "tuyet-mat"],
  authentication: AUTH_RESULTS,
}

/** Where the one does not hold the other does: together they name every value there is. */
function areAll(a: Leaf, b: Leaf, passage: Passage): boolean {
  if (dependsOnOurs(a) && passage.oursMoved) return false
  if ("value" in a && "value" in b) return a.is === b.is && a.value !== b.value
  const values = VALUES[a.is]
  if (values === undefined || a.is !== b.is || !("in" in a) || !("in" in b)) return false
  if (a.is === "authentication" && b.is === "authentication" && a.method !== b.method) return false
  const named = new Set<string>([...a.in, ...b.in])
  return values.every((value) => named.has(value))
}

/** Which way mail goes, and who is one of ours, follows from which domains are. */
function dependsOnOurs({ is }: Leaf): boolean {
  return is === "direction" || is === "authenticated" || is === "auto-forwarded" || is === "thread"
}

/** Of conditions on addresses: what is listed, however it is written. */
function entriesOf(leaf: Leaf, { lists }: Context): readonly string[] | null {
  switch (leaf.is) {
    case "address":
      return leaf.in
    case "address-domain":
      return leaf.in.map((domain) => `.${domain}`)
    case "address-list":
      return [...(lists.get(leaf.list) ?? [])]
    default:
      return null
  }
}
function atOf(leaf: Leaf): readonly string[] {
  return "at" in leaf ? leaf.at : []
}

/** Whether everything that fits the entry fits the list. */
function isCovered(entry: string, entries: readonly string[]): boolean {
  const all = new Set(entries)
  if (all.has(entry)) return true
  if (entry.endsWith("@*")) return false
  if (entry.startsWith(".")) {
    return entries.some((other) => other.startsWith(".") && isWithin(entry.slice(1), other.slice(1)))
  }
  return isListed(entry, entry.slice(entry.lastIndexOf("@") + 1), all)
}

function unitFollows(unit: UnitId, other: UnitId, { from, to, units }: Passage): boolean {
  return (
    (to.units.isWithin(unit, other) && !units.lost.has(unit)) ||
    (from.units.isWithin(unit, other) && !units.lost.has(other))
  )
}

function isWithinReasons(a: Reasons, b: Reasons): boolean {
  if (b === "any") return true
  if (a === "any") return false
  if ("only" in a) return "only" in b ? isSubset(a.only, b.only) : isDisjoint(a.only, b.except)
  return "except" in b && isSubset(b.except, a.except)
}

function isSubset<T>(part: readonly T[], whole: readonly T[]): boolean {
  const all = new Set(whole)
  return part.every((one) => all.has(one))
}
function isDisjoint<T>(a: readonly T[], b: readonly T[]): boolean {
  const all = new Set(b)
  return !a.some((one) => all.has(one))
}
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
