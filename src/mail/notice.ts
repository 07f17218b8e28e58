/** The words people get from us: which notices there are, what each may name, and the laws they cite. */
import type { Bilingual } from "./policy.ts"
import type { Instant } from "./transaction.ts"

/** Notices a rule may name: each also has the line of the SMTP reply. */
export const REFUSALS = [
  "general",
  "webmail-out",
  "webmail-in",
  "auto-forward",
  "malware",
  "attachment-type",
  "encrypted",
  "restricted",
  "secrecy",
] as const
export type RefusalName = (typeof REFUSALS)[number]

export function isRefusal(name: string): name is RefusalName {
  return REFUSALS.some((refusal) => refusal === name)
}

/** What a notice may always name: the agency, the event, where to ask. */
const ALWAYS = [
  "ma_su_kien",
  "thoi_gian",
  "ten_co_quan",
  "kenh_thay_the",
  "lien_ket_giai_trinh",
  "lien_ket_xem",
  "don_vi_ho_tro",
  "dien_thoai_ho_tro",
  "thu_ho_tro",
  "trang_ho_tro",
] as const
const MESSAGE = ["ten_nguoi_gui", "dia_chi_nguoi_gui", "tieu_de", "nguoi_nhan"] as const
const REASON = ["ly_do_ngan", "dau_hieu", "can_cu"] as const
const REFUSED = [...ALWAYS, ...MESSAGE, ...REASON, "nguoi_nhan_bi_chan", "so_tep", "ten_tep", "ten_mau_doc"] as const
const WAITING = [
  ...ALWAYS,
  ...MESSAGE,
  ...REASON,
  "nguoi_phe_duyet",
  "han_phe_duyet",
  "so_ngay_luu",
  // Typed beside the link that stands in the same notice.
  "ma_xac_nhan",
] as const
const DECIDED = [...ALWAYS, ...MESSAGE, "nguoi_nhan_bi_chan", "ly_do_ngan", "nguoi_phe_duyet"] as const
const ANSWERED = [...ALWAYS, "nguoi_nhan", "ket_qua", "ly_do_ngan"] as const
const ATTEMPTED = [...ALWAYS, ...MESSAGE, "ma_loi_smtp", "lan_thu_lai"] as const

/** Every notice with what it may name; its file is `NAME.yaml`. */
export const NOTICES = {
  general: REFUSED,
  "webmail-out": REFUSED,
  "webmail-in": REFUSED,
  "auto-forward": REFUSED,
  malware: REFUSED,
  "attachment-type": REFUSED,
  encrypted: REFUSED,
  restricted: REFUSED,
  // Of what may be a state secret nothing is told but a code, a time and a telephone number.
  secrecy: ["ma_su_kien", "thoi_gian", "ten_co_quan", "dien_thoai_ho_tro"],
  held: WAITING,
  "held-for-you": WAITING,
  "sealed-for-you": [...WAITING, "ten_tep", "lien_ket_mat_khau"],
  approver: [...WAITING, "so_tep", "dia_chi_duyet"],
  asked: [...WAITING, "so_tep", "dia_chi_duyet", "giai_trinh"],
  "reply-taken": ANSWERED,
  "reply-late": ANSWERED,
  "reply-unclear": [...ANSWERED, "dia_chi_duyet"],
  appeal: [...ALWAYS, "nguoi_nhan_bi_chan", "ma_xac_nhan", "han_phe_duyet"],
  resend: [...DECIDED, "han_phe_duyet"],
  "more-held": [...ALWAYS, "so_tep"],
  "removed-malware": [...ALWAYS, "ten_tep"],
  "removed-file": [...ALWAYS, "ten_tep"],
  "look-back": [...ALWAYS, "so_tep", "ten_tep", "nguoi_nhan", "ma_bam"],
  released: DECIDED,
  denied: DECIDED,
  expired: DECIDED,
  "request-lapsed": DECIDED,
  delayed: [...ATTEMPTED, "han_thu_lai"],
  failed: ATTEMPTED,
  relayed: ATTEMPTED,
  delivered: ATTEMPTED,
  banner: [...ALWAYS, "dia_chi_nguoi_gui"],
  "banner-imitation": [...ALWAYS, "dia_chi_nguoi_gui"],
  "first-use": ALWAYS,
  "exception-ends": [...ALWAYS, "ly_do_ngan", "han_phe_duyet", "ma_ngoai_le", "ly_do_ngoai_le", "so_lan_dung"],
  digest: [...ALWAYS, "so_tep"],
  monthly: [...ALWAYS, "so_tep"],
} as const satisfies Readonly<Record<string, readonly string[]>>
export type NoticeName = keyof typeof NOTICES
export type Placeholder = (typeof NOTICES)[NoticeName][number]

/**
 * Text as its author wrote it: paragraphs between empty lines, lines that begin with `- ` or `1. ` are items, `**strong**`,
 * `{{placeholder}}`. A paragraph that names something there is no value for is left out.
 */
export type Markup = string

export interface Template {
  readonly subject: Bilingual
  readonly text: Bilingual
  /** What follows the code in an SMTP reply; null where no reply says it. */
  readonly smtp: Bilingual | null
}

/** What somebody made of a notice; null: as it was shipped. */
export interface NoticeVersion {
  readonly number: number
  readonly name: NoticeName
  readonly template: Template | null
  readonly by: string
  readonly reason: string
  readonly at: Instant
}

export interface Templates {
  readonly notices: Readonly<Record<NoticeName, Template>>
  /** Ends every notice. */
  readonly footer: Bilingual
}

/** One entry of the legal catalogue. */
export interface Law {
  readonly id: string
  readonly title: Bilingual
  /** As it is printed in a notice. */
  readonly citation: Bilingual
  readonly from: Instant
  /** Null: still in force. */
  readonly until: Instant | null
  /** What somebody must look up before it is printed; null when nothing is open. */
  readonly verify: string | null
}

export function isInForce({ from, until }: Law, at: Instant): boolean {
  return from <= at && (until === null || at < until)
}
