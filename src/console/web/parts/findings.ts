/** What was found in a message, in the reader's words; names of signatures and files stay as they came. */
import type { TFunction } from "i18next"
import { FINDING_KINDS } from "../../../mail/finding.ts"

interface Finding {
  readonly kind: string
  readonly name: string | null
}

export function findingWords(t: TFunction, findings: readonly Finding[]): readonly string[] {
  const said = findings.map(({ kind, name }) => {
    const word = FINDING_KINDS.find((one) => one === kind)
    return [word === undefined ? kind : t(`finding.${word}`), name ?? ""].filter((part) => part !== "").join(": ")
  })
  // The kind alone says no more than the same kind with a name.
  return said.filter((one) => !said.some((other) => other.startsWith(`${one}: `)))
}
