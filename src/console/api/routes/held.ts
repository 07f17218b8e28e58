/** Held and quarantined mail: cases by unit, decisions of one or two persons, and what must be kept as evidence. */
import { z } from "zod"
import { addressKey } from "../../../mail/address.ts"
import type { HeldCopy } from "../../../mail/delivery.ts"
import { ROLES, type Role } from "../../../mail/people.ts"
import type { UnitId } from "../../../mail/policy.ts"
import { type Reach, reachOf } from "../access.ts"
import type { Hands, Judge } from "../hands.ts"
import { type AskedBy, fileRoute, Refusal, type Route, route } from "../route.ts"
import { personEvent } from "../sessions.ts"
import { bilingual, code, instant, mailbox, reason } from "./words.ts"

const EVERYBODY = { who: ROLES, within: "units" } as const
const DECIDE = { who: ["approver", "security", "operator", "officer"], within: "units" } as const
/** Copies of one page: the console shows cases, of which most have one. */
const PAGE = 100

const needSchema = z.object({ rule: z.string(), title: bilingual, persons: z.number(), agreed: z.array(z.string()) })
const copySchema = z.object({
  copy: z.number(),
  recipient: z.string(),
  kind: z.string(),
  unit: z.string().nullable(),
  direction: z.string().nullable(),
  urgency: z.string(),
  due: instant,
  until: instant,
  needs: z.array(needSchema),
  findings: z.array(z.object({ kind: z.string(), name: z.string().nullable() })),
  /** Whether this viewer may release or deny it now; and if not yet, why. */
  mayRelease: z.boolean(),
  mayDeny: z.boolean(),
  needsAnother: z.boolean(),
})
const caseSchema = z.object({
  transaction: z.string(),
  at: instant,
  sender: z.string().nullable(),
  /** Null where it may be secret. */
  subject: z.string().nullable(),
  size: z.number(),
  legalHold: z.string().nullable(),
  appeal: z
    .object({
      state: z.string(),
      category: z.string().nullable(),
      reason: z.string().nullable(),
      askedAt: instant.nullable(),
    })
    .nullable(),
  copies: z.array(copySchema),
})

/** The person as rights are asked of: roles within the units in which they are held. */
export function personOf({ viewer }: AskedBy, hands: Pick<Hands, "tree">): Judge {
  const { account } = viewer
  return {
    name: account.name,
    mail: account.mail,
    may: (roles: readonly Role[], unit: UnitId | null) => reachOf(account, roles, hands.tree()).sees(unit),
  }
}

function isVisible({ hold }: HeldCopy, reach: Reach): boolean {
  return reach.sees(hold.care?.unit ?? null)
}

