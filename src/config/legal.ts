/** Reads `legal.yaml`: what notices cite, each entry with the dates between which it may be cited. */
import { z } from "zod"
import { isInForce, type Law } from "../mail/notice.ts"
import { dayStart } from "../mail/day.ts"
import type { Policy } from "../mail/policy.ts"
import type { Instant } from "../mail/transaction.ts"
import { type Fault, faultText, read, show } from "./fault.ts"
import { line } from "./fields.ts"
import { readYaml, yamlFaultTexts } from "./yaml.ts"

export type LoadedLegal =
  | { readonly ok: true; readonly laws: readonly Law[] }
  | { readonly ok: false; readonly faults: readonly string[] }

const DATE = "a date such as 2026-07-01"

/** The first moment of a day in the agency's own zone. */
function day(timezone: string) {
  return z.string({ error: DATE }).transform((text, context): Instant => {
    const at = dayStart(text, timezone)
    if (!Number.isNaN(at)) return at
    context.addIssue({ code: "custom", message: DATE })
    return z.NEVER
  })
}

function schema(timezone: string) {
  const bilingual = z.strictObject({ vi: line, en: line })
  return z.strictObject({
    laws: z.array(
      z.strictObject({
        id: line,
        title: bilingual,
        citation: bilingual,
        from: day(timezone),
        /** The first day on which it is no longer in force. */
        until: day(timezone).nullable().default(null),
        verify: line.nullable().default(null),
      }),
    ),
  })
}

export function loadLegal(text: string, timezone: string): LoadedLegal {
  const yaml = readYaml(text)
  if (!yaml.ok) return { ok: false, faults: yamlFaultTexts(yaml.faults) }
  const sound = read(schema(timezone), yaml.value ?? {})
  if (!sound.ok) return { ok: false, faults: sound.faults.map(faultText) }
  const { laws } = sound.value
  const faults = [...idsOnce(laws), ...backwards(laws)]
  return faults.length === 0 ? { ok: true, laws } : { ok: false, faults: faults.map(faultText) }
}

function idsOnce(laws: readonly Law[]): readonly Fault[] {
  return laws.flatMap(({ id }, index) => {
    const first = laws.findIndex((law) => law.id === id)
    if (first === index) return []
    return [{ path: ["laws", index, "id"], expected: "a name of its own", got: `${show(id)}, also laws[${first}]` }]
  })
}

function backwards(laws: readonly Law[]): readonly Fault[] {
  return laws.flatMap(({ from, until }, index) =>
    until === null || until > from
      ? []
      : [{ path: ["laws", index, "until"], expected: "a day after from", got: new Date(until).toISOString() }],
  )
}

/** A rule cites what the catalogue has (else a fault) and what is in force (else it is printed without a basis: a warning). */
export function checkBases(
  { rules }: Policy,
  laws: readonly Law[],
  now: Instant,
): { readonly [kind in "faults" | "warnings"]: readonly string[] } {
  const cited = rules.flatMap(({ basis }, index) =>
    basis === null ? [] : [{ basis, path: ["rules", index, "basis"] }],
  )
  const lawOf = (basis: string): Law | undefined => laws.find((law) => law.id === basis)
  const unknown = cited.filter(({ basis }) => lawOf(basis) === undefined)
  const ended = cited.filter(({ basis }) => {
    const law = lawOf(basis)
    return law !== undefined && !isInForce(law, now)
  })
  const fault =
    (expected: string) =>
    (one: (typeof cited)[number]): string =>
      faultText({ path: one.path, expected, got: show(one.basis) })
  return {
    faults: unknown.map(fault("an id of the legal catalogue")),
    warnings: ended.map(fault("a law in force today")),
  }
}
