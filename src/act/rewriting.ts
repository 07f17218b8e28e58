/** Which recipients get the message made anew, and how what is found in the new one joins what was found in the old. Pure. */
import { DISPOSITIONS, reads, type Rule, type RuleId } from "../mail/policy.ts"
import type { Change, Rewriting } from "../mail/rewrite.ts"
import type { Explanation, Verdict } from "../mail/verdict.ts"

type Kept = Extract<Rewriting, { is: "kept" }>

/** At once, or once a person approves. */
export function goesOn({ disposition }: Verdict): boolean {
  return disposition === "deliver" || disposition === "flag" || disposition === "hold"
}

/** None for what does not go on. */
export function changesOf(verdict: Verdict): readonly Change[] {
  if (!goesOn(verdict)) return []
  return distinct(verdict.annotations.flatMap((one) => (one.do === "rewrite" ? [one.change] : [])))
}

/** The rules that ask for it. */
export function rewritingRules({ matched }: Verdict, rules: readonly Rule[]): readonly RuleId[] {
  return matched.filter((id) => rules.find((rule) => rule.id === id)?.also.some((one) => one.do === "rewrite") ?? false)
}

/** Strictest last. `defer` outweighs all but a refusal of the whole message, as the plan has it. */
const ORDER: readonly Verdict["disposition"][] = [...DISPOSITIONS.filter((one) => one !== "refuse"), "defer", "refuse"]

/** `second` judges the message made anew. Where the finding that asked for it is still there, it is beyond help. */
export function joined(first: Verdict, second: Verdict, rules: readonly Rule[]): Verdict {
  const still = rewritingRules(
    second,
    rules.filter(({ when }) => reads(when, ({ is }) => is === "finding")),
  )
  const stubborn = goesOn(second) && still.length > 0 ? quarantined(second, still, STUBBORN) : second
  const both = [first, stubborn]
  const strictest = Math.max(...both.map(({ disposition }) => ORDER.indexOf(disposition)))
  const disposition = ORDER[strictest] ?? "refuse"
  const deciding = both.filter((one) => one.disposition === disposition)
  const held = disposition === "hold" || disposition === "quarantine"
  return {
    disposition,
    decisive: union(deciding.map(({ decisive }) => decisive)),
    matched: union(both.map(({ matched }) => matched)),
    shadow: union(both.map(({ shadow }) => shadow)),
    capped: union(both.map(({ capped }) => capped)),
    lifted: distinct(both.flatMap(({ lifted }) => lifted)),
    holds: held ? distinct(both.flatMap(({ holds }) => holds)) : [],
    annotations: distinct(both.flatMap(({ annotations }) => annotations)),
    because: distinct([...(first.decisive.length > 0 ? first.because : []), ...stubborn.because]),
    policyVersion: first.policyVersion,
  }
}

/** What could not be made anew must not go on as it is. */
export function unrewritten(first: Verdict, { why }: Kept, rules: readonly Rule[]): Verdict {
  return quarantined(first, rewritingRules(first, rules), WHY[why])
}

const STUBBORN: Explanation = {
  vi: "Thư đã được viết lại nhưng vẫn có thể hiểu theo nhiều cách: cách ly.",
  en: "The message was written anew and still asks for it: quarantine.",
}
const BROKEN: Explanation = {
  vi: "Không viết lại được thư: cách ly.",
  en: "The message could not be written anew: quarantine.",
}
const WHY: Readonly<Record<Kept["why"], Explanation>> = {
  signed: {
    vi: "Thư có chữ ký số nên không được viết lại: cách ly.",
    en: "The message is signed and must not be written anew: quarantine.",
  },
  encrypted: {
    vi: "Thư được mã hóa nên không viết lại được: cách ly.",
    en: "The message is encrypted and cannot be written anew: quarantine.",
  },
  "too-complex": {
    vi: "Thư quá phức tạp, không viết lại được: cách ly.",
    en: "The message is too complex to be written anew: quarantine.",
  },
  unreadable: BROKEN,
  timeout: BROKEN,
  memory: BROKEN,
  crashed: BROKEN,
}

function quarantined(verdict: Verdict, rules: readonly RuleId[], because: Explanation): Verdict {
  return {
    ...verdict,
    disposition: "quarantine",
    decisive: rules,
    holds: distinct([...verdict.holds, ...rules.map((rule) => ({ rule, kind: "quarantine" as const }))]),
    because: [...(verdict.decisive.length > 0 ? verdict.because : []), because],
  }
}

function union(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())]
}

function distinct<T>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()]
}
