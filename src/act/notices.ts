/** Who is told that copies wait: the sender who proved who it is, the recipient of mail from outside, the approver. Pure. */
import { type Address, addressKey } from "../mail/address.ts"
import type { Copy, Hold } from "../mail/delivery.ts"
import type { Direction } from "../mail/identity.ts"
import { isSecret } from "../mail/secret.ts"
import type { Rule } from "../mail/policy.ts"
import { citation, type Office, type Values } from "../notify/letter.ts"
import { harmless } from "../notify/markup.ts"
import { moment } from "../notify/moment.ts"
import type { Opening } from "../notify/opening.ts"
import type { Invitation, Notice } from "../notify/notice.ts"
import type { Judgement } from "./judgement.ts"
import { noticeOf } from "./replies.ts"
import { isGrave, waitsForPassword } from "./rights.ts"
import { addresses, files, nameOf, titles } from "./words.ts"

export interface NoticeContext {
  readonly office: Office
  readonly rules: readonly Rule[]
  /** Who decides about held copies where nobody else does. */
  readonly approver: Address
  /** Who is asked first about this one; absent, or nobody: `approver`. */
  readonly approvers?: (hold: Hold) => readonly Address[]
  /** Where its recipient gives the password of what is sealed in a copy. */
  readonly openingLink?: (opening: Opening) => string
}

interface Kept {
  readonly copy: Copy
  readonly hold: Hold
  readonly direction: Direction
  /** The notice that the decisive rule names. */
  readonly notice: string | null
}

const DAY = 86_400_000

/**
 * Mail is written only to who cannot be a stranger's victim: our own people. Programs and lists are not answered (RFC 3834 §2),
 * and of what may be secret nobody is written to.
 */
export function notices(judgement: Judgement, copies: readonly Copy[], context: NoticeContext): readonly Notice[] {
  if (isSecret(judgement.examination.content)) return []
  const kept = copies.flatMap((copy): Kept[] => {
    const one = judgement.judged.find(({ recipient }) => recipient === copy.recipient)
    if (copy.hold === null || copy.hold.evidence === true || one === undefined) return []
    return [{ copy, hold: copy.hold, direction: one.direction, notice: noticeOf(one.verdict, context.rules) }]
  })
  if (kept.length === 0) return []
  const fromUs = kept.filter(({ direction, copy }) => direction !== "inbound" && !isSilent(copy))
  const inbound = kept.filter(({ direction }) => direction === "inbound")
  return [
    ...(fromUs.length === 0 ? [] : toSender(judgement, fromUs, context)),
    ...inbound.map((one) => toRecipient(judgement, one, context)),
    ...toApprovers(judgement, kept, context),
  ]
}

/** The sender asked not to be told of this recipient. RFC 3461 §4.1. */
function isSilent({ recipient }: Copy): boolean {
  return recipient.notify?.includes("NEVER") === true
}

function toSender(judgement: Judgement, kept: readonly Kept[], context: NoticeContext): readonly Notice[] {
  const { transaction, message, authenticated } = judgement
  const { from } = transaction.envelope
  if (!authenticated || from === null || message.autoSubmitted || message.bulk) return []
  const values = { ...waiting(judgement, kept, context), ten_nguoi_gui: nameOf(from, message) }
  return [{ name: "held", to: from, about: about(judgement, message.messageId), values }]
}

function toRecipient(judgement: Judgement, one: Kept, context: NoticeContext): Notice {
  const to = one.copy.recipient.address
  const quarantined = one.hold.kind === "quarantine"
  if (quarantined && (one.notice === "malware" || one.notice === "attachment-type" || one.notice === "encrypted")) {
    const values = { ...said(judgement), ...files(judgement.examination), nguoi_nhan_bi_chan: harmless(to.text) }
    return { name: one.notice, to, about: about(judgement, null), values }
  }
  const values = waiting(judgement, [one], context)
  const { openingLink, rules } = context
  if (openingLink === undefined || !waitsForPassword(one.hold, rules))
    return { name: "held-for-you", to, about: about(judgement, null), values }
  const opening = { transaction: judgement.transaction.id, mailbox: addressKey(to), until: one.hold.until }
  const { ten_tep } = files(judgement.examination)
  const sealed = { ...values, ...(ten_tep === undefined ? {} : { ten_tep }), lien_ket_mat_khau: openingLink(opening) }
  return { name: "sealed-for-you", to, about: about(judgement, null), values: sealed }
}

/** Each is told of all that is his to decide, once. */
function toApprovers(judgement: Judgement, kept: readonly Kept[], context: NoticeContext): readonly Notice[] {
  const asked = new Map<string, { readonly to: Address; readonly ones: Kept[] }>()
  for (const one of kept) {
    const named = context.approvers?.(one.hold) ?? []
    for (const to of named.length === 0 ? [context.approver] : named) {
      const known = asked.get(to.text)
      if (known === undefined) asked.set(to.text, { to, ones: [one] })
      else known.ones.push(one)
    }
  }
  const { publicUrl } = context.office.settings
  return [...asked.values()].map(({ to, ones }) => {
    const lien_ket_xem = `${publicUrl}/held/${judgement.transaction.id}`
    const values = { ...waiting(judgement, ones, context), so_tep: String(ones.length), lien_ket_xem }
    const invites = to === context.approver ? null : invitation(ones.map(({ copy, hold }) => ({ ...copy, hold })))
    return { name: "approver", to, about: about(judgement, null), values, invites }
  })
}

/** Null: too grave to be decided by an answer. */
export function invitation(copies: readonly (Pick<Copy, "recipient"> & { readonly hold: Hold })[]): Invitation | null {
  if (copies.some(({ hold }) => isGrave(hold))) return null
  return {
    appeal: null,
    recipients: copies.map(({ recipient }) => addressKey(recipient.address)),
    until: Math.min(...copies.map(({ hold }) => hold.until)),
  }
}

function about({ transaction }: Judgement, messageId: string | null): Notice["about"] {
  return { id: transaction.id, at: transaction.at, messageId, requireTls: transaction.envelope.requireTls }
}

function said({ transaction, message }: Judgement): Values {
  const { from } = transaction.envelope
  return {
    ten_nguoi_gui: harmless(from?.text ?? ""),
    dia_chi_nguoi_gui: harmless(from?.text ?? "<>"),
    tieu_de: harmless(message.subject),
  }
}

function waiting(judgement: Judgement, kept: readonly Kept[], { office, rules }: NoticeContext): Values {
  const { settings, laws } = office
  const { at } = judgement.transaction
  const holding = kept.flatMap(({ hold }) => hold.rules.map(({ rule }) => rule))
  const until = Math.min(...kept.map(({ hold }) => hold.until))
  const due = Math.min(...kept.map(({ hold }) => hold.care?.due ?? hold.until))
  const bases = holding.map((id) => rules.find((rule) => rule.id === id)?.basis ?? null)
  return {
    ...said(judgement),
    nguoi_nhan: addresses(kept.map(({ copy }) => copy.recipient)),
    ly_do_ngan: titles(holding, rules),
    dau_hieu: titles(holding, rules),
    can_cu: citation(bases, at, laws),
    nguoi_phe_duyet: settings.agency.support.unit,
    han_phe_duyet: moment(due, settings.timezone),
    so_ngay_luu: String(Math.ceil((until - at) / DAY)),
  }
}
