/** What a report is: columns, rows and a total, in both languages; the page, the sheet and the paper are made of the same one. */
import type { Bilingual } from "../../mail/policy.ts"

export const REPORT_IDS = ["r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8"] as const
export type ReportId = (typeof REPORT_IDS)[number]

export type Cell = string | number | null | Bilingual

export interface Column {
  readonly title: Bilingual
  /** `manual`: what only people know; left open to be written. Numbers of `share` are of one hundred. */
  readonly kind: "text" | "count" | "share" | "moment" | "manual"
}

export interface Row {
  readonly cells: readonly Cell[]
  /** Of a unit below another, in steps. */
  readonly depth: number
  /** The search that finds the messages it counts; null: there is none. */
  readonly search: Readonly<Record<string, string>> | null
}

export interface Table {
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  readonly total: readonly Cell[] | null
}

export interface Report extends Table {
  readonly id: ReportId
  readonly title: Bilingual
  /** How the figures are to be read. */
  readonly notes: readonly Bilingual[]
  /** What goes with it on a page of its own. */
  readonly annex: (Table & { readonly title: Bilingual }) | null
}

export const TITLES: Readonly<Record<ReportId, Bilingual>> = {
  r1: {
    vi: "Tình hình sử dụng thư điện tử công vụ và kiểm soát hộp thư miễn phí",
    en: "Use of official mail and control of free webmail",
  },
  r2: { vi: "Danh sách địa chỉ có sự kiện lặp lại", en: "Addresses with repeated events" },
  r3: { vi: "Mã độc và tệp nguy hiểm", en: "Malware and dangerous files" },
  r4: { vi: "Thư lừa đảo, mạo danh", en: "Phishing and impersonation" },
  r5: { vi: "Sự cố", en: "Incidents" },
  r6: { vi: "Tự đánh giá theo TCVN 14423:2026", en: "Self-assessment under TCVN 14423:2026" },
  r7: { vi: "Báo cáo năm", en: "Yearly report" },
  r8: { vi: "Chất lượng phân loại", en: "Quality of classification" },
}

export function text(vi: string, en: string): Column {
  return { title: { vi, en }, kind: "text" }
}
export function count(vi: string, en: string): Column {
  return { title: { vi, en }, kind: "count" }
}
export function share(vi: string, en: string): Column {
  return { title: { vi, en }, kind: "share" }
}
export function moment(vi: string, en: string): Column {
  return { title: { vi, en }, kind: "moment" }
}
export function manual(vi: string, en: string): Column {
  return { title: { vi, en }, kind: "manual" }
}
export const NUMBER: Column = count("STT", "No.")

export function row(cells: readonly Cell[], search: Row["search"] = null, depth = 0): Row {
  return { cells, search, depth }
}

/** Of one hundred, to one decimal; null: of nothing. */
export function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 1_000) / 10
}

/** Counts added up, everything else open; the word stands in the second column. */
export function totalOf({ columns, rows }: Omit<Table, "total">, word: Bilingual = TOTAL): readonly Cell[] {
  return columns.map(({ kind }, at) => {
    if (at === 0) return null
    if (at === 1) return word
    if (kind !== "count") return null
    return rows.reduce((sum, { cells }) => {
      const cell = cells[at]
      return sum + (typeof cell === "number" ? cell : 0)
    }, 0)
  })
}

const TOTAL: Bilingual = { vi: "Tổng cộng", en: "Total" }
