/** Who is asked about held mail now, and who next when nobody answered in time. */
import { chain } from "../act/chain.ts"
import { invitation } from "../act/notices.ts"
import { needs } from "../act/rights.ts"
import { deskOf } from "../act/tell.ts"
import { addresses, titles } from "../act/words.ts"
import { addressKey, type Address, parseAddress } from "../mail/address.ts"
import { dueAt } from "../mail/calendar.ts"
import type { HeldCopy, Hold } from "../mail/delivery.ts"
import type { MailEvent } from "../mail/event.ts"
import type { NoticeName } from "../mail/notice.ts"
import type { Account, Role } from "../mail/people.ts"
import type { UnitId } from "../mail/policy.ts"
import type { Instant } from "../mail/transaction.ts"
import { acceptNotice } from "../notify/custody.ts"
import type { Values } from "../notify/letter.ts"
import { harmless } from "../notify/markup.ts"
import { moment } from "../notify/moment.ts"
import type { Notice } from "../notify/notice.ts"
import type { Appeal, DueCase } from "../store/custody.ts"
import type { Store } from "../store/store.ts"
import type { Configuration } from "./assemble.ts"
import { approverOf } from "./office.ts"

/** Cases looked at in one round. */
const AT_ONCE = 50

export interface ChainDeps {
  readonly store: Store
  readonly configuration: Configuration
  readonly accounts: readonly Account[]
  readonly now: Instant
}

const APPROVE: readonly Role[] = ["approver"]

/** The steps of a hold, by what it waits for and whose it is. */
export function stepsOf(hold: Hold, { configuration, accounts }: Pick<ChainDeps, "configuration" | "accounts">) {
  const roles = needs(hold).some((need) => need.roles.includes("approver"))
    ? APPROVE
    : (needs(hold)[0]?.roles ?? APPROVE)
  return chain(accounts, roles, lineOf(hold.care?.unit ?? null, configuration))
}

/** The unit and those above it. */
export function lineOf(unit: UnitId | null, { inForce }: Pick<Configuration, "inForce">): readonly UnitId[] {
  const { units } = inForce.prepared.policy
  const line: UnitId[] = []
  const root = units.find(({ parent }) => parent === null)?.id ?? null
  for (
    let at = unit ?? root;
    at !== null && !line.includes(at);
    at = units.find(({ id }) => id === at)?.parent ?? null
  ) {
    line.push(at)
  }
  return line
}

export function mailsTo(step: readonly Pick<Account, "mail">[] | undefined): readonly Address[] {
  return (step ?? []).flatMap(({ mail }) => (mail === null ? [] : (parseAddress(mail) ?? [])))
}

/** Asks the next of what nobody decided in time; when all were asked, the postmaster, and then nobody more. */
export async function escalateDue(deps: ChainDeps): Promise<void> {
  for (const due of await deps.store.records.dueCases(deps.now, AT_ONCE)) await escalateCase(due, deps)
  for (const appeal of await deps.store.records.dueAppeals(deps.now, AT_ONCE)) await escalateAppeal(appeal, deps)
}

async function escalateCase(due: DueCase, deps: ChainDeps): Promise<void> {
  const { store, configuration, now } = deps
  const [first] = due.copies
  const steps = first === undefined ? [] : stepsOf(first.hold, deps)
  const step = steps[due.stage + 1]
  const isSecret = due.copies.some(({ hold }) => hold.secret === true)
  const isOver = step === undefined
  const to = isOver ? [approverOf(configuration.settings)] : mailsTo(step)
  const notices = isSecret ? [] : to.map((one) => waitingNotice("approver", one, due.copies, deps))
  const desk = deskOf({ office: configuration.office, bodies: store.bodies, now })
  const urgency = first?.hold.care?.urgency ?? "ordinary"
  const nextAt = isOver ? null : dueAt(now, urgency, configuration.inForce.calendar)
  const mails = await Promise.all(notices.map((notice) => acceptNotice(notice, desk)))
  await store.records.escalate(due, nextAt, mails, escalated(due.transaction, due.stage + 1, to, now))
}

