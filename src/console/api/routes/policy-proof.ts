/** How a policy is proven before it is in force: lint, a message judged by several, past mail judged again. */
import { z } from "zod"
import type { Hands } from "../hands.ts"
import { Refusal, type Route, route } from "../route.ts"
import { personEvent } from "../sessions.ts"
import { days, DOCUMENT_BODY, fate, policyRef, whichBody } from "./policy-words.ts"
import { bilingual, code, instant, mailbox } from "./words.ts"

const READ = { who: ["operator", "security", "auditor"], within: "units" } as const
/** Any message may be tried, also one of another unit. */
const TRY = { who: ["operator", "security", "auditor"], within: "root" } as const
/** Octets of a message to be tried, and of the request that brings it in base64. */
const MESSAGE = 6_000_000
const MESSAGE_BODY = Math.ceil((MESSAGE * 4) / 3) + DOCUMENT_BODY

const tallySchema = z.object({ key: z.string(), stricter: z.number(), milder: z.number() })
const replaySchema = z.object({
  name: z.string(),
  /** Verdicts, one a recipient. */
  judged: z.number(),
  same: z.number(),
  changed: z.number(),
  /** Not replayable: their facts were not kept. */
  lost: z.number(),
  byRule: z.array(tallySchema),
  byUnit: z.array(tallySchema),
  byDirection: z.array(tallySchema),
  byTurn: z.array(z.object({ turn: z.string(), count: z.number() })),
  turned: z.array(
    z.object({
      transaction: z.string(),
      at: instant,
      from: z.string().nullable(),
      to: z.string(),
      direction: z.string(),
      unit: z.string().nullable(),
      was: fate,
      is: fate,
      rules: z.array(z.string()),
    }),
  ),
})
const verdictSchema = z.object({
  recipient: z.string(),
  direction: z.string(),
  disposition: fate,
  decisive: z.array(z.string()),
  matched: z.array(z.string()),
  shadow: z.array(z.string()),
  capped: z.array(z.string()),
  lifted: z.array(z.object({ rule: z.string(), exception: z.string() })),
  because: z.array(bilingual),
})
const jobId = z.object({ id: z.string().min(1).max(40) })

export function policyProofRoutes(hands: Hands): readonly Route[] {
  const { policy } = hands
  return [
    route({
      method: "POST",
      path: "/api/policy/lint",
      tag: "policy",
      summary: { vi: "Tìm chỗ sai, thừa, quá rộng", en: "Find what is wrong, useless or too broad" },
      access: READ,
      bodyLimit: DOCUMENT_BODY,
      body: z.object(whichBody),
      answer: z.array(
        z.object({
          kind: z.string(),
          level: z.enum(["warning", "note"]),
          of: z.string(),
          id: z.string(),
          said: bilingual,
        }),
      ),
      handle: async ({ body }, { viewer, reach }) => [
        ...(await policy.lint(body, { name: viewer.account.name, reach })),
      ],
    }),
    tryRoute(hands),
    ...replayRoutes(hands),
  ]
}

function tryRoute(hands: Hands): Route {
  return route({
    method: "POST",
    path: "/api/policy/try",
    tag: "policy",
    summary: {
      vi: "Một thư được xét thế nào theo từng chính sách, đặt cạnh nhau; không gửi, không lưu",
      en: "How each policy judges one message, side by side; nothing is sent or kept",
    },
    access: TRY,
    bodyLimit: MESSAGE_BODY,
    body: z
      .object({
        of: z.array(policyRef).min(1).max(3).default(["live", "draft"]),
        /** Stands for `draft`, as it is in the editor. */
        document: whichBody.document,
        /** A message that was judged: by what was kept of it. */
        code: code.optional(),
        /** Or a message of one's own: its octets in base64, and as if whom it came from. */
        message: z
          .base64()
          .max(Math.ceil((MESSAGE * 4) / 3))
          .optional(),
        from: z.union([z.literal(""), mailbox]).default(""),
        to: z.array(mailbox).min(1).max(20).optional(),
        trusted: z.boolean().default(false),
        user: z.string().max(100).nullable().default(null),
        client: z.union([z.ipv4(), z.ipv6()]).nullable().default(null),
      })
      .refine((one) => (one.code === undefined) !== (one.message === undefined), {
        error: "a code or a message",
        path: ["code"],
      })
      .refine((one) => one.message === undefined || one.to !== undefined, { error: "a recipient", path: ["to"] }),
    answer: z.array(z.object({ name: z.string(), verdicts: z.array(verdictSchema), reply: z.string().nullable() })),
    handle: async ({ body }, { viewer }) => {
      const { of, document, message, code: wanted, ...rest } = body
      const asked = {
        ...rest,
        to: rest.to ?? [],
        code: wanted ?? null,
        octets: Buffer.from(message ?? "", "base64"),
      }
      const which = of.map((one) => (one === "draft" ? { of: one, document } : { of: one }))
      const told = await hands.policy.trial(asked, which, viewer.account.name)
      if (told === null) throw new Refusal("gone")
      return told.map((one) => ({
        ...one,
        verdicts: one.verdicts.map((verdict) => ({
          ...verdict,
          decisive: [...verdict.decisive],
          matched: [...verdict.matched],
          shadow: [...verdict.shadow],
          capped: [...verdict.capped],
          lifted: [...verdict.lifted],
          because: [...verdict.because],
        })),
      }))
    },
  })
}

function replayRoutes(hands: Hands): readonly Route[] {
  const { policy } = hands
  return [
    route({
      method: "POST",
      path: "/api/policy/replay",
      tag: "policy",
      summary: { vi: "Xem lại thư đã qua theo một chính sách", en: "Judge past mail again with a policy" },
      access: READ,
      bodyLimit: DOCUMENT_BODY,
      body: z.object({ ...whichBody, days: days.default(7) }),
      answer: z.object({ id: z.string() }),
      handle: async ({ body }, { viewer, reach }) => {
        const id = await policy.replay(body, viewer.account.name, { days: body.days, reach })
        const detail = { what: "replay", of: body.of, days: body.days }
        await hands.records.note([personEvent(hands, "policy-replayed", viewer.account, detail)])
        return { id }
      },
    }),
    route({
      method: "GET",
      path: "/api/policy/replay/:id",
      tag: "policy",
      summary: { vi: "Tiến độ và kết quả xem lại", en: "How far a replay is, and what it tells" },
      access: READ,
      params: jobId,
      answer: z.object({
        id: z.string(),
        state: z.enum(["running", "done", "failed"]),
        days: z.number(),
        progress: z.number(),
        result: replaySchema.nullable(),
      }),
      handle: ({ params }, { viewer }) => {
        const job = policy.replayed(params.id, viewer.account.name)
        if (job === null) throw new Refusal("not-found")
        const { result } = job
        const shown =
          result === null
            ? null
            : {
                ...result,
                byRule: [...result.byRule],
                byUnit: [...result.byUnit],
                byDirection: [...result.byDirection],
                byTurn: [...result.byTurn],
                turned: result.turned.map((one) => ({ ...one, rules: [...one.rules] })),
              }
        return Promise.resolve({ ...job, result: shown })
      },
    }),
    route({
      method: "DELETE",
      path: "/api/policy/replay/:id",
      tag: "policy",
      summary: { vi: "Dừng xem lại", en: "Stop a replay" },
      access: READ,
      params: jobId,
      answer: z.object({ stopped: z.boolean() }),
      handle: ({ params }, { viewer }) => Promise.resolve({ stopped: policy.cancel(params.id, viewer.account.name) }),
    }),
  ]
}
