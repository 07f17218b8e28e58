/** The grammar of `policy.yaml`: its sections and their keys, from text to the policy's own types. */
import { z } from "zod"
import { addressKey, canonicalDomain, parseAddress } from "../mail/address.ts"
import { offsetMinutes } from "../mail/date.ts"
import { type Bilingual, DISPOSITIONS, type MailboxEntry, MODES, type Mode, TERMS } from "../mail/policy.ts"
import type { Instant } from "../mail/transaction.ts"
import { conditionSchema, type Names } from "./condition.ts"
import { annotation } from "./annotation.ts"
import { domain, duration, known, line, listEntry } from "./fields.ts"

/** What the sections may refer to: names of other sections, and what the program knows. */
export interface PolicyNames extends Names {
  readonly rules: ReadonlySet<string>
  /** Each switch with the mode it gives its rules. */
  readonly switches: ReadonlyMap<string, Mode>
  /** Notices that have a text. */
  readonly notices: ReadonlySet<string>
  /** Owner of what names none. */
  readonly root: string
  readonly timezone: string
}

export type WrittenPolicy = z.output<ReturnType<typeof policySchema>>

export function policySchema(names: PolicyNames) {
  const when = conditionSchema(names)
  const unitName = known(names.units, "a unit of this policy")
  const owner = unitName.default(names.root)
  return z.strictObject({
    switches: switchesSection,
    terms: termsSection,
    units: z.array(unit(unitName, names.timezone)).min(1),
    mailboxes: z.array(z.strictObject({ match, class: id, unit: unitName.nullable().default(null) })).default([]),
    officials: z.array(z.strictObject({ name: line, addresses: z.array(foreignMailbox).default([]) })).default([]),
    lists: z.record(id, z.array(listEntry)).default({}),
    rules: z.array(
      z.strictObject({
        id,
        owner,
        mode: mode(names.switches),
        when,
        then: z.enum(DISPOSITIONS),
        also: z.array(annotation).default([]),
        title: bilingual,
        basis: line.nullable().default(null),
        notice: known(names.notices, `one of ${[...names.notices].join(", ")}`)
          .nullable()
          .default(null),
        /** Persons who must agree before what it holds may go. */
        approvals: z.int().min(1).max(3).default(1),
        /** How long what it holds waits. */
        keep: duration
          .refine((ms) => ms >= 3_600_000 && ms <= 400 * 86_400_000, { error: "a time from 1h to 400d" })
          .nullable()
          .default(null),
      }),
    ),
    guarantees: z
      .array(
        z
          .strictObject({ id, owner, when, "at-most": z.enum(DISPOSITIONS), title: bilingual })
          .transform(({ "at-most": atMost, ...guarantee }) => ({ ...guarantee, atMost })),
      )
      .default([]),
    exceptions: z
      .array(
        z.strictObject({
          id,
          rule: known(names.rules, "a rule of this policy"),
          owner,
          when,
          reason: line,
          basis: line.nullable().default(null),
          approver: line,
          start: moment(names.timezone, "first"),
          end: moment(names.timezone, "last"),
        }),
      )
      .default([]),
  })
}

const ID = "a name of small letters, digits and hyphens"
const id = z.string({ error: ID }).regex(/^[a-z0-9][a-z0-9-]{0,63}$/, { error: ID })

const NO_MODES = `names other than ${MODES.join(", ")}`
const switchesSection = z
  .record(id, z.enum(MODES))
  .refine((all) => !MODES.some((word) => word in all), { error: NO_MODES })
  .default({})

/** A word of its own, or the switch that says it for many rules. */
function mode(switches: PolicyNames["switches"]) {
  const modes = new Map([...switches, ...MODES.map((word) => [word, word] as const)])
  return known(new Set(modes.keys()), `one of ${[...MODES, ...switches.keys()].join(", ")}`)
    .default("enforce")
    .transform((name) => modes.get(name) ?? "enforce")
}

/** Vietnamese first, English second. */
const bilingual: z.ZodType<Bilingual> = z.strictObject({ vi: line, en: line })

/** How long exceptions may last. */
const termsSection = z
  .strictObject({ longest: duration.optional(), unused: duration.optional(), remind: duration.optional() })
  .transform(({ longest = TERMS.longest, unused = TERMS.unused, remind = TERMS.remind }) => ({
    longest,
    unused,
    remind,
  }))
  .prefault({})

function unit(name: z.ZodType<string>, timezone: string) {
  return z.strictObject({
    id,
    parent: name.nullable().default(null),
    name: bilingual,
    domains: z.array(domain).default([]),
    from: moment(timezone, "first").nullable().default(null),
    until: moment(timezone, "first").nullable().default(null),
  })
}

const MATCH = "local@domain, *@domain or local@*"
const match = z.string({ error: MATCH }).transform((written, context): MailboxEntry["match"] => {
  const at = written.lastIndexOf("@")
  const local = written.slice(0, at).trim().toLowerCase()
  const host = written.slice(at + 1).trim()
  const canonical = host === "*" ? host : canonicalDomain(host)
  const one = local !== "" && canonical !== null && !(local === "*" && host === "*") && !/[\s@]/.test(local)
  if (at > 0 && one) return `${local}@${canonical}`
  context.addIssue({ code: "custom", message: MATCH })
  return z.NEVER
})

const foreignMailbox = z.string({ error: "a mail address" }).transform((written, context): string => {
  const address = parseAddress(written.trim())
  if (address !== null && address.domain !== "") return addressKey(address)
  context.addIssue({ code: "custom", message: "a mail address" })
  return z.NEVER
})

const MOMENT = "a date such as 2026-12-31, or a time such as 2026-12-31T17:00"

/** A date means its first or its last moment; a time without a zone is the agency's own. */
function moment(timezone: string, end: "first" | "last") {
  return z.string({ error: MOMENT }).transform((text, context): Instant => {
    const parts = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(Z|[+-]\d{2}:\d{2})?)?$/.exec(text)
    const [, date = "", time, zone] = parts ?? []
    const asUtc = Date.parse(`${date}T${time ?? "00:00"}Z`)
    // Date.parse lets 30 February roll over.
    if (Number.isNaN(asUtc) || !new Date(asUtc).toISOString().startsWith(date)) {
      context.addIssue({ code: "custom", message: MOMENT })
      return z.NEVER
    }
    if (zone !== undefined) return Date.parse(text)
    const local = time === undefined && end === "last" ? asUtc + 86_400_000 : asUtc
    const near = local - offsetMinutes(local, timezone) * 60_000
    return local - offsetMinutes(near, timezone) * 60_000
  })
}
