/** What a sender asks for by the link in his mailbox, and what becomes of it: a reason, a withdrawal, a resend that may pass once. */
import { chain } from "../act/chain.ts"
import type { Person } from "../act/rights.ts"
import { deskOf } from "../act/tell.ts"
import { titles } from "../act/words.ts"
import type { Done, PageAppeal } from "../console/api/hands.ts"
import { isLiftable } from "../decide/decide.ts"
import { type Address, addressKey, parseAddress } from "../mail/address.ts"
import { dueAt } from "../mail/calendar.ts"
import type { Acceptance, Offer } from "../mail/delivery.ts"
import type { EventKind, MailEvent } from "../mail/event.ts"
import type { Millis } from "../mail/transaction.ts"
import { acceptNotice } from "../notify/custody.ts"
import { newLink } from "../notify/link.ts"
import { harmless } from "../notify/markup.ts"
import { moment } from "../notify/moment.ts"
import type { Notice } from "../notify/notice.ts"
import type { Appeal, Proof, Proven } from "../store/custody.ts"
import type { Also } from "./held.ts"
import { appealNotice, type ChainDeps, lineOf, mailsTo, stepsOf, waitingNotice } from "./chain.ts"

const HOUR: Millis = 3_600_000
/** A link that was asked for, and a resend that was granted. */
const LINK: Millis = 72 * HOUR
const RESEND: Millis = 72 * HOUR
const NOTHING: Done = { released: 0, agreed: 0, denied: 0, another: 0 }

type Deps = ChainDeps

/** The owner of that mailbox, if it is the one that sent it, gets a link; whoever asks learns nothing. */
export async function offerLink(transaction: string, mailbox: string, deps: Deps): Promise<void> {
  const { store, configuration, now } = deps
  const offer = await offerFor(transaction, mailbox, deps)
  const to = parseAddress(mailbox)
  if (offer === null || to === null) return
  const { settings } = configuration.office
  const link = newLink(settings.publicUrl)
  const until = now + LINK
  const values = {
    lien_ket_giai_trinh: link.url,
    ma_xac_nhan: link.code,
    han_phe_duyet: moment(until, settings.timezone),
    nguoi_nhan_bi_chan: offer.recipients.map(harmless),
  }
  const about = { id: transaction, at: offer.at, messageId: null, requireTls: false }
  const mail = await mailOf({ name: "appeal", to, about, values }, deps)
  await store.records.offer(
    { ...offer.terms, digest: link.digest, code: link.codeDigest, until },
    mail,
    eventOf("noticed", transaction, mailbox, { by: "system", at: now, detail: { notice: "appeal" } }),
  )
}

interface Offered {
  readonly terms: Omit<Offer, "digest" | "code" | "until">
  readonly recipients: readonly string[]
  readonly at: number
}

/** Only of mail that left one of our own mailboxes, proven by login or network; never of malware or secrecy. */
async function offerFor(transaction: string, mailbox: string, deps: Deps): Promise<Offered | null> {
  const { records } = deps.store
  const record = await records.show(transaction)
  const mine = (record?.events ?? []).filter(
    ({ detail }) => detail["from"] === mailbox && ["outbound", "internal"].includes(String(detail["direction"])),
  )
  const held = (await records.heldCopies({ transaction, recipient: null })).filter(
    ({ hold, transaction: sent }) =>
      hold.secret !== true && sent.envelope.from !== null && addressKey(sent.envelope.from) === mailbox,
  )
  if (mine.length === 0) return null
  const [first] = held
  const common = { transaction, mailbox, unit: unitOf(mine) }
  if (first !== undefined) {
    const recipients = held.map(({ recipient }) => addressKey(recipient.address))
    return { terms: { ...common, kind: "held", refused: null }, recipients, at: first.transaction.at }
  }
  return refusedOffer(mine, common, deps)
}

function unitOf(events: readonly MailEvent[]): string | null {
  const unit = events[0]?.detail["senderUnit"]
  return typeof unit === "string" ? unit : null
}

