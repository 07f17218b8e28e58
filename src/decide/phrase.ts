/** A condition as a person would say it, whether or not any message meets it. Vietnamese first, English second. Pure. */
import { SENDER_WHYS, STRUCTURE_WHYS } from "../mail/ambiguous.ts"
import type { Bilingual, Combination, Condition, ProviderSet } from "../mail/policy.ts"
import type { Reasons } from "../mail/finding.ts"
import {
  CIRCULATIONS,
  className,
  DAY_NAMES,
  DIRECTIONS,
  FINDINGS,
  joined,
  LABELS,
  partyAt,
  SECRECIES,
} from "./words.ts"

type Leaf = Exclude<Condition, Combination>

const AND: Bilingual = { vi: "và", en: "and" }
const OR: Bilingual = { vi: "hoặc", en: "or" }

/** `free`: the families that `any` stands for; where they are meant, they are not told one by one. */
export function phrase(condition: Condition, free: ProviderSet = []): Bilingual {
  switch (condition.is) {
    case "always":
      return { vi: "mọi thư", en: "every message" }
    case "not": {
      const inner = phrase(condition.of, free)
      return { vi: `không phải (${inner.vi})`, en: `not (${inner.en})` }
    }
    case "all":
      return every(condition.of, free)
    case "any":
      if (condition.of.length === 0) return { vi: "không thư nào", en: "no message" }
      return joined(
        condition.of.map((one) => nested(one, free)),
        OR,
      )
    default:
      return leaf(condition, free)
  }
}

/** What must be so, then what must not: "A and B, unless C". */
function every(of: readonly Condition[], free: ProviderSet): Bilingual {
  const unless = of.flatMap((one) => (one.is === "not" ? [one.of] : []))
  const must = of.filter(({ is }) => is !== "not")
  const start =
    must.length === 0
      ? { vi: "mọi thư", en: "every message" }
      : joined(
          must.map((one) => nested(one, free)),
          AND,
        )
  return unless.reduce((said, one) => {
    const inner = nested(one, free)
    return { vi: `${said.vi}, trừ khi ${inner.vi}`, en: `${said.en}, unless ${inner.en}` }
  }, start)
}

function nested(one: Condition, free: ProviderSet): Bilingual {
  const inner = phrase(one, free)
  return isSeveral(one) ? { vi: `(${inner.vi})`, en: `(${inner.en})` } : inner
}

/** Said with "and" or "or": only brackets tell where it ends. */
function isSeveral(one: Condition): boolean {
  switch (one.is) {
    case "all":
    case "any":
      return one.of.length > 1
    case "direction":
    case "official":
    case "circulation":
    case "secrecy":
      return one.in.length > 1
    default:
      return false
  }
}

function oneOf(words: readonly Bilingual[]): Bilingual {
  return joined(words, OR)
}

const YES_NO = {
  thread: [
    { vi: "thư trả lời thư mà người nhận đã gửi", en: "it answers what its recipient sent" },
    { vi: "thư không trả lời thư nào của người nhận", en: "it answers nothing its recipient sent" },
  ],
  attachment: [
    { vi: "có tệp đính kèm", en: "it has an attachment" },
    { vi: "không có tệp đính kèm", en: "it has no attachment" },
  ],
  authenticated: [
    { vi: "người gửi đã đăng nhập hoặc thuộc máy chủ tin cậy", en: "the sender is authenticated" },
    { vi: "người gửi chưa xác thực", en: "the sender is not authenticated" },
  ],
  "null-sender": [
    { vi: "thư báo trạng thái (không có người gửi)", en: "it has the null sender of reports" },
    { vi: "thư có người gửi", en: "it has a sender" },
  ],
  "auto-forwarded": [
    { vi: "thư được tự động chuyển tiếp", en: "it was forwarded automatically" },
    { vi: "thư không phải chuyển tiếp tự động", en: "it was not forwarded automatically" },
  ],
} as const satisfies Readonly<Record<string, readonly [Bilingual, Bilingual]>>

function leaf(one: Leaf, free: ProviderSet): Bilingual {
  switch (one.is) {
    case "direction":
      return oneOf(one.in.map((word) => DIRECTIONS[word]))
    case "official":
      return oneOf(one.in.map((word) => LABELS[word]))
    case "circulation":
      return oneOf(one.in.map((word) => CIRCULATIONS[word]))
    case "secrecy":
      return oneOf(one.in.map((word) => SECRECIES[word]))
    case "thread":
    case "attachment":
    case "authenticated":
    case "null-sender":
    case "auto-forwarded":
      return YES_NO[one.is][one.value ? 0 : 1]
    case "address":
    case "address-domain":
      return about(partyAt(one.at), { vi: "là", en: "is" }, short(one.in))
    case "address-list":
      return about(partyAt(one.at), { vi: "thuộc danh sách", en: "is on the list" }, one.list)
    case "webmail":
      return webmail(one, free)
    case "unit":
    case "class":
      return member(one)
    default:
      return ofMessage(one)
  }
}

