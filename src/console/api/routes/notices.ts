/** The words people get: each notice as its reader would see it, filled with sample values. */
import { z } from "zod"
import { ROLES } from "../../../mail/people.ts"
import type { Hands } from "../hands.ts"
import { Refusal, type Route, route } from "../route.ts"
import { bilingual } from "./words.ts"

const SEE = { who: ROLES, within: "units" } as const

export function noticeRoutes(hands: Hands): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/api/notices",
      tag: "notices",
      summary: { vi: "Các mẫu thông báo", en: "Templates of notices" },
      access: SEE,
      answer: z.array(z.object({ name: z.string(), subject: bilingual })),
      handle: () => Promise.resolve([...hands.notices.list()]),
    }),
    route({
      method: "GET",
      path: "/api/notices/:name",
      tag: "notices",
      summary: { vi: "Xem trước một thông báo với dữ liệu mẫu", en: "Preview of a notice with sample values" },
      access: SEE,
      params: z.object({ name: z.string().max(40) }),
      answer: z.object({
        subject: z.string(),
        text: z.string(),
        /** To be shown in a frame of its own without scripts. */
        html: z.string(),
        smtp: z.string().nullable(),
        template: z.object({ subject: bilingual, text: bilingual, smtp: bilingual.nullable() }),
        placeholders: z.array(z.string()),
      }),
      handle: ({ params }) => {
        const shown = hands.notices.preview(params.name)
        if (shown === null) throw new Refusal("not-found")
        return Promise.resolve({ ...shown, placeholders: [...shown.placeholders] })
      },
    }),
  ]
}