export function heldRoutes(hands: Hands): readonly Route[] {
  async function caseOf(transaction: string, asked: AskedBy): Promise<readonly HeldCopy[]> {
    const copies = await hands.records.heldCopies({ transaction, recipient: null })
    const mine = copies.filter((copy) => isVisible(copy, asked.reach))
    if (mine.length === 0) throw new Refusal("not-found")
    return mine
  }
  async function show(copies: readonly HeldCopy[], asked: AskedBy): Promise<z.input<typeof caseSchema>[]> {
    const person = personOf(asked, hands)
    const groups = Map.groupBy(copies, ({ transaction }) => transaction.id)
    return Promise.all([...groups.values()].map((ones) => shownCase(hands, ones, person)))
  }
  return [
    route({
      method: "GET",
      path: "/api/held",
      tag: "held",
      summary: { vi: "Thư tạm giữ và cách ly, theo hạn", en: "Held and quarantined mail, the soonest due first" },
      access: EVERYBODY,
      query: z.object({
        after: z.coerce.number().int().optional(),
        limit: z.coerce.number().int().min(1).max(PAGE).default(PAGE),
      }),
      answer: z.object({ cases: z.array(caseSchema), next: z.number().nullable() }),
      handle: async ({ query }, asked) => {
        const { reach } = asked
        const copies = await hands.records.heldPage(reach.all ? null : reach.units, query.after ?? null, query.limit)
        const next = copies.length === query.limit ? (copies.at(-1)?.id ?? null) : null
        return { cases: await show(copies, asked), next }
      },
    }),
    route({
      method: "GET",
      path: "/api/held/:code",
      tag: "held",
      summary: { vi: "Một thư đang giữ", en: "One case" },
      access: EVERYBODY,
      params: z.object({ code }),
      answer: caseSchema,
      handle: async ({ params }, asked) => {
        const [one] = await show(await caseOf(params.code, asked), asked)
        if (one === undefined) throw new Refusal("not-found")
        return one
      },
    }),
    route({
      method: "POST",
      path: "/api/held/decide",
      tag: "held",
      summary: { vi: "Cho gửi hoặc không cho gửi, một hay nhiều thư", en: "Release or deny, one case or several" },
      access: DECIDE,
      body: z.object({
        decision: z.enum(["release", "deny"]),
        reason,
        cases: z
          .array(z.object({ code, recipient: mailbox.nullable().default(null) }))
          .min(1)
          .max(PAGE),
      }),
      answer: z.array(
        z.object({
          code: z.string(),
          released: z.number(),
          agreed: z.number(),
          denied: z.number(),
          /** Copies that wait for somebody else's word. */
          another: z.number(),
        }),
      ),
      handle: async ({ body }, asked) => {
        const person = personOf(asked, hands)
        const is = body.decision === "release" ? "released" : "denied"
        const done: { code: string; released: number; agreed: number; denied: number; another: number }[] = []
        for (const one of body.cases) {
          const ref = { transaction: one.code, recipient: one.recipient }
          done.push({ code: one.code, ...(await hands.decide(is, ref, person, body.reason)) })
        }
        const [only] = done
        if (done.length === 1 && only !== undefined && only.released + only.agreed + only.denied === 0) {
          throw new Refusal(only.another > 0 ? "two-persons" : "not-found")
        }
        hands.wake()
        return done
      },
    }),
    passwordRoute(hands, caseOf),
    ...evidenceRoutes(hands, caseOf),
  ]
}

/** A wrong password changes nothing; a right one lets go only what is clean inside. */
function passwordRoute(hands: Hands, caseOf: CaseOf): Route {
  return route({
    method: "POST",
    path: "/api/held/:code/password",
    tag: "held",
    summary: {
      vi: "Mở tệp có mật khẩu của thư đang giữ, quét, rồi cho gửi nếu sạch",
      en: "Open the sealed files of a held message, scan them, and release it if they are clean",
    },
    access: DECIDE,
    params: z.object({ code }),
    body: z.object({ password: z.string().min(1).max(128), reason, recipient: mailbox.nullable().default(null) }),
    answer: z.object({
      outcome: z.enum(["released", "agreed", "another", "kept", "wrong-password", "failed"]),
      released: z.number(),
      found: z.array(z.object({ kind: z.string(), name: z.string().nullable() })),
    }),
    handle: async ({ params, body: { password, reason: why, recipient } }, asked) => {
      await caseOf(params.code, asked)
      const ref = { transaction: params.code, recipient }
      const opened = await hands.open({ ref, password, reason: why }, personOf(asked, hands))
      if (opened.is === "nothing") throw new Refusal("not-found")
      if (opened.is === "gone") throw new Refusal("gone")
      const found = opened.is === "kept" ? [...opened.found] : []
      if (opened.is !== "released") return { outcome: opened.is, released: 0, found }
      const { released, agreed } = opened.decided
      hands.wake()
      const outcome = released > 0 ? ("released" as const) : agreed > 0 ? ("agreed" as const) : ("another" as const)
      return { outcome, released, found }
    },
  })
}

type CaseOf = (transaction: string, asked: AskedBy) => Promise<readonly HeldCopy[]>

