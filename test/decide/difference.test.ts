/** Whether a change loosens is computed: what is said not to loosen never does, on random policies, changes and mail. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import { decide, rank } from "../../src/decide/decide.ts"
import { difference } from "../../src/decide/difference.ts"
import { excludes, implies, isNever, stay } from "../../src/decide/implies.ts"
import type { Condition, Disposition, Policy } from "../../src/mail/policy.ts"
import { exception, guarantee, policy, rule } from "./evidence.ts"
import { condition, evidenceOf, someChange, someMail, somePolicy, standing } from "./random.ts"

const NOW = Date.UTC(2026, 10, 23)
const RUNS = Number(process.env["RUNS"] ?? 3_000)

function fate(stand: ReturnType<typeof standing>, mail: Parameters<typeof evidenceOf>[0]): Disposition {
  const verdict = decide(stand.prepared, evidenceOf(mail, stand))
  assert.ok(verdict !== "pending" && verdict.disposition !== "defer")
  return verdict.disposition
}

describe("a change of policy", () => {
  test("that is not said to loosen never lets through more", () => {
    let shown = 0
    fc.assert(
      fc.property(someChange, fc.array(someMail, { minLength: 8, maxLength: 8 }), ([before, after], mails) => {
        const [old, next] = [standing(before), standing(after)]
        if (difference(old, next, NOW).loosens) return true
        shown += 1
        return mails.every((mail) => rank(fate(next, mail)) >= rank(fate(old, mail)))
      }),
      { numRuns: RUNS },
    )
    assert.ok(shown > RUNS / 10, `only ${shown} of ${RUNS} were shown not to loosen`)
  })

  test("against itself is none", () => {
    fc.assert(
      fc.property(somePolicy, (given) => difference(standing(given), standing(given), NOW).changes.length === 0),
      { numRuns: 300 },
    )
  })

  test("that adds or tightens a rule is never said to loosen", () => {
    fc.assert(
      fc.property(somePolicy, condition, (given, when) => {
        const added = { ...given, rules: [...given.rules, rule("new", when, "hold")] }
        const tighter = { ...given, rules: given.rules.map((one) => ({ ...one, then: "refuse" as const })) }
        return [added, tighter].every((next) => !difference(standing(given), standing(next), NOW).loosens)
      }),
      { numRuns: 500 },
    )
  })
})

describe("what is shown of conditions", () => {
  const answers = (when: Condition, given: Policy, mail: Parameters<typeof evidenceOf>[0]): boolean => {
    const stand = standing({ ...given, rules: [rule("q", when, "hold")], guarantees: [], exceptions: [] })
    return fate(stand, mail) === "hold"
  }
  test("holds: one follows from another, two exclude each other, one is never met", () => {
    fc.assert(
      fc.property(condition, condition, somePolicy, someMail, (a, b, given, mail) => {
        const { context } = standing(given).prepared
        const [isA, isB] = [answers(a, given, mail), answers(b, given, mail)]
        if (implies(a, b, stay(context)) && isA && !isB) return false
        if (excludes(a, b, context) && isA && isB) return false
        return !(isNever(a, context) && isA)
      }),
      { numRuns: RUNS },
    )
  })
})

const out: Condition = { is: "direction", in: ["outbound"] }
const official: Condition = { is: "official", in: ["official"] }
const both: Condition = { is: "all", of: [out, official] }
const onList: Condition = { is: "address-list", at: ["rcpt-to"], list: "ban" }
const notOnList: Condition = { is: "all", of: [out, { is: "not", of: onList }] }
const lists = (...entries: readonly string[]) => ({ ban: entries })

const rows: readonly [string, Policy, Policy, boolean][] = [
  ["a rule removed", policy({ rules: [rule("a", out, "hold")] }), policy({}), true],
  ["a rule on trial removed", policy({ rules: [rule("a", out, "hold", { mode: "shadow" })] }), policy({}), false],
  [
    "a rule removed that another one covers",
    policy({ rules: [rule("a", both, "hold"), rule("b", out, "reject")] }),
    policy({ rules: [rule("b", out, "reject")] }),
    false,
  ],
  [
    "a rule made milder",
    policy({ rules: [rule("a", out, "hold")] }),
    policy({ rules: [rule("a", out, "flag")] }),
    true,
  ],
  [
    "a rule that fewer persons may lift",
    policy({ rules: [{ ...rule("a", out, "hold"), approvals: 2 }] }),
    policy({ rules: [rule("a", out, "hold")] }),
    true,
  ],
  [
    "a rule that keeps what it holds for another while",
    policy({ rules: [{ ...rule("a", out, "hold"), keep: 14 * 86_400_000 }] }),
    policy({ rules: [{ ...rule("a", out, "hold"), keep: 43_200_000 }] }),
    false,
  ],
  [
    "a rule that takes one person more",
    policy({ rules: [rule("a", out, "hold")] }),
    policy({ rules: [{ ...rule("a", out, "hold"), approvals: 2 }] }),
    false,
  ],
  [
    "a rule put on trial",
    policy({ rules: [rule("a", out, "hold")] }),
    policy({ rules: [rule("a", out, "hold", { mode: "shadow" })] }),
    true,
  ],
  [
    "a condition narrowed",
    policy({ rules: [rule("a", out, "hold")] }),
    policy({ rules: [rule("a", both, "hold")] }),
    true,
  ],
  [
    "a condition widened",
    policy({ rules: [rule("a", both, "hold")] }),
    policy({ rules: [rule("a", out, "hold")] }),
    false,
  ],
  [
    "a guarantee added",
    policy({ rules: [rule("a", out, "hold")] }),
    policy({ rules: [rule("a", out, "hold")], guarantees: [guarantee("g", both, "flag")] }),
    true,
  ],
  ["a guarantee removed", policy({ guarantees: [guarantee("g", both, "flag")] }), policy({}), false],
  [
    "an exception added",
    policy({ rules: [rule("a", out, "hold")] }),
    policy({ rules: [rule("a", out, "hold")], exceptions: [exception("x", "a")] }),
    true,
  ],
  [
    "an exception that is over added",
    policy({ rules: [rule("a", out, "hold")] }),
    policy({ rules: [rule("a", out, "hold")], exceptions: [exception("x", "a", { end: NOW })] }),
    false,
  ],
  [
    "a list grown that is blocked",
    policy({ rules: [rule("a", onList, "hold")], lists: lists("a.vn") }),
    policy({ rules: [rule("a", onList, "hold")], lists: lists("a.vn", "b.vn") }),
    false,
  ],
  [
    "a list shrunk that is blocked",
    policy({ rules: [rule("a", onList, "hold")], lists: lists("a.vn", "b.vn") }),
    policy({ rules: [rule("a", onList, "hold")], lists: lists("a.vn") }),
    true,
  ],
  [
    "a list grown that is spared",
    policy({ rules: [rule("a", notOnList, "hold")], lists: lists("a.vn") }),
    policy({ rules: [rule("a", notOnList, "hold")], lists: lists("a.vn", "b.vn") }),
    true,
  ],
  [
    "a list grown by what it held",
    policy({ rules: [rule("a", notOnList, "hold")], lists: lists(".a.vn") }),
    policy({ rules: [rule("a", notOnList, "hold")], lists: lists(".a.vn", "b.a.vn") }),
    false,
  ],
  [
    "a rule given to a unit below",
    policy({ rules: [rule("a", out, "hold")] }),
    policy({ rules: [rule("a", out, "hold", { owner: "so" })] }),
    true,
  ],
  [
    "a rule given to the unit above",
    policy({ rules: [rule("a", out, "hold", { owner: "so" })] }),
    policy({ rules: [rule("a", out, "hold")] }),
    false,
  ],
  [
    "TLS no longer asked for",
    policy({ rules: [rule("a", out, "deliver", { also: [{ do: "require-tls" }] })] }),
    policy({ rules: [rule("a", out, "deliver")] }),
    true,
  ],
]

describe("needs a second person", () => {
  for (const [sentence, before, after, loosens] of rows) {
    test(`${sentence}: ${loosens ? "yes" : "no"}`, () => {
      const found = difference(standing(before), standing(after), NOW)
      assert.equal(found.loosens, loosens, JSON.stringify(found.changes))
      assert.ok(found.changes.length > 0)
      for (const { said } of found.changes) assert.ok(said.vi !== said.en && said.vi.length > 10)
    })
  }
})
