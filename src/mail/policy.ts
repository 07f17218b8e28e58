/** The policy as data: the console edits it, the audit log keeps it, `decide` answers from it. */
import type { Millis } from "./transaction.ts"
import type { Circulation, OfficialLabel, Secrecy } from "./content.ts"
import type { FindingKind, Reasons } from "./finding.ts"
import type { AuthResult, Direction } from "./identity.ts"
import type { Position } from "./message.ts"
import type { Change } from "./rewrite.ts"
import type { Instant } from "./transaction.ts"

export type UnitId = string
export type RuleId = string
export type GuaranteeId = string
export type ExceptionId = string
export type MailboxClass = string
export type ListName = string

/** Vietnamese first, English second, wherever people read. */
export interface Bilingual {
  readonly vi: string
  readonly en: string
}

/** In order of strictness; a rule says *at least*, a guarantee *at most*. */
export const DISPOSITIONS = ["deliver", "flag", "hold", "quarantine", "reject", "refuse"] as const
export type Disposition = (typeof DISPOSITIONS)[number]

/** Families of `config/webmail.yaml`; `any` in the file stands for all that are free. */
export type ProviderSet = readonly string[]

/** A text test without regular expressions, hence linear: `*` matches any run; case and accents do not count. */
export type Glob = string

/** Minutes since midnight in the agency's time zone; days 1 (Monday) to 7. */
export interface TimeWindow {
  readonly days: readonly number[]
  readonly from: number
  readonly to: number
}

/** A question about the evidence with the answers yes, no and unknown. */
export type Condition = Combination | SessionCondition | MessageCondition

/** What no exception lifts: malware, and a clear mark of secrecy. */
export function isUnliftable(leaf: Condition): boolean {
  if (leaf.is === "finding") return leaf.kind === "malware" || leaf.kind === "known-bad"
  return leaf.is === "secrecy" && leaf.in.some((mark) => mark !== "none" && mark !== "suspected")
}

/** Whether any leaf of the condition is such a question. */
export function reads(condition: Condition, test: (leaf: Condition) => boolean): boolean {
  if (condition.is === "all" || condition.is === "any") return condition.of.some((one) => reads(one, test))
  return condition.is === "not" ? reads(condition.of, test) : test(condition)
}

export type Combination =
  | { readonly is: "always" }
  | { readonly is: "all" | "any"; readonly of: readonly Condition[] }
  | { readonly is: "not"; readonly of: Condition }

/** Answerable from the session and the envelope, except for addresses that stand in header fields. */
export type SessionCondition =
  | { readonly is: "direction"; readonly in: readonly Direction[] }
  | { readonly is: "address-domain"; readonly at: readonly Position[]; readonly in: readonly string[] }
  /** Entries as those of a list, written where they are used: `a@b`, `local@*`, `b`, `.b`. */
  | { readonly is: "address"; readonly at: readonly Position[]; readonly in: readonly string[] }
  | { readonly is: "address-list"; readonly at: readonly Position[]; readonly list: ListName }
  | { readonly is: "webmail"; readonly at: readonly Position[]; readonly providers: ProviderSet }
  | { readonly is: "unit"; readonly of: "sender" | "recipient"; readonly in: readonly UnitId[] }
  | { readonly is: "class"; readonly of: "sender" | "recipient"; readonly in: readonly MailboxClass[] }
  | { readonly is: "authenticated" | "null-sender" | "auto-forwarded"; readonly value: boolean }
  | { readonly is: "time"; readonly window: TimeWindow }

/** Answerable once DATA has brought the message. */
export type MessageCondition =
  | { readonly is: "thread" | "attachment"; readonly value: boolean }
  /** The agency's keyed hash of the octets: this message and no other. */
  | { readonly is: "keyed-hash"; readonly in: readonly string[] }
  | {
      readonly is: "authentication"
      readonly method: "spf" | "dkim" | "dmarc" | "arc"
      readonly in: readonly AuthResult[]
    }
  | { readonly is: "subject"; readonly matches: readonly Glob[] }
  | { readonly is: "header"; readonly name: string; readonly matches: readonly Glob[] }
  | { readonly is: "larger-than"; readonly bytes: number }
  | { readonly is: "finding"; readonly kind: FindingKind; readonly why: Reasons }
  | { readonly is: "official"; readonly in: readonly OfficialLabel[] }
  | { readonly is: "official-score"; readonly atLeast: number }
  | { readonly is: "circulation"; readonly in: readonly Circulation[] }
  | { readonly is: "secrecy"; readonly in: readonly Secrecy[] }
  | { readonly is: "personal-data"; readonly atLeast: number }

