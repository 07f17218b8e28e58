/** Periods of reports as days of the calendar; both ends belong to them. Pure. */

export interface Span {
  /** `2026-11-01` */
  readonly from: string
  readonly to: string
}

/** Months from 0; a day 0 is the last of the month before. */
function day(year: number, month: number, date: number): string {
  return new Date(Date.UTC(year, month, date)).toISOString().slice(0, 10)
}

export const PERIODS = ["month", "lastMonth", "lastQuarter", "halfYear", "year"] as const
export type PeriodName = (typeof PERIODS)[number]

/** `on`: a day of the agency's calendar. The year of reports runs from 15 December to 14 December. */
export function spanOf(name: PeriodName, on: string): Span {
  const [year = 0, month = 1] = on.split("-").map(Number)
  const at = month - 1
  switch (name) {
    case "month":
      return { from: day(year, at, 1), to: day(year, at + 1, 0) }
    case "lastMonth":
      return { from: day(year, at - 1, 1), to: day(year, at, 0) }
    case "lastQuarter": {
      const begin = Math.floor(at / 3) * 3 - 3
      return { from: day(year, begin, 1), to: day(year, begin + 3, 0) }
    }
    case "halfYear":
      return { from: day(year, 0, 1), to: day(year, 6, 0) }
    // Also on 15 December: the year that ended the day before is due then.
    case "year":
      return { from: day(year - 1, 11, 15), to: day(year, 11, 14) }
    default:
      return name satisfies never
  }
}

export interface ReportDue extends Span {
  readonly id: "r7" | "r1"
  /** The day by which it is handed on, and by which it must have reached its last reader. */
  readonly due: string
  readonly last: string
}

/** Days of a month in which the month before is still to be reported. */
const MONTHLY = 5

/** The report that is due on a day; null: none. The year's goes up by 20 and 25 December (Decree 331, articles 35 and 36). */
export function reportDue(on: string): ReportDue | null {
  const [year = 0, month = 1, date = 1] = on.split("-").map(Number)
  if (month === 12 && date >= 15 && date <= 25) {
    return { id: "r7", ...spanOf("year", on), due: day(year, 11, 20), last: day(year, 11, 25) }
  }
  if (date > MONTHLY) return null
  const due = day(year, month - 1, MONTHLY)
  return { id: "r1", ...spanOf("lastMonth", on), due, last: due }
}

/** `2026-11-26` of what a reader writes, 26/11/2026; null: no day of any calendar. */
export function dayOf(written: string): string | null {
  const [, date = "", month = "", year = ""] = /^\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\s*$/.exec(written) ?? []
  const found = `${year}-${month.padStart(2, "0")}-${date.padStart(2, "0")}`
  const at = Date.parse(`${found}T00:00:00Z`)
  // 31/02 would be a day of March.
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== found ? null : found
}

/** As readers write it, in both languages. */
export function writtenDay(found: string): string {
  return found.split("-").toReversed().join("/")
}
