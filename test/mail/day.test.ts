/** Days as they begin and end in different places. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { dayEnd, dayOf, dayStart } from "../../src/mail/day.ts"

const HOUR = 3_600_000
const VIETNAM = "Asia/Ho_Chi_Minh"

describe("a day", () => {
  const rows: readonly (readonly [zone: string, day: string, begins: string, hours: number])[] = [
    [VIETNAM, "2026-11-22", "2026-11-21T17:00:00Z", 24],
    [VIETNAM, "2026-12-31", "2026-12-30T17:00:00Z", 24],
    ["UTC", "2024-02-29", "2024-02-29T00:00:00Z", 24],
    // Clocks go on, and back.
    ["Europe/Paris", "2026-03-29", "2026-03-28T23:00:00Z", 23],
    ["Europe/Paris", "2026-10-25", "2026-10-24T22:00:00Z", 25],
    ["America/New_York", "2026-11-01", "2026-11-01T04:00:00Z", 25],
    // Midnight is skipped.
    ["America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z", 23],
    ["Asia/Kathmandu", "2026-11-22", "2026-11-21T18:15:00Z", 24],
  ]
  for (const [zone, day, begins, hours] of rows) {
    test(`${day} in ${zone} has ${hours} hours`, () => {
      const start = dayStart(day, zone)
      assert.equal(start, Date.parse(begins))
      assert.equal(dayEnd(day, zone) - start, hours * HOUR)
      assert.equal(dayOf(start, zone), day)
      assert.notEqual(dayOf(start - 1, zone), day)
      assert.equal(dayOf(dayEnd(day, zone) - 1, zone), day)
    })
  }

  test("that is none has no beginning", () => {
    for (const none of ["", "2026-02-30", "22/11/2026", "2026-13-01", "2026-1-1"])
      assert.ok(Number.isNaN(dayStart(none, VIETNAM)), none)
    assert.ok(Number.isNaN(dayEnd("nowhere", VIETNAM)))
  })
})