function webmail({ at, providers }: Extract<Leaf, { is: "webmail" }>, free: ProviderSet): Bilingual {
  const who = partyAt(at)
  const all = free.length > 0 && providers.length === free.length && providers.every((one) => free.includes(one))
  const which = all ? "" : ` (${short(providers)})`
  return { vi: `${who.vi} dùng hộp thư miễn phí${which}`, en: `${who.en} uses free webmail${which}` }
}

function member(one: Extract<Leaf, { is: "unit" | "class" }>): Bilingual {
  const side = one.of === "sender" ? { vi: "người gửi", en: "the sender" } : { vi: "người nhận", en: "the recipient" }
  if (one.is === "unit") return about(side, { vi: "thuộc đơn vị", en: "belongs to the unit" }, short(one.in))
  const names = oneOf(one.in.map(className))
  return { vi: `${side.vi} là ${names.vi}`, en: `${side.en} is ${names.en}` }
}

function ofMessage(one: Leaf): Bilingual {
  switch (one.is) {
    case "authentication":
      return about(
        { vi: `kết quả ${one.method.toUpperCase()}`, en: one.method.toUpperCase() },
        { vi: "là", en: "is" },
        one.in.join(" / "),
      )
    case "subject":
      return about({ vi: "tiêu đề", en: "the subject" }, { vi: "khớp", en: "matches" }, quoted(one.matches))
    case "header":
      return about(
        { vi: `trường ${one.name}`, en: `the field ${one.name}` },
        { vi: "khớp", en: "matches" },
        quoted(one.matches),
      )
    case "larger-than":
      return { vi: `lớn hơn ${octets(one.bytes, "vi")}`, en: `it is larger than ${octets(one.bytes, "en")}` }
    case "official-score":
      return { vi: `từ ${one.atLeast} điểm công vụ`, en: `its official score is at least ${one.atLeast}` }
    case "personal-data":
      return {
        vi: `có dữ liệu cá nhân của ít nhất ${one.atLeast} người`,
        en: `it holds personal data of at least ${one.atLeast} people`,
      }
    case "finding":
      return finding(one)
    case "keyed-hash":
      return { vi: `đúng thư có mã ${short(one.in)}`, en: `it is the very message ${short(one.in)}` }
    case "time":
      return time(one.window)
    default:
      return { vi: one.is, en: one.is }
  }
}

function about({ vi, en }: Bilingual, word: Bilingual, value: string): Bilingual {
  return { vi: `${vi} ${word.vi} ${value}`, en: `${en} ${word.en} ${value}` }
}

function quoted(texts: readonly string[]): string {
  return short(texts.map((text) => `“${text}”`))
}

function octets(bytes: number, language: "vi" | "en"): string {
  const MIB = 1_048_576
  if (bytes % MIB === 0) return `${bytes / MIB} MiB`
  return `${bytes.toLocaleString(language)} ${language === "vi" ? "byte" : "octets"}`
}

const WHYS: Readonly<Record<string, Bilingual>> = { ...SENDER_WHYS, ...STRUCTURE_WHYS }

/** An ambiguity with one reason is told by the reason, which says it all. */
function finding({ kind, why }: Extract<Leaf, { is: "finding" }>): Bilingual {
  const only = kind === "ambiguous" && why !== "any" && "only" in why && why.only.length === 1 ? why.only[0] : undefined
  const reason = only === undefined ? undefined : WHYS[only]
  if (reason !== undefined) return reason
  const { vi, en } = FINDINGS[kind]
  return { vi: `có ${vi}${reasons(why, "vi")}`, en: `it has ${en}${reasons(why, "en")}` }
}

function reasons(why: Reasons, language: "vi" | "en"): string {
  if (why === "any") return ""
  if ("only" in why) return ` (${why.only.join(", ")})`
  return ` (${language === "vi" ? "trừ" : "but not"} ${short(why.except)})`
}

function time({ days, from, to }: Extract<Leaf, { is: "time" }>["window"]): Bilingual {
  const at = `${clock(from)}–${clock(to)}`
  if (days.length === 7) return { vi: `từ ${at} hằng ngày`, en: `it comes ${at} on any day` }
  const names = joined(
    days.map((day) => DAY_NAMES[day - 1] ?? { vi: String(day), en: String(day) }),
    AND,
  )
  return { vi: `từ ${at} ${names.vi}`, en: `it comes ${at} on ${names.en}` }
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
