/** R3, R4 and R5: what was found in files, who posed as somebody else, and what must be told as an incident. Pure. */
import type { Bilingual } from "../../mail/policy.ts"
import { type Facts, titleOf } from "./facts.ts"
import * as is from "./report.ts"
import { nameOf, shortened } from "./usage.ts"

const FINDINGS: Readonly<Record<string, Bilingual>> = {
  malware: { vi: "Mã độc", en: "Malware" },
  "known-bad": { vi: "Tệp trong danh sách độc hại", en: "A file on a list of bad files" },
  "forbidden-type": { vi: "Loại tệp bị cấm", en: "A forbidden type" },
  disguised: { vi: "Tệp giả dạng loại khác", en: "A file that pretends to be another type" },
  encrypted: { vi: "Tệp đặt mật khẩu", en: "A password-protected file" },
  unscannable: { vi: "Phần không kiểm tra được", en: "A part that could not be examined" },
  macro: { vi: "Macro", en: "Macros" },
  "active-content": { vi: "Nội dung chủ động", en: "Active content" },
  "archive-bomb": { vi: "Tệp nén phình to", en: "An archive bomb" },
  "external-reference": { vi: "Nội dung lấy từ nơi khác", en: "Content fetched from elsewhere" },
  "embedded-file": { vi: "Tệp nhúng bên trong", en: "An embedded file" },
}
const DIRECTIONS: Readonly<Record<string, Bilingual>> = {
  inbound: { vi: "Đến", en: "In" },
  outbound: { vi: "Đi", en: "Out" },
  internal: { vi: "Nội bộ", en: "Internal" },
}
const OUTSIDE: Bilingual = { vi: "Bên ngoài", en: "Outside" }
const INSIDE: Bilingual = { vi: "Bên trong", en: "Inside" }

const R3: readonly is.Column[] = [
  is.NUMBER,
  is.text("Loại", "Type"),
  is.text("Tên", "Name"),
  is.text("Hướng", "Direction"),
  is.text("Nguồn", "Source"),
  is.count("Số lượng", "Count"),
  is.count("Đã xử lý", "Dealt with"),
  is.count("Chưa xử lý (đã chuyển)", "Not dealt with (went on)"),
  is.manual("Ghi chú", "Remarks"),
]

export function r3(facts: Facts): is.Report {
  const rows = facts.bad
    .filter(({ finding }) => kindOf(finding) !== "ambiguous")
    .map(({ finding, direction, count, passed }, at) => {
      const kind = kindOf(finding)
      const name = finding === kind ? null : finding.slice(kind.length + 1)
      const source = direction === "inbound" ? OUTSIDE : INSIDE
      const dealt = count - passed
      const cells = [at + 1, FINDINGS[kind] ?? kind, name, DIRECTIONS[direction] ?? direction, source]
      return is.row([...cells, count, dealt, passed, null])
    })
  const table = { columns: R3, rows }
  return {
    id: "r3",
    title: is.TITLES.r3,
    ...table,
    total: is.totalOf(table),
    annex: null,
    notes: [
      {
        vi: "Một thư có nhiều loại được tính ở từng loại. Đã chuyển: thư không bị chặn vì loại này không bị chính sách cấm, hoặc đã được duyệt.",
        en: "A message with several types counts in each. Went on: the policy does not forbid the type, or somebody agreed.",
      },
    ],
  }
}

function kindOf(finding: string): string {
  return finding.split(" ", 1)[0] ?? finding
}

const R4: readonly is.Column[] = [
  is.NUMBER,
  is.text("Tên miền gửi (IOC)", "Sending domain (IOC)"),
  is.text("Hình thức", "Form"),
  is.count("Số thư", "Messages"),
  is.count("Số người nhận", "Recipients"),
  is.count("Đã chặn", "Stopped"),
  is.count("Đã chuyển, có đánh dấu", "Went on, flagged"),
  is.manual("Số người đã bấm, mở (tự khai)", "Persons who opened it (as they say)"),
]

export function r4(facts: Facts): is.Report {
  const rows = facts.lures.map(({ domain, rule, count, recipients, passed }, at) => {
    const cells = [at + 1, domain === "" ? null : domain, titleOf(facts.rules, rule), count, recipients]
    return is.row([...cells, count - passed, passed, null], { rule, ...(domain === "" ? {} : { domain }) })
  })
  const table = { columns: R4, rows }
  return { id: "r4", title: is.TITLES.r4, ...table, total: is.totalOf(table), annex: null, notes: [] }
}

const R5: readonly is.Column[] = [
  is.NUMBER,
  is.text("Mã", "Code"),
  is.text("Phân loại", "Class"),
  is.text("Dấu hiệu (IOC)", "Indicator (IOC)"),
  is.moment("T0 (phát hiện)", "T0 (found)"),
  is.moment("Mốc 24 giờ", "24 hours"),
  is.moment("Mốc 72 giờ", "72 hours"),
  is.count("Số hộp thư liên quan", "Mailboxes concerned"),
  is.text("Đơn vị", "Unit"),
  is.manual("Đã báo ai", "Who was told"),
  is.manual("Kết quả", "Result"),
  is.manual("Bài học", "Lesson"),
]
const HOUR = 3_600_000
const LATE: Bilingual = { vi: "Tệp độc hại đã tới hộp thư", en: "A bad file that had arrived" }
const SENDS: Bilingual = { vi: "Hộp thư bên trong gửi mã độc", en: "A mailbox of ours sends malware" }

