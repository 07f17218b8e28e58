/** The words people get: each notice as its reader would see it; changed as a version, restored as it was shipped. */
import { z } from "zod"
import { ROLES } from "../../../mail/people.ts"
import type { Hands } from "../hands.ts"
import { type AskedBy, Refusal, type Route, route } from "../route.ts"
import { bilingual, instant, reason } from "./words.ts"

const SEE = { who: ROLES, within: "units" } as const
const CHANGE = { who: ["operator"], within: "root" } as const

const name = z.object({ name: z.string().max(40) })
const words = z.object({ vi: z.string().max(5_000), en: z.string().max(5_000) })
const templateSchema = z.object({ subject: words, text: words, smtp: words.nullable().default(null) })
const shownSchema = z.object({
  subject: z.string(),
  text: z.string(),
  /** To be shown in a frame of its own without scripts. */
  html: z.string(),
  smtp: z.string().nullable(),
  template: z.object({ subject: bilingual, text: bilingual, smtp: bilingual.nullable() }),
  placeholders: z.array(z.string()),
})
/** Versions of one notice that are told. */
const MOST = 100

export function noticeRoutes(hands: Hands): readonly Route[] {
  const { notices, records } = hands
  return [
    route({
      method: "GET",
      path: "/api/notices",
      tag: "notices",
      summary: { vi: "Các mẫu thông báo", en: "Templates of notices" },
      access: SEE,
      answer: z.array(z.object({ name: z.string(), subject: bilingual, edited: z.boolean() })),
      handle: async () => {
        const edited = new Set(
          (await records.editedNotices()).flatMap((one) => (one.template === null ? [] : [one.name as string])),
        )
        return notices.list().map((one) => ({ ...one, edited: edited.has(one.name) }))
      },
    }),
    route({
      method: "GET",
      path: "/api/notices/:name",
      tag: "notices",
      summary: { vi: "Xem trước một thông báo với dữ liệu mẫu", en: "Preview of a notice with sample values" },
      access: SEE,
      params: name,
      answer: shownSchema,
      handle: ({ params }) => {
        const shown = notices.preview(params.name)
        if (shown === null) throw new Refusal("not-found")
        return Promise.resolve({ ...shown, placeholders: [...shown.placeholders] })
      },
    }),
    ...editRoutes(hands),
  ]
}

function editRoutes(hands: Hands): readonly Route[] {
  const { notices, records } = hands
  async function change(
    wanted: string,
    template: z.output<typeof templateSchema> | null,
    { viewer, now }: AskedBy,
    why: string,
  ): Promise<{ version: number }> {
    const version = await notices.change(wanted, template, { by: viewer.account.name, reason: why, at: now })
    if (version === null) throw new Refusal("not-found")
    return { version }
  }
  return [
    route({
      method: "GET",
      path: "/api/notices/:name/versions",
      tag: "notices",
      summary: { vi: "Các lần sửa một thông báo", en: "How a notice was changed, and by whom" },
      access: CHANGE,
      params: name,
      answer: z.array(
        z.object({
          number: z.number(),
          /** Null: as it was shipped. */
          template: z.object({ subject: bilingual, text: bilingual, smtp: bilingual.nullable() }).nullable(),
          by: z.string(),
          reason: z.string(),
          at: instant,
        }),
      ),
      handle: async ({ params }) => [...(await records.noticeVersions(params.name, MOST))],
    }),
    route({
      method: "POST",
      path: "/api/notices/:name/preview",
      tag: "notices",
      summary: { vi: "Xem trước lời đang soạn", en: "Preview of words that are not kept yet" },
      access: CHANGE,
      params: name,
      body: templateSchema,
      answer: shownSchema.extend({ faults: z.array(z.string()) }),
      handle: ({ params, body }) => {
        const shown = notices.preview(params.name, body)
        if (shown === null) throw new Refusal("not-found")
        const faults = notices.faults(params.name, body)
        return Promise.resolve({ ...shown, placeholders: [...shown.placeholders], faults: [...faults] })
      },
    }),
    route({
      method: "PUT",
      path: "/api/notices/:name",
      tag: "notices",
      summary: { vi: "Sửa lời một thông báo, từ thư kế tiếp", en: "Change a notice, from the next message on" },
      access: CHANGE,
      params: name,
      body: z.object({ template: templateSchema, reason }),
      answer: z.object({ version: z.number() }),
      handle: ({ params, body }, asked) => change(params.name, body.template, asked, body.reason),
    }),
    route({
      method: "POST",
      path: "/api/notices/:name/restore",
      tag: "notices",
      summary: { vi: "Dùng lại lời gốc", en: "The shipped words again" },
      access: CHANGE,
      params: name,
      body: z.object({ reason }),
      answer: z.object({ version: z.number() }),
      handle: ({ params, body }, asked) => change(params.name, null, asked, body.reason),
    }),
  ]
}
