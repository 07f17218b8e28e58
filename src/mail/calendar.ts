/** When an agency works: hours of each weekday, days off and days worked instead; and what is due when. Pure. */
import type { Urgency } from "./delivery.ts"
import { offsetMinutes } from "./date.ts"
import type { Instant, Millis } from "./transaction.ts"

/** Minutes since midnight; the end is the first minute that is no working time. */
export interface Hours {
  readonly from: number
  readonly to: number
}

export interface Calendar {
  readonly timezone: string
  /** By weekday, 1 (Monday) to 7. */
  readonly hours: Readonly<Record<number, readonly Hours[]>>
  /** Days off and days worked in their place, `2026-02-17`. */
  readonly holidays: ReadonlySet<string>
  readonly workdays: ReadonlySet<string>
  /** A day worked in place of another has the hours of this weekday. */
  readonly insteadAs: number
}

const MINUTE: Millis = 60_000
const DAY: Millis = 86_400_000
/** Longer than any Tết. */
const LOOK_AHEAD = 30

/** Ms after which the chain asks the next; duty officers read urgent papers at night too. */
const URGENT: Partial<Readonly<Record<Urgency, Millis>>> = {
  "hoa-toc": 30 * MINUTE,
  "thuong-khan": 120 * MINUTE,
  khan: 120 * MINUTE,
}

/** Within 30 minutes, two hours, or one working day: the same hour of the next one, counted from when work next begins. */
export function dueAt(at: Instant, urgency: Urgency, calendar: Calendar): Instant {
  const span = URGENT[urgency]
  if (span !== undefined) return at + span
  const begins = nextWork(at, calendar)
  const local = localOf(begins, calendar)
  const day = workdayAfter(local.day, calendar)
  const last = hoursOf(day, calendar).at(-1)
  const minute = Math.min(local.minute, last?.to ?? local.minute)
  return instantOf(day, minute, calendar)
}

/** The moment itself within working hours, else when they next begin. */
export function nextWork(at: Instant, calendar: Calendar): Instant {
  const { day, minute } = localOf(at, calendar)
  const today = hoursOf(day, calendar).find(({ to }) => minute < to)
  if (today !== undefined) return minute >= today.from ? at : instantOf(day, today.from, calendar)
  const next = workdayAfter(day, calendar)
  return instantOf(next, hoursOf(next, calendar)[0]?.from ?? 0, calendar)
}

/** Days since the epoch, in local time. */
function localOf(at: Instant, { timezone }: Calendar): { readonly day: number; readonly minute: number } {
  const local = at + offsetMinutes(at, timezone) * MINUTE
  return { day: Math.floor(local / DAY), minute: Math.floor((local % DAY) / MINUTE) }
}

function instantOf(day: number, minute: number, { timezone }: Calendar): Instant {
  const local = day * DAY + minute * MINUTE
  return local - offsetMinutes(local, timezone) * MINUTE
}

/** The epoch was a Thursday. */
function hoursOf(day: number, { hours, holidays, workdays, insteadAs }: Calendar): readonly Hours[] {
  const date = new Date(day * DAY).toISOString().slice(0, 10)
  if (workdays.has(date)) return hours[insteadAs] ?? []
  return holidays.has(date) ? [] : (hours[((day + 3) % 7) + 1] ?? [])
}

function workdayAfter(day: number, calendar: Calendar): number {
  for (let next = day + 1; next <= day + LOOK_AHEAD; next++) if (hoursOf(next, calendar).length > 0) return next
  return day + 1
}
