/** Moments, numbers and sizes in the reader's form; moments in the agency's time zone. */
import { Fragment } from "react"
import { dayEnd as endOf, dayOf, dayStart as startOf } from "../../../mail/day.ts"
import { visible } from "../../../mail/visible.ts"
import { language } from "../words/words.ts"
import type { Span } from "./periods.ts"

let zone = "Asia/Ho_Chi_Minh"
const LOCALE = { vi: "vi-VN", en: "en-GB" } as const

/** The agency's, as the session tells. */
export function useZone(told: string): void {
  zone = told
}

/** The year whole: 26/11/26 could be three days. */
const DAY_OF_YEAR = { day: "2-digit", month: "2-digit", year: "numeric" } as const

/** Vietnamese of the browsers has hyphens between day and month alone, and slashes everywhere else. */
function format(at: number, parts: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(LOCALE[language()], { ...parts, timeZone: zone }).format(at).replaceAll("-", "/")
}

export function moment(at: number): string {
  return format(at, { ...DAY_OF_YEAR, hour: "2-digit", minute: "2-digit" })
}

/** Day and month. */
export function day(at: number): string {
  return format(at, { day: "2-digit", month: "2-digit" })
}

/** Day, month and year. */
export function fullDay(at: number): string {
  return format(at, DAY_OF_YEAR)
}

/** The first moment of a day of the agency's calendar, `2026-11-22`; NaN where it is none. */
export function dayStart(written: string): number {
  return startOf(written, zone)
}
/** The first moment behind it. */
export function dayEnd(written: string): number {
  return endOf(written, zone)
}
/** A span of days, of which the last belongs to it, as moments; null: it is none. */
export function momentsOf({ from, to }: Span): { readonly since: number; readonly until: number } | null {
  const [since, until] = [dayStart(from), dayEnd(to)]
  return Number.isNaN(since) || Number.isNaN(until) || until <= since ? null : { since, until }
}
/** The day it is there at that moment. */
export function dayAt(at: number): string {
  return dayOf(at, zone)
}

export function number(value: number): string {
  return new Intl.NumberFormat(LOCALE[language()]).format(value)
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const

export function size(octets: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(octets, 1)) / 3))
  return new Intl.NumberFormat(LOCALE[language()], {
    style: "unit",
    unit: UNITS[step] ?? "byte",
    unitDisplay: "short",
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(octets / 1_000 ** step)
}

export function Moment({ at }: { readonly at: number }) {
  return <time dateTime={new Date(at).toISOString()}>{moment(at)}</time>
}

/** Text that came from outside: in a place of its own, and what hides in it is seen. */
export function Foreign({ children }: { readonly children: string | null }) {
  return <bdi className="foreign">{children === null ? "–" : visible(children)}</bdi>
}

/** Several of them, each in its own place. */
export function Foreigners({ of, between = ", " }: { readonly of: readonly string[]; readonly between?: string }) {
  return of.map((one, at) => (
    <Fragment key={at}>
      {at > 0 && between}
      <Foreign>{one}</Foreign>
    </Fragment>
  ))
}
