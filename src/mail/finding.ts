/** One thing an inspector saw. Not being able to look is a finding too: it never resolves, so the policy must rule on it. */
import type { Path } from "./message.ts"

export const FINDING_KINDS = [
  "malware",
  "forbidden-type",
  "disguised",
  "encrypted",
  "unscannable",
  "macro",
  "active-content",
  "archive-bomb",
  "ambiguous",
  "known-bad",
  "external-reference",
  "embedded-file",
] as const
export type FindingKind = (typeof FINDING_KINDS)[number]

export interface Finding {
  readonly kind: FindingKind
  readonly at: Path
  /** Signature, type or file name, as the kind asks. */
  readonly name?: string
  /** Machine word, e.g. "no-scanner", "too-large", "too-deep", "corrupt", "crashed", "timeout". */
  readonly why?: string
}

/** Reasons a condition asks for: all, only these, or all but these, so that a reason of tomorrow is not left out. */
export type Reasons = "any" | { readonly only: readonly string[] } | { readonly except: readonly string[] }

export function isMeant(finding: Finding, asked: { readonly kind: FindingKind; readonly why: Reasons }): boolean {
  if (finding.kind !== asked.kind) return false
  if (asked.why === "any") return true
  const why = finding.why ?? ""
  return "only" in asked.why ? asked.why.only.includes(why) : !asked.why.except.includes(why)
}
