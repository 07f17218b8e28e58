/** Reads `calendar.yaml`: working hours, days off, days worked instead. */
import { z } from "zod"
import type { Calendar, Hours } from "../mail/calendar.ts"
import { faultText, read } from "./fault.ts"
import { readYaml, yamlFaultTexts } from "./yaml.ts"

export type LoadedCalendar =
  | { readonly ok: true; readonly calendar: Calendar }
  | { readonly ok: false; readonly faults: readonly string[] }

const SPAN = "hours such as 07:30-11:30"
const hours = z.string({ error: SPAN }).transform((text, context): Hours => {
  const [, ...parts] = /^([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/.exec(text) ?? []
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = parts.map(Number)
  const span = { from: fromHour * 60 + fromMinute, to: toHour * 60 + toMinute }
  if (parts.length === 4 && span.from < span.to && span.to <= 1_440) return span
  context.addIssue({ code: "custom", message: SPAN })
  return z.NEVER
})
const DATE = "a date such as 2026-09-02"
const date = z
  .string({ error: DATE })
  .refine((text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00Z`)), { error: DATE })
const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const
const day = z.array(hours).default([])

const schema = z.strictObject({
  hours: z.strictObject(Object.fromEntries(DAYS.map((name) => [name, day]))),
  holidays: z.array(z.strictObject({ date, name: z.string() })).default([]),
  workdays: z.array(z.strictObject({ date, name: z.string() })).default([]),
  /** The weekday whose hours a day worked instead has. */
  insteadAs: z.enum(DAYS).default("monday"),
})

export function loadCalendar(text: string, timezone: string): LoadedCalendar {
  const yaml = readYaml(text)
  if (!yaml.ok) return { ok: false, faults: yamlFaultTexts(yaml.faults) }
  const sound = read(schema, yaml.value)
  if (!sound.ok) return { ok: false, faults: sound.faults.map(faultText) }
  const { hours: weekly, holidays, workdays, insteadAs } = sound.value
  if (Object.values(weekly).every((one) => one.length === 0)) {
    return { ok: false, faults: ["hours: expected at least one day with working hours"] }
  }
  return {
    ok: true,
    calendar: {
      timezone,
      hours: Object.fromEntries(DAYS.map((name, index) => [index + 1, weekly[name] ?? []])),
      holidays: new Set(holidays.map((one) => one.date)),
      workdays: new Set(workdays.map((one) => one.date)),
      insteadAs: DAYS.indexOf(insteadAs) + 1,
    },
  }
}
