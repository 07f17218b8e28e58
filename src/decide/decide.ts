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
import { type Answer, answer, type Context } from "./condition.ts"
import { explain } from "./explain.ts"
import { unitTree } from "./units.ts"

/** A policy with what can be worked out once: lists as sets, who may cap and lift what. */
export interface Prepared {
  readonly policy: Policy
  readonly context: Context
  readonly rules: readonly PreparedRule[]
}

interface PreparedRule {
  readonly rule: Rule
  readonly guarantees: readonly Guarantee[]
  readonly exceptions: readonly Exception[]
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
  const units = unitTree(policy.units)
  const rules = policy.rules
    .filter((rule) => rule.mode !== "off")
    .map((rule) => ({
      rule,
      guarantees: uncappable(rule.when) ? [] : policy.guarantees.filter((one) => units.isWithin(rule.owner, one.owner)),
      exceptions: reads(rule.when, isUnliftable)
        ? []
        : policy.exceptions.filter((one) => one.rule === rule.id && units.isWithin(rule.owner, one.owner)),
    }))
  const lists = new Map(Object.entries(policy.lists).map(([name, entries]) => [name, new Set(entries)]))
  return { policy, context: { lists, units, timezone: policy.timezone }, rules }
}

/** The verdict, or "pending" while a fact that could still soften or decide it is to come. */
export function decide(prepared: Prepared, evidence: Evidence): Verdict | "pending" {
  const answers = new Map<Condition, Answer>()
  const ask = (condition: Condition): Answer => {
    const known = answers.get(condition) ?? answer(condition, evidence, prepared.context)
    answers.set(condition, known)
    return known
  }
  const asked = prepared.rules.filter(
    (one) => concerns(one.rule.owner, evidence, prepared.context) && ask(one.rule.when) !== "no",
  )
  const enforced = asked.filter((one) => one.rule.mode === "enforce")
  const judge = (rules: readonly PreparedRule[], favour: "mild" | "strict"): Match[] =>
    rules.map((one) => soften(one, evidence, { ask, context: prepared.context, favour }))

  // An unknown answer is tried both ways: the mildest and the strictest verdict that may still come out.
  const mild = judge(
    enforced.filter((one) => ask(one.rule.when) === "yes"),
    "mild",
  )
  const strict = judge(enforced, "strict")
  const shadow = judge(
    asked.filter((one) => one.rule.mode === "shadow" && ask(one.rule.when) === "yes"),
    "strict",
  )
  const lowest = strictest(mild)
  const highest = strictest(strict)
  if (lowest === highest) return verdict(prepared, evidence, { matches: strict, shadow, disposition: highest })

  const waits = [...answers.values()].includes("pending")
  if (waits && rank(lowest) < rank("reject")) return "pending"
  if (waits) return verdict(prepared, evidence, { matches: mild, shadow, disposition: lowest })
  return verdict(prepared, evidence, { matches: strict, shadow, disposition: "defer" })
}

/** A unit's rules and guarantees speak of the mail of its own mailboxes and of those below. */
function concerns(owner: UnitId, evidence: Evidence, context: Context): boolean {
  const { units } = context
  if (owner === units.root) return true
  const { senderUnit, recipientUnit } = evidence
  return (
    (senderUnit !== null && units.isWithin(senderUnit, owner)) ||
    (recipientUnit !== null && units.isWithin(recipientUnit, owner))
  )
}

interface Softening {
  readonly ask: (condition: Condition) => Answer
  readonly context: Context
  /** Whether an unknown guarantee or exception counts as given. */
  readonly favour: "mild" | "strict"
}

function soften(one: PreparedRule, evidence: Evidence, { ask, context, favour }: Softening): Match {
  const holds = (condition: Condition): boolean => {
    const said = ask(condition)
    return said === "yes" || (favour === "mild" && said !== "no")
  }
  const now = evidence.transaction.at
  const sure = ask(one.rule.when) === "yes"
  const lifted =
    one.exceptions.find((exception) => exception.start <= now && now < exception.end && holds(exception.when)) ?? null
  if (lifted !== null) return { rule: one.rule, sure, effective: "deliver", capped: null, lifted: lifted.id }
  let effective = one.rule.then
  let capped: GuaranteeId | null = null
  for (const guarantee of one.guarantees) {
    if (
      rank(guarantee.atMost) >= rank(effective) ||
      !concerns(guarantee.owner, evidence, context) ||
      !holds(guarantee.when)
    )
      continue
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
  return effective === "hold" || effective === "quarantine" ? [{ rule: rule.id, kind: effective }] : []
}

/** A guarantee never caps a rule whose condition reads a finding or secrecy. */
function uncappable(condition: Condition): boolean {
  return reads(condition, (leaf) => leaf.is === "finding" || leaf.is === "secrecy")
}
