/** What a period brought, by unit, direction and outcome: the overview, and the raw figures of reports. */
import { z } from "zod"
import { ROLES } from "../../../mail/people.ts"
import type { Hands } from "../hands.ts"
import { Refusal, type Route, route } from "../route.ts"
import { unitsOf } from "./messages.ts"
import { instant } from "./words.ts"

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
      answer: z.object({
        /** Held copies within reach, and how long the oldest waits. */
        held: z.object({ waiting: z.number(), overdue: z.number(), oldest: instant.nullable() }),
        queue: z.object({ queued: z.number(), held: z.number() }).nullable(),
        health: z.enum(["ok", "degraded", "down"]),
        figures: z.array(figureSchema.omit({ rule: true, unit: true })),
        rules: z.array(z.object({ rule: z.string(), kind: z.string(), count: z.number() })),
      }),
      handle: async ({ query }, { reach, now }) => {
        const span = { units: unitsOf(reach, query.unit, hands), since: now - 7 * DAY, until: now + DAY }
        const [figures, rules, held, queue] = await Promise.all([
          hands.search.figures(span, "kind"),
          hands.search.figures(span, "rule"),
          hands.records.waiting(span.units, now),
          reach.all ? hands.records.counts() : null,
        ])
        return {
          held,
          queue,
          health: hands.health.status().status,
          figures: summed(figures, ({ hour, direction, kind }) => ({ hour, direction, kind })),
          rules: summed(rules, ({ rule, kind }) => ({ rule: rule ?? "", kind })),
        }
      },
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
        const offset = offsetOf(hands.settings().timezone, query.since)
        return summed(rows, (row) => ({ ...row, hour: grained(row.hour, query.grain, offset, query.since) }))
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

/** Ms that local time is ahead of UTC; Vietnam has no summer time. */
function offsetOf(timezone: string, at: number): number {
  const local = new Intl.DateTimeFormat("sv-SE", {
    timeZone: timezone,
    dateStyle: "short",
    timeStyle: "medium",
  }).format(at)
  return Date.parse(`${local.replace(" ", "T")}Z`) - Math.floor(at / 1_000) * 1_000
}

function grained(hour: number, grain: "hour" | "day" | "whole", offset: number, since: number): number {
  if (grain === "hour") return hour
  return grain === "whole" ? since : Math.floor((hour + offset) / DAY) * DAY - offset
}
