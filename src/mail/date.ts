/** Moments as mail writes them. */
import type { Instant } from "./transaction.ts"

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/** `Sun, 22 Nov 2026 17:00:00 +0700`. RFC 5322 §3.3. */
export function mailDate(at: Instant, timezone: string): string {
  const minutes = offsetMinutes(at, timezone)
  const local = new Date(at + minutes * 60_000)
  const size = Math.abs(minutes)
  const zone = `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${two(size % 60)}`
  const day = `${DAYS[local.getUTCDay()]}, ${two(local.getUTCDate())} ${MONTHS[local.getUTCMonth()]} ${local.getUTCFullYear()}`
  return `${day} ${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())} ${zone}`
}

function two(n: number): string {
  return String(n).padStart(2, "0")
}

/** Making a formatter costs some 50 µs; there is one time zone. */
const formatters = new Map<string, Intl.DateTimeFormat>()

/** Clocks are changed at quarters of an hour and no other time; asking costs some 20 µs, each message asks. */
const QUARTER = 900_000
let known = { quarter: Number.NaN, timezone: "", minutes: 0 }

/** Minutes that local clocks are ahead of UTC at that moment. */
export function offsetMinutes(at: Instant, timezone: string): number {
  const quarter = Math.floor(at / QUARTER)
  if (known.quarter !== quarter || known.timezone !== timezone) {
    known = { quarter, timezone, minutes: askedOffset(at, timezone) }
  }
  return known.minutes
}

function askedOffset(at: Instant, timezone: string): number {
  const formatter =
    formatters.get(timezone) ?? new Intl.DateTimeFormat("en", { timeZone: timezone, timeZoneName: "longOffset" })
  formatters.set(timezone, formatter)
  const name = formatter.formatToParts(at).find((part) => part.type === "timeZoneName")?.value ?? "GMT"
  const [, sign, hours, minutes] = /([+-])(\d{2}):(\d{2})/.exec(name) ?? []
  const size = Number(hours ?? 0) * 60 + Number(minutes ?? 0)
  return sign === "-" ? -size : size
}
