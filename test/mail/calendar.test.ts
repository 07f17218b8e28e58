/** When something is due, by the agency's own calendar. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { describe, test } from "node:test"
import { urgencyOf } from "../../src/mail/urgency.ts"
import { loadCalendar } from "../../src/config/calendar.ts"
import { dueAt } from "../../src/mail/calendar.ts"
import type { Urgency } from "../../src/mail/delivery.ts"

const loaded = loadCalendar(readFileSync("config/calendar.yaml", "utf8"), "Asia/Ho_Chi_Minh")
assert.ok(loaded.ok)
const { calendar } = loaded

/** Vietnam time. */
function at(text: string): number {
  return Date.parse(`${text.replace(" ", "T")}:00+07:00`)
}

describe("it is due", () => {
  const rows: readonly (readonly [string, string, Urgency, string])[] = [
    ["hỏa tốc: in half an hour, at night too", "2026-11-25 23:50", "hoa-toc", "2026-11-26 00:20"],
    ["khẩn: in two hours", "2026-11-25 16:30", "khan", "2026-11-25 18:30"],
    ["thượng khẩn: in two hours", "2026-11-28 08:00", "thuong-khan", "2026-11-28 10:00"],
    ["else at the same hour of the next working day", "2026-11-25 09:15", "ordinary", "2026-11-26 09:15"],
    ["over a weekend", "2026-11-27 16:00", "ordinary", "2026-11-30 16:00"],
    ["from the next working hour when it came at night", "2026-11-25 20:00", "ordinary", "2026-11-27 07:30"],
    ["from the afternoon when it came at noon", "2026-11-25 12:00", "ordinary", "2026-11-26 13:30"],
    ["over the days of National Day", "2026-08-31 10:00", "ordinary", "2026-09-03 10:00"],
    ["over the whole of Tết", "2026-02-13 15:00", "ordinary", "2026-02-23 15:00"],
  ]
  for (const [name, came, urgency, due] of rows) {
    test(name, () => assert.equal(dueAt(at(came), urgency, calendar), at(due)))
  }
})

describe("a stamp of urgency is read", () => {
  const rows: readonly (readonly [string, string, Urgency])[] = [
    ["HỎA TỐC: mưa lũ", "", "hoa-toc"],
    ["Báo cáo", "Kính gửi\nHOẢ TỐC\n", "hoa-toc"],
    ["Báo cáo", "THƯỢNG KHẨN\nKính gửi", "thuong-khan"],
    ["[KHẨN] họp", "", "khan"],
    ["Khẩn trương triển khai", "Tình hình khẩn cấp", "ordinary"],
    ["KHẨNG ĐỊNH", "", "ordinary"],
  ]
  for (const [subject, text, urgency] of rows) {
    test(`${subject} ${text.replace(/\n/g, " ")} is ${urgency}`, () =>
      assert.equal(urgencyOf({ subject, text }), urgency))
  }
})

describe("a calendar is refused", () => {
  const rows: readonly (readonly [string, string, RegExp])[] = [
    ["without working hours", "hours: { monday: [] }", /at least one day/],
    ["with hours that end before they begin", 'hours: { monday: ["17:00-07:30"] }', /hours such as/],
    [
      "with a date that is none",
      'hours: { monday: ["07:30-17:00"] }\nholidays: [{ date: 30/4, name: x }]',
      /a date such as/,
    ],
  ]
  for (const [name, text, fault] of rows) {
    test(name, () => {
      const read = loadCalendar(text, "Asia/Ho_Chi_Minh")
      assert.ok(!read.ok)
      assert.match(read.faults.join("\n"), fault)
    })
  }
})
