/** Reading a message in custody, for who may: what it says, and how the pages of its files look; each time with a reason, and recorded. */
import { z } from "zod"
import { MOST_PAGES } from "../../../mail/drawn.ts"
import { isSecret } from "../../../mail/secret.ts"
import type { Hands } from "../hands.ts"
import { type AskedBy, Refusal, type Route, route } from "../route.ts"
import { personEvent } from "../sessions.ts"
import { isMine, see } from "./messages.ts"
import { code, reason } from "./words.ts"

const READERS = { who: ["security", "approver"], within: "units" } as const

export function readingRoutes(hands: Hands): readonly Route[] {
  async function inCustody(transaction: string, asked: AskedBy): Promise<void> {
    const mine = await see(hands, transaction, asked.reach)
    if (mine === null) throw new Refusal("not-found")
    const record = await hands.records.show(transaction)
    const isHeld = record?.rows.some(({ hold, recipient }) => hold !== null && isMine(mine, recipient)) ?? false
    if (!isHeld) throw new Refusal("not-found")
  }
  return [
    route({
      method: "POST",
      path: "/api/messages/:code/content",
      tag: "messages",
      summary: {
        vi: "Đọc nội dung thư đang giữ; có lý do, được ghi nhật ký",
        en: "Read a message in custody; with a reason, and recorded",
      },
      access: READERS,
      params: z.object({ code }),
      body: z.object({ reason }),
      answer: contentSchema,
      handle: async ({ params, body }, asked) => {
        await inCustody(params.code, asked)
        return content(hands, params.code, personEvent(hands, "content-read", asked.viewer.account, body))
      },
    }),
    route({
      method: "POST",
      path: "/api/messages/:code/page",
      tag: "messages",
      summary: {
        vi: "Hình một trang của tệp trong thư đang giữ; có lý do, được ghi nhật ký",
        en: "How a page of a file in a message in custody looks; with a reason, and recorded",
      },
      access: READERS,
      params: z.object({ code }),
      body: z.object({ reason, at: z.string().max(100), page: z.number().int().min(1).max(MOST_PAGES) }),
      answer: pageSchema,
      handle: async ({ params, body }, asked) => {
        await inCustody(params.code, asked)
        const detail = { reason: body.reason, file: body.at, page: String(body.page) }
        return pageOf(
          hands,
          { ...body, code: params.code },
          personEvent(hands, "content-read", asked.viewer.account, detail),
        )
      },
    }),
  ]
}

const pageSchema = z.object({
  /** `absent`: nobody here draws; `none`: it has no look; `failed`: broken, sealed, too large or too slow. */
  is: z.enum(["page", "none", "failed", "absent"]),
  /** That can be asked for. */
  pages: z.number(),
  /** Base64. */
  png: z.string().nullable(),
})

/** First the record that it is looked at, then the look. */
async function pageOf(
  hands: Hands,
  { code: transaction, at, page }: { readonly code: string; readonly at: string; readonly page: number },
  event: ReturnType<typeof personEvent>,
): Promise<z.input<typeof pageSchema>> {
  const stored = await hands.records.body(transaction)
  if (stored === null) throw new Refusal("gone")
  await hands.records.note([{ ...event, transaction }])
  const drawn = await hands.draw(stored.spooled, { at, page })
  if (drawn.is === "secret") throw new Refusal("forbidden")
  if (drawn.is !== "page") return { is: drawn.is, pages: 0, png: null }
  return { is: "page", pages: Math.min(drawn.pages, MOST_PAGES), png: Buffer.from(drawn.png).toString("base64") }
}

export const contentSchema = z.object({
  subject: z.string(),
  mailboxes: z.array(z.object({ position: z.string(), name: z.string(), address: z.string() })),
  text: z.string(),
  attachments: z.array(
    z.object({ at: z.string(), names: z.array(z.string()), type: z.string(), size: z.number(), sha256: z.string() }),
  ),
  findings: z.array(
    z.object({ kind: z.string(), at: z.string(), name: z.string().nullable(), why: z.string().nullable() }),
  ),
  defects: z.array(z.string()),
})

/** The words only: no HTML, no picture, nothing that could load or run. First the record that it is read, then the reading. */
async function content(
  hands: Hands,
  transaction: string,
  event: ReturnType<typeof personEvent>,
): Promise<z.input<typeof contentSchema>> {
  const stored = await hands.records.body(transaction)
  if (stored === null) throw new Refusal("gone")
  await hands.records.note([{ ...event, transaction }])
  const { message, seen: findings, content: judged } = await hands.read(stored.spooled)
  if (isSecret(judged)) throw new Refusal("forbidden")
  return {
    subject: message.subject,
    mailboxes: message.mailboxes.map(({ position, name, address }) => ({ position, name, address })),
    text: message.text,
    attachments: message.attachments.map((one) => ({ ...one, names: [...one.names] })),
    findings: findings.map(({ kind, at, name, why }) => ({ kind, at, name: name ?? null, why: why ?? null })),
    defects: [...message.defects],
  }
}
