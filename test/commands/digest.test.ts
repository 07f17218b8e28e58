/** When digests are due: yesterday's once work has begun, last month's on the first working day. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { chain } from "../../src/act/chain.ts"
import { duePeriods } from "../../src/commands/digest.ts"
import { evidenceOf } from "../../src/commands/evidence.ts"
import { load } from "../../src/commands/load.ts"
import type { Grant } from "../../src/mail/people.ts"

const loaded = load("config/gateway.yaml")
assert.ok(loaded.ok)
const { configuration } = loaded

describe("digests are due", () => {
  const rows: readonly (readonly [string, string, readonly string[]])[] = [
    ["not before work begins", "2026-11-25T07:29:00+07:00", []],
    ["of yesterday, when it does", "2026-11-25T07:30:00+07:00", ["digest 24/11"]],
    ["all day, until they went out", "2026-11-25T22:00:00+07:00", ["digest 24/11"]],
    ["not on a Sunday", "2026-11-29T10:00:00+07:00", []],
    ["of the month too, on its first working day", "2026-12-01T08:00:00+07:00", ["digest 30/11", "monthly 01/11"]],
    ["which may be the third", "2026-08-03T08:00:00+07:00", ["digest 02/08", "monthly 01/07"]],
  ]
  for (const [name, at, expected] of rows) {
    test(name, () => {
      const periods = duePeriods(Date.parse(at), configuration).map(({ name: kind, since }) => {
        const day = new Date(since + 7 * 3_600_000).toISOString()
        return `${kind} ${day.slice(8, 10)}/${day.slice(5, 7)}`
      })
      assert.deepEqual(periods, expected)
    })
  }
})

describe("held mail is put to", () => {
  const person = (name: string, unit: string, deputy: boolean, rest: object = {}) => {
    const grants: readonly Grant[] = [{ role: "approver", unit, deputy }]
    return { name, mail: `${name}@x.vn`, grants, disabledAt: null, ...rest }
  }
  const all = [
    person("tinh", "tinh", false),
    person("so", "so", false),
    person("pho", "so", true),
    person("nghi", "so", false, { disabledAt: 1 }),
    person("khonghop", "so", false, { mail: null }),
    person("xa", "xa", false),
  ]
  test("the unit's approver, then the deputy, then those above; never a unit beside", () => {
    const steps = chain(all, ["approver"], ["phong", "so", "tinh"])
    assert.deepEqual(
      steps.map((step) => step.map(({ name }) => name)),
      [["so"], ["pho"], ["tinh"]],
    )
  })
})

test("evidence is a zip that names its digests", () => {
  const zip = Buffer.from(evidenceOf(Buffer.from("From: a\r\n\r\n"), { transaction: "A1" }))
  assert.equal(zip.subarray(0, 4).toString("latin1"), "PK\x03\x04")
  assert.equal(zip.readUInt16LE(zip.length - 12), 3)
  assert.match(zip.toString("latin1"), /[0-9a-f]{64} {2}message\.eml\n[0-9a-f]{64} {2}record\.json\n/)
})
