/** The verdict in sentences a unit officer can read aloud over the phone. Vietnamese first, English second. Pure. */
import type { Evidence } from "../mail/evidence.ts"
import type { Bilingual, Disposition, Policy, Rule } from "../mail/policy.ts"
import type { Explanation, Verdict } from "../mail/verdict.ts"
import { describe } from "./describe.ts"

const FATE: Readonly<Record<Verdict["disposition"], Bilingual>> = {
  deliver: { vi: "chuyển thư", en: "deliver" },
  flag: { vi: "chuyển thư kèm cảnh báo", en: "deliver with a warning" },
  hold: { vi: "tạm giữ chờ phê duyệt", en: "hold for approval" },
  quarantine: { vi: "cách ly", en: "quarantine" },
  reject: { vi: "từ chối", en: "reject" },
  refuse: { vi: "từ chối, không lưu lại", en: "refuse and keep nothing" },
  defer: { vi: "chưa quyết định được, đề nghị gửi lại sau", en: "cannot decide now; try again later" },
}

interface Softened {
  readonly rule: Rule
  readonly effective: Disposition
  readonly capped: string | null
  readonly lifted: string | null
}

interface Reasons {
  readonly disposition: Verdict["disposition"]
  readonly decisive: readonly Rule[]
  readonly sure: readonly Softened[]
  readonly shadow: readonly Softened[]
}

export function explain(
  policy: Policy,
  evidence: Evidence,
  { disposition, decisive, sure, shadow }: Reasons,
): readonly Explanation[] {
  const fate = FATE[disposition]
  const lines: Explanation[] = []
  if (disposition === "defer") {
    for (const { title } of decisive) {
      lines.push({
        vi: `Chưa kiểm tra được điều kiện của quy tắc “${title.vi}”: ${fate.vi}.`,
        en: `The condition of “${title.en}” could not be checked: ${fate.en}.`,
      })
    }
    return lines
  }
  if (decisive.length === 0)
    lines.push({ vi: `Không quy tắc nào chặn thư này: ${fate.vi}.`, en: `No rule stops this message: ${fate.en}.` })
  for (const rule of decisive) {
    const facts = describe(rule.when, evidence)
    lines.push({
      vi: `${rule.title.vi}: ${fate.vi}${facts.vi === "" ? "" : ` — vì ${facts.vi}`}.`,
      en: `${rule.title.en}: ${fate.en}${facts.en === "" ? "" : ` — because ${facts.en}`}.`,
    })
  }
  for (const { rule, capped, lifted, effective } of sure) {
    if (lifted !== null)
      lines.push({
        vi: `Quy tắc “${rule.title.vi}” được miễn theo ngoại lệ ${lifted}.`,
        en: `“${rule.title.en}” is lifted by exception ${lifted}.`,
      })
    const guarantee = policy.guarantees.find((one) => one.id === capped)
    if (guarantee === undefined) continue
    lines.push({
      vi: `Cam kết “${guarantee.title.vi}” giới hạn quy tắc “${rule.title.vi}”: nhiều nhất là ${FATE[effective].vi}.`,
      en: `The guarantee “${guarantee.title.en}” limits “${rule.title.en}”: at most ${FATE[effective].en}.`,
    })
  }
  for (const { rule } of shadow) {
    lines.push({
      vi: `Quy tắc đang chạy thử “${rule.title.vi}” lẽ ra sẽ ${FATE[rule.then].vi}.`,
      en: `The rule on trial “${rule.title.en}” would ${FATE[rule.then].en}.`,
    })
  }
  return lines
}
