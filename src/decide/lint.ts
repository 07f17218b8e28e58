/**
 * What is wrong with a sound policy: rules that never decide, conditions nothing can meet, promises that promise nothing. Every
 * finding is proven; what cannot be shown is not said. Pure.
 */
import type { Bilingual, Condition, Exception, Guarantee, Policy, Rule } from "../mail/policy.ts"
import type { Instant } from "../mail/transaction.ts"
import { isLiftable, isUncappable, type Prepared, rank } from "./decide.ts"
import { excludes, implies, isNever, stay } from "./implies.ts"
import { type Form, formOf, type Leaf, type Literal } from "./literal.ts"
import { leavesOf, type Lint, type LintContext, type LintKind, listsIn, ofLists, unruled } from "./lint-lists.ts"
import { FATES } from "./words.ts"

export function lint(prepared: Prepared, context: LintContext): readonly Lint[] {
  const { policy } = prepared
  return [
    ...policy.rules.flatMap((rule) => ofRule(rule, prepared)),
    ...policy.guarantees.flatMap((one) => ofGuarantee(one, prepared)),
    ...policy.exceptions.flatMap((one) => ofException(one, prepared, context.now)),
    ...ofLists(prepared, context),
    ...unruled(policy),
  ]
}

function ofRule(rule: Rule, prepared: Prepared): readonly Lint[] {
  const { policy, context } = prepared
  const said = named("Luật", "Rule", rule)
  const lints: Lint[] = []
  const add = (kind: LintKind, vi: string, en: string, level: Lint["level"] = "warning"): void => {
    lints.push({ kind, level, of: "rule", id: rule.id, said: { vi: `${said.vi} ${vi}.`, en: `${said.en} ${en}.` } })
  }
  if (rule.mode === "off") return []
  if (isNever(rule.when, context)) {
    const list = emptyList(rule.when, policy)
    if (list !== null)
      add(
        "never-met",
        `không bao giờ khớp vì danh sách ${list} còn trống`,
        `never matches: the list ${list} is empty`,
        "note",
      )
    else
      add("never-met", "không bao giờ khớp: điều kiện tự mâu thuẫn", "never matches: its condition contradicts itself")
    return lints
  }
  const over = policy.rules.find((other) => outranks(other, rule, prepared))
  if (over !== undefined) {
    add(
      "never-decisive",
      `không bao giờ quyết định: mỗi khi khớp thì luật “${over.title.vi}” (${over.id}) cũng khớp và nghiêm hơn (${FATES[over.then].vi})`,
      `never decides: whenever it matches, “${over.title.en}” (${over.id}) matches too and is stricter (${FATES[over.then].en})`,
    )
  }
  const cap = capOf(rule, prepared)
  if (cap !== undefined) {
    add(
      "always-capped",
      `luôn bị cam kết “${cap.title.vi}” (${cap.id}) giới hạn ở mức ${FATES[cap.atMost].vi}`,
      `is always capped by “${cap.title.en}” (${cap.id}): at most ${FATES[cap.atMost].en}`,
    )
  }
  if (rank(rule.then) >= rank("hold") && isBroad(rule.when)) {
    add(
      "over-broad",
      `chặn mọi thư cùng một chiều (${FATES[rule.then].vi})`,
      `stops all mail of a direction (${FATES[rule.then].en})`,
    )
  }
  return lints
}

/** Whenever `rule` is asked and matches, `other` decides instead. */
export function outranks(other: Rule, rule: Rule, { policy, context }: Prepared): boolean {
  if (other.id === rule.id || other.mode !== "enforce" || rank(other.then) <= rank(rule.then)) return false
  const { units } = context
  if (!units.isWithin(rule.owner, other.owner) || !implies(rule.when, other.when, stay(context))) return false
  if (isLiftable(other.when) && policy.exceptions.some((one) => one.rule === other.id)) return false
  return (
    isUncappable(other.when) ||
    !policy.guarantees.some((one) => units.isWithin(other.owner, one.owner) && rank(one.atMost) <= rank(rule.then))
  )
}

function capOf(rule: Rule, { policy, context }: Prepared): Guarantee | undefined {
  if (isUncappable(rule.when)) return undefined
  return policy.guarantees.find(
    (one) =>
      rank(one.atMost) < rank(rule.then) &&
      context.units.isWithin(rule.owner, one.owner) &&
      implies(rule.when, one.when, stay(context)),
  )
}

function ofGuarantee(one: Guarantee, { policy, context }: Prepared): readonly Lint[] {
  const said = named("Cam kết", "Guarantee", one)
  const make = (kind: LintKind, level: Lint["level"], vi: string, en: string): Lint => {
    return { kind, level, of: "guarantee", id: one.id, said: { vi: `${said.vi} ${vi}.`, en: `${said.en} ${en}.` } }
  }
  if (isNever(one.when, context)) {
    const list = emptyList(one.when, policy)
    return list === null
      ? [
          make(
            "never-met",
            "warning",
            "không bao giờ khớp: điều kiện tự mâu thuẫn",
            "never holds: its condition contradicts itself",
          ),
        ]
      : [
          make(
            "never-met",
            "note",
            `chưa có tác dụng vì danh sách ${list} còn trống`,
            `has no effect yet: the list ${list} is empty`,
          ),
        ]
  }
  const lints: Lint[] = []
  if (!policy.rules.some((rule) => isCapped(rule, one, context))) {
    lints.push(make("caps-nothing", "note", "hiện không giới hạn luật nào", "caps no rule as things are"))
  }
  if (isBroad(one.when)) {
    lints.push(make("over-broad", "warning", "nới cho mọi thư cùng một chiều", "softens all mail of a direction"))
  }
  if (isForgeable(one.when)) {
    lints.push(
      make(
        "unproven-sender",
        "warning",
        "tin vào địa chỉ người gửi mà không đòi xác thực: ai cũng ghi được địa chỉ đó",
        "trusts the sender's address without proof: anybody can write it",
      ),
    )
  }
  return lints
}