function refusedOffer(
  events: readonly MailEvent[],
  common: Pick<Offer, "transaction" | "mailbox" | "unit">,
  { configuration }: Deps,
): Offered | null {
  const refused = events.filter(({ kind, detail }) => kind === "rejected" && typeof detail["content"] === "string")
  const [first] = refused
  if (first === undefined) return null
  const named = new Set(refused.flatMap(({ detail }) => (Array.isArray(detail["rules"]) ? detail["rules"] : [])))
  const rules = configuration.inForce.rules.filter(({ id }) => named.has(id))
  if (rules.length < named.size || rules.length === 0 || !rules.every(({ when }) => isLiftable(when))) return null
  const recipients = refused.flatMap(({ recipient }) => recipient ?? [])
  return {
    terms: {
      ...common,
      kind: "refused",
      refused: {
        recipients,
        rules: rules.map(({ id, approvals = 1 }) => ({ rule: id, approvals })),
        content: String(first.detail["content"]),
        at: first.at,
      },
    },
    recipients,
    at: first.at,
  }
}

/** What the page behind the link tells: to whom, when and why; nothing of what it says. Null: no such link, or a dead one. */
export async function pageOf(digest: string, deps: Deps): Promise<PageAppeal | null> {
  const { store, configuration, now } = deps
  const appeal = await store.records.appeal({ digest })
  if (appeal === null || appeal.until <= now) return null
  const copies = appeal.kind === "held" ? await heldOf(appeal, deps) : []
  const rules =
    appeal.refused?.rules.map(({ rule }) => rule) ?? copies.flatMap(({ hold }) => hold.rules.map(({ rule }) => rule))
  return {
    state: appeal.state,
    kind: appeal.kind,
    transaction: appeal.transaction,
    at: moment(appeal.refused?.at ?? copies[0]?.transaction.at ?? now, configuration.settings.timezone),
    recipients: appeal.refused?.recipients ?? copies.map(({ recipient }) => addressKey(recipient.address)),
    reasons: titles(rules, configuration.inForce.rules),
    channel: configuration.settings.agency.channel,
  }
}

async function heldOf({ transaction, mailbox }: Appeal, { store }: Pick<Deps, "store">) {
  const copies = await store.records.heldCopies({ transaction, recipient: null })
  return copies.filter(
    ({ transaction: { envelope } }) => envelope.from !== null && addressKey(envelope.from) === mailbox,
  )
}

/** The sender gives a reason: approvers are told that he did. */
export async function ask(
  proof: Proof,
  { category, reason }: { readonly category: string; readonly reason: string },
  deps: Deps,
): Promise<Proven> {
  const { store, configuration, accounts, now } = deps
  const appeal = await store.records.appeal({ digest: proof.digest })
  if (appeal === null) return "gone"
  const nextAt = dueAt(now, "ordinary", configuration.inForce.calendar)
  const copies = appeal.kind === "held" ? await heldOf(appeal, deps) : []
  if (appeal.kind === "held" && copies.length === 0) return "gone"
  const [first] = copies
  const steps =
    first === undefined ? chain(accounts, ["approver"], lineOf(appeal.unit, configuration)) : stepsOf(first.hold, deps)
  const asked = mailsTo(steps[0])
  const to = asked.length > 0 ? asked : mailsTo([{ mail: configuration.settings.postmaster }])
  const askedFor = (one: Address, given: string): Notice => {
    const notice = waitingNotice("asked", one, copies, deps)
    return { ...notice, values: { ...notice.values, giai_trinh: harmless(given) } }
  }
  const notices = to.map((one) =>
    first === undefined ? appealNotice(one, { ...appeal, nextAt, reason }, deps) : askedFor(one, reason),
  )
  const mails = await Promise.all(notices.map((notice) => mailOf(notice, deps)))
  const event = eventOf("requested", appeal.transaction, appeal.mailbox, {
    by: appeal.mailbox,
    at: now,
    detail: { category, reason },
  })
  return store.records.ask(proof, { category, reason, nextAt }, mails, { ...event, recipient: null })
}

/** The sender takes back what still waits. */
export async function takeBack(proof: Proof, deps: Deps): Promise<Proven> {
  for (let tries = 0; tries < 5; tries++) {
    const appeal = await deps.store.records.appeal({ digest: proof.digest })
    if (appeal === null || appeal.kind !== "held") return "gone"
    const copies = await heldOf(appeal, deps)
    if (copies.length === 0) return "gone"
    const done = await deps.store.records.takeBack(proof, copies, appeal.mailbox, [])
    if (done !== "raced") return done
  }
  return "gone"
}

