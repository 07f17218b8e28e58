/** Who is told what became of held copies: the sender who proved who it is, else the recipient, else the approver. Pure. */
import type { HeldCopy } from "../mail/delivery.ts"
import type { NoticeContext } from "./notices.ts"
import type { Values } from "../notify/letter.ts"
import { harmless } from "../notify/markup.ts"
import type { Notice } from "../notify/notice.ts"
import type { Report } from "../notify/report.ts"
import { addresses, titles, wantsFailure } from "./words.ts"

export interface Outcome {
  readonly is: "released" | "denied" | "expired"
  /** The operator's words, for people to read; may be empty. */
  readonly reason: string
}

export interface DecidedContext extends NoticeContext {
  readonly isOurs: (domain: string) => boolean
}

/** Mail about copies of one message. */
export interface News {
  readonly notices: readonly Notice[]
  /** A sender whose accepted mail is given up gets a report: RFC 5321 §6.1. */
  readonly reports: readonly Report[]
}

export function decided(outcome: Outcome, copies: readonly HeldCopy[], context: DecidedContext): News {
  const told = Map.groupBy(copies, (copy) => personFor(copy, context))
  const [mine = [], theirs = [], nobodys = []] = [told.get("sender"), told.get("recipient"), told.get("approver")]
  const sender = mine[0]?.transaction.envelope.from ?? null
  const toSender = sender === null ? [] : [notice(outcome, mine, { ...context, to: sender })]
  return {
    notices: [
      ...(outcome.is === "released" ? toSender : []),
      ...theirs.map((copy) => notice(outcome, [copy], { ...context, to: copy.recipient.address })),
      // Who decides knows; who let it expire does not.
      ...(outcome.is === "expired" && nobodys.length > 0
        ? [notice(outcome, nobodys, { ...context, to: context.approver })]
        : []),
    ],
    reports: outcome.is === "released" ? [] : toSender.map((one) => report(outcome, mine, one)),
  }
}

type Person = "sender" | "recipient" | "approver" | "nobody"

/** Inbound mail is never told to its sender, whatever SPF says of it; what bounced already cannot be told to its recipient. */
function personFor({ hold, bounceable, transaction, recipient }: HeldCopy, { isOurs }: DecidedContext): Person {
  const { client, envelope } = transaction
  if (hold.secret === true || hold.evidence === true) return "nobody"
  if (bounceable && envelope.from !== null && (client.user !== null || client.listener === "submission")) {
    return wantsFailure(recipient) ? "sender" : "nobody"
  }
  return isOurs(recipient.address.domain) && hold.kind !== "undeliverable" ? "recipient" : "approver"
}

function notice(
  outcome: Outcome,
  copies: readonly HeldCopy[],
  { office, rules, to }: DecidedContext & { readonly to: Notice["to"] },
): Notice {
  const [first] = copies
  if (first === undefined) throw new Error("news of no copy")
  const { transaction, summary } = first
  const from = harmless(transaction.envelope.from?.text ?? "<>")
  const recipients = addresses(copies.map(({ recipient }) => recipient))
  const held = copies.flatMap(({ hold }) => hold.rules.map(({ rule }) => rule))
  const values: Values = {
    ten_nguoi_gui: from,
    dia_chi_nguoi_gui: from,
    tieu_de: harmless(summary.subject),
    nguoi_nhan: recipients,
    nguoi_nhan_bi_chan: recipients,
    ly_do_ngan: outcome.is === "expired" ? titles(held, rules) : harmless(outcome.reason),
    nguoi_phe_duyet: office.settings.agency.support.unit,
  }
  const isSender = to === transaction.envelope.from
  const about = {
    id: transaction.id,
    at: transaction.at,
    messageId: isSender ? summary.messageId : null,
    requireTls: transaction.envelope.requireTls,
  }
  return { name: outcome.is, to, about, values }
}

/** RFC 3463: delivery not authorised; or time ran out. */
const STATUS = { denied: "5.7.1", expired: "5.4.7" } as const

function report(outcome: Outcome, copies: readonly HeldCopy[], { name, to, values }: Notice): Report {
  const [first] = copies
  if (first === undefined) throw new Error("a report of no copy")
  const status = outcome.is === "expired" ? STATUS.expired : STATUS.denied
  return {
    kind: "failure",
    to,
    original: { transaction: first.transaction, summary: first.summary },
    recipients: copies.map(({ recipient }) => ({ recipient, status, reply: null, nextHop: null, attempt: 0, why: "" })),
    retryUntil: null,
    notice: { name, values },
    returned: null,
  }
}