function isCapped(rule: Rule, one: Guarantee, context: Prepared["context"]): boolean {
  return (
    rule.mode !== "off" &&
    rank(rule.then) > rank(one.atMost) &&
    !isUncappable(rule.when) &&
    context.units.isWithin(rule.owner, one.owner) &&
    !excludes(rule.when, one.when, context)
  )
}

function ofException(one: Exception, prepared: Prepared, now: Instant): readonly Lint[] {
  const make = (kind: LintKind, vi: string, en: string): Lint => {
    return {
      kind,
      level: "warning",
      of: "exception",
      id: one.id,
      said: { vi: `Ngoại lệ ${one.id} ${vi}.`, en: `Exception ${one.id} ${en}.` },
    }
  }
  if (one.end <= now) return [make("expired", "đã hết hạn", "is over")]
  const why = liftsNothing(one, prepared)
  if (why !== null) return [make("lifts-nothing", `không miễn gì: ${why.vi}`, `lifts nothing: ${why.en}`)]
  const lints: Lint[] = []
  if (isBroad(one.when))
    lints.push(make("over-broad", "miễn cho mọi thư cùng một chiều", "lifts its rule for all mail of a direction"))
  if (isForgeable(one.when)) {
    lints.push(
      make(
        "unproven-sender",
        "tin vào địa chỉ người gửi mà không đòi xác thực",
        "trusts the sender's address without proof",
      ),
    )
  }
  return lints
}

function liftsNothing(one: Exception, { policy, context }: Prepared): Bilingual | null {
  const rule = policy.rules.find(({ id }) => id === one.rule)
  if (rule === undefined) return { vi: `không có luật ${one.rule}`, en: `there is no rule ${one.rule}` }
  if (rule.mode !== "enforce")
    return { vi: `luật ${rule.id} không được áp dụng`, en: `rule ${rule.id} is not enforced` }
  if (rule.then === "deliver" && rule.also.length === 0)
    return { vi: `luật ${rule.id} không chặn gì`, en: `rule ${rule.id} stops nothing` }
  if (!isLiftable(rule.when)) return { vi: `luật ${rule.id} không được miễn`, en: `rule ${rule.id} may not be lifted` }
  if (!context.units.isWithin(rule.owner, one.owner)) {
    return {
      vi: `đơn vị ${one.owner} không có quyền với luật của ${rule.owner}`,
      en: `unit ${one.owner} has no say over a rule of ${rule.owner}`,
    }
  }
  if (isNever(one.when, context)) return { vi: "phạm vi tự mâu thuẫn", en: "its scope contradicts itself" }
  return excludes(rule.when, one.when, context)
    ? { vi: "phạm vi không trùng với luật", en: "its scope and the rule exclude each other" }
    : null
}

/** The one empty list for which the condition cannot be met. */
function emptyList(condition: Condition, policy: Policy): string | null {
  return listsIn(condition).find((name) => (policy.lists[name] ?? []).length === 0) ?? null
}

/** Asks for nothing but the direction. */
function isBroad(condition: Condition): boolean {
  return leavesOf(condition).every(({ is }) => is === "always" || is === "direction") && formOf(condition).is !== "any"
}

/** A sender is named, and in this way to fit neither proven by DNS nor by coming from us. */
function isForgeable(condition: Condition): boolean {
  return waysOf(formOf(condition)).some(
    (way) => way.some(({ leaf }) => namesSender(leaf)) && !way.some(({ leaf }) => provesSender(leaf)),
  )
}

/** The ways to fit a form, each as what must hold; more than a few are cut short. */
function waysOf(form: Form): readonly (readonly Literal[])[] {
  if (form.is === "literal") return form.holds ? [[form]] : [[]]
  if (form.is === "any") return form.of.flatMap(waysOf).slice(0, MOST_WAYS)
  return form.of.reduce<readonly (readonly Literal[])[]>(
    (ways, one) => ways.flatMap((way) => waysOf(one).map((more) => [...way, ...more])).slice(0, MOST_WAYS),
    [[]],
  )
}
const MOST_WAYS = 64

function namesSender(leaf: Leaf): boolean {
  return (
    (leaf.is === "address" || leaf.is === "address-domain" || leaf.is === "address-list") &&
    leaf.at.some((at) => at !== "rcpt-to" && at !== "to" && at !== "cc")
  )
}

function provesSender(leaf: Leaf): boolean {
  switch (leaf.is) {
    case "authentication":
      return leaf.in.every((result) => result === "pass")
    case "authenticated":
      return leaf.value
    case "direction":
      return !leaf.in.includes("inbound")
    case "unit":
    case "class":
      return leaf.of === "sender"
    case "keyed-hash":
      return true
    default:
      return false
  }
}

function named(vi: string, en: string, { id, title }: Pick<Rule, "id" | "title">): Bilingual {
  return { vi: `${vi} “${title.vi}” (${id})`, en: `${en} “${title.en}” (${id})` }
}
