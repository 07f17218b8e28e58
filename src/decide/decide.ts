/**
 * What shall become of one message for one recipient: `max over the matching rules of min(rule, guarantees that may cap it)`.
 * There is no order among rules: adding or tightening one can only tighten. Pure.
 */
import type { Evidence } from "../mail/evidence.ts"
import {
  type Condition,
  DISPOSITIONS,
  type Disposition,
  type Exception,
  type ExceptionId,
  type Guarantee,
  type GuaranteeId,
  isUnliftable,
  reads,
  type Policy,
  type Rule,
  type UnitId,
} from "../mail/policy.ts"
import type { Verdict } from "../mail/verdict.ts"
import { type Book, createBook, type Entry, type Recorded, type Sheet } from "./book.ts"
import type { Context } from "./condition.ts"
import { explain } from "./explain.ts"
import { type Files, file, keysFor } from "./scope.ts"
import { unitTree } from "./units.ts"

/** A policy with what can be worked out once: lists as sets, equal conditions as one, who may cap and lift what. */
export interface Prepared {
  readonly policy: Policy
  readonly context: Context
  readonly book: Book
  readonly rules: readonly PreparedRule[]
}

interface PreparedRule {
  readonly rule: Rule
  readonly when: Entry
  readonly guarantees: readonly Ready<Guarantee>[]
  readonly exceptions: Files<Ready<Exception>>
}

interface Ready<T> {
  readonly one: T
  readonly when: Entry
}

/** One rule that matched, or may match, with what softened it. */
interface Match {
  readonly rule: Rule
  readonly sure: boolean
  readonly effective: Disposition
  readonly capped: GuaranteeId | null
  readonly lifted: ExceptionId | null
}

