/** For whoever edits the policy: a rule read back as a sentence, the matrix of outcomes, the names that conditions may use. */
import { z } from "zod"
import { ROLES } from "../../../mail/people.ts"
import type { Hands } from "../hands.ts"
import { type Route, route } from "../route.ts"
import { DOCUMENT_BODY, fate, policyRef, whichBody } from "./policy-words.ts"
import { bilingual } from "./words.ts"

const READ = { who: ["operator", "security", "auditor"], within: "units" } as const

const matrixRow = z.object({
  direction: z.enum(["inbound", "outbound", "internal"]),
  party: z.enum(["webmail", "state", "other"]).nullable(),
  class: z.string(),
  reply: z.boolean(),
  cells: z.array(
    z.object({
      column: z.enum(["private", "unsure", "public", "official", "restricted", "people", "suspected", "secret"]),
      disposition: fate,
      decisive: z.array(z.string()),
      capped: z.array(z.string()),
      shadow: z.array(z.string()),
    }),
  ),
})

export function policyDeskRoutes({ desk }: Hands): readonly Route[] {
  return [
    route({
      method: "POST",
      path: "/api/policy/said",
      tag: "policy",
      summary: {
        vi: "Một luật hay cam kết đang soạn, đọc thành câu; cho biết chỗ chưa đúng",
        en: "A rule or guarantee being written, as a sentence; tells what is wrong with it",
      },
      access: READ,
      body: z.object({
        of: policyRef.default("live"),
        list: z.enum(["rules", "guarantees"]),
        /** Its YAML. */
        text: z.string().min(1).max(50_000),
      }),
      answer: z.object({ said: bilingual }),
      handle: async ({ body: { of, list, text } }, { viewer }) => ({
        said: await desk.said({ of }, viewer.account.name, { list, text }),
      }),
    }),
    route({
      method: "POST",
      path: "/api/policy/matrix",
      tag: "policy",
      summary: {
        vi: "Ma trận: chiều, loại hộp thư, nội dung → kết quả",
        en: "The matrix: direction, mailbox class and content → outcome",
      },
      access: READ,
      bodyLimit: DOCUMENT_BODY,
      body: z.object(whichBody),
      answer: z.array(matrixRow),
      handle: async ({ body }, { viewer }) => z.array(matrixRow).parse(await desk.matrix(body, viewer.account.name)),
    }),
    route({
      method: "GET",
      path: "/api/policy/liftable",
      tag: "policy",
      summary: { vi: "Các luật mà ngoại lệ có thể gỡ", en: "Rules that an exception may lift" },
      access: { who: ROLES, within: "units" },
      answer: z.array(z.object({ id: z.string(), title: bilingual })),
      handle: () => Promise.resolve([...desk.liftable()]),
    }),
    route({
      method: "GET",
      path: "/api/policy/names",
      tag: "policy",
      summary: {
        vi: "Tên mà điều kiện có thể dùng: nhà cung cấp, thông báo, loại hộp thư",
        en: "Names that conditions may use: providers, notices, mailbox classes",
      },
      access: READ,
      answer: z.object({
        families: z.array(z.string()),
        notices: z.array(z.string()),
        classes: z.array(z.string()),
      }),
      handle: () => {
        const { families, notices, classes } = desk.names()
        return Promise.resolve({ families: [...families], notices: [...notices], classes: [...classes] })
      },
    }),
  ]
}