export const WARNINGS = ["outside", "imitation"] as const
export type Warning = (typeof WARNINGS)[number]

/** What a matching rule asks for besides its disposition; they add up. */
export type Annotation =
  | { readonly do: "header"; readonly name: string; readonly value: string }
  | { readonly do: "subject-tag"; readonly tag: string }
  | { readonly do: "require-tls" }
  /** A warning before the text: that the mail comes from outside, or that it may be in somebody else's name. */
  | { readonly do: "banner"; readonly warns: Warning }
  /** The copy goes on as a message made anew; where that cannot be, it is quarantined as it is. */
  | { readonly do: "rewrite"; readonly change: Change }

/** *Shadow* only tells what the rule would have done. */
export const MODES = ["off", "shadow", "enforce"] as const
export type Mode = (typeof MODES)[number]

export interface Rule {
  readonly id: RuleId
  readonly owner: UnitId
  readonly mode: Mode
  readonly when: Condition
  readonly then: Disposition
  readonly also: readonly Annotation[]
  /** What people are told; the legal basis is a key of the catalogue. */
  readonly title: Bilingual
  readonly basis: string | null
  /** Name of the notice and SMTP reply text; null uses the general one. */
  readonly notice: string | null
  /** Persons who must agree before what it holds may go; absent: one. */
  readonly approvals?: number
  /** How long what it holds waits for somebody, ms; absent: as long as the settings say. */
  readonly keep?: Millis | null
}

export interface Guarantee {
  readonly id: GuaranteeId
  readonly owner: UnitId
  readonly when: Condition
  readonly atMost: Disposition
  readonly title: Bilingual
}

/** A document that lifts one named rule for a while. */
export interface Exception {
  readonly id: ExceptionId
  readonly rule: RuleId
  readonly owner: UnitId
  readonly when: Condition
  readonly reason: string
  readonly basis: string | null
  readonly approver: string
  readonly start: Instant
  readonly end: Instant
}

export interface Unit {
  readonly id: UnitId
  /** Null for the one root. */
  readonly parent: UnitId | null
  readonly name: Bilingual
  /** Canonical domains; sub-domains belong to the unit unless another unit names them. */
  readonly domains: readonly string[]
  /** Null: since ever, for ever. */
  readonly from: Instant | null
  readonly until: Instant | null
}

/** Somebody whose name is worth borrowing; `addresses` are the foreign ones that are really theirs. */
export interface Official {
  readonly name: string
  readonly addresses: readonly string[]
}

/** Which mailboxes have a class of their own; the first entry that fits wins, all others are "ordinary". */
export interface MailboxEntry {
  /** `local@domain`, `*@domain` or `local@*`; `*` inside the local part matches any run. */
  readonly match: string
  readonly class: MailboxClass
  readonly unit: UnitId | null
}

/** How long exceptions may last, ms. */
export interface Terms {
  readonly longest: number
  /** One that lifted nothing for so long lapses. */
  readonly unused: number
  /** Its owner is reminded so long before the end. */
  readonly remind: number
}

export const TERMS: Terms = { longest: 366 * 86_400_000, unused: 90 * 86_400_000, remind: 7 * 86_400_000 }

export interface Policy {
  /** Number and content hash, short: names the policy that made a verdict. */
  readonly version: string
  readonly terms: Terms
  readonly timezone: string
  readonly units: readonly Unit[]
  readonly mailboxes: readonly MailboxEntry[]
  readonly officials?: readonly Official[]
  /** Canonical address keys (`a@b`), domains (`b`) or sub-domain patterns (`.b`). */
  readonly lists: Readonly<Record<ListName, readonly string[]>>
  readonly rules: readonly Rule[]
  readonly guarantees: readonly Guarantee[]
  readonly exceptions: readonly Exception[]
}
