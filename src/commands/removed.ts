/** Gives the changes of a policy their words: what stands in the place of an attachment that was taken out. */
import type { FindingKind } from "../mail/finding.ts"
import type { Change } from "../mail/rewrite.ts"
import type { Instant, TransactionId } from "../mail/transaction.ts"
import { letter, type Office } from "../notify/letter.ts"

/** What the child puts the name of the file in the place of. */
const NAME = "@ten-tep@"
const DANGEROUS: ReadonlySet<FindingKind> = new Set(["malware", "known-bad"])

export function worded(
  changes: readonly Change[],
  office: Office,
  about: { readonly id: TransactionId; readonly at: Instant },
): readonly Change[] {
  return changes.map((change) => {
    if (change.is === "canonicalise") return change
    const isMalware = change.is === "replace" && change.kinds.some((kind) => DANGEROUS.has(kind))
    const name = isMalware ? "removed-malware" : "removed-file"
    const { text } = letter(name, { ten_tep: NAME }, about, office)
    return { ...change, text: text.replaceAll(NAME, "{{ten_tep}}") }
  })
}
