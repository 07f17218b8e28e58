/** Joins the verdicts of one message into one plan, since DATA has one reply. Pure. */
import { addressKey } from "../mail/address.ts"
import type { Copy, Hold } from "../mail/delivery.ts"
import type { EventKind, MailEvent } from "../mail/event.ts"
import type { Authentication, Direction } from "../mail/identity.ts"
import type { Examination } from "../mail/examination.ts"
import type { Message } from "../mail/message.ts"
import type { RefusalName } from "../mail/notice.ts"
import type { Rule } from "../mail/policy.ts"
import type { Reply } from "../mail/reply.ts"
import { isSecret } from "../mail/secret.ts"
import type { Millis, Recipient, Spooled, Transaction } from "../mail/transaction.ts"
import type { Verdict } from "../mail/verdict.ts"
import { edits } from "./edits.ts"
import * as replies from "./replies.ts"

/** One recipient with the answer of the policy. */
export interface Judged {
  readonly recipient: Recipient
  readonly direction: Direction
  readonly verdict: Verdict
}

/** All that was found out about one message. */
export interface Judgement {
  readonly transaction: Transaction
  readonly spooled: Spooled
  readonly message: Message
  readonly examination: Examination
  /** The sender logged in or is a server of ours, so it is told of recipients rejected beside accepted ones. */
  readonly authenticated: boolean
  /** What DNS and signatures prove of any other sender; null: it could not be checked. */
  readonly authentication: Authentication | null
  readonly judged: readonly Judged[]
  /** It passed more servers than RFC 5321 §6.3 lets a sound message pass. */
  readonly looping: boolean
}

export interface PlanSettings {
  readonly hostname: string
  readonly publicUrl: string
  /** Words of SMTP refusals, by notice. */
  readonly refusals: Readonly<Record<string, string>>
  readonly timezone: string
  readonly rules: readonly Rule[]
  readonly expire: Millis
  readonly keep: { readonly hold: Millis; readonly quarantine: Millis }
}

/** Recipients with why, and the reply that says it. */
export type Rejected = readonly { readonly recipient: Recipient; readonly verdict: Verdict; readonly reply: Reply }[]

export type Plan =
  /** Nothing is kept but the events. */
  | { readonly do: "answer"; readonly reply: Reply; readonly events: readonly MailEvent[] }
  | {
      readonly do: "accept"
      readonly reply: Reply
      readonly copies: readonly Copy[]
      /** Rejected beside accepted recipients: the authenticated sender gets a report. */
      readonly rejected: Rejected
      readonly events: readonly MailEvent[]
    }

/**
 * Any *refuse* → 550 for all · else any *defer* → 451 · else all *reject* → 550 · else 250, each copy delivered, held or
 * quarantined. A rejected recipient among accepted ones: an authenticated sender gets a report; for anyone else a bounce
 * would be backscatter, so that copy is quarantined.
 */
export function plan(judgement: Judgement, settings: PlanSettings): Plan {
  const { transaction, judged } = judgement
  const context = { ...settings, id: transaction.id }
  if (judgement.looping) {
    return {
      do: "answer",
      reply: replies.looping(context),
      events: judged.map((one) => event("rejected", judgement, one)),
    }
  }
  const refusal = judged.find(({ verdict }) => verdict.disposition === "refuse")
  if (refusal !== undefined) {
    const reply = replies.refused(noticeFor(judgement, refusal, settings), context)
    return { do: "answer", reply, events: judged.map((one) => event("refused", judgement, one)) }
  }
  if (judged.some(({ verdict }) => verdict.disposition === "defer")) {
    return {
      do: "answer",
      reply: replies.deferred(context),
      events: judged.map((one) => event("deferred", judgement, one)),
    }
  }
  const rejected = judged.filter(({ verdict }) => verdict.disposition === "reject")
  const [first] = rejected
  if (first !== undefined && rejected.length === judged.length) {
    const reply = replies.refused(noticeFor(judgement, first, settings), context)
    return { do: "answer", reply, events: judged.map((one) => event("rejected", judgement, one)) }
  }
  return accept(judgement, settings, rejected)
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
    copies: kept.map((one) => copy(one, judgement, settings)),
    rejected: reports
      ? rejected.map(({ recipient, verdict }) => ({
          recipient,
          verdict,
          reply: replies.refused(replies.noticeOf(verdict, settings.rules), context),
        }))
      : [],
    events: judged.flatMap((one) => keptEvents(one, judgement, kept.includes(one))),
  }
}

function copy(
  { recipient, verdict }: Judged,
  { transaction, message, authentication, examination }: Judgement,
  settings: PlanSettings,
): Copy {
  const { hostname, timezone } = settings
  const held = hold(verdict, transaction.at, settings.keep)
  return {
    recipient,
    edits: edits(message, verdict.annotations, { transaction, authentication, hostname, timezone }),
    requireTls: transaction.envelope.requireTls || verdict.annotations.some((one) => one.do === "require-tls"),
    expiresAt: transaction.at + settings.expire,
    hold: held !== null && isSecret(examination.content) ? { ...held, secret: true } : held,
  }
}

function hold({ disposition, holds, decisive }: Verdict, now: number, keep: PlanSettings["keep"]): Hold | null {
  switch (disposition) {
    case "hold":
      return { kind: "hold", rules: holds, until: now + keep.hold }
    case "quarantine":
      return { kind: "quarantine", rules: holds, until: now + keep.quarantine }
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

function keptEvents(one: Judged, judgement: Judgement, isKept: boolean): readonly MailEvent[] {
  const kinds: readonly EventKind[] = isKept ? ["accepted", ...fate(one.verdict)] : ["rejected"]
  return kinds.map((kind) => event(kind, judgement, one))
}

function fate({ disposition }: Verdict): readonly EventKind[] {
  switch (disposition) {
    case "flag":
      return ["flagged"]
    case "hold":
      return ["held"]
    case "quarantine":
    case "reject":
      return ["quarantined"]
    default:
      return []
  }
}

function event(
  kind: EventKind,
  { transaction, spooled }: Judgement,
  { recipient, direction, verdict }: Judged,
): MailEvent {
  const { client, envelope } = transaction
  return {
    kind,
    at: transaction.at,
    transaction: transaction.id,
    recipient: addressKey(recipient.address),
    by: "client",
    detail: {
      direction,
      from: envelope.from === null ? null : addressKey(envelope.from),
      client: client.ip,
      user: client.user,
      size: spooled.size,
      rules: verdict.decisive,
      policy: verdict.policyVersion,
    },
  }
}