export function r5(facts: Facts): is.Report {
  const files = Map.groupBy(facts.lookedBack, ({ sha256 }) => sha256)
  const late = [...files].map(([sha256, seen]) => {
    const begin = Math.min(...seen.map(({ at }) => at))
    const names = [...new Set(seen.map(({ unit }) => unit))].map((unit) => nameOf(facts.places, unit))
    const what = `${seen[0]?.name ?? ""} (SHA-256 ${sha256})`
    return {
      code: seen[0]?.transaction ?? null,
      is: LATE,
      what,
      begin,
      mailboxes: seen.length,
      names,
      search: { file: sha256 },
    }
  })
  const sent = facts.bad
    .filter(({ finding, direction }) => kindOf(finding) === "malware" && direction !== "inbound")
    .map(({ finding, count, direction }) => {
      const what = `${finding.slice("malware ".length)} ×${count}`
      return {
        code: null,
        is: SENDS,
        what,
        begin: null,
        mailboxes: null,
        names: [],
        search: { rule: "malware", direction },
      }
    })
  const rows = [...late, ...sent].map(({ code, is: kind, what, begin, mailboxes, names, search }, at) => {
    const clocks = [begin, ...[24, 72].map((hours) => (begin === null ? null : begin + hours * HOUR))]
    const where = names.length === 1 ? (names[0] ?? null) : names.map(said).join(", ")
    return is.row([at + 1, code, kind, what, ...clocks, mailboxes, where, null, null, null], search)
  })
  return {
    id: "r5",
    title: is.TITLES.r5,
    columns: R5,
    rows,
    total: null,
    annex: null,
    notes: [
      {
        vi: "Gồm những gì cổng thư tự thấy; sự cố khác do đơn vị bổ sung. Mốc 24 giờ và 72 giờ tính từ T0.",
        en: "What the gateway sees by itself; units add other incidents. 24 and 72 hours run from T0.",
      },
    ],
  }
}

function said(name: Bilingual | string | null): string {
  return typeof name === "string" ? name : (name?.vi ?? "")
}

const R8: readonly is.Column[] = [
  is.NUMBER,
  is.text("Quy tắc", "Rule"),
  is.count("Số quyết định", "Decisions"),
  is.count("Người duyệt cho gửi", "Released by a person"),
  is.count("Người duyệt giữ nguyên", "Upheld by a person"),
  is.count("Hết hạn giữ", "Expired"),
  is.share("Độ chính xác (%)", "Precision (%)"),
  is.share("Tỷ lệ bị thay đổi (%)", "Overturned (%)"),
]

export function r8(facts: Facts): is.Report {
  const count = (rule: string, kinds: readonly string[]): number =>
    facts.byRule.reduce((sum, one) => sum + (one.rule === rule && kinds.includes(one.kind) ? one.count : 0), 0)
  const ids = [...new Set(facts.byRule.flatMap(({ rule }) => rule ?? []))]
  const judged = ids
    .map((rule) => ({ rule, decisions: count(rule, ["held", "quarantined", "rejected", "refused", "flagged"]) }))
    .filter(({ decisions }) => decisions > 0)
    .toSorted((a, b) => b.decisions - a.decisions || (a.rule < b.rule ? -1 : 1))
  const rows = judged.map(({ rule, decisions }, at) => {
    const [released, denied, expired] = [count(rule, ["released"]), count(rule, ["denied"]), count(rule, ["expired"])]
    const looked = released + denied
    const shares = [is.percent(denied, looked), is.percent(released, looked)]
    return is.row([at + 1, titleOf(facts.rules, rule), decisions, released, denied, expired, ...shares], { rule })
  })
  const table = { columns: R8, rows }
  return {
    id: "r8",
    title: is.TITLES.r8,
    ...table,
    total: is.totalOf(table),
    annex: { title: SAMPLE, ...sampleOf(facts) },
    notes: [
      {
        vi: "Độ chính xác: trong số thư người duyệt đã xem, phần được giữ nguyên. Độ bao phủ: văn thư đánh giá mẫu ở phụ lục (từ 200 quyết định mỗi tháng).",
        en: "Precision: of what persons looked at, the part they upheld. Recall: clerks judge the sample of the annex (200 decisions a month and more).",
      },
    ],
  }
}

const SAMPLE: Bilingual = { vi: "Mẫu để văn thư đánh giá", en: "A sample for clerks to judge" }
const SAMPLE_COLUMNS: readonly is.Column[] = [
  is.NUMBER,
  is.text("Mã", "Code"),
  is.moment("Thời gian", "Time"),
  is.text("Người gửi (rút gọn)", "Sender (shortened)"),
  is.text("Hướng", "Direction"),
  is.text("Quy tắc quyết định", "Decisive rules"),
  is.text("Hiện tại", "Now"),
  is.manual("Đúng hay sai", "Right or wrong"),
  is.manual("Lẽ ra phải", "It should have been"),
]

function sampleOf({ sample, rules }: Facts): is.Table {
  const rows = sample.map((one, at) => {
    const reasons = one.rules.map((rule) => titleOf(rules, rule))
    const direction = DIRECTIONS[one.direction ?? ""] ?? one.direction
    const why = { vi: reasons.map(({ vi }) => vi).join("; "), en: reasons.map(({ en }) => en).join("; ") }
    const sender = one.sender === null ? null : shortened(one.sender)
    const cells = [at + 1, one.transaction, one.at, sender, direction, why, one.outcome, null, null]
    return is.row(cells, { code: one.transaction })
  })
  return { columns: SAMPLE_COLUMNS, rows, total: null }
}
