/** The large policy as people would write and keep it: a text of 1,000 rules, and 10,000 exceptions as documents beside it. */
import { stringify } from "yaml"
import type { Condition, Policy } from "../../src/mail/policy.ts"
import type { ExceptionDocument } from "../../src/mail/version.ts"

/** Kinds of findings on which every policy must rule. */
const MUST = ["malware", "unscannable", "encrypted"]

export function textOf(policy: Policy): string {
  const ruled = MUST.map((kind) => ({
    id: kind,
    when: { finding: kind },
    then: "quarantine",
    title: { vi: kind, en: kind },
  }))
  return stringify({
    units: policy.units.map(({ id, parent, name, domains }) => ({ id, parent, name, domains })),
    mailboxes: [
      { match: "motcua@*", class: "public-service" },
      ...Array.from({ length: 7 }, (_, n) => ({ match: `loai${n}@*`, class: `loai-${n}` })),
    ],
    rules: [
      ...ruled,
      ...policy.rules.map(({ id, owner, when, then, title }) => ({ id, owner, when: written(when), then, title })),
    ],
    guarantees: policy.guarantees.map(({ id, owner, when, atMost, title }) => {
      return { id, owner, when: written(when), "at-most": atMost, title }
    }),
  })
}

/** Those kinds of conditions that the large policy has. */
function written(condition: Condition): object {
  switch (condition.is) {
    case "all":
    case "any":
      return { [condition.is]: condition.of.map(written) }
    case "not":
      return { not: written(condition.of) }
    case "direction":
    case "official":
      return { [condition.is]: condition.in }
    case "address-domain":
      return { address: { at: condition.at, domain: condition.in } }
    case "class":
      return { [`${condition.of}-class`]: condition.in }
    case "subject":
      return { subject: condition.matches }
    case "finding":
      return { finding: condition.kind }
    case "larger-than":
      return { "larger-than": `${condition.bytes}B` }
    default:
      throw new Error(`not written: ${condition.is}`)
  }
}

export function documentsOf({ exceptions }: Policy): readonly ExceptionDocument[] {
  return exceptions.map((one) => ({
    ...one,
    unit: one.owner,
    mail: null,
    state: "granted",
    requester: "an",
    requestedAt: one.start,
    grantedAt: one.start,
    uses: 0,
    lastUsedAt: null,
    remindedAt: null,
    endedAt: null,
    endedBy: null,
    endedWhy: null,
  }))
}
