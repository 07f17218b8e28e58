/** What the machine words of a policy are called by people: directions, labels, positions, findings, results. Pure. */
import type { Circulation, OfficialLabel, Secrecy } from "../mail/content.ts"
import type { FindingKind } from "../mail/finding.ts"
import type { Direction } from "../mail/identity.ts"
import type { Position } from "../mail/message.ts"
import type { Bilingual, Disposition, MailboxClass, Mode } from "../mail/policy.ts"

export const FATES: Readonly<Record<Disposition, Bilingual>> = {
  deliver: { vi: "chuyển", en: "deliver" },
  flag: { vi: "chuyển kèm cảnh báo", en: "flag" },
  hold: { vi: "giữ chờ duyệt", en: "hold" },
  quarantine: { vi: "cách ly", en: "quarantine" },
  reject: { vi: "từ chối", en: "reject" },
  refuse: { vi: "từ chối, không lưu", en: "refuse" },
}

export const MODE_WORDS: Readonly<Record<Mode, Bilingual>> = {
  off: { vi: "tắt", en: "off" },
  shadow: { vi: "chạy thử", en: "on trial" },
  enforce: { vi: "áp dụng", en: "enforced" },
}

export const DIRECTIONS: Readonly<Record<Direction, Bilingual>> = {
  inbound: { vi: "thư đến", en: "it comes from outside" },
  outbound: { vi: "thư đi", en: "it leaves the agency" },
  internal: { vi: "thư nội bộ", en: "it stays within the agency" },
  relay: { vi: "thư chuyển tiếp giữa hai bên ngoài", en: "both ends are foreign" },
}

export const LABELS: Readonly<Record<OfficialLabel, Bilingual>> = {
  official: { vi: "nội dung công vụ", en: "it is official business" },
  unsure: { vi: "nội dung có thể là công vụ", en: "it may be official business" },
  "not-official": { vi: "nội dung không phải công vụ", en: "it is no official business" },
}

export const CIRCULATIONS: Readonly<Record<Circulation, Bilingual>> = {
  ordinary: { vi: "tài liệu lưu hành bình thường", en: "its circulation is ordinary" },
  public: { vi: "nội dung đã công bố", en: "it has been published" },
  restricted: { vi: "tài liệu hạn chế lưu hành", en: "it is of restricted circulation" },
  declassified: { vi: "tài liệu đã giải mật", en: "it has been declassified" },
}

export const SECRECIES: Readonly<Record<Secrecy, Bilingual>> = {
  none: { vi: "không có dấu mật", en: "it bears no secrecy mark" },
  suspected: { vi: "nghi có dấu mật", en: "it seems to bear a secrecy mark" },
  mat: { vi: "có dấu MẬT", en: "it is marked MẬT" },
  "toi-mat": { vi: "có dấu TỐI MẬT", en: "it is marked TỐI MẬT" },
  "tuyet-mat": { vi: "có dấu TUYỆT MẬT", en: "it is marked TUYỆT MẬT" },
}

export const FINDINGS: Readonly<Record<FindingKind, Bilingual>> = {
  malware: { vi: "mã độc", en: "malware" },
  "forbidden-type": { vi: "tệp thuộc loại không được phép", en: "a file of a forbidden type" },
  disguised: { vi: "tệp giả dạng loại khác", en: "a file disguised as another type" },
  encrypted: { vi: "tệp đặt mật khẩu", en: "a password-protected file" },
  unscannable: { vi: "phần không kiểm tra được", en: "a part that could not be examined" },
  macro: { vi: "macro", en: "macros" },
  "active-content": { vi: "nội dung tự chạy", en: "active content" },
  "archive-bomb": { vi: "tệp nén phình to bất thường", en: "an archive that expands beyond measure" },
  ambiguous: { vi: "cấu trúc có thể hiểu theo nhiều cách", en: "a structure that can be read in several ways" },
  "known-bad": { vi: "tệp trong danh sách tệp độc hại", en: "a file on a list of known bad files" },
  "external-reference": { vi: "tệp tải nội dung từ bên ngoài", en: "a file that loads content from elsewhere" },
  "embedded-file": { vi: "tệp chứa tệp khác bên trong", en: "a file with another one embedded" },
}

/** Classes of the shipped policy; an agency's own are called by their names. */
const CLASSES: Readonly<Record<MailboxClass, Bilingual>> = {
  ordinary: { vi: "hộp thư thường", en: "an ordinary mailbox" },
  "public-service": { vi: "hộp thư phục vụ công dân", en: "a public-service mailbox" },
  office: { vi: "văn thư", en: "a clerk's mailbox" },
  "press-office": { vi: "hộp thư báo chí", en: "a press office" },
  education: { vi: "trường học", en: "a school" },
  system: { vi: "phần mềm", en: "a program" },
}

export function className(name: MailboxClass): Bilingual {
  return CLASSES[name] ?? { vi: name, en: name }
}

/** Wherever a sender may show himself, with or without his display name. */
const SENDER: ReadonlySet<Position> = new Set([
  "mail-from",
  "from",
  "sender",
  "reply-to",
  "resent-from",
  "resent-sender",
  "return-path",
  "display-name",
])

export function partyAt(at: readonly Position[]): Bilingual {
  const places = at.join("/")
  if (places === "rcpt-to") return { vi: "người nhận", en: "the recipient" }
  if (places === "mail-from") return { vi: "người gửi (MAIL FROM)", en: "the sender (MAIL FROM)" }
  if (places === "from") return { vi: "người gửi (From)", en: "the sender (From)" }
  if (at.length >= SENDER.size - 1 && at.every((one) => SENDER.has(one))) return { vi: "người gửi", en: "the sender" }
  return { vi: `địa chỉ ở ${places}`, en: `an address at ${places}` }
}

export const DAY_NAMES: readonly Bilingual[] = [
  { vi: "thứ Hai", en: "Monday" },
  { vi: "thứ Ba", en: "Tuesday" },
  { vi: "thứ Tư", en: "Wednesday" },
  { vi: "thứ Năm", en: "Thursday" },
  { vi: "thứ Sáu", en: "Friday" },
  { vi: "thứ Bảy", en: "Saturday" },
  { vi: "Chủ nhật", en: "Sunday" },
]

/** Joined with commas, the last one by the word. */
export function joined(words: readonly Bilingual[], last: Bilingual): Bilingual {
  return {
    vi: inARow(
      words.map(({ vi }) => vi),
      last.vi,
    ),
    en: inARow(
      words.map(({ en }) => en),
      last.en,
    ),
  }
}

function inARow(texts: readonly string[], last: string): string {
  return texts.length < 2 ? (texts[0] ?? "") : `${texts.slice(0, -1).join(", ")} ${last} ${texts.at(-1) ?? ""}`
}
