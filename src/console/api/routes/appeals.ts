/** Requests of senders whose message was refused: who may decide sees them, with the reason they gave. */
import { z } from "zod"
import { ROLES } from "../../../mail/people.ts"
import type { Appeal } from "../../../store/custody.ts"
import type { Hands } from "../hands.ts"
import { Refusal, type Route, route } from "../route.ts"
import { personOf } from "./held.ts"
import { bilingual, code, instant, mailbox, reason } from "./words.ts"

const STATES = ["requested", "approved", "denied", "withdrawn", "lapsed"] as const
const appealSchema = z.object({
  transaction: z.string(),
  mailbox: z.string(),
  kind: z.string(),
  unit: z.string().nullable(),
  state: z.string(),
  category: z.string().nullable(),
  reason: z.string().nullable(),
  askedAt: instant.nullable(),
  due: instant.nullable(),
  recipients: z.array(z.string()),
  rules: z.array(z.object({ rule: z.string(), title: bilingual })),
  persons: z.number(),
  agreed: z.array(z.string()),
})

export function appealRoutes(hands: Hands): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/api/appeals",
      tag: "held",
      summary: { vi: "Đề nghị của người gửi", en: "What senders ask for" },
      access: { who: ROLES, within: "units" },
      query: z.object({
        state: z.enum(STATES).default("requested"),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
      answer: z.array(appealSchema),
      handle: async ({ query }, { reach }) => {
        const rows = await hands.records.appeals(reach.all ? null : reach.units, query.state, query.limit)
        return rows.map((one) => shown(one, hands))
      },
    }),
    route({
      method: "POST",
      path: "/api/appeals/:code/decide",
      tag: "held",
      summary: { vi: "Cho phép gửi lại một lần, hoặc không", en: "Let the same message pass once, or not" },
      access: { who: ["approver", "security"], within: "units" },
      params: z.object({ code }),
      body: z.object({ mailbox, decision: z.enum(["approve", "deny"]), reason }),
      answer: z.object({ approved: z.boolean(), denied: z.boolean(), agreed: z.boolean() }),
      handle: async ({ params, body }, asked) => {
        const appeal = await hands.records.appeal({ transaction: params.code, mailbox: body.mailbox })
        if (appeal === null || appeal.state !== "requested" || !asked.reach.sees(appeal.unit))
          throw new Refusal("not-found")
        const done = await hands.appeals.decide(appeal, personOf(asked, hands), body)
        if (done.another > 0) throw new Refusal("two-persons")
        if (done.released + done.denied + done.agreed === 0) throw new Refusal("conflict")
        hands.wake()
        return { approved: done.released > 0, denied: done.denied > 0, agreed: done.agreed > 0 }
      },
    }),
  ]
}

function shown(appeal: Appeal, hands: Pick<Hands, "rules">): z.input<typeof appealSchema> {
  const rules = appeal.refused?.rules ?? []
  return {
    ...appeal,
    due: appeal.nextAt,
    recipients: [...(appeal.refused?.recipients ?? [])],
    rules: rules.map(({ rule }) => ({
      rule,
      title: hands.rules().find(({ id }) => id === rule)?.title ?? { vi: rule, en: rule },
    })),
    persons: Math.max(1, ...rules.map(({ approvals }) => approvals)),
    agreed: appeal.approvals.map(({ by }) => by),
  }
}
