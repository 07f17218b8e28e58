/** A condition that was met, as a phrase: what was seen, in both languages. Pure. */
import { SENDER_WHYS, STRUCTURE_WHYS } from "../mail/ambiguous.ts"
import type { Circulation, Content } from "../mail/content.ts"
import type { Evidence } from "../mail/evidence.ts"
import { FEATURES } from "../mail/features.ts"
import { type FindingKind, isMeant } from "../mail/finding.ts"
import type { Direction } from "../mail/identity.ts"
import type { Bilingual, Condition } from "../mail/policy.ts"

const DIRECTION: Readonly<Record<Direction, Bilingual>> = {
  inbound: { vi: "thư đến từ bên ngoài", en: "it comes from outside" },
  outbound: { vi: "thư gửi ra ngoài cơ quan", en: "it leaves the agency" },
  internal: { vi: "thư nội bộ", en: "it stays within the agency" },
  relay: { vi: "thư chuyển tiếp giữa hai bên ngoài cơ quan", en: "both ends are foreign" },
}

const FINDING: Readonly<Record<FindingKind, Bilingual>> = {
  malware: { vi: "có mã độc", en: "it carries malware" },
  "forbidden-type": { vi: "có tệp thuộc loại không được phép", en: "it carries a file of a forbidden type" },
  disguised: { vi: "có tệp giả dạng loại khác", en: "a file pretends to be of another type" },
  encrypted: { vi: "có tệp đặt mật khẩu", en: "a file is password-protected" },
  unscannable: { vi: "có phần không kiểm tra được", en: "a part could not be examined" },
  macro: { vi: "có tệp chứa macro", en: "a file contains macros" },
  "active-content": { vi: "có tệp chứa nội dung tự chạy", en: "a file contains active content" },
  "archive-bomb": { vi: "có tệp nén phình to bất thường", en: "an archive expands beyond measure" },
  ambiguous: { vi: "cấu trúc thư có thể hiểu theo nhiều cách", en: "its structure can be read in more than one way" },
  "known-bad": { vi: "có tệp nằm trong danh sách tệp nguy hiểm", en: "a file is on a list of known bad files" },
  "external-reference": { vi: "có tệp tải nội dung từ bên ngoài", en: "a file loads content from elsewhere" },
  "embedded-file": { vi: "có tệp chứa tệp khác bên trong", en: "a file has another one embedded" },
}

const NOTHING: Bilingual = { vi: "", en: "" }

/** The met leaves of the condition, joined; "" where there is nothing a person would want to hear. */
export function describe(condition: Condition, evidence: Evidence): Bilingual {
  if (condition.is === "all" || condition.is === "any") {
    const phrases = condition.of.map((one) => describe(one, evidence)).filter((phrase) => phrase.vi !== "")
    return { vi: phrases.map(({ vi }) => vi).join(", "), en: phrases.map(({ en }) => en).join(", ") }
  }
  return leaf(condition, evidence)
}

function leaf(condition: Condition, evidence: Evidence): Bilingual {
  switch (condition.is) {
    case "direction":
      return condition.in.includes(evidence.direction) ? DIRECTION[evidence.direction] : NOTHING
    case "webmail":
      return webmail(condition, evidence)
    case "finding":
      return finding(condition, evidence)
    case "attachment":
      return condition.value ? { vi: "thư có tệp đính kèm", en: "it has an attachment" } : NOTHING
    case "auto-forwarded":
      return condition.value && evidence.autoForwarded
        ? { vi: "thư được tự động chuyển tiếp", en: "it was forwarded automatically" }
        : NOTHING
    case "null-sender":
      return condition.value ? { vi: "thư báo trạng thái gửi", en: "it is a delivery report" } : NOTHING
    case "official":
      return official(condition, evidence)
    case "circulation":
      return circulation(condition, evidence)
    case "personal-data":
      return personalData(condition, evidence)
    case "thread":
      return thread(condition.value, evidence)
    case "authentication":
      return authentication(condition, evidence)
    case "larger-than":
      return {
        vi: `thư lớn hơn ${condition.bytes.toLocaleString("vi")} byte`,
        en: `it is larger than ${condition.bytes} octets`,
      }
    case "secrecy":
      return { vi: "có dấu hiệu thuộc diện phải xử lý riêng", en: "it shows marks that need separate handling" }
    default:
      return NOTHING
  }
}

