/** The queue: what waits for delivery, and the operator's hands on it. */
import { z } from "zod"
import type { Hands } from "../hands.ts"
import { Refusal, type Route, route } from "../route.ts"
import { code, instant, mailbox, reason } from "./words.ts"

const OPERATE = { who: ["operator"], within: "root" } as const

const rowSchema = z.object({
  copy: z.number(),
  transaction: z.string(),
  recipient: z.string(),
  from: z.string(),
  subject: z.string(),
  size: z.number(),
  receivedAt: instant,
  attempts: z.number(),
  dueAt: instant.nullable(),
  expiresAt: instant,
  lastReply: z.string().nullable(),
  setAside: z.boolean(),
})

export function queueRoutes(hands: Hands): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/api/queue",
      tag: "queue",
      summary: { vi: "Thư chờ gửi", en: "Mail waiting for delivery" },
      access: { who: ["operator", "auditor"], within: "root" },
      query: z.object({
        domain: z.string().trim().toLowerCase().max(255).optional(),
        after: z.coerce.number().int().default(0),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
      answer: z.object({ rows: z.array(rowSchema), next: z.number().nullable() }),
      handle: async ({ query }) => {
        const rows = await hands.records.queuePage(query.domain ?? null, query.after, query.limit)
        return {
          rows: rows.map(({ row, copy, setAside }) => ({ ...row, copy, setAside })),
          next: nextOf(rows, query.limit),
        }
      },
    }),
    route({
      method: "GET",
      path: "/api/queue/destinations",
      tag: "queue",
      summary: { vi: "Hàng đợi theo nơi đến", en: "The queue by destination" },
      access: { who: ["operator", "auditor"], within: "root" },
      answer: z.array(
        z.object({ domain: z.string(), copies: z.number(), oldest: instant, lastReply: z.string().nullable() }),
      ),
      handle: async () => [...(await hands.records.destinations())],
    }),
    route({
      method: "POST",
      path: "/api/queue/:code/act",
      tag: "queue",
      summary: { vi: "Gửi lại ngay, giữ lại, xóa, đổi đường", en: "Retry, hold, delete or re-route" },
      access: OPERATE,
      params: z.object({ code }),
      body: z.discriminatedUnion("action", [
        z.object({ action: z.enum(["retry", "hold", "remove"]), recipient: mailbox.nullable().default(null), reason }),
        z.object({
          action: z.literal("reroute"),
          recipient: mailbox.nullable().default(null),
          reason,
          to: z
            .string()
            .regex(/^(smtp|smtps|lmtp):\/\/[^\s/@?#]+$/, {
              error: "smtp://host:port, smtps://host:port or lmtp://host:port",
            })
            .refine((to) => URL.canParse(to), { error: "smtp://host:port" })
            .nullable(),
        }),
      ]),
      answer: z.object({ changed: z.number() }),
      handle: async ({ params, body }, asked) => {
        const ref = { transaction: params.code, recipient: body.recipient }
        const by = asked.viewer.account.name
        const { records } = hands
        const change = async (): Promise<number> => {
          switch (body.action) {
            case "retry":
              return records.retry(ref, by, asked.now, body.reason)
            case "hold":
              return records.hold(ref, by, asked.now, asked.now + hands.settings().hold.keep, body.reason)
            case "remove":
              return records.remove(ref, by, asked.now, body.reason)
            case "reroute":
              return records.reroute(ref, body.to, { by, reason: body.reason, at: asked.now })
            default:
              return body satisfies never
          }
        }
        const changed = await change()
        if (changed === 0) throw new Refusal("not-found")
        hands.wake()
        return { changed }
      },
    }),
  ]
}

function nextOf(rows: readonly { readonly copy: number }[], limit: number): number | null {
  return rows.length === limit ? (rows.at(-1)?.copy ?? null) : null
}
