/** What a period brought, by unit, direction and outcome: the overview, and the raw figures of reports. */
import { z } from "zod"
import { dayOf, dayStart } from "../../../mail/day.ts"
import { ROLES } from "../../../mail/people.ts"
import type { Hands } from "../hands.ts"
import type { Judged } from "../../../store/search.ts"
import { titleOf, webmailRules } from "../../report/facts.ts"
import type { Reach } from "../access.ts"
import { type AskedBy, Refusal, type Route, route } from "../route.ts"
import { mayGrant } from "./exceptions.ts"
import { NEWS, unitsOf } from "./messages.ts"
import { bilingual, instant } from "./words.ts"

const EVERYBODY = { who: ROLES, within: "units" } as const
const DAY = 86_400_000
/** A year and a day. */
const LONGEST = 366 * DAY

const period = z.object({
  since: z.coerce.number().int(),
  until: z.coerce.number().int(),
  unit: z.string().max(100).optional(),
})
const figureSchema = z.object({
  hour: instant,
  unit: z.string(),
  direction: z.string(),
  kind: z.string(),
  rule: z.string().nullable(),
  count: z.number(),
})

const ageSchema = z.object({ days: z.number().nullable(), count: z.number() })
const overviewSchema = z.object({
  /** Where the days begin that the figures are of. */
  since: instant,
  /** Held copies within reach, how long the oldest waits, and how many came within so many days. */
  held: z.object({
    waiting: z.number(),
    overdue: z.number(),
    oldest: instant.nullable(),
    ages: z.array(ageSchema),
  }),
  /** What senders asked for and nobody decided yet. */
  appeals: z.number(),
  /** Requests that this viewer may grant, and what ends soon within reach. */
  exceptions: z.object({ requested: z.number(), ending: z.number() }),
  queue: z.object({ queued: z.number(), held: z.number() }).nullable(),
  health: z.enum(["ok", "degraded", "down"]),
  /** For whoever watches the whole house. */
  parts: z.record(z.string(), z.object({ state: z.enum(["ok", "degraded", "down"]), why: z.string() })).nullable(),
  /** How the messages of each day stand now; each counts once. */
  days: z.array(z.object({ day: instant, direction: z.string(), outcome: z.string(), count: z.number() })),
  rules: z.array(z.object({ rule: z.string(), title: bilingual, count: z.number() })),
  webmail: z.array(z.object({ unit: z.string(), direction: z.string(), count: z.number(), stopped: z.number() })),
  malware: z.array(z.object({ finding: z.string(), direction: z.string(), count: z.number(), passed: z.number() })),
})
/** Days of the overview, today's among them. */
const DAYS = 7
const AGES = [1, 3, 7, null] as const
const MOST_APPEALS = 100
const MOST_EXCEPTIONS = 1_000
/** Exceptions that end within so many ms are told beforehand. */
const SOON = 14 * DAY
/** What a rule said first; what became of it later is counted elsewhere. */
const SAID: ReadonlySet<string> = new Set(["flagged", "held", "quarantined", "rejected", "refused"])

async function overview(
  hands: Hands,
  unit: string | undefined,
  asked: AskedBy,
): Promise<z.input<typeof overviewSchema>> {
  const { reach, now } = asked
  const units = unitsOf(reach, unit, hands)
  const { timezone } = hands.settings()
  const since = dayStart(dayOf(now - (DAYS - 1) * DAY, timezone), timezone)
  // Not a second more than is summed without waiting for reports.
  const span = { units, since, until: since + (DAYS + 1) * DAY }
  await hands.search.catchUp(NEWS)
  const [standings, rules, webmail, bad, held, appeals, exceptions, queue] = await Promise.all([
    hands.search.standings(span),
    hands.search.totals({ ...span, units: units ?? ["*"] }, "rule"),
    hands.search.judged(span, webmailRules(hands.rules())),
    hands.search.foundBad(span),
    hands.records.waiting(units, now),
    hands.records.appeals(units, "requested", MOST_APPEALS),
    exceptionsFor(hands, units, asked),
    reach.all ? hands.records.counts() : null,
  ])
  const { status, parts } = hands.health.status()
  const said = rules.filter(({ kind }) => SAID.has(kind))
  return {
    since,
    held: { ...held, ages: AGES.map((days, at) => ({ days, count: held.ages[at] ?? 0 })) },
    appeals: appeals.length,
    exceptions,
    queue,
    health: status,
    parts: reach.all ? { ...parts } : null,
    days: summed(standings, ({ hour, direction, outcome }) => ({
      day: grained(hour, { grain: "day", since, timezone }),
      direction,
      outcome,
    })),
    rules: summed(said, ({ rule }) => ({ rule: rule ?? "" })).map(({ rule, count }) => {
      return { rule, title: titleOf(hands.rules(), rule), count }
    }),
    webmail: webmailByUnit(webmail, reach),
    malware: bad.filter(({ finding }) => /^(malware|known-bad)\b/.test(finding)).map((one) => ({ ...one })),
  }
}