export function prepare(policy: Policy): Prepared {
  const steps = preparing(policy)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** The same in small steps: ten thousand exceptions are a tenth of a second. */
export function* preparing(policy: Policy): Generator<void, Prepared> {
  const units = unitTree(policy.units)
  const lists = new Map(Object.entries(policy.lists).map(([name, entries]) => [name, new Set(entries)]))
  const context = { lists, units, timezone: policy.timezone }
  const book = createBook(context)
  const guarantees = yield* entered(policy.guarantees, book)
  const lifting = Map.groupBy(yield* entered(policy.exceptions, book), ({ one }) => one.rule)
  const rules: PreparedRule[] = []
  for (const { one: rule, when } of yield* entered(
    policy.rules.filter(({ mode }) => mode !== "off"),
    book,
  )) {
    const liftings = isLiftable(rule.when) ? (lifting.get(rule.id) ?? []) : []
    rules.push({
      rule,
      when,
      guarantees: isUncappable(rule.when) ? [] : guarantees.filter(({ one }) => units.isWithin(rule.owner, one.owner)),
      exceptions: yield* file(
        liftings.filter(({ one }) => units.isWithin(rule.owner, one.owner)),
        ({ one }) => one.when,
      ),
    })
    yield
  }
  return { policy, context, book, rules }
}

function* entered<T extends { readonly when: Condition }>(all: readonly T[], book: Book): Generator<void, Ready<T>[]> {
  const ready: Ready<T>[] = []
  for (const one of all) {
    ready.push({ one, when: book.enter(one.when) })
    yield
  }
  return ready
}

/**
 * The verdict, or "pending" while a fact that could still soften or decide it is to come. `recorded`: what is kept of the text of
 * a message that is gone; what was not kept counts as a check that failed.
 */
export function decide(prepared: Prepared, evidence: Evidence, recorded: Recorded | null = null): Verdict | "pending" {
  const desk = openDesk(prepared, evidence, recorded)
  const asked = prepared.rules.filter((one) => desk.concerns(one.rule.owner) && desk.ask(one.when) !== "no")
  const enforced = asked.filter((one) => one.rule.mode === "enforce")
  const judge = (rules: readonly PreparedRule[], favour: "mild" | "strict"): Match[] =>
    rules.map((one) => soften(one, evidence, { ...desk, favour }))

  // An unknown answer is tried both ways: the mildest and the strictest verdict that may still come out.
  const mild = judge(
    enforced.filter((one) => desk.ask(one.when) === "yes"),
    "mild",
  )
  const strict = judge(enforced, "strict")
  const shadow = judge(
    asked.filter((one) => one.rule.mode === "shadow" && desk.ask(one.when) === "yes"),
    "strict",
  )
  const lowest = strictest(mild)
  const highest = strictest(strict)
  if (lowest === highest) return verdict(prepared, evidence, { matches: strict, shadow, disposition: highest })

  const waits = desk.waits()
  if (waits && rank(lowest) < rank("reject")) return "pending"
  if (waits) return verdict(prepared, evidence, { matches: mild, shadow, disposition: lowest })
  return verdict(prepared, evidence, { matches: strict, shadow, disposition: "defer" })
}

interface Desk {
  readonly ask: Sheet["ask"]
  /** Whether something asked so far is still to come. */
  readonly waits: () => boolean
  /** A unit's rules and guarantees speak of the mail of its own mailboxes and of those below. */
  readonly concerns: (owner: UnitId) => boolean
  readonly keys: () => readonly string[]
}

function openDesk({ book, context: { units } }: Prepared, evidence: Evidence, recorded: Recorded | null): Desk {
  const sheet = book.open(evidence, recorded)
  let waits = false
  let keys: readonly string[] | null = null
  const concerned = new Set([units.root])
  for (const unit of [evidence.senderUnit, evidence.recipientUnit]) {
    if (unit !== null) for (const one of units.above(unit)) concerned.add(one)
  }
  return {
    ask: (entry) => {
      const said = sheet.ask(entry)
      waits ||= said === "pending"
      return said
    },
    waits: () => waits,
    concerns: (owner) => concerned.has(owner),
    keys: () => {
      keys ??= keysFor(evidence, units)
      return keys
    },
  }
}

interface Softening extends Desk {
  /** Whether an unknown guarantee or exception counts as given. */
  readonly favour: "mild" | "strict"
}

function soften(one: PreparedRule, evidence: Evidence, { ask, concerns, keys, favour }: Softening): Match {
  const holds = (condition: Entry): boolean => {
    const said = ask(condition)
    return said === "yes" || (favour === "mild" && said !== "no")
  }
  const now = evidence.transaction.at
  const sure = ask(one.when) === "yes"
  const lifted = one.exceptions
    .of(keys())
    .find(({ one: { start, end }, when }) => start <= now && now < end && holds(when))
  if (lifted !== undefined) return { rule: one.rule, sure, effective: "deliver", capped: null, lifted: lifted.one.id }
  let effective = one.rule.then
  let capped: GuaranteeId | null = null
  for (const { one: guarantee, when } of one.guarantees) {
    if (rank(guarantee.atMost) >= rank(effective) || !concerns(guarantee.owner) || !holds(when)) continue
    effective = guarantee.atMost
    capped = guarantee.id
  }
  return { rule: one.rule, sure, effective, capped, lifted: null }
}

function strictest(matches: readonly Match[]): Disposition {
  return matches.reduce<Disposition>((so, { effective }) => (rank(effective) > rank(so) ? effective : so), "deliver")
}

export function rank(disposition: Disposition): number {
  return DISPOSITIONS.indexOf(disposition)
}

interface Outcome {
  readonly matches: readonly Match[]
  readonly shadow: readonly Match[]
  readonly disposition: Verdict["disposition"]
}

function verdict(prepared: Prepared, evidence: Evidence, { matches, shadow, disposition }: Outcome): Verdict {
  const sure = matches.filter((match) => match.sure)
  const kept = disposition === "hold" || disposition === "quarantine"
  const decisive = disposition === "defer" ? matches.filter((match) => !match.sure) : sure.filter(decides(disposition))
  return {
    disposition,
    decisive: decisive.map(({ rule }) => rule.id),
    matched: sure.map(({ rule }) => rule.id),
    shadow: shadow.filter(({ lifted }) => lifted === null).map(({ rule }) => rule.id),
    capped: [...new Set(sure.flatMap(({ capped }) => capped ?? []))],
    lifted: sure.flatMap(({ rule, lifted }) => (lifted === null ? [] : [{ rule: rule.id, exception: lifted }])),
    holds: kept ? matches.flatMap(asHold) : [],
    annotations: sure.filter(({ lifted }) => lifted === null).flatMap(({ rule }) => rule.also),
    because: explain(prepared.policy, evidence, {
      disposition,
      decisive: decisive.map(({ rule }) => rule),
      sure,
      shadow,
    }),
    policyVersion: prepared.policy.version,
  }
}

function decides(disposition: Verdict["disposition"]): (match: Match) => boolean {
  return ({ effective, lifted }) => lifted === null && effective === disposition
}

function asHold({ rule, effective }: Match): Verdict["holds"] {
  if (effective !== "hold" && effective !== "quarantine") return []
  const { approvals = 1, keep = null } = rule
  const more = { ...(approvals > 1 ? { approvals } : {}), ...(keep === null ? {} : { keep }) }
  return [{ rule: rule.id, kind: effective, ...more }]
}

/** A guarantee never caps a rule whose condition reads a finding or secrecy. */
export function isUncappable(condition: Condition): boolean {
  return reads(condition, (leaf) => leaf.is === "finding" || leaf.is === "secrecy")
}

/** No exception lifts what reads malware or a clear mark of secrecy. */
export function isLiftable(condition: Condition): boolean {
  return !reads(condition, isUnliftable)
}
