/** R1, R2 and R7: how official mail is used, who writes to free webmail again, and a year beside the year before. Pure. */
import type { Bilingual } from "../../mail/policy.ts"
import type { Judged } from "../../store/search.ts"
import { type Facts, type Place, STOPPED, sum } from "./facts.ts"
import * as is from "./report.ts"

const R1: readonly is.Column[] = [
  is.NUMBER,
  is.text("Đơn vị", "Unit"),
  is.manual("Số CBCCVC", "Staff"),
  is.manual("Số hộp thư được cấp", "Mailboxes given"),
  is.count("Số hộp thư hoạt động trong kỳ", "Mailboxes active"),
  is.manual("Tỷ lệ (%)", "Share (%)"),
  is.count("Thư đi", "Mail out"),
  is.count("Thư đến", "Mail in"),
  is.count("Thư công vụ tới hộp thư miễn phí bị chặn", "Official mail to free webmail stopped"),
  is.count("Trong đó: được duyệt sau giải trình", "Of it: passed after approval"),
  is.count("Thư công vụ đến từ hộp thư miễn phí", "Official mail from free webmail"),
  is.count("Số người vi phạm lần đầu", "Persons for the first time"),
  is.count("Số người tái phạm", "Persons again"),
  is.count("Ngoại lệ đang hiệu lực", "Exceptions in force"),
  is.manual("Ghi chú", "Remarks"),
]

/** One line of R1, without its number and name. */
export interface Usage {
  readonly active: number
  readonly out: number
  readonly in: number
  readonly stopped: number
  readonly passed: number
  readonly fromWebmail: number
  readonly first: number
  readonly again: number
  readonly exceptions: number
}

/** Of the units that are meant: one line, or a whole branch. */
export function usageOf(facts: Facts, isMeant: (unit: string | null) => boolean): Usage {
  const accepted = (direction: string): number =>
    sum(
      facts.totals.filter((one) => isMeant(one.unit) && one.kind === "accepted" && one.direction === direction),
      ({ count }) => count,
    )
  const out = facts.webmail.filter(
    (one) => one.direction === "outbound" && isMeant(one.senderUnit) && STOPPED.has(one.judged),
  )
  const from = facts.webmail.filter(
    (one) => one.direction === "inbound" && isMeant(one.recipientUnit) && STOPPED.has(one.judged),
  )
  const people = facts.repeated.filter(({ unit }) => isMeant(unit))
  const again = people.filter(({ count, earlier }) => count + earlier > 1).length
  return {
    active: sum(
      facts.active.filter(({ unit }) => isMeant(unit)),
      ({ mailboxes }) => mailboxes,
    ),
    out: accepted("outbound"),
    in: accepted("inbound"),
    stopped: counted(out),
    passed: counted(out.filter(({ passed }) => passed)),
    fromWebmail: counted(from),
    first: people.length - again,
    again,
    exceptions: facts.exceptions.filter(({ unit }) => isMeant(unit)).length,
  }
}

function counted(rows: readonly Judged[]): number {
  return sum(rows, ({ count }) => count)
}

export function r1(facts: Facts): is.Report {
  const rows = facts.places.map(({ id, name, depth }, at) => {
    const one = usageOf(facts, (unit) => unit === id)
    return is.row([at + 1, name, null, null, one.active, null, ...figures(one), null], { unit: id }, depth)
  })
  const table = { columns: R1, rows }
  return {
    id: "r1",
    title: is.TITLES.r1,
    ...table,
    total: is.totalOf(table),
    annex: null,
    notes: [
      {
        vi: "Thư đi, thư đến: với bên ngoài; thư giữa các đơn vị trong hệ thống không tính. Mỗi người nhận tính là một thư.",
        en: "Mail out and in: with the outside; mail between our own units does not count. Each recipient counts as one.",
      },
      {
        vi: "Bị chặn: giữ, cách ly hoặc từ chối theo quy tắc về hộp thư miễn phí của chính sách đang áp dụng. Tái phạm: từ hai lần trong 12 tháng.",
        en: "Stopped: held, quarantined or refused by the rules on free webmail that are in force now. Again: twice or more within 12 months.",
      },
    ],
  }
}

function figures(one: Usage): readonly number[] {
  return [one.out, one.in, one.stopped, one.passed, one.fromWebmail, one.first, one.again, one.exceptions]
}

const R2: readonly is.Column[] = [
  is.NUMBER,
  is.text("Địa chỉ (rút gọn)", "Address (shortened)"),
  is.text("Đơn vị", "Unit"),
  is.count("Số lần trong kỳ", "Times"),
  is.count("Trong đó: được duyệt", "Of them: approved"),
  is.count("12 tháng trước kỳ", "12 months before"),
  is.moment("Lần cuối", "Last"),
  is.text("Mức", "Level"),
  is.manual("Biện pháp", "Measure"),
  is.manual("Người chịu trách nhiệm", "Responsible"),
]

