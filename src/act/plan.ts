/** Joins the verdicts of one message into one plan, since DATA has one reply. Pure. */
import type { Calendar } from "../mail/calendar.ts"
import type { Copy, Edit, Hold } from "../mail/delivery.ts"
import type { EventKind, MailEvent } from "../mail/event.ts"
import type { Message } from "../mail/message.ts"
import type { RefusalName } from "../mail/notice.ts"
import type { Bilingual, Rule, Warning } from "../mail/policy.ts"
import type { Reply } from "../mail/reply.ts"
import { isMarked, isSecret } from "../mail/secret.ts"
import { type Millis, type Recipient, type Transaction, type TransactionId, wants } from "../mail/transaction.ts"
import type { Verdict } from "../mail/verdict.ts"
import { careOf } from "./care.ts"
import { edits } from "./edits.ts"
import { event, explained, keptEvents, secretEvent } from "./events.ts"
import type { Judged, Judgement, Rewritten } from "./judgement.ts"
import { rewritingRules } from "./rewriting.ts"
import * as replies from "./replies.ts"

export interface PlanSettings {
  readonly hostname: string
  readonly publicUrl: string
  /** Words of SMTP refusals, by notice. */
  readonly refusals: Readonly<Record<string, string>>
  readonly timezone: string
  /** What a banner says of mail of this author. */
  readonly warning: (warns: Warning, author: string | null) => Bilingual
  readonly rules: readonly Rule[]
  readonly expire: Millis
  readonly keep: { readonly hold: Millis; readonly quarantine: Millis }
  readonly calendar: Calendar
}

/** Recipients with why, and the reply that says it. */
export type Rejected = readonly { readonly recipient: Recipient; readonly verdict: Verdict; readonly reply: Reply }[]

export type Plan =
  /** Nothing is kept but the events. */
  | { readonly do: "answer"; readonly reply: Reply; readonly events: readonly MailEvent[] }
  | {
      readonly do: "accept"
      readonly reply: Reply
      /** Of the message as it came. */
      readonly copies: readonly Copy[]
      readonly rewritten: readonly { readonly of: Rewritten; readonly copies: readonly Copy[] }[]
      /** Rejected beside accepted recipients: the authenticated sender gets a report. */
      readonly rejected: Rejected
      readonly events: readonly MailEvent[]
    }

type Accept = Extract<Plan, { do: "accept" }>

/**
 * Any *refuse* → 550 for all · else any *defer* → 451 · else all *reject* → 550 · else 250, each copy delivered, held or
 * quarantined. A rejected recipient among accepted ones: an authenticated sender gets a report; for anyone else a bounce
 * would be backscatter, so that copy is quarantined.
 */
export function plan(judgement: Judgement, settings: PlanSettings): Plan {
  const { transaction, judged, examination } = judgement
  const context = { ...settings, id: transaction.id }
  const refusal = judged.find(({ verdict }) => verdict.disposition === "refuse")
  // A clear mark is refused whatever the policy says: keeping the message would be the offence. Law 117/2025/QH15, article 5.2.
  if (isMarked(examination.content)) return answer("refused", replies.refused("secrecy", context), judgement)
  if (judgement.looping) return answer("rejected", replies.looping(context), judgement)
  if (refusal !== undefined) {
    return answer("refused", replies.refused(noticeFor(judgement, refusal, settings), context), judgement)
  }
  if (judged.some(({ verdict }) => verdict.disposition === "defer")) {
    return answer("deferred", replies.deferred(context), judgement)
  }
  const rejected = judged.filter(({ verdict }) => verdict.disposition === "reject")
  const [first] = rejected
  if (first !== undefined && rejected.length === judged.length) {
    return answer("rejected", replies.refused(noticeFor(judgement, first, settings), context), judgement)
  }
  return accept(judgement, settings, rejected)
}

function answer(kind: EventKind, reply: Reply, judgement: Judgement): Plan {
  const { judged, examination } = judgement
  const events = isSecret(examination.content)
    ? [secretEvent(kind, judgement)]
    : judged.map((one) => explained(event(kind, judgement, one), judgement, one))
  return { do: "answer", reply, events }
}

/** Whatever else is wrong with what may be secret: nothing but a telephone number is told. */
function noticeFor({ examination }: Judgement, { verdict }: Judged, { rules }: PlanSettings): RefusalName | null {
  return isSecret(examination.content) ? "secrecy" : replies.noticeOf(verdict, rules)
}

