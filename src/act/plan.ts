/** Joins the verdicts of one message into one plan, since DATA has one reply. Pure. */
import { addressKey } from "../mail/address.ts"
import type { Calendar } from "../mail/calendar.ts"
import type { Copy, Edit, Hold } from "../mail/delivery.ts"
import type { EventKind, MailEvent } from "../mail/event.ts"
import type { Authentication, Direction } from "../mail/identity.ts"
import type { Examination } from "../mail/examination.ts"
import type { Message } from "../mail/message.ts"
import type { RefusalName } from "../mail/notice.ts"
import type { Rule } from "../mail/policy.ts"
import type { Reply } from "../mail/reply.ts"
import type { Change } from "../mail/rewrite.ts"
import { isMarked, isSecret } from "../mail/secret.ts"
import {
  type Millis,
  type Recipient,
  type Spooled,
  type Transaction,
  type TransactionId,
  wants,
} from "../mail/transaction.ts"
import type { Verdict } from "../mail/verdict.ts"
import { careOf, kindsOf, type Units } from "./care.ts"
import { edits } from "./edits.ts"
import { rewritingRules } from "./rewriting.ts"
import * as replies from "./replies.ts"

/** One recipient with the answer of the policy. */
export interface Judged {
  readonly recipient: Recipient
  readonly direction: Direction
  readonly verdict: Verdict
  /** Whose mailboxes of ours it concerns; null: a stranger's, or one that proved nothing. */
  readonly units: Units
  /** What this recipient gets in place of the message as it came. */
  readonly rewritten?: Rewritten
}

/** The message made anew as the policy asks, examined as a message of its own. */
export interface Rewritten {
  /** As the original's, under a name of its own. */
  readonly transaction: Transaction
  readonly spooled: Spooled
  readonly examination: Examination
  readonly changes: readonly Change[]
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
  /** Names the message to whoever has it, and tells nobody else anything. */
  readonly keyedHash: string
  /** The same of what it says: a resend from the outbox has it again, though its date and its name are new. */
  readonly contentHash: string
  /** Permissions for a resend that it makes use of. */
  readonly uses?: readonly number[]
  /** It passed more servers than RFC 5321 §6.3 lets a sound message pass. */
  readonly looping: boolean
  /** What is kept of it to be judged again by another policy. */
  readonly facts?: string | null
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
  const { hostname, timezone } = settings
  const made = new Map<string, readonly Edit[]>()
  return kept.map((one) => {
    const { annotations } = one.verdict
    const key = JSON.stringify(annotations)
    const list =
      made.get(key) ?? edits(message, annotations, { transaction, madeOf, authentication, hostname, timezone })
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
  { transaction, spooled, examination }: Judgement,
  { recipient, direction, verdict, units, rewritten }: Judged,
): MailEvent {
  const { client, envelope } = transaction
  const findings = isSecret(examination.content) ? [] : kindsOf(examination)
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
      ...(findings.length === 0 ? {} : { findings }),
      // Under this name the message made anew is found.
      ...(rewritten === undefined ? {} : { rewritten: rewritten.transaction.id }),
      senderUnit: units.sender,
      recipientUnit: units.recipient,
    },
  }
}

/**
 * Of what is not kept the event is all that is left to answer “why?” from, and to know the message by when it comes again:
 * `content` is the keyed hash of what it says.
 */
function explained(told: MailEvent, { contentHash }: Judgement, { verdict }: Judged): MailEvent {
  const because = { vi: verdict.because.map(({ vi }) => vi), en: verdict.because.map(({ en }) => en) }
  return { ...told, detail: { ...told.detail, ...because, content: contentHash } }
}

/** Of what may be secret nothing is recorded that tells what it said or to whom, beyond their domains. */
function secretEvent(kind: EventKind, { transaction, spooled, judged, keyedHash }: Judgement): MailEvent {
  const { envelope } = transaction
  return {
    kind,
    at: transaction.at,
    transaction: transaction.id,
    recipient: null,
    by: "client",
    detail: {
      from: envelope.from === null ? null : addressKey(envelope.from),
      domains: [...new Set(envelope.to.map(({ address }) => address.domain))],
      size: spooled.size,
      rules: [...new Set(judged.flatMap(({ verdict }) => verdict.decisive))],
      keyedHash,
    },
  }
}
