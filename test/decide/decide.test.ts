import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import { decide, prepare, rank } from "../../src/decide/decide.ts"
import { type Evidence, failed, known, pending } from "../../src/mail/evidence.ts"
import { type Condition, DISPOSITIONS, type Disposition, type Policy } from "../../src/mail/policy.ts"
import type { Verdict } from "../../src/mail/verdict.ts"
import { evidence, exception, guarantee, policy, rule } from "./evidence.ts"

const always: Condition = { is: "always" }
const never: Condition = { is: "not", of: always }
const malware: Condition = { is: "finding", kind: "malware", why: "any" }
const infected = { findings: known([{ kind: "malware", at: "2", name: "Eicar" } as const]) }
const toXa = { recipientUnit: "xa", direction: "internal" as const, senderUnit: null }

function judged(given: Policy, change: Partial<Evidence> = {}): Verdict {
  const verdict = decide(prepare(given), evidence(change))
  assert.notEqual(verdict, "pending")
  return verdict as Verdict
}
const fate = (given: Policy, change: Partial<Evidence> = {}): string => {
  const verdict = decide(prepare(given), evidence(change))
  return verdict === "pending" ? "pending" : verdict.disposition
}

const rows: readonly [string, Policy, Partial<Evidence>, Disposition | "defer" | "pending"][] = [
  ["no rule delivers", policy({}), {}, "deliver"],
  [
    "the strictest matching rule decides",
    policy({ rules: [rule("a", always, "flag"), rule("b", always, "hold"), rule("c", never, "refuse")] }),
    {},
    "hold",
  ],
  ["order does not matter", policy({ rules: [rule("b", always, "hold"), rule("a", always, "flag")] }), {}, "hold"],
  ["a rule that is off is not there", policy({ rules: [rule("a", always, "reject", { mode: "off" })] }), {}, "deliver"],
  [
    "a rule in shadow changes nothing",
    policy({ rules: [rule("a", always, "reject", { mode: "shadow" })] }),
    {},
    "deliver",
  ],
  [
    "a guarantee caps a rule",
    policy({ rules: [rule("a", always, "reject")], guarantees: [guarantee("g", always, "flag")] }),
    {},
    "flag",
  ],
  [
    "a guarantee that does not apply caps nothing",
    policy({ rules: [rule("a", always, "reject")], guarantees: [guarantee("g", never, "flag")] }),
    {},
    "reject",
  ],
  [
    "a guarantee never caps what reads a finding",
    policy({ rules: [rule("a", malware, "refuse")], guarantees: [guarantee("g", always, "flag")] }),
    infected,
    "refuse",
  ],
  [
    "a guarantee of a unit never caps the province's rule",
    policy({ rules: [rule("a", always, "reject")], guarantees: [guarantee("g", always, "flag", "so")] }),
    {},
    "reject",
  ],
  [
    "the province's guarantee caps a unit's rule",
    policy({ rules: [rule("a", always, "reject", { owner: "so" })], guarantees: [guarantee("g", always, "flag")] }),
    {},
    "flag",
  ],
  [
    "a unit's rule speaks of its own mail",
    policy({ rules: [rule("a", always, "reject", { owner: "so" })] }),
    {},
    "reject",
  ],
  ["and not of its sibling's", policy({ rules: [rule("a", always, "reject", { owner: "so" })] }), toXa, "deliver"],
  [
    "an exception lifts its rule",
    policy({ rules: [rule("a", always, "reject")], exceptions: [exception("x", "a")] }),
    {},
    "deliver",
  ],
  [
    "and no other",
    policy({ rules: [rule("a", always, "reject"), rule("b", always, "hold")], exceptions: [exception("x", "a")] }),
    {},
    "hold",
  ],
  [
    "an exception that ended lifts nothing",
    policy({
      rules: [rule("a", always, "reject")],
      exceptions: [exception("x", "a", { end: Date.UTC(2026, 10, 22) })],
    }),
    {},
    "reject",
  ],
  [
    "an exception that has not begun lifts nothing",
    policy({
      rules: [rule("a", always, "reject")],
      exceptions: [exception("x", "a", { start: Date.UTC(2026, 10, 25) })],
    }),
    {},
    "reject",
  ],
  [
    "an exception out of scope lifts nothing",
    policy({ rules: [rule("a", always, "reject")], exceptions: [exception("x", "a", { when: never })] }),
    {},
    "reject",
  ],
  [
    "a unit below cannot lift the province's rule",
    policy({ rules: [rule("a", always, "reject")], exceptions: [exception("x", "a", { owner: "so" })] }),
    {},
    "reject",
  ],
  [
    "malware is never lifted",
    policy({ rules: [rule("a", malware, "refuse")], exceptions: [exception("x", "a")] }),
    infected,
    "refuse",
  ],
  [
    "a scanner that broke defers, never delivers",
    policy({ rules: [rule("a", malware, "refuse")] }),
    { findings: failed("clamd timeout") },
    "defer",
  ],
  [
    "a check that could change nothing does not defer",
    policy({ rules: [rule("a", malware, "flag"), rule("b", always, "reject")] }),
    { findings: failed("x") },
    "reject",
  ],
  [
    "a failed check that may only strengthen a reject to refuse still defers",
    policy({ rules: [rule("a", malware, "refuse"), rule("b", always, "reject")] }),
    { findings: failed("x") },
    "defer",
  ],
  [
    "before DATA an open question waits",
    policy({ rules: [rule("a", malware, "refuse")] }),
    { findings: pending },
    "pending",
  ],
  [
    "before DATA a sure reject is said",
    policy({ rules: [rule("a", malware, "refuse"), rule("b", always, "reject")] }),
    { findings: pending },
    "reject",
  ],
  [
    "before DATA a reject that a guarantee could still cap waits",
    policy({
      rules: [rule("b", always, "reject")],
      guarantees: [guarantee("g", { is: "subject", matches: ["*khiếu nại*"] }, "flag")],
    }),
    { message: pending },
    "pending",
  ],
  [
    "before DATA a reject that an exception could still lift waits",
    policy({
      rules: [rule("b", always, "reject")],
      exceptions: [exception("x", "b", { when: { is: "attachment", value: false } })],
    }),
    { message: pending },
    "pending",
  ],
]

