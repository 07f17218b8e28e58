/** A condition as a person would say it, whether or not any message meets it. Vietnamese first, English second. Pure. */
import type { Bilingual, Combination, Condition, Disposition, Mode } from "../mail/policy.ts"
import type { Reasons } from "../mail/finding.ts"

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

type Leaf = Exclude<Condition, Combination>

export function phrase(condition: Condition): Bilingual {
  switch (condition.is) {
    case "always":
      return { vi: "mọi thư", en: "every message" }
    case "not": {
      const inner = phrase(condition.of)
      return { vi: `không phải (${inner.vi})`, en: `not (${inner.en})` }
    }
    case "all":
      return combined(condition.of, { vi: "mọi thư", en: "every message" }, { vi: " và ", en: " and " })
    case "any":
      return combined(condition.of, { vi: "không thư nào", en: "no message" }, { vi: " hoặc ", en: " or " })
    default:
      return leaf(condition)
  }
}

function combined(of: readonly Condition[], none: Bilingual, join: Bilingual): Bilingual {
  if (of.length === 0) return none
  const said = of.map((one) => {
    const inner = phrase(one)
    const nested = (one.is === "all" || one.is === "any") && one.of.length > 1
    return nested ? { vi: `(${inner.vi})`, en: `(${inner.en})` } : inner
  })
  return { vi: said.map(({ vi }) => vi).join(join.vi), en: said.map(({ en }) => en).join(join.en) }
}

const NAMES: Readonly<Record<string, Bilingual>> = {
  direction: { vi: "chiều thư", en: "direction" },
  thread: { vi: "thư trả lời người nhận", en: "an answer to its recipient" },
  attachment: { vi: "có tệp đính kèm", en: "has an attachment" },
  authenticated: { vi: "người gửi đã xác thực", en: "the sender is authenticated" },
  "null-sender": { vi: "thư báo trạng thái", en: "a delivery report" },
  "auto-forwarded": { vi: "tự động chuyển tiếp", en: "forwarded automatically" },
  official: { vi: "nội dung", en: "content" },
  circulation: { vi: "lưu hành", en: "circulation" },
  secrecy: { vi: "dấu mật", en: "secrecy" },
}

function named(is: string): Bilingual {
  return NAMES[is] ?? { vi: is, en: is }
}

function leaf(one: Leaf): Bilingual {
  switch (one.is) {
    case "direction":
    case "official":
    case "circulation":
    case "secrecy":
      return about(named(one.is), one.in.join(", "))
    case "thread":
    case "attachment":
    case "authenticated":
    case "null-sender":
    case "auto-forwarded": {
      const { vi, en } = named(one.is)
      return one.value ? { vi, en } : { vi: `không: ${vi}`, en: `not: ${en}` }
    }
    case "address":
    case "address-domain":
      return about({ vi: `địa chỉ ở ${one.at.join("/")}`, en: `address at ${one.at.join("/")}` }, short(one.in))
    case "address-list":
      return about(
        { vi: `địa chỉ ở ${one.at.join("/")} thuộc danh sách`, en: `address at ${one.at.join("/")} on the list` },
        one.list,
      )
    case "webmail":
      return about(
        { vi: `hộp thư miễn phí ở ${one.at.join("/")}`, en: `free webmail at ${one.at.join("/")}` },
        short(one.providers),
      )
    case "unit":
    case "class": {
      const side = one.of === "sender" ? { vi: "người gửi", en: "sender" } : { vi: "người nhận", en: "recipient" }
      const what = one.is === "unit" ? { vi: "đơn vị", en: "unit" } : { vi: "loại hộp thư", en: "mailbox class" }
      return about({ vi: `${what.vi} của ${side.vi}`, en: `${what.en} of the ${side.en}` }, short(one.in))
    }
    default:
      return ofMessage(one)
  }
}

function ofMessage(one: Leaf): Bilingual {
  switch (one.is) {
    case "authentication":
      return about({ vi: `xác thực ${one.method}`, en: one.method }, one.in.join(", "))
    case "subject":
      return about({ vi: "tiêu đề", en: "subject" }, short(one.matches))
    case "header":
      return about({ vi: `trường ${one.name}`, en: `field ${one.name}` }, short(one.matches))
    case "larger-than":
      return { vi: `lớn hơn ${one.bytes} byte`, en: `larger than ${one.bytes} octets` }
    case "official-score":
      return { vi: `từ ${one.atLeast} điểm công vụ`, en: `an official score of at least ${one.atLeast}` }
    case "personal-data":
      return {
        vi: `dữ liệu cá nhân của ít nhất ${one.atLeast} người`,
        en: `personal data of at least ${one.atLeast} people`,
      }
    case "finding":
      return about({ vi: "phát hiện", en: "finding" }, `${one.kind}${reasons(one.why)}`)
    case "keyed-hash":
      return about({ vi: "đúng thư có mã", en: "the very message" }, short(one.in))
    case "time": {
      const at = `${clock(one.window.from)}–${clock(one.window.to)}, ${one.window.days.join("/")}`
      return about({ vi: "giờ", en: "time" }, at)
    }
    default:
      return named(one.is)
  }
}

function about({ vi, en }: Bilingual, value: string): Bilingual {
  return { vi: `${vi}: ${value}`, en: `${en}: ${value}` }
}

function reasons(why: Reasons): string {
  if (why === "any") return ""
  return "only" in why ? ` (${why.only.join(", ")})` : ` (≠ ${why.except.join(", ")})`
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`
}

/** Entries that one sentence names. */
const MOST = 8

export function short(entries: readonly string[]): string {
  const more = entries.length - MOST
  return more > 0 ? `${entries.slice(0, MOST).join(", ")} … (+${more})` : entries.join(", ")
}
