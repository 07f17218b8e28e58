/** Who may release a held copy, rule by rule, and how many it takes; what one more word changes. Pure. */
import { addressKey } from "../mail/address.ts"
import type { HeldCopy, Hold, NamedFinding } from "../mail/delivery.ts"
import type { Role } from "../mail/people.ts"
import type { Rule, RuleId, UnitId } from "../mail/policy.ts"
import type { HoldRule } from "../mail/verdict.ts"

/** Who decides; the operator at the machine's own command line may do what any role may. */
export interface Person {
  readonly name: string
  /** Address key. */
  readonly mail: string | null
  may(roles: readonly Role[], unit: UnitId | null): boolean
}

export interface Need {
  readonly rule: RuleId
  readonly roles: readonly Role[]
  readonly persons: number
}

/** Of a hold that no rule of the policy made: an operator's, a late failure, what a release found anew. */
const NO_RULE = ""

const APPROVERS: readonly Role[] = ["approver", "security"]
const SECURITY: readonly Role[] = ["security"]
const OPERATORS: readonly Role[] = ["operator", "officer", "security"]

/** Rights go by reason: what waits for approval, what security looks at, what could not be delivered. */
export function needs(hold: Hold): readonly Need[] {
  const twice = isGrave(hold) ? 2 : 1
  if (hold.rules.length === 0) {
    const roles = isGrave(hold) || hold.kind === "quarantine" ? SECURITY : OPERATORS
    return [{ rule: NO_RULE, roles, persons: twice }]
  }
  return hold.rules.map(({ rule, kind, approvals = 1 }) => ({
    rule,
    roles: isGrave(hold) || kind === "quarantine" ? SECURITY : APPROVERS,
    persons: Math.max(twice, approvals),
  }))
}

/** Malware and what may be secret take two of security, whatever the rule says. */
export function isGrave({ secret, care }: Hold): boolean {
  return secret === true || (care?.findings.some(({ kind }) => kind === "malware" || kind === "known-bad") ?? false)
}

/**
 * What it waits for is the password of a file from outside, and nothing else: its recipient may open it. The rules that hold it are those
 * that tell people of locked files.
 */
export function waitsForPassword(hold: Hold, rules: readonly Pick<Rule, "id" | "notice">[]): boolean {
  const isOfLocked = ({ rule, approvals = 1 }: HoldRule): boolean =>
    approvals === 1 && rules.find(({ id }) => id === rule)?.notice === "encrypted"
  return (
    hold.kind === "hold" &&
    hold.evidence !== true &&
    !isGrave(hold) &&
    hold.care?.direction === "inbound" &&
    hold.care.findings.some(({ kind }) => kind === "encrypted") &&
    hold.rules.length > 0 &&
    hold.rules.every(isOfLocked)
  )
}

export type Word =
  /** Not this person's to decide. */
  | { readonly is: "none" }
  /** This person has said so already, or wrote the message: it takes another. */
  | { readonly is: "another" }
  | { readonly is: "word"; readonly rules: readonly RuleId[]; readonly release: readonly NamedFinding[] | null }

/** Nobody approves his own mail, nor twice. */
export function wordOn({ hold, approvals, transaction }: HeldCopy, person: Person): Word {
  const all = needs(hold)
  const mine = all.filter(({ roles }) => person.may(roles, hold.care?.unit ?? null))
  if (mine.length === 0) return { is: "none" }
  const { from } = transaction.envelope
  if (person.mail !== null && from !== null && addressKey(from) === person.mail) return { is: "another" }
  const said = (rule: RuleId): readonly string[] => approvals.filter((one) => one.rule === rule).map(({ by }) => by)
  const fresh = mine.filter(({ rule }) => !said(rule).includes(person.name))
  if (fresh.length === 0) return { is: "another" }
  const isMet = ({ rule, persons }: Need): boolean =>
    said(rule).length + (fresh.some((one) => one.rule === rule) ? 1 : 0) >= persons
  return {
    is: "word",
    rules: fresh.map(({ rule }) => rule),
    release: all.every(isMet) ? (hold.care?.findings ?? []) : null,
  }
}

/** Whoever may release one of its rules may give a copy up. */
export function mayDeny({ hold }: HeldCopy, person: Person): boolean {
  return needs(hold).some(({ roles }) => person.may(roles, hold.care?.unit ?? null))
}