function webmail(condition: Extract<Condition, { is: "webmail" }>, evidence: Evidence): Bilingual {
  if (condition.at.includes("rcpt-to") && evidence.recipientWebmail !== null) {
    const provider = evidence.recipientWebmail
    return { vi: `người nhận dùng hộp thư miễn phí (${provider})`, en: `the recipient uses free webmail (${provider})` }
  }
  const hits = evidence.identity.state === "known" ? evidence.identity.value.webmail : []
  const provider = evidence.senderWebmail ?? hits.find((hit) => condition.at.includes(hit.position))?.provider
  if (provider === undefined) return NOTHING
  return { vi: `người gửi dùng hộp thư miễn phí (${provider})`, en: `the sender uses free webmail (${provider})` }
}

function finding(condition: Extract<Condition, { is: "finding" }>, evidence: Evidence): Bilingual {
  if (evidence.findings.state !== "known") return NOTHING
  const met = evidence.findings.value.find((one) => isMeant(one, condition))
  if (met === undefined) return NOTHING
  const told: Readonly<Record<string, Bilingual>> = { ...SENDER_WHYS, ...STRUCTURE_WHYS }
  const reason = met.kind === "ambiguous" && met.why !== undefined ? told[met.why] : undefined
  if (reason !== undefined) return reason
  const phrase = FINDING[met.kind]
  const more = met.why === undefined ? "" : ` (${met.why})`
  return { vi: `${phrase.vi}${more}`, en: `${phrase.en}${more}` }
}

function official(condition: Extract<Condition, { is: "official" }>, evidence: Evidence): Bilingual {
  if (evidence.content.state !== "known") return NOTHING
  const { label, score } = evidence.content.value.official
  if (!condition.in.includes(label)) return NOTHING
  if (label === "not-official")
    return { vi: "không thấy dấu hiệu công vụ", en: "no mark of official business was found" }
  const words = weightiest(evidence.content.value)
  return {
    vi: `có dấu hiệu công vụ (${score}/100${listed(words.map(({ vi }) => vi))})`,
    en: `it looks like official business (${score}/100${listed(words.map(({ en }) => en))})`,
  }
}

function listed(said: readonly string[]): string {
  return said.length === 0 ? "" : `: ${said.join(", ")}`
}

/** What speaks for it, each once, the weightiest first: more than a few say no more to a person. */
const MOST_FEATURES = 8

function weightiest({ official: { evidence } }: Content): readonly Bilingual[] {
  const telling = evidence.filter(({ points, feature }) => points > 0 || feature === "unreadable")
  const features = new Set(telling.toSorted((a, b) => b.points - a.points).map(({ feature }) => feature))
  return [...features].slice(0, MOST_FEATURES).map((feature) => FEATURES[feature])
}

const CIRCULATION: Readonly<Record<Circulation, Bilingual>> = {
  ordinary: NOTHING,
  public: { vi: "nội dung đã công bố", en: "it has been published" },
  restricted: { vi: "tài liệu hạn chế lưu hành", en: "it is marked for restricted circulation" },
  declassified: { vi: "tài liệu đã giải mật", en: "it has been declassified" },
}

function circulation(condition: Extract<Condition, { is: "circulation" }>, { content }: Evidence): Bilingual {
  if (content.state !== "known" || !condition.in.includes(content.value.circulation)) return NOTHING
  return CIRCULATION[content.value.circulation]
}

function personalData(condition: Extract<Condition, { is: "personal-data" }>, { content }: Evidence): Bilingual {
  const records = content.state === "known" ? content.value.personalData.records : 0
  if (records === 0 || records < condition.atLeast) return NOTHING
  return { vi: `có dữ liệu cá nhân của ${records} người`, en: `it holds personal data of ${records} people` }
}

function thread(wanted: boolean, evidence: Evidence): Bilingual {
  if (evidence.thread.state !== "known" || evidence.thread.value !== wanted) return NOTHING
  return wanted
    ? { vi: "thư trả lời thư mà người nhận đã gửi", en: "it answers what its recipient sent" }
    : { vi: "thư không trả lời thư nào của người nhận", en: "it answers nothing its recipient sent" }
}

function authentication(condition: Extract<Condition, { is: "authentication" }>, evidence: Evidence): Bilingual {
  if (evidence.authentication.state !== "known") return NOTHING
  const result = evidence.authentication.value[condition.method]
  if (!condition.in.includes(result)) return NOTHING
  const said = `${condition.method.toUpperCase()}: ${result}`
  return { vi: `xác thực người gửi ${said}`, en: `the sender's authentication says ${said}` }
}
