/** The queue: what waits for delivery, and the operator's hands on it. */
import { z } from "zod"
import type { Hands } from "../hands.ts"
import type { CopyRef } from "../../../store/store.ts"
import { type AskedBy, Refusal, type Route, route } from "../route.ts"
import { code, instant, mailbox, reason } from "./words.ts"

const OPERATE = { who: ["operator"], within: "root" } as const

const SIMPLE = ["retry", "hold", "remove"] as const
const domain = z.string().trim().toLowerCase().min(1).max(255)
/** Null: as the settings say. */
const hop = z
  .string()
  .regex(/^(smtp|smtps|lmtp):\/\/[^\s/@?#]+$/, { error: "smtp://host:port, smtps://host:port or lmtp://host:port" })
  .refine((to) => URL.canParse(to), { error: "smtp://host:port" })
  .nullable()

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
        z.object({
          domain: z.string(),
          copies: z.number(),
          oldest: instant,
          next: instant,
          lastReply: z.string().nullable(),
        }),
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
        z.object({ action: z.enum(SIMPLE), recipient: mailbox.nullable().default(null), reason }),
        z.object({ action: z.literal("reroute"), recipient: mailbox.nullable().default(null), reason, to: hop }),
      ]),
      answer: z.object({ changed: z.number() }),
      handle: async ({ params, body }, asked) => {
        const changed = await act(hands, { transaction: params.code, recipient: body.recipient }, body, asked)
        if (changed === 0) throw new Refusal("not-found")
        hands.wake()
        return { changed }
      },
    }),
    route({
      method: "POST",
      path: "/api/queue/act",
      tag: "queue",
      summary: {
        vi: "Xử lý mọi thư tới một nơi, mỗi lần tối đa 500 thư",
        en: "Act on everything for one destination, 500 copies at a time",
      },
      access: OPERATE,
      body: z.discriminatedUnion("action", [
        z.object({ action: z.enum(SIMPLE), domain, reason }),
        z.object({ action: z.literal("reroute"), domain, reason, to: hop }),
      ]),
      /** `more`: there were others; asked again, the next ones are meant. */
      answer: z.object({ changed: z.number(), more: z.boolean() }),
      handle: async ({ body }, asked) => {
        const rows = await hands.records.queuePage(body.domain, 0, AT_ONCE)
        let changed = 0
        for (let from = 0; from < rows.length; from += TOGETHER) {
          const refs = rows
            .slice(from, from + TOGETHER)
            .map(({ row: { transaction, recipient } }) => ({ transaction, recipient }))
          const done = await Promise.all(refs.map((ref) => act(hands, ref, body, asked)))
          changed += done.reduce((sum, count) => sum + count, 0)
        }
        if (changed === 0) throw new Refusal("not-found")
        hands.wake()
        return { changed, more: rows.length === AT_ONCE }
      },
    }),
  ]
}

/** Copies of one call, and of one moment: their writes share a commit. */
const AT_ONCE = 500
const TOGETHER = 50

type Action = { readonly reason: string } & (
  | { readonly action: (typeof SIMPLE)[number] }
  | { readonly action: "reroute"; readonly to: string | null }
)

async function act(hands: Hands, ref: CopyRef, body: Action, { viewer, now }: AskedBy): Promise<number> {
  const by = viewer.account.name
  const { records } = hands
  switch (body.action) {
    case "retry":
      return records.retry(ref, by, now, body.reason)
    case "hold":
      return records.hold(ref, by, now, now + hands.settings().hold.keep, body.reason)
    case "remove":
      return records.remove(ref, by, now, body.reason)
    case "reroute":
      return records.reroute(ref, body.to, { by, reason: body.reason, at: now })
    default:
      return body satisfies never
  }
}

function nextOf(rows: readonly { readonly copy: number }[], limit: number): number | null {
  return rows.length === limit ? (rows.at(-1)?.copy ?? null) : null
}
