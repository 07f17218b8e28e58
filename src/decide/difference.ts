/**
 * What differs between two policies, in words; and whether the later one may let through what the earlier one stopped. Only a proof
 * that it cannot speaks for a change: what cannot be shown not to loosen loosens. Pure.
 */
import type { Change, Difference } from "../mail/change.ts"
import type { Bilingual, Exception, Guarantee, Policy, Rule } from "../mail/policy.ts"
import type { Instant } from "../mail/transaction.ts"
import { isLiftable, isUncappable, rank } from "./decide.ts"
import { back, implies, type Passage } from "./implies.ts"
import { passage, type Standing } from "./moved.ts"
import * as say from "./difference-words.ts"

export function difference(old: Standing, next: Standing, now: Instant): Difference {
  const way = passage(old, next)
  const [before, after] = [old.prepared.policy, next.prepared.policy]
  const changes = [
    ...say.units(before, after, way.oursMoved),
    ...say.mailboxes(before, after),
    ...say.lists(before, after),
    ...rules(before, after, way),
    ...guarantees(before, after, way),
    ...exceptions(before, after, { way, now }),
    ...say.terms(before, after),
  ]
  return { changes, loosens: changes.some(({ effect }) => effect === "loosens") }
}

/** Whether the rule stops or marks anything. */
function isBinding({ mode, then, also }: Rule): boolean {
  return mode === "enforce" && (then !== "deliver" || also.length > 0)
}

function rules(before: Policy, after: Policy, way: Passage): readonly Change[] {
  const now = new Map(after.rules.map((rule) => [rule.id, rule]))
  const binding = after.rules.filter(isBinding)
  const changed = before.rules.flatMap((rule): readonly Change[] => {
    const same = now.get(rule.id) ?? null
    const said = say.rule(rule, same)
    const lack = isBinding(rule) ? weaker(rule, same, { before, after, way }) : null
    if (lack === null) {
      if (said === null) return []
      const effect = same !== null && isBinding(same) && !isSameDemand(rule, same) ? "tightens" : "neutral"
      return [{ of: "rule", id: rule.id, effect, said, because: null }]
    }
    const cover = binding.find((other) => other.id !== rule.id && isCoveredBy(rule, other, { before, after, way }))
    const told = said ?? say.unchanged(rule)
    if (cover === undefined) return [{ of: "rule", id: rule.id, effect: "loosens", said: told, because: lack }]
    return [{ of: "rule", id: rule.id, effect: "neutral", said: told, because: say.covered(cover) }]
  })
  const old = new Set(before.rules.map(({ id }) => id))
  const added = after.rules.filter(({ id }) => !old.has(id))
  return [
    ...changed,
    ...added.map((rule): Change => {
      return {
        of: "rule",
        id: rule.id,
        effect: isBinding(rule) ? "tightens" : "neutral",
        said: say.newRule(rule),
        because: null,
      }
    }),
  ]
}

function isSameDemand(a: Rule, b: Rule): boolean {
  return (
    JSON.stringify([a.when, a.then, a.mode, a.owner, a.also, a.approvals ?? 1]) ===
    JSON.stringify([b.when, b.then, b.mode, b.owner, b.also, b.approvals ?? 1])
  )
}

interface Between {
  readonly before: Policy
  readonly after: Policy
  readonly way: Passage
}

/** Why the later rule demands less than the earlier one; null: it demands at least as much, wherever the earlier one did. */
function weaker(rule: Rule, later: Rule | null, { before, after, way }: Between): Bilingual | null {
  if (later === null) return say.WHY.removed
  if (later.mode !== "enforce") return say.WHY.mode
  if (rank(later.then) < rank(rule.then)) return say.WHY.milder
  if ((later.approvals ?? 1) < (rule.approvals ?? 1)) return say.WHY.fewerPersons
  if (rule.also.some((one) => !later.also.some((other) => JSON.stringify(other) === JSON.stringify(one)))) {
    return say.WHY.annotation
  }
  if (!isScopeKept(rule, later, way)) return say.WHY.scope
  if (softeners(later, after, way.to).some((owner) => !way.from.units.isWithin(rule.owner, owner)))
    return say.WHY.softened
  if (isUncappable(rule.when) && !isUncappable(later.when) && after.guarantees.length > 0) return say.WHY.cappable
  if (!isLiftable(rule.when) && isLiftable(later.when) && liftings(after, later).length > 0) return say.WHY.liftable
  if (!implies(rule.when, later.when, way)) {
    return JSON.stringify(rule.when) === JSON.stringify(later.when) && before.timezone === after.timezone
      ? say.WHY.surroundings
      : say.WHY.narrower
  }
  return null
}