describe("the verdict", () => {
  for (const [sentence, given, change, expected] of rows)
    test(sentence, () => assert.equal(fate(given, change), expected))

  test("tells who decided, matched, would have, capped and lifted", () => {
    const verdict = judged(
      policy({
        rules: [
          rule("a", always, "reject"),
          rule("b", always, "hold", { owner: "so" }),
          rule("c", always, "flag", { also: [{ do: "subject-tag", tag: "[X]" }] }),
          rule("d", always, "refuse", { mode: "shadow" }),
          rule("e", malware, "hold"),
        ],
        guarantees: [guarantee("g", always, "quarantine", "tinh")],
        exceptions: [exception("x", "c")],
      }),
      { findings: known([{ kind: "malware", at: "" }]) },
    )
    assert.equal(verdict.disposition, "quarantine")
    assert.deepEqual(verdict.decisive, ["a"])
    assert.deepEqual(verdict.matched, ["a", "b", "c", "e"])
    assert.deepEqual(verdict.shadow, ["d"])
    assert.deepEqual(verdict.capped, ["g"])
    assert.deepEqual(verdict.lifted, [{ rule: "c", exception: "x" }])
    assert.deepEqual(verdict.holds, [
      { rule: "a", kind: "quarantine" },
      { rule: "b", kind: "hold" },
      { rule: "e", kind: "hold" },
    ])
    assert.deepEqual(verdict.annotations, [])
    assert.equal(verdict.policyVersion, "v1")
  })

  test("is explained in both languages, with what was seen", () => {
    const { because } = judged(
      policy({
        rules: [
          rule(
            "webmail",
            {
              is: "all",
              of: [
                { is: "direction", in: ["outbound"] },
                { is: "webmail", at: ["rcpt-to"], providers: ["google", "yahoo"] },
              ],
            },
            "reject",
          ),
        ],
      }),
    )
    assert.deepEqual(because, [
      {
        vi: "quy tắc webmail: từ chối — vì thư gửi ra ngoài cơ quan, người nhận dùng hộp thư miễn phí (google).",
        en: "rule webmail: reject — because it leaves the agency, the recipient uses free webmail (google).",
      },
    ])
  })

  test("names the check that could not be made", () => {
    const { because, decisive } = judged(policy({ rules: [rule("scan", malware, "refuse")] }), {
      findings: failed("clamd: timeout"),
    })
    assert.deepEqual(decisive, ["scan"])
    assert.match(because[0]?.vi ?? "", /Chưa kiểm tra được/)
    assert.doesNotMatch(because[0]?.en ?? "", /clamd/)
  })
})

