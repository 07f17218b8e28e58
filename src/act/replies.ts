/** Our SMTP replies: unaccented Vietnamese, then English, the event code in brackets, a link that explains. */
import { isRefusal, REFUSALS, type RefusalName } from "../mail/notice.ts"
import { ascii, type Reply, REPLY_LINE, reply } from "../mail/reply.ts"
import type { Rule } from "../mail/policy.ts"
import type { TransactionId } from "../mail/transaction.ts"
import type { Verdict } from "../mail/verdict.ts"

/** The names a rule's `notice` may have; `check` refuses others. */
export const NOTICES: readonly string[] = REFUSALS

/** What the decisive rules want said: the first that names a notice. */
export function noticeOf({ decisive }: Verdict, rules: readonly Rule[]): RefusalName | null {
  const named = decisive.map((id) => rules.find((rule) => rule.id === id)?.notice ?? null)
  const first = named.find((name) => name !== null) ?? null
  return first !== null && isRefusal(first) ? first : null
}

export interface ReplyContext {
  readonly id: TransactionId
  /** `settings.publicUrl`. */
  readonly publicUrl: string
}

/** With the words of refusals: lines of the notices, by name. They name no check and no rule. */
export interface RefusalContext extends ReplyContext {
  readonly refusals: Readonly<Record<string, string>>
}

/** `[CODE] words link`; the words give way where the line is too long, never code or link. */
function explained(words: string, { id, publicUrl }: ReplyContext): string {
  const head = `[${id}] `
  const link = ` ${publicUrl.replace(/\/+$/, "")}/e/${id}`
  const fits = head.length + link.length < REPLY_LINE - 40
  const room = REPLY_LINE - head.length - (fits ? link.length : 0)
  return `${head}${ascii(words).slice(0, room)}${fits ? link : ""}`
}

export function accepted(context: ReplyContext): Reply {
  return reply(250, "0.0", `[${context.id}] da nhan / accepted`)
}

export function refused(notice: RefusalName | null, context: RefusalContext): Reply {
  const words = context.refusals[notice ?? "general"] ?? ""
  // A telephone number and a code are all that is said of what may be secret.
  if (notice === "secrecy") return reply(550, "7.1", `[${context.id}] ${words}`)
  return reply(550, "7.1", explained(words, context))
}

/** A check that matters could not be made: the client keeps the message and tries again. */
export function deferred(context: ReplyContext): Reply {
  return reply(
    451,
    "7.1",
    `[${context.id}] Chua kiem tra duoc thu, he thong cua ban se tu gui lai. Checks are not available, try again later.`,
  )
}

export function looping(context: ReplyContext): Reply {
  return reply(554, "4.6", `[${context.id}] Thu di vong qua nhieu may chu. Too many hops, this message is looping.`)
}

export function relayDenied(context: ReplyContext): Reply {
  return reply(550, "7.1", explained("May chu nay khong chuyen tiep thu cho ban. Relaying denied.", context))
}

/** An answer to one of our notices that may be anybody's. */
export function answerUnproven(context: ReplyContext): Reply {
  return reply(
    550,
    "7.1",
    `[${context.id}] Chua chung minh duoc thu nay la cua nguoi duyet; hay quyet dinh tren trang quan tri. Answer not proven to be the approver's.`,
  )
}

export function unknownRecipient(context: ReplyContext): Reply {
  return reply(550, "1.1", `[${context.id}] Khong co hop thu nay. No such mailbox here.`)
}

export function unverifiable(context: ReplyContext): Reply {
  return reply(
    451,
    "4.3",
    `[${context.id}] Chua kiem tra duoc dia chi nhan. The recipient cannot be verified now, try again later.`,
  )
}