async function escalateAppeal(appeal: Appeal, deps: ChainDeps): Promise<void> {
  const { store, configuration, accounts, now } = deps
  const steps = chain(accounts, APPROVE, lineOf(appeal.unit, configuration))
  const lapsesAt = (appeal.askedAt ?? now) + configuration.settings.hold.keep
  if (now >= lapsesAt) return lapse(appeal, deps)
  const step = steps[appeal.stage + 1]
  const to = step === undefined ? [approverOf(configuration.settings)] : mailsTo(step)
  const nextAt =
    step === undefined ? lapsesAt : Math.min(lapsesAt, dueAt(now, "ordinary", configuration.inForce.calendar))
  const desk = deskOf({ office: configuration.office, bodies: store.bodies, now })
  const notices = to.map((one) => appealNotice(one, appeal, deps))
  const mails = await Promise.all(notices.map((notice) => acceptNotice(notice, desk)))
  const event = escalated(appeal.transaction, appeal.stage + 1, to, now)
  await store.records.escalateAppeal(appeal, nextAt, mails, event)
}

/** Nobody decided as long as held mail would have waited: its sender is told, and may ask anew after another try. */
async function lapse(appeal: Appeal, { store, configuration, now }: ChainDeps): Promise<void> {
  const { mailbox, transaction, refused } = appeal
  const to = parseAddress(mailbox)
  const values = { dia_chi_nguoi_gui: mailbox, nguoi_nhan_bi_chan: (refused?.recipients ?? []).map(harmless) }
  const about = { id: transaction, at: refused?.at ?? now, messageId: null, requireTls: false }
  const desk = deskOf({ office: configuration.office, bodies: store.bodies, now })
  const notices = to === null ? [] : [await acceptNotice({ name: "request-lapsed", to, about, values }, desk)]
  const detail = { mailbox, request: true }
  const event: MailEvent = { kind: "expired", at: now, transaction, recipient: null, by: "system", detail }
  await store.records.decideAppeal(appeal, { by: "system", at: now, then: "lapsed" }, null, {
    notices,
    events: [event],
  })
}

function escalated(transaction: string, stage: number, to: readonly Address[], at: Instant): MailEvent {
  const detail = { stage, to: to.map(addressKey) }
  return { kind: "escalated", at, transaction, recipient: null, by: "system", detail }
}

/** What an approver reads of held copies: who, to whom, why, until when; nothing of what it says. */
export function waitingNotice(
  name: NoticeName,
  to: Address,
  copies: readonly HeldCopy[],
  { configuration, accounts }: Pick<ChainDeps, "configuration" | "accounts">,
): Notice {
  const [first] = copies
  if (first === undefined) throw new Error("a notice of no copy")
  const { office, inForce } = configuration
  const { transaction } = first
  const due = Math.min(...copies.map(({ hold }) => hold.care?.due ?? hold.until))
  const from = harmless(transaction.envelope.from?.text ?? "<>")
  const values: Values = {
    ten_nguoi_gui: from,
    dia_chi_nguoi_gui: from,
    nguoi_nhan: addresses(copies.map(({ recipient }) => recipient)),
    ly_do_ngan: titles(
      copies.flatMap(({ hold }) => hold.rules.map(({ rule }) => rule)),
      inForce.rules,
    ),
    nguoi_phe_duyet: office.settings.agency.support.unit,
    han_phe_duyet: moment(due, office.settings.timezone),
    so_tep: String(copies.length),
    lien_ket_xem: `${office.settings.publicUrl}/held/${transaction.id}`,
  }
  const about = { id: transaction.id, at: transaction.at, messageId: null, requireTls: transaction.envelope.requireTls }
  const invites = isVoter(to, accounts) ? invitation(copies) : null
  return { name, to, about, values, invites }
}

function isVoter(to: Address, accounts: readonly Account[]): boolean {
  return accounts.some(({ mail, disabledAt }) => mail === addressKey(to) && disabledAt === null)
}

/** The same of a message that was refused, and that its sender asks for. */
export function appealNotice(to: Address, appeal: Appeal, { configuration, accounts, now }: ChainDeps): Notice {
  const { office, inForce } = configuration
  const { refused, mailbox } = appeal
  const recipients = refused?.recipients ?? []
  const invites = { appeal: mailbox, recipients, until: now + office.settings.hold.keep }
  const values: Values = {
    dia_chi_nguoi_gui: mailbox,
    nguoi_nhan: recipients.map(harmless),
    ...(appeal.reason === null ? {} : { giai_trinh: harmless(appeal.reason) }),
    ly_do_ngan: titles(
      (refused?.rules ?? []).map(({ rule }) => rule),
      inForce.rules,
    ),
    ...(appeal.nextAt === null ? {} : { han_phe_duyet: moment(appeal.nextAt, office.settings.timezone) }),
    lien_ket_xem: `${office.settings.publicUrl}/appeals/${appeal.transaction}`,
  }
  const about = { id: appeal.transaction, at: refused?.at ?? 0, messageId: null, requireTls: false }
  return { name: "asked", to, about, values, invites: isVoter(to, accounts) ? invites : null }
}
