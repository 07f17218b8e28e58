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

/** A span of days in ms, in Vietnam, which has had no other offset since 1975; the end does not belong to it. */
export function momentsOf({ from, to }: Span): { readonly since: number; readonly until: number } | null {
  const since = Date.parse(`${from}T00:00:00+07:00`)
  const until = Date.parse(`${to}T00:00:00+07:00`) + 86_400_000
  return Number.isNaN(since) || Number.isNaN(until) || until <= since ? null : { since, until }
}

export function today(now: number): string {
  return new Date(now + 7 * 3_600_000).toISOString().slice(0, 10)
}
