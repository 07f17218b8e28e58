/** Days of the calendar, `2026-11-22`, in a time zone: when they begin there, and which one it is. */
import { offsetMinutes } from "./date.ts"
import type { Instant } from "./transaction.ts"

const MINUTE = 60_000
const DAY = 1_440 * MINUTE

/** The day that it is there. */
export function dayOf(at: Instant, timezone: string): string {
  return new Date(at + offsetMinutes(at, timezone) * MINUTE).toISOString().slice(0, 10)
}

/** Its first moment there; NaN where it is no day. Where clocks skip midnight it begins when they go on. */
export function dayStart(day: string, timezone: string): Instant {
  const local = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN
  // Date.parse lets 30 February roll over.
  if (Number.isNaN(local) || new Date(local).toISOString().slice(0, 10) !== day) return Number.NaN
  const near = local - offsetMinutes(local, timezone) * MINUTE
  const begins = local - offsetMinutes(near, timezone) * MINUTE
  return dayOf(begins, timezone) === day ? begins : begins + 60 * MINUTE
}

/** The first moment of the day after it; days with a change of clocks have 23 or 25 hours. */
export function dayEnd(day: string, timezone: string): Instant {
  const local = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(local) ? local : dayStart(new Date(local + DAY).toISOString().slice(0, 10), timezone)
}
