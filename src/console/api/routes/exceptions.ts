/** Exceptions: asked for by a unit, granted by whom the rule is the matter of, counted, reminded of, ended. */
import { z } from "zod"
import { ROLES } from "../../../mail/people.ts"
import { EXCEPTION_STATES, type ExceptionDocument } from "../../../mail/version.ts"
import type { Hands } from "../hands.ts"
import { type AskedBy, Refusal, type Route, route } from "../route.ts"
import { bilingual, instant, line, mailbox, reason, unitId } from "./words.ts"

const SEE = { who: ROLES, within: "units" } as const
const ASK = { who: ["operator", "officer", "approver"], within: "units" } as const
const GRANT = { who: ["operator"], within: "units" } as const

const exceptionSchema = z.object({
  id: z.string(),
  rule: z.string(),
  /** Of the rule, as the version in force has it. */
  title: bilingual.nullable(),
  owner: z.string(),
  unit: z.string(),
  when: bilingual,
  reason: z.string(),
  basis: z.string().nullable(),
  mail: z.string().nullable(),
  state: z.enum(EXCEPTION_STATES),
  requester: z.string(),
  requestedAt: instant,
  start: instant,
  end: instant,
  approver: z.string().nullable(),
  grantedAt: instant.nullable(),
  uses: z.number(),
  lastUsedAt: instant.nullable(),
  remindedAt: instant.nullable(),
  endedAt: instant.nullable(),
  endedBy: z.string().nullable(),
  endedWhy: z.string().nullable(),
  /** Whether this viewer may grant or refuse it, and end it. */
  mayGrant: z.boolean(),
  mayEnd: z.boolean(),
})
const id = z.object({ id: z.string().min(1).max(40) })

function isOperator({ viewer }: AskedBy): boolean {
  return viewer.account.grants.some(({ role }) => role === "operator")
}

/** Whose matter the rule is, and who did not ask for it himself. */
export function mayGrant(one: ExceptionDocument, asked: AskedBy): boolean {
  const isAnother = one.requester !== asked.viewer.account.name
  return one.state === "requested" && isOperator(asked) && asked.reach.sees(one.owner) && isAnother
}

export function exceptionRoutes(hands: Hands): readonly Route[] {
  const { records, exceptions } = hands
  function show(one: ExceptionDocument, asked: AskedBy): z.input<typeof exceptionSchema> {
    const rule = hands.rules().find((each) => each.id === one.rule)
    return {
      ...one,
      title: rule?.title ?? null,
      when: exceptions.phrase(one.when),
      mayGrant: mayGrant(one, asked),
      mayEnd: one.state === "granted" && isOperator(asked) && asked.reach.sees(one.unit, one.owner),
    }
  }
  async function known(wanted: string, { reach }: AskedBy): Promise<ExceptionDocument> {
    const one = await records.exception(wanted)
    if (one === null || !reach.sees(one.unit, one.owner)) throw new Refusal("not-found")
    return one
  }
  /** Only whom the rule is the matter of. */
  async function mine(wanted: string, asked: AskedBy): Promise<ExceptionDocument> {
    const one = await known(wanted, asked)
    if (!asked.reach.sees(one.owner)) throw new Refusal("forbidden")
    return one
  }
  const turns = [
    route({
      method: "POST",
      path: "/api/exceptions/:id/grant",
      tag: "exceptions",
      summary: { vi: "Cấp, bởi người khác người đề nghị", en: "Grant, as another person than who asked" },
      access: GRANT,
      params: id,
      answer: z.object({ granted: z.boolean() }),
      handle: async ({ params }, asked) => {
        const said = await exceptions.grant(await mine(params.id, asked), asked.viewer.account.name)
        if (said !== "granted") throw new Refusal(said === "same-person" ? "two-persons" : "conflict")
        return { granted: true }
      },
    }),
    route({
      method: "POST",
      path: "/api/exceptions/:id/refuse",
      tag: "exceptions",
      summary: { vi: "Không cấp", en: "Refuse" },
      access: GRANT,
      params: id,
      body: z.object({ reason }),
      answer: z.object({ refused: z.boolean() }),
      handle: async ({ params, body }, asked) => {
        const { id: wanted } = await mine(params.id, asked)
        const done = await records.denyException(wanted, asked.viewer.account.name, asked.now, body.reason)
        if (!done) throw new Refusal("conflict")
        return { refused: true }
      },
    }),
    route({
      method: "POST",
      path: "/api/exceptions/:id/end",
      tag: "exceptions",
      summary: { vi: "Kết thúc trước hạn", en: "End before its time" },
      access: GRANT,
      params: id,
      body: z.object({ reason }),
      answer: z.object({ ended: z.boolean() }),
      handle: async ({ params, body }, asked) => {
        const one = await known(params.id, asked)
        if (!(await exceptions.end(one, asked.viewer.account.name, body.reason))) throw new Refusal("conflict")
        return { ended: true }
      },
    }),
    route({
      method: "POST",
      path: "/api/exceptions/:id/remind",
      tag: "exceptions",
      summary: { vi: "Gửi thư nhắc cho người giữ", en: "Remind who holds it by mail" },
      access: GRANT,
      params: id,
      answer: z.object({ reminded: z.boolean() }),
      handle: async ({ params }, asked) => {
        const reminded = await exceptions.remind(await known(params.id, asked))
        if (!reminded) throw new Refusal("conflict")
        hands.wake()
        return { reminded }
      },
    }),
  ]
  return [listRoute(hands, show), requestRoute(hands), showRoute(known, show), ...turns]
}