/** It concerns at least the mailboxes that it concerned. */
function isScopeKept(rule: Rule, later: Rule, { from, to, units }: Passage): boolean {
  if (later.owner === to.units.root) return true
  if (rule.owner === from.units.root) return false
  return to.units.isWithin(rule.owner, later.owner) && !units.lost.has(rule.owner)
}

/** Who may soften the rule, and does soften something. */
function softeners(rule: Rule, policy: Policy, { units }: Passage["to"]): readonly string[] {
  const owners = [...policy.guarantees, ...policy.exceptions].map(({ owner }) => owner)
  return [...new Set(owners)].filter((owner) => units.isWithin(rule.owner, owner))
}

function liftings(policy: Policy, rule: Rule): readonly Exception[] {
  return policy.exceptions.filter((one) => one.rule === rule.id)
}

/** Another rule does all that this one did; what lifts the other would not have lifted this one. */
function isCoveredBy(rule: Rule, other: Rule, between: Between): boolean {
  return weaker(rule, other, between) === null && liftings(between.after, other).length === 0
}

function guarantees(before: Policy, after: Policy, way: Passage): readonly Change[] {
  const old = new Map(before.guarantees.map((one) => [one.id, one]))
  const kept = new Set(after.guarantees.map(({ id }) => id))
  const gone = before.guarantees.filter(({ id }) => !kept.has(id))
  return [
    ...gone.map(
      (one): Change => ({
        of: "guarantee",
        id: one.id,
        effect: "tightens",
        said: say.guaranteeGone(one),
        because: null,
      }),
    ),
    ...after.guarantees.flatMap((one): readonly Change[] => {
      const was = old.get(one.id)
      if (was === undefined)
        return [{ of: "guarantee", id: one.id, effect: "loosens", said: say.newGuarantee(one), because: null }]
      const said = say.guarantee(was, one)
      const because = isSofter(was, one, way)
      if (because !== null)
        return [{ of: "guarantee", id: one.id, effect: "loosens", said: said ?? say.unchanged(one), because }]
      return said === null ? [] : [{ of: "guarantee", id: one.id, effect: "tightens", said, because: null }]
    }),
  ]
}

/** Why the guarantee may cap more than it did. */
function isSofter(was: Guarantee, one: Guarantee, way: Passage): Bilingual | null {
  if (rank(one.atMost) < rank(was.atMost)) return say.WHY.capsLower
  const root = way.to.units.root
  const isScopeSame =
    was.owner === way.from.units.root ||
    (one.owner !== root && way.to.units.isWithin(one.owner, was.owner) && !way.units.gained.has(one.owner))
  if (!isScopeSame) return say.WHY.wider
  return implies(one.when, was.when, back(way)) ? null : say.WHY.wider
}

interface Moment {
  readonly way: Passage
  readonly now: Instant
}

function exceptions(before: Policy, after: Policy, { way, now }: Moment): readonly Change[] {
  const old = new Map(before.exceptions.map((one) => [one.id, one]))
  const kept = new Set(after.exceptions.map(({ id }) => id))
  const gone = before.exceptions.filter(({ id }) => !kept.has(id))
  return [
    ...gone.map((one): Change => {
      const effect = one.end > now ? "tightens" : "neutral"
      return { of: "exception", id: one.id, effect, said: say.exceptionGone(one), because: null }
    }),
    ...after.exceptions.flatMap((one): readonly Change[] => {
      const was = old.get(one.id)
      const over = one.end <= now
      if (was === undefined) {
        return [
          {
            of: "exception",
            id: one.id,
            effect: over ? "neutral" : "loosens",
            said: say.newException(one),
            because: null,
          },
        ]
      }
      const said = say.exception(was, one)
      const wider = !over && liftsMore(was, one, way)
      if (wider) {
        return [
          {
            of: "exception",
            id: one.id,
            effect: "loosens",
            said: said ?? say.unchangedException(one),
            because: say.WHY.wider,
          },
        ]
      }
      return said === null ? [] : [{ of: "exception", id: one.id, effect: "tightens", said, because: null }]
    }),
  ]
}

function liftsMore(was: Exception, one: Exception, way: Passage): boolean {
  return (
    one.rule !== was.rule ||
    one.end > was.end ||
    one.start < was.start ||
    !way.to.units.isWithin(one.owner, was.owner) ||
    !implies(one.when, was.when, back(way))
  )
}
