/** Looking for messages, and the whole way of one: events, verdicts and why, copies. */
import { z } from "zod"
import { ROLES } from "../../../mail/people.ts"
import type { MessageRecord } from "../../../store/store.ts"
import type { Filter, Found } from "../../../store/search.ts"
import { lureRules, webmailRules } from "../../report/facts.ts"
import type { Reach } from "../access.ts"
import type { Hands } from "../hands.ts"
import { type AskedBy, Refusal, type Route, route } from "../route.ts"
import { bilingual, code, instant, mailbox } from "./words.ts"

const EVERYBODY = { who: ROLES, within: "units" } as const
/** Events the index takes in before a question, so that what just happened is found. */
export const NEWS = 2_000

const foundSchema = z.object({
  row: z.number(),
  transaction: z.string(),
  at: instant,
  sender: z.string().nullable(),
  recipient: z.string(),
  direction: z.string().nullable(),
  outcome: z.string(),
  stage: z.string(),
  subject: z.string().nullable(),
  size: z.number().nullable(),
  rules: z.array(z.string()),
  senderUnit: z.string().nullable(),
  recipientUnit: z.string().nullable(),
})

const searchSchema = z.object({
  code: code.optional(),
  sender: mailbox.optional(),
  recipient: mailbox.optional(),
  domain: z.string().trim().toLowerCase().max(255).optional(),
  words: z.string().trim().max(200).optional(),
  file: z
    .string()
    .regex(/^[0-9a-f]{64}$/, { error: "a SHA-256 in hex" })
    .optional(),
  outcome: z.string().max(40).optional(),
  direction: z.enum(["inbound", "outbound", "internal", "relay"]).optional(),
  rule: z.string().max(100).optional(),
  /** As reports name what was found. */
  finding: z.string().max(300).optional(),
  /** All rules about one matter. */
  about: z.enum(["webmail", "lures"]).optional(),
  unit: z.string().max(100).optional(),
  since: z.coerce.number().int().optional(),
  until: z.coerce.number().int().optional(),
  before: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

const eventSchema = z.object({
  at: instant,
  kind: z.string(),
  recipient: z.string().nullable(),
  by: z.string(),
  detail: z.record(z.string(), z.unknown()),
})
const copySchema = z.object({
  recipient: z.string(),
  attempts: z.number(),
  dueAt: instant.nullable(),
  expiresAt: instant,
  lastReply: z.string().nullable(),
  hold: z
    .object({
      kind: z.string(),
      rules: z.array(z.object({ rule: z.string(), kind: z.string() })),
      until: instant,
    })
    .nullable(),
})
const wholeSchema = z.object({
  transaction: z.string(),
  found: z.array(foundSchema),
  verdicts: z.array(
    z.object({
      recipient: z.string(),
      disposition: z.string(),
      decisive: z.array(z.string()),
      matched: z.array(z.string()),
      shadow: z.array(z.string()),
      capped: z.array(z.string()),
      lifted: z.array(z.object({ rule: z.string(), exception: z.string() })),
      because: z.array(bilingual),
      policyVersion: z.string(),
    }),
  ),
  copies: z.array(copySchema),
  events: z.array(eventSchema),
})

/** What the viewer sees of one message; null: nothing of it. */
export interface Seen {
  readonly found: readonly Found[]
  /** Address keys of the recipients that are the viewer's matter. */
  readonly recipients: ReadonlySet<string>
  /** The message is one of the viewer's own people: all its recipients are. */
  readonly asSender: boolean
}

export async function see(hands: Pick<Hands, "search">, transaction: string, reach: Reach): Promise<Seen | null> {
  await hands.search.catchUp(NEWS)
  const all = await hands.search.of(transaction)
  const mine = all.filter(({ senderUnit, recipientUnit }) => reach.sees(senderUnit, recipientUnit))
  if (mine.length === 0) return null
  const asSender = reach.all || mine.some(({ senderUnit }) => reach.sees(senderUnit))
  return { found: asSender ? all : mine, recipients: new Set(mine.map(({ recipient }) => recipient)), asSender }
}

export function messageRoutes(hands: Hands): readonly Route[] {
  async function seen(transaction: string, { reach }: AskedBy): Promise<Seen> {
    const found = await see(hands, transaction, reach)
    if (found === null) throw new Refusal("not-found")
    return found
  }
  return [
    route({
      method: "GET",
      path: "/api/messages",
      tag: "messages",
      summary: { vi: "Tìm thư", en: "Look for messages" },
      access: EVERYBODY,
      query: searchSchema,
      answer: z.object({
        rows: z.array(foundSchema),
        /** `before` of the next page; null: this is the last. */
        next: z.number().nullable(),
      }),
      handle: async ({ query }, { reach }) => {
        await hands.search.catchUp(NEWS)
        const rows = await hands.search.find(filterOf(query, reach, hands), query.before ?? null, query.limit)
        const next = rows.length === query.limit ? (rows.at(-1)?.row ?? null) : null
        return { rows: rows.map(shown), next }
      },
    }),
    route({
      method: "GET",
      path: "/api/messages/:code",
      tag: "messages",
      summary: { vi: "Toàn bộ đường đi của một thư, và vì sao", en: "The whole way of a message, and why" },
      access: EVERYBODY,
      params: z.object({ code }),
      answer: wholeSchema,
      handle: async ({ params }, asked) => {
        const mine = await seen(params.code, asked)
        const record = await hands.records.show(params.code)
        return whole(params.code, mine, record ?? { rows: [], verdicts: [], events: [] })
      },
    }),
  ]
}

export function isMine({ asSender, recipients }: Seen, recipient: string): boolean {
  return asSender || recipients.has(recipient)
}

function filterOf(query: z.output<typeof searchSchema>, reach: Reach, hands: Hands): Filter {
  const { code: transaction, before: _, limit: __, unit, about, ...rest } = query
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return {
    units: unitsOf(reach, unit, hands),
    ...(transaction === undefined ? {} : { transaction }),
    ...(about === undefined ? {} : { rules: (about === "webmail" ? webmailRules : lureRules)(hands.rules()) }),
    ...given,
  }
}

/** Of one branch, where the viewer asks for one that lies within; null: the whole house. */
export function unitsOf(reach: Reach, unit: string | undefined, hands: Pick<Hands, "tree">): readonly string[] | null {
  if (unit === undefined) return reach.all ? null : reach.units
  if (!reach.sees(unit)) throw new Refusal("forbidden")
  const tree = hands.tree()
  return reach.all && unit === tree.root ? null : tree.below(unit).filter((one) => reach.sees(one))
}

function shown(row: Found): z.input<typeof foundSchema> {
  return { ...row, rules: [...row.rules] }
}

function whole(transaction: string, mine: Seen, record: MessageRecord): z.input<typeof wholeSchema> {
  return {
    transaction,
    found: mine.found.map(shown),
    verdicts: record.verdicts
      .filter(({ recipient }) => isMine(mine, recipient))
      .map(({ recipient, verdict }) => ({
        ...verdict,
        recipient,
        decisive: [...verdict.decisive],
        matched: [...verdict.matched],
        shadow: [...verdict.shadow],
        capped: [...verdict.capped],
        lifted: [...verdict.lifted],
        because: [...verdict.because],
      })),
    copies: record.rows
      .filter(({ recipient }) => isMine(mine, recipient))
      .map((row) => ({ ...row, hold: row.hold === null ? null : { ...row.hold, rules: [...row.hold.rules] } })),
    events: record.events.filter(({ recipient }) => recipient === null || isMine(mine, recipient)),
  }
}