function accept(judgement: Judgement, settings: PlanSettings, rejected: readonly Judged[]): Plan {
  const { transaction, judged } = judgement
  const context = { ...settings, id: transaction.id }
  const secret = isSecret(judgement.examination.content)
  const reports = judgement.authenticated && transaction.envelope.from !== null && !secret
  const kept = judged.filter((one) => !(reports && rejected.includes(one)))
  return {
    do: "accept",
    reply: replies.accepted(context),
    copies: copies(kept, judgement, { settings, original: { ...judgement, madeOf: null } }).map((made, index) => {
      const one = kept[index]
      return one?.rewritten === undefined ? made : evidence(made, one, judgement, settings)
    }),
    rewritten: rewrittenCopies(kept, judgement, settings),
    rejected: reports
      ? rejected
          .filter(({ recipient }) => wants(recipient, "FAILURE"))
          .map(({ recipient, verdict }) => ({
            recipient,
            verdict,
            reply: replies.refused(replies.noticeOf(verdict, settings.rules), context),
          }))
      : [],
    events: judged.flatMap((one) => keptEvents(one, judgement, kept.includes(one))),
  }
}

/** What is made into copies: the message as it came, or one made anew of it. */
interface Original {
  readonly transaction: Transaction
  readonly message: Message
  /** The transaction whose message this one was made of. */
  readonly madeOf: TransactionId | null
}

/** Recipients with the same annotations share one list of edits: it is made, stored and compared once. */
function copies(
  kept: readonly Judged[],
  judgement: Judgement,
  { settings, original }: { readonly settings: PlanSettings; readonly original: Original },
): readonly Copy[] {
  const { message, transaction, madeOf } = original
  const { authentication } = judgement
  const { hostname, timezone, warning } = settings
  const made = new Map<string, readonly Edit[]>()
  return kept.map((one) => {
    const { annotations } = one.verdict
    const key = JSON.stringify(annotations)
    const list =
      made.get(key) ?? edits(message, annotations, { transaction, madeOf, authentication, hostname, timezone, warning })
    made.set(key, list)
    return copy(one, judgement, { ...settings, edits: list })
  })
}

/** The copies of each message made anew. */
function rewrittenCopies(kept: readonly Judged[], judgement: Judgement, settings: PlanSettings): Accept["rewritten"] {
  const groups = Map.groupBy(kept, ({ rewritten }) => rewritten)
  return [...groups].flatMap(([of, ones]) => {
    if (of === undefined) return []
    const { transaction, examination } = of
    const original = { transaction, message: examination.message, madeOf: judgement.transaction.id }
    return [{ of, copies: copies(ones, judgement, { settings, original }) }]
  })
}

function copy(
  judged: Judged,
  { transaction, examination }: Judgement,
  settings: PlanSettings & { readonly edits: readonly Edit[] },
): Copy {
  const { recipient, verdict } = judged
  const plain = hold(verdict, transaction.at, settings.keep)
  const care = { at: transaction.at, calendar: settings.calendar }
  const held = plain === null ? null : { ...plain, care: careOf(judged, examination, care) }
  return {
    recipient,
    edits: settings.edits,
    requireTls: transaction.envelope.requireTls || verdict.annotations.some((one) => one.do === "require-tls"),
    expiresAt: transaction.at + settings.expire,
    hold: held !== null && isSecret(examination.content) ? { ...held, secret: true } : held,
  }
}

/** The message as it came stays in quarantine where it went on made anew. */
function evidence(
  made: Copy,
  judged: Judged,
  { transaction, examination }: Judgement,
  { rules: all, keep, calendar }: PlanSettings,
): Copy {
  const { at } = transaction
  const rules = rewritingRules(judged.verdict, all).map((rule) => ({ rule, kind: "quarantine" as const }))
  const care = careOf(judged, examination, { at, calendar })
  return { ...made, hold: { kind: "quarantine", rules, until: at + keep.quarantine, evidence: true, care } }
}

/** Of several rules the one that keeps it longest; one that says nothing keeps it as the settings do. */
function longest(holds: Verdict["holds"], usual: Millis): Millis {
  return holds.length === 0 ? usual : Math.max(...holds.map(({ keep }) => keep ?? usual))
}

function hold({ disposition, holds, decisive }: Verdict, now: number, keep: PlanSettings["keep"]): Hold | null {
  switch (disposition) {
    case "hold":
      return { kind: "hold", rules: holds, until: now + longest(holds, keep.hold) }
    case "quarantine":
      return { kind: "quarantine", rules: holds, until: now + longest(holds, keep.quarantine) }
    case "reject":
      return {
        kind: "quarantine",
        rules: decisive.map((rule) => ({ rule, kind: "quarantine" as const })),
        until: now + keep.quarantine,
      }
    default:
      return null
  }
}