describe("on random policies", () => {
  const leaf: fc.Arbitrary<Condition> = fc.constantFrom<Condition>(
    always,
    never,
    malware,
    { is: "direction", in: ["outbound"] },
    { is: "webmail", at: ["rcpt-to"], providers: ["google", "yahoo"] },
    { is: "attachment", value: true },
    { is: "subject", matches: ["*báo cáo*"] },
    { is: "unit", of: "sender", in: ["so"] },
  )
  const condition: fc.Arbitrary<Condition> = fc.oneof(
    leaf,
    fc.record({ is: fc.constantFrom("all" as const, "any" as const), of: fc.array(leaf, { maxLength: 3 }) }),
    leaf.map((of) => ({ is: "not" as const, of })),
  )
  const disposition = fc.constantFrom<Disposition>(...DISPOSITIONS)
  const owner = fc.constantFrom("tinh", "so", "xa")
  const someRule = fc
    .record({ id: fc.uuid(), when: condition, then: disposition, owner })
    .map((one) => rule(one.id, one.when, one.then, { owner: one.owner }))
  const someGuarantee = fc
    .record({ id: fc.uuid(), when: condition, atMost: disposition, owner })
    .map((one) => guarantee(one.id, one.when, one.atMost, one.owner))
  const somePolicy = fc
    .record({ rules: fc.array(someRule, { maxLength: 6 }), guarantees: fc.array(someGuarantee, { maxLength: 3 }) })
    .map(policy)
  const findings = fc.constantFrom(known([]), infected.findings, failed("x"), pending)
  const some = fc.record({
    findings,
    senderUnit: fc.constantFrom("so", "xa", null),
    direction: fc.constantFrom("outbound" as const, "inbound" as const),
  })
  const strictness = (fateOf: string): number =>
    fateOf === "defer" || fateOf === "pending" ? Number.NaN : rank(fateOf as Disposition)

  test("adding a rule never loosens", () => {
    fc.assert(
      fc.property(somePolicy, someRule, some, (given, more, change) => {
        const before = strictness(fate(given, change))
        const after = strictness(fate({ ...given, rules: [...given.rules, more] }, change))
        return Number.isNaN(before) || Number.isNaN(after) || after >= before
      }),
      { numRuns: 2_000 },
    )
  })

  test("a guarantee of a unit never softens what the province's rules alone demand", () => {
    fc.assert(
      fc.property(somePolicy, some, (given, change) => {
        const floor = {
          ...given,
          rules: given.rules.filter((one) => one.owner === "tinh"),
          guarantees: given.guarantees.filter((one) => one.owner === "tinh"),
        }
        const before = strictness(fate(floor, change))
        const after = strictness(fate(given, change))
        return Number.isNaN(before) || Number.isNaN(after) || after >= before
      }),
      { numRuns: 2_000 },
    )
  })

  test("what is decided before DATA stands after it", () => {
    fc.assert(
      fc.property(somePolicy, some, fc.boolean(), (given, change, clean) => {
        const early = fate(given, { ...change, findings: pending, message: pending, identity: pending })
        if (early !== "reject" && early !== "refuse") return true
        return strictness(fate(given, { ...change, findings: clean ? known([]) : infected.findings })) >= rank("reject")
      }),
      { numRuns: 2_000 },
    )
  })

  test("after DATA there is always an answer, and a failed check never delivers what a clean one would stop", () => {
    fc.assert(
      fc.property(somePolicy, some, (given, change) => {
        const broken = fate(given, { ...change, findings: failed("x") })
        const worst = strictness(fate(given, { ...change, findings: infected.findings }))
        const best = strictness(fate(given, { ...change, findings: known([]) }))
        return broken !== "pending" && (broken === "defer" || strictness(broken) >= Math.max(worst, best))
      }),
      { numRuns: 2_000 },
    )
  })
})