/** From so many times on, within a period and the year before it. */
const LEVELS: readonly (readonly [number, Bilingual])[] = [
  [5, { vi: "Nhiều lần", en: "Often" }],
  [2, { vi: "Lặp lại", en: "Again" }],
  [1, { vi: "Lần đầu", en: "First" }],
]

export function r2(facts: Facts): is.Report {
  const rows = facts.repeated.map((one, at) => {
    const level = LEVELS.find(([from]) => one.count + one.earlier >= from)?.[1] ?? null
    const name = nameOf(facts.places, one.unit)
    const cells = [at + 1, shortened(one.sender), name, one.count, one.passed, one.earlier, one.last, level, null, null]
    return is.row(cells, { sender: one.sender, direction: "outbound" })
  })
  return {
    id: "r2",
    title: is.TITLES.r2,
    columns: R2,
    rows,
    total: null,
    annex: null,
    notes: [
      {
        vi: "Chỉ tính thư gửi tới hộp thư miễn phí bị giữ, cách ly hoặc từ chối; nội dung thư không nêu.",
        en: "Only mail to free webmail that was held, quarantined or refused; nothing of what it said.",
      },
    ],
  }
}

/** Enough to know one's own people by, too little to make a list of addresses of. */
export function shortened(address: string): string {
  const at = address.lastIndexOf("@")
  return `${address.slice(0, Math.min(3, Math.max(1, at - 1)))}…${address.slice(at)}`
}

export function nameOf(places: readonly Place[], unit: string | null): Bilingual | string | null {
  return places.find(({ id }) => id === unit)?.name ?? unit
}

const R7: readonly is.Column[] = [
  is.NUMBER,
  is.text("Chỉ tiêu", "Indicator"),
  is.count("Kỳ báo cáo", "This period"),
  is.count("Cùng kỳ năm trước", "A year before"),
  is.share("Tăng, giảm (%)", "Change (%)"),
]

/** Both of the same branch; `isWhole`: what counts once for it. */
export function r7(now: Facts, before: Facts): is.Report {
  const lines = [linesOf(now), linesOf(before)] as const
  const rows = lines[0].map(([name, value], at) => {
    const earlier = lines[1][at]?.[1] ?? 0
    const change = earlier === 0 ? null : is.percent(value - earlier, earlier)
    return is.row([at + 1, name, value, earlier, change])
  })
  return {
    id: "r7",
    title: is.TITLES.r7,
    columns: R7,
    rows,
    total: null,
    annex: { title: is.TITLES.r1, ...tableOf(r1(now)) },
    notes: [
      {
        vi: "Kỳ báo cáo năm: từ 15/12 năm trước đến hết 14/12. So với cùng kỳ: chỉ khi bản ghi của kỳ đó còn được lưu.",
        en: "The year of reports: from 15 December to 14 December. Compared as far as records of the year before are kept.",
      },
    ],
  }
}

function tableOf({ columns, rows, total }: is.Report): is.Table {
  return { columns, rows, total }
}

function linesOf(facts: Facts): readonly (readonly [Bilingual, number])[] {
  const all = usageOf(facts, () => true)
  const bad = (kinds: readonly string[]): number =>
    sum(
      facts.bad.filter(({ finding }) => kinds.some((kind) => finding === kind || finding.startsWith(`${kind} `))),
      ({ count }) => count,
    )
  return [
    [{ vi: "Số hộp thư hoạt động", en: "Mailboxes active" }, all.active],
    [{ vi: "Thư đi", en: "Mail out" }, all.out],
    [{ vi: "Thư đến", en: "Mail in" }, all.in],
    [{ vi: "Thư công vụ tới hộp thư miễn phí bị chặn", en: "Official mail to free webmail stopped" }, all.stopped],
    [{ vi: "Trong đó: được duyệt sau giải trình", en: "Of it: passed after approval" }, all.passed],
    [{ vi: "Thư công vụ đến từ hộp thư miễn phí", en: "Official mail from free webmail" }, all.fromWebmail],
    [{ vi: "Số người vi phạm lần đầu", en: "Persons for the first time" }, all.first],
    [{ vi: "Số người tái phạm", en: "Persons again" }, all.again],
    [{ vi: "Thư có mã độc", en: "Mail with malware" }, bad(["malware", "known-bad"])],
    [
      { vi: "Thư có tệp nguy hiểm khác", en: "Mail with other dangerous files" },
      bad(["forbidden-type", "disguised", "archive-bomb", "macro", "active-content"]),
    ],
    [{ vi: "Thư lừa đảo, mạo danh", en: "Phishing and impersonation" }, sum(facts.lures, ({ count }) => count)],
    [
      { vi: "Tệp được xác định độc hại sau khi đã nhận", en: "Files named bad after they had arrived" },
      facts.lookedBack.length,
    ],
    [{ vi: "Ngoại lệ đang hiệu lực", en: "Exceptions in force" }, all.exceptions],
  ]
}
