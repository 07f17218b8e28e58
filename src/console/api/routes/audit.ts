/** The audit trail: looked through by who, what, when and unit; proven whole; its end for a witness outside. */
import { z } from "zod"
import type { TrailRow } from "../../../mail/audit.ts"
import { EVENT_KINDS } from "../../../mail/event.ts"
import { maySetGrants } from "../access.ts"
import type { Hands } from "../hands.ts"
import { type AskedBy, Refusal, type Route, route } from "../route.ts"
import { personEvent } from "../sessions.ts"
import { unitsOf } from "./messages.ts"
import { code, instant } from "./words.ts"

const SEE = { who: ["auditor", "security", "operator"], within: "units" } as const
const WHOLE = { who: ["auditor", "security", "operator"], within: "root" } as const
/** Ms that one question may take; where it ends the next one goes on. */
const PATIENCE = 1_500

const rowSchema = z.object({
  seq: z.number(),
  at: instant,
  kind: z.enum(EVENT_KINDS),
  transaction: z.string().nullable(),
  recipient: z.string().nullable(),
  by: z.string(),
  detail: z.record(z.string(), z.unknown()),
})

export function auditRoutes(hands: Hands): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/api/audit",
      tag: "audit",
      summary: { vi: "Nhật ký kiểm toán, mới nhất trước", en: "The audit trail, the newest first" },
      access: SEE,
      query: z.object({
        by: z.string().max(100).optional(),
        kind: z.enum(EVENT_KINDS).optional(),
        transaction: code.optional(),
        unit: z.string().max(100).optional(),
        since: z.coerce.number().int().optional(),
        until: z.coerce.number().int().optional(),
        before: z.coerce.number().int().positive().optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      answer: z.object({
        rows: z.array(rowSchema),
        /** `before` of the next page, which may follow a page with few rows; null: this is the last. */
        next: z.number().nullable(),
      }),
      handle: async ({ query }, asked) => {
        const { before, limit, unit, ...given } = query
        const filter = { ...given, ...(await concerned(unit, asked)) }
        const rows: TrailRow[] = []
        const begun = performance.now()
        let next = before ?? null
        do {
          const page = await hands.search.trail(filter, next, limit - rows.length)
          rows.push(...page.rows)
          next = page.next
          if (given.since !== undefined && (page.rows.at(-1)?.at ?? Infinity) < given.since) next = null
        } while (next !== null && rows.length < limit && performance.now() - begun < PATIENCE)
        return { rows, next }
      },
    }),
    route({
      method: "POST",
      path: "/api/audit/verify",
      tag: "audit",
      summary: {
        vi: "Kiểm tra nhật ký có bị sửa, xóa, đảo, cắt",
        en: "Find records changed, deleted, reordered or cut off",
      },
      access: WHOLE,
      bodyLimit: 4_000_000,
      body: z.object({
        /** Anchors that were kept outside, a line each. */
        anchors: z.string().max(2_000_000).default(""),
      }),
      answer: z.object({
        whole: z.boolean(),
        records: z.number(),
        before: z.number(),
        buried: z.number(),
        anchors: z.number(),
        flaws: z.array(z.string()),
      }),
      handle: async ({ body }, { viewer }) => {
        const told = await hands.audit.verify(body.anchors)
        const detail = { whole: told.whole, records: told.records }
        await hands.records.note([personEvent(hands, "audit-verified", viewer.account, detail)])
        return { ...told, flaws: [...told.flaws] }
      },
    }),
    route({
      method: "GET",
      path: "/api/audit/anchor",
      tag: "audit",
      summary: { vi: "Mốc hiện tại, để lưu bên ngoài", en: "The end of the trail, to be kept outside" },
      access: WHOLE,
      answer: z.object({ anchor: z.string() }),
      handle: async () => {
        const anchor = await hands.audit.anchor()
        if (anchor === null) throw new Refusal("not-found")
        return { anchor }
      },
    }),
  ]

  /** Also what people did whose every role lies within. */
  async function concerned(unit: string | undefined, { reach }: AskedBy) {
    const units = unitsOf(reach, unit, hands)
    if (units === null) return { units, people: [] }
    const accounts = await hands.records.accounts()
    const isWithin = {
      ...reach,
      sees: (...asked: readonly (string | null)[]) => asked.some((one) => one !== null && units.includes(one)),
      all: false,
    }
    return { units, people: accounts.filter(({ grants }) => maySetGrants(isWithin, grants)).map(({ name }) => name) }
  }
}