export interface AppealWord {
  readonly decision: "approve" | "deny"
  readonly reason: string
  /** As in `Decision`. */
  readonly ballot?: string
  /** Further mail of the same step. */
  readonly also?: Also
}

/** A person's word on a refused message. The last one needed lets the same message pass once, within 72 hours. */
export async function decideAppeal(
  appeal: Appeal,
  person: Person,
  { decision, reason, ballot, also }: AppealWord,
  deps: Deps,
): Promise<Done> {
  const { store, now } = deps
  const { refused } = appeal
  if (refused === null || appeal.state !== "requested" || !person.may(["approver", "security"], appeal.unit))
    return NOTHING
  const isOwn = person.mail === appeal.mailbox
  if (decision === "approve" && (isOwn || appeal.approvals.some(({ by }) => by === person.name))) {
    return { ...NOTHING, another: 1 }
  }
  const persons = Math.max(...refused.rules.map(({ approvals }) => approvals), 1)
  const isLast = appeal.approvals.length + 1 >= persons
  const then = decision === "deny" ? "denied" : isLast ? "approved" : "more"
  const until = now + RESEND
  const pass =
    then === "approved"
      ? {
          transaction: appeal.transaction,
          content: refused.content,
          sender: appeal.mailbox,
          recipients: refused.recipients,
          rules: refused.rules.map(({ rule }) => rule),
          until,
        }
      : null
  const notices = then === "more" ? [] : await outcomeMails(appeal, { then, until, reason }, deps)
  const kinds: readonly EventKind[] =
    then === "denied" ? ["denied"] : isLast ? ["approved", "exception-granted"] : ["approved"]
  const events = kinds.map((kind) =>
    eventOf(kind, appeal.transaction, null, {
      by: person.name,
      at: now,
      detail: {
        reason,
        mailbox: appeal.mailbox,
        ...(ballot === undefined ? {} : { byMail: true }),
        ...(kind === "exception-granted" ? { until, resend: true } : {}),
      },
    }),
  )
  const done = {
    ...NOTHING,
    denied: Number(then === "denied"),
    agreed: Number(then === "more"),
    released: Number(then === "approved"),
  }
  const more = (await also?.(done)) ?? []
  const word: Parameters<typeof store.records.decideAppeal>[1] = {
    by: person.name,
    at: now,
    then,
    ...(ballot === undefined ? {} : { ballot }),
  }
  const news = { notices: [...notices, ...more], events }
  return (await store.records.decideAppeal(appeal, word, pass, news)) ? done : NOTHING
}

async function outcomeMails(
  { mailbox, transaction, refused }: Appeal,
  { then, until, reason }: { readonly then: "approved" | "denied"; readonly until: number; readonly reason: string },
  deps: Deps,
): Promise<readonly Acceptance[]> {
  const to = parseAddress(mailbox)
  if (to === null) return []
  const { settings } = deps.configuration.office
  const recipients = (refused?.recipients ?? []).map(harmless)
  const values = {
    ten_nguoi_gui: mailbox,
    dia_chi_nguoi_gui: mailbox,
    tieu_de: "…",
    nguoi_nhan: recipients,
    nguoi_nhan_bi_chan: recipients,
    ly_do_ngan: harmless(reason),
    nguoi_phe_duyet: settings.agency.support.unit,
    ...(then === "approved" ? { han_phe_duyet: moment(until, settings.timezone) } : {}),
  }
  const about = { id: transaction, at: refused?.at ?? deps.now, messageId: null, requireTls: false }
  return [await mailOf({ name: then === "approved" ? "resend" : "denied", to, about, values }, deps)]
}

function mailOf(notice: Notice, { store, configuration, now }: Deps): Promise<Acceptance> {
  return acceptNotice(notice, deskOf({ office: configuration.office, bodies: store.bodies, now }))
}

function eventOf(
  kind: EventKind,
  transaction: string,
  recipient: string | null,
  rest: Pick<MailEvent, "by" | "at" | "detail">,
): MailEvent {
  return { kind, transaction, recipient, ...rest }
}