async function exceptionsFor({ records }: Hands, units: readonly string[] | null, asked: AskedBy) {
  const [requested, granted] = await Promise.all([
    records.exceptions("requested", MOST_EXCEPTIONS, { units, before: null }),
    records.exceptions("granted", MOST_EXCEPTIONS, { units, before: null }),
  ])
  return {
    requested: requested.filter((one) => mayGrant(one, asked)).length,
    ending: granted.filter(({ end }) => end > asked.now && end - asked.now < SOON).length,
  }
}

function webmailByUnit(rows: readonly Judged[], reach: Reach): z.input<typeof overviewSchema>["webmail"] {
  const named = rows
    .map((one) => ({ ...one, unit: (one.direction === "inbound" ? one.recipientUnit : one.senderUnit) ?? "" }))
    .filter(({ unit }) => reach.sees(unit))
  const stopped = new Map(
    summed(
      named.filter(({ judged }) => judged !== "flagged"),
      sideOf,
    ).map((one) => [`${one.unit} ${one.direction}`, one.count]),
  )
  return summed(named, sideOf).map((one) => ({ ...one, stopped: stopped.get(`${one.unit} ${one.direction}`) ?? 0 }))
}

function sideOf({ unit, direction }: { readonly unit: string; readonly direction: string }) {
  return { unit, direction }
}

/** Unwelcome outcomes: whom they meet again and again is looked after. */
const STOPPED = ["rejected", "refused", "held", "quarantined", "denied"]

export function figureRoutes(hands: Hands): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/api/overview",
      tag: "reports",
      summary: {
        vi: "Tổng quan: việc cần làm, số liệu bảy ngày",
        en: "Overview: what needs you, figures of seven days",
      },
      access: EVERYBODY,
      query: z.object({ unit: z.string().max(100).optional() }),
      answer: overviewSchema,
      handle: async ({ query }, asked) => overview(hands, query.unit, asked),
    }),
    route({
      method: "GET",
      path: "/api/reports/figures",
      tag: "reports",
      summary: { vi: "Số liệu theo giờ, đơn vị, chiều, kết quả", en: "Figures by hour, unit, direction and outcome" },
      access: EVERYBODY,
      query: period.extend({
        by: z.enum(["kind", "rule"]).default("kind"),
        grain: z.enum(["hour", "day", "whole"]).default("day"),
      }),
      answer: z.array(figureSchema),
      handle: async ({ query }, { reach }) => {
        checkPeriod(query)
        // In the house as a whole a message between two units counts once; by unit in each.
        const all = reach.all && query.unit === undefined ? hands.tree().below(hands.tree().root) : null
        const units = all === null ? unitsOf(reach, query.unit, hands) : ["*", "", ...all]
        const rows = await hands.search.figures({ ...query, units }, query.by)
        const { timezone } = hands.settings()
        return summed(rows, ({ hour, ...row }) => ({ ...row, hour: grained(hour, { ...query, timezone }) }))
      },
    }),
    route({
      method: "GET",
      path: "/api/reports/senders",
      tag: "reports",
      summary: { vi: "Địa chỉ có nhiều sự kiện lặp lại", en: "Who is stopped again and again" },
      access: EVERYBODY,
      query: period.extend({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
      answer: z.array(z.object({ sender: z.string(), count: z.number() })),
      handle: async ({ query }, { reach }) => {
        checkPeriod(query)
        const units = unitsOf(reach, query.unit, hands)
        const { since, until, limit } = query
        return [...(await hands.search.senders({ units, since, until }, STOPPED, limit))]
      },
    }),
  ]
}

export function checkPeriod({ since, until }: { readonly since: number; readonly until: number }): void {
  if (until > since && until - since <= LONGEST) return
  throw new Refusal("invalid", [{ path: "until", expected: "after since, at most 366 days" }])
}

/** Rows with the same key are one, their counts added. */
function summed<T extends { readonly count: number }, K extends object>(
  rows: readonly T[],
  keyOf: (row: T) => K,
): (K & { count: number })[] {
  const sums = new Map<string, K & { count: number }>()
  for (const row of rows) {
    const key = keyOf(row)
    const { count: _, ...rest } = { count: 0, ...key }
    const name = JSON.stringify(rest)
    const known = sums.get(name)
    if (known === undefined) sums.set(name, { ...key, count: row.count })
    else known.count += row.count
  }
  return [...sums.values()]
}

interface Grained {
  readonly grain: "hour" | "day" | "whole"
  readonly since: number
  readonly timezone: string
}

function grained(hour: number, { grain, since, timezone }: Grained): number {
  if (grain === "hour") return hour
  return grain === "whole" ? since : dayStart(dayOf(hour, timezone), timezone)
}