function evidenceRoutes(hands: Hands, caseOf: CaseOf): readonly Route[] {
  const SECURE = { who: ["security"], within: "units" } as const
  return [
    route({
      method: "PUT",
      path: "/api/held/:code/legal-hold",
      tag: "held",
      summary: { vi: "Giữ làm chứng cứ, hoặc thôi giữ", en: "Keep as evidence, or no longer" },
      access: SECURE,
      params: z.object({ code }),
      body: z.object({ keep: z.boolean(), reason }),
      answer: z.object({ kept: z.boolean() }),
      handle: async ({ params, body }, asked) => {
        await caseOf(params.code, asked)
        const { name } = asked.viewer.account
        const detail = { user: name, did: body.keep ? "legal-hold" : "legal-hold-ended", reason: body.reason }
        const event = { ...personEvent(hands, "held", asked.viewer.account, detail), transaction: params.code }
        const why = body.keep ? `${name}: ${body.reason}` : null
        if (!(await hands.records.legalHold(params.code, why, event))) throw new Refusal("not-found")
        return { kept: body.keep }
      },
    }),
    fileRoute({
      method: "POST",
      path: "/api/held/:code/evidence",
      tag: "held",
      summary: {
        vi: "Xuất chứng cứ: thư gốc và hồ sơ, có mã băm",
        en: "Export evidence: the message and its record, with digests",
      },
      access: SECURE,
      params: z.object({ code }),
      body: z.object({ reason }),
      answer: "download",
      handle: async ({ params, body }, asked) => {
        const copies = await caseOf(params.code, asked)
        if (copies.some(({ hold }) => hold.secret === true)) throw new Refusal("forbidden")
        const stored = await hands.records.body(params.code)
        if (stored === null) throw new Refusal("gone")
        const event = personEvent(hands, "content-read", asked.viewer.account, { reason: body.reason, export: true })
        await hands.records.note([{ ...event, transaction: params.code }])
        const record = await hands.records.show(params.code)
        const bytes = await hands.evidence(stored.spooled, {
          transaction: params.code,
          exportedAt: new Date(asked.now).toISOString(),
          exportedBy: asked.viewer.account.name,
          reason: body.reason,
          sha256: stored.spooled.sha256,
          envelope: stored.transaction.envelope,
          client: stored.transaction.client,
          record,
        })
        return { type: "application/zip", name: `evidence-${params.code}.zip`, bytes }
      },
    }),
  ]
}

async function shownCase(
  hands: Hands,
  copies: readonly HeldCopy[],
  person: Judge,
): Promise<z.input<typeof caseSchema>> {
  const [first] = copies
  if (first === undefined) throw new Error("a case without copies")
  const { transaction, summary, size, legalHold } = first
  const isSecret = copies.some(({ hold }) => hold.secret === true)
  const sender = transaction.envelope.from === null ? null : addressKey(transaction.envelope.from)
  const appeal = sender === null ? null : await hands.records.appeal({ transaction: transaction.id, mailbox: sender })
  return {
    transaction: transaction.id,
    at: transaction.at,
    sender,
    subject: isSecret ? null : summary.subject,
    size,
    legalHold,
    appeal: appeal === null || appeal.state === "offered" ? null : appeal,
    copies: copies.map((copy) => shownCopy(hands, copy, person)),
  }
}

function shownCopy(hands: Hands, copy: HeldCopy, person: Judge): z.input<typeof copySchema> {
  const { hold, approvals } = copy
  const { care } = hold
  const rights = hands.rights(copy, person)
  return {
    copy: copy.id,
    recipient: addressKey(copy.recipient.address),
    kind: hold.kind,
    unit: care?.unit ?? null,
    direction: care?.direction ?? null,
    urgency: care?.urgency ?? "ordinary",
    due: care?.due ?? hold.until,
    until: hold.until,
    needs: rights.needs.map(({ rule, persons }) => ({
      rule,
      persons,
      title: hands.rules().find(({ id }) => id === rule)?.title ?? { vi: "theo quy định", en: "under the rules" },
      agreed: approvals.filter((one) => one.rule === rule).map(({ by }) => by),
    })),
    findings: (care?.findings ?? []).map((one) => ({ ...one })),
    mayRelease: rights.word === "word",
    needsAnother: rights.word === "another",
    mayDeny: rights.mayDeny,
  }
}