type Show = (one: ExceptionDocument, asked: AskedBy) => z.input<typeof exceptionSchema>

function listRoute({ records }: Hands, show: Show): Route {
  return route({
    method: "GET",
    path: "/api/exceptions",
    tag: "exceptions",
    summary: { vi: "Ngoại lệ của đơn vị, mới nhất trước", en: "Exceptions of one's units, the newest first" },
    access: SEE,
    query: z.object({
      state: z.enum(EXCEPTION_STATES).optional(),
      /** The last one of the page before. */
      after: z.string().max(40).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    answer: z.object({ exceptions: z.array(exceptionSchema), next: z.string().nullable() }),
    handle: async ({ query }, asked) => {
      const before = query.after === undefined ? null : await records.exception(query.after)
      const of = { units: asked.reach.all ? null : asked.reach.units, before }
      const rows = await records.exceptions(query.state ?? null, query.limit, of)
      const next = rows.length === query.limit ? (rows.at(-1)?.id ?? null) : null
      return { exceptions: rows.map((one) => show(one, asked)), next }
    },
  })
}

function showRoute(known: (wanted: string, asked: AskedBy) => Promise<ExceptionDocument>, show: Show): Route {
  return route({
    method: "GET",
    path: "/api/exceptions/:id",
    tag: "exceptions",
    summary: { vi: "Một ngoại lệ", en: "One exception" },
    access: SEE,
    params: id,
    answer: exceptionSchema,
    handle: async ({ params }, asked) => show(await known(params.id, asked), asked),
  })
}

function requestRoute({ exceptions }: Hands): Route {
  return route({
    method: "POST",
    path: "/api/exceptions",
    tag: "exceptions",
    summary: { vi: "Đề nghị một ngoại lệ cho đơn vị", en: "Ask for an exception for a unit" },
    access: ASK,
    body: z.object({
      rule: z.string().min(1).max(100),
      unit: unitId,
      /** As in the policy: `all: [{ sender: a@b.vn }, { recipient: c@gmail.com }]` */
      when: z.string().min(1).max(4_000),
      reason,
      basis: line.nullable().default(null),
      /** Who is reminded before it ends. */
      mail: mailbox.nullable().default(null),
      start: instant.optional(),
      end: instant,
    }),
    answer: z.object({ id: z.string() }),
    handle: async ({ body }, { viewer, reach, now }) => {
      if (!reach.sees(body.unit)) throw new Refusal("forbidden")
      return { id: await exceptions.request({ ...body, start: body.start ?? now }, viewer.account.name) }
    },
  })
}
