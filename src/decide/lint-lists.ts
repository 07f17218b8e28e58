/** Of lists and of the policy as a whole: what stands where it should not, and what nobody has ruled on. Pure. */
import { isWithin } from "../mail/address.ts"
import type { FindingKind } from "../mail/finding.ts"
import type { Bilingual, Condition, Policy, Rule } from "../mail/policy.ts"
import type { Instant } from "../mail/transaction.ts"
import { type Prepared, rank } from "./decide.ts"
import { conjuncts, formOf } from "./literal.ts"

export const LINTS = [
  "never-decisive",
  "never-met",
  "always-capped",
  "caps-nothing",
  "over-broad",
  "expired",
  "lifts-nothing",
  "unproven-sender",
  "own-or-state-listed",
  "unused-list",
  "no-rule",
] as const
export type LintKind = (typeof LINTS)[number]

export interface Lint {
  readonly kind: LintKind
  /** `note`: worth knowing, nothing to mend. */
  readonly level: "warning" | "note"
  readonly of: "rule" | "guarantee" | "exception" | "list" | "policy"
  readonly id: string
  readonly said: Bilingual
}

export interface LintContext {
  readonly now: Instant
  /** Those of the settings. */
  readonly domains: readonly string[]
}

/** Domains of the state, as a list of what is blocked must not hold them. */
const STATE = ["gov.vn", "chinhphu.vn", "quochoi.vn", "dcs.vn", "cpv.org.vn", "mattran.org.vn"]

export function ofLists(prepared: Prepared, { domains }: LintContext): readonly Lint[] {
  const { policy } = prepared
  const ours = [...domains, ...policy.units.flatMap((unit) => unit.domains)]
  const conditions = [...policy.rules, ...policy.guarantees, ...policy.exceptions].map(({ when }) => when)
  return Object.entries(policy.lists).flatMap(([name, entries]): readonly Lint[] => {
    const make = (kind: LintKind, level: Lint["level"], vi: string, en: string): Lint => {
      return { kind, level, of: "list", id: name, said: { vi: `Danh sách ${name} ${vi}.`, en: `List ${name} ${en}.` } }
    }
    if (!conditions.some((when) => listsIn(when).includes(name)))
      return [make("unused-list", "note", "không được luật nào dùng", "is used nowhere")]
    const rule = policy.rules.find((one) => isBlockedBy(one, name))
    if (rule === undefined) return []
    return entries.flatMap((entry) => {
      const whose = [
        ...ours.map((domain) => [domain, "của cơ quan", "ours"] as const),
        ...STATE.map((domain) => [domain, "của Nhà nước", "the state's"] as const),
      ]
      const hit = whose.find(([domain]) => isBelow(entry, domain))
      if (hit === undefined) return []
      return [
        make(
          "own-or-state-listed",
          "warning",
          `bị luật ${rule.id} chặn, mà có ${entry} là tên miền ${hit[1]}`,
          `is blocked by ${rule.id}, yet holds ${entry}, which is ${hit[2]}`,
        ),
      ]
    })
  })
}

function isBelow(entry: string, domain: string): boolean {
  const host = entry.startsWith(".") ? entry.slice(1) : entry.slice(entry.lastIndexOf("@") + 1)
  return isWithin(host, domain)
}

/** It stops what is on the list for being on it, and asks for no proof of who wrote it. */
function isBlockedBy(rule: Rule, list: string): boolean {
  if (rule.mode === "off" || rank(rule.then) < rank("hold")) return false
  const parts = conjuncts(formOf(rule.when))
  const isListed = parts.some(
    (one) => one.is === "literal" && one.holds && one.leaf.is === "address-list" && one.leaf.list === list,
  )
  return isListed && !leavesOf(rule.when).some(({ is }) => is === "authentication" || is === "finding")
}

export function listsIn(condition: Condition): readonly string[] {
  return leavesOf(condition).flatMap((leaf) => (leaf.is === "address-list" ? [leaf.list] : []))
}

export function leavesOf(condition: Condition): readonly Condition[] {
  if (condition.is === "all" || condition.is === "any") return condition.of.flatMap(leavesOf)
  return condition.is === "not" ? leavesOf(condition.of) : [condition]
}

/** What a gateway is for must be ruled on; the loader refuses a policy without a rule for the first three. */
const RULED: readonly FindingKind[] = ["malware", "unscannable", "encrypted", "known-bad"]

export function unruled(policy: Policy): readonly Lint[] {
  const asked = policy.rules.filter(({ mode }) => mode === "enforce").flatMap(({ when }) => leavesOf(when))
  return RULED.flatMap((kind): readonly Lint[] => {
    const rules = policy.rules.filter(
      (rule) =>
        rule.mode === "enforce" && leavesOf(rule.when).some((leaf) => leaf.is === "finding" && leaf.kind === kind),
    )
    if (asked.some((leaf) => leaf.is === "finding" && leaf.kind === kind)) {
      const stops =
        kind === "encrypted" || kind === "unscannable" || rules.some((rule) => rank(rule.then) >= rank("hold"))
      if (stops) return []
    }
    const said = {
      vi: `Không luật nào chặn thư có phát hiện ${kind}.`,
      en: `No rule stops mail with the finding ${kind}.`,
    }
    return [{ kind: "no-rule", level: kind === "known-bad" ? "note" : "warning", of: "policy", id: kind, said }]
  })
}
