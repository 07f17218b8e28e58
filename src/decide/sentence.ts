/** Rules and guarantees as whole sentences that a person can check without knowing how they are written. Pure. */
import type { Annotation, Bilingual, Guarantee, ProviderSet, Rule } from "../mail/policy.ts"
import { phrase } from "./phrase.ts"
import { FATES, FINDINGS, joined } from "./words.ts"

const WHEN: Bilingual = { vi: "Khi", en: "When" }

/** When it holds, what becomes of the message, and what else is done. */
export function ruleSentence(rule: Rule, free: ProviderSet = []): Bilingual {
  const when = phrase(rule.when, free)
  const fate = FATES[rule.then]
  const more = [...rule.also.map(annotationWords), ...persons(rule), ...kept(rule)]
  return {
    vi: `${WHEN.vi} ${when.vi}: ${[fate.vi, ...more.map(({ vi }) => vi)].join("; ")}.`,
    en: `${WHEN.en} ${when.en}: ${[fate.en, ...more.map(({ en }) => en)].join("; ")}.`,
  }
}

function persons({ approvals = 1 }: Rule): readonly Bilingual[] {
  return approvals > 1 ? [{ vi: `cần ${approvals} người duyệt`, en: `${approvals} persons must agree` }] : []
}

function kept({ keep = null }: Rule): readonly Bilingual[] {
  if (keep === null) return []
  const span = keepWords(keep)
  return [{ vi: `giữ ${span.vi}`, en: `kept for ${span.en}` }]
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** How long what is held waits; absent: as long as the settings say. */
export function keepWords(keep: Rule["keep"]): Bilingual {
  if (keep === undefined || keep === null) return { vi: "theo cấu hình", en: "as the settings say" }
  const [count, vi, en] =
    keep % DAY === 0 ? [keep / DAY, "ngày", "day"] : [Math.round((keep / HOUR) * 10) / 10, "giờ", "hour"]
  return { vi: `${count} ${vi}`, en: `${count} ${en}${count === 1 ? "" : "s"}` }
}

export function guaranteeSentence({ when, atMost }: Guarantee, free: ProviderSet = []): Bilingual {
  const said = phrase(when, free)
  const fate = FATES[atMost]
  return {
    vi: `${WHEN.vi} ${said.vi}: nhiều nhất là ${fate.vi}.`,
    en: `${WHEN.en} ${said.en}: at most ${fate.en}.`,
  }
}

const DISARMED = {
  macros: { vi: "macro", en: "macros" },
  "active-content": { vi: "nội dung tự chạy", en: "active content" },
} as const

/** What a rule does besides: also the words in which a change of it is told. */
export function annotationWords(one: Annotation): Bilingual {
  switch (one.do) {
    case "header":
      return { vi: `thêm trường ${one.name}: ${one.value}`, en: `add the field ${one.name}: ${one.value}` }
    case "subject-tag":
      return { vi: `ghi ${one.tag} trước tiêu đề`, en: `write ${one.tag} before the subject` }
    case "require-tls":
      return { vi: "chỉ chuyển qua kết nối mã hóa", en: "send it over encrypted connections only" }
    case "banner":
      return one.warns === "outside"
        ? { vi: "đặt lời cảnh báo thư bên ngoài trước nội dung", en: "put a warning of outside mail before its text" }
        : { vi: "đặt lời cảnh báo mạo danh trước nội dung", en: "put a warning of imitation before its text" }
    case "rewrite":
      return rewriting(one.change)
    default:
      return one satisfies never
  }
}

function rewriting(change: Extract<Annotation, { do: "rewrite" }>["change"]): Bilingual {
  const signed = change.signed ? { vi: " (kể cả thư có chữ ký)", en: " (also of signed mail)" } : { vi: "", en: "" }
  switch (change.is) {
    case "canonicalise":
      return { vi: `viết lại thư cho rõ cấu trúc${signed.vi}`, en: `make the message anew${signed.en}` }
    case "disarm": {
      const what = DISARMED[change.what]
      return { vi: `gỡ ${what.vi} khỏi tệp${signed.vi}`, en: `take ${what.en} out of files${signed.en}` }
    }
    case "replace": {
      const kinds = joined(
        change.kinds.map((kind) => FINDINGS[kind]),
        { vi: "hoặc", en: "or" },
      )
      return {
        vi: `thay bằng thông báo: ${kinds.vi}${signed.vi}`,
        en: `put a notice in place of: ${kinds.en}${signed.en}`,
      }
    }
    default:
      return change satisfies never
  }
}
