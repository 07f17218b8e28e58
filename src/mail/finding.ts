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
