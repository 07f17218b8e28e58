/** The answer: what shall become of one message for one recipient, and why. */
import type { Annotation, Bilingual, Disposition, ExceptionId, GuaranteeId, RuleId } from "./policy.ts"

/** One rule that holds a copy: it goes when all have been released. */
export interface HoldRule {
  readonly rule: RuleId
  readonly kind: "hold" | "quarantine"
  /** How many persons must agree; one unless the rule said more. */
  readonly approvals?: number
  /** How long it waits, ms, where the rule says so. */
  readonly keep?: number
}

/** One sentence of the explanation, in both languages. */
export type Explanation = Bilingual

export interface Verdict {
  /** `defer`: a check that matters could not be made; the client tries again. */
  readonly disposition: Disposition | "defer"
  readonly decisive: readonly RuleId[]
  readonly matched: readonly RuleId[]
  readonly shadow: readonly RuleId[]
  readonly capped: readonly GuaranteeId[]
  readonly lifted: readonly { readonly rule: RuleId; readonly exception: ExceptionId }[]
  /** Every matching hold and quarantine rule: the copy leaves only when all are released. */
  readonly holds: readonly HoldRule[]
  readonly annotations: readonly Annotation[]
  readonly because: readonly Explanation[]
  readonly policyVersion: string
}
