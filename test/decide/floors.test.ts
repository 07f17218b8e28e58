/** Floors and promises on random policies: who may soften what, whoever writes it. */
import { describe, test } from "node:test"
import fc from "fast-check"
import { decide, isLiftable, isUncappable, rank } from "../../src/decide/decide.ts"
import { unitTree } from "../../src/decide/units.ts"
import { createBook } from "../../src/decide/book.ts"
import { answer } from "../../src/decide/condition.ts"
import { type Disposition, type Policy } from "../../src/mail/policy.ts"
import type { Verdict } from "../../src/mail/verdict.ts"
import { exception, guarantee, rule } from "./evidence.ts"
import { condition, evidenceOf, type Mail, someMail, somePolicy, standing } from "./random.ts"

const RUNS = { numRuns: 2_000 }

function judged(given: Policy, mail: Mail): Verdict {
  const stand = standing(given)
  return decide(stand.prepared, evidenceOf(mail, stand)) as Verdict
}
function strictness(given: Policy, mail: Mail): number {
  return rank(judged(given, mail).disposition as Disposition)
}

describe("on random policies", () => {
  test("a rule made stricter never loosens", () => {
    fc.assert(
      fc.property(somePolicy, someMail, fc.nat(), (given, mail, n) => {
        const rules = given.rules.map((one, index) =>
          index === n % (given.rules.length || 1) ? { ...one, then: "refuse" as const } : one,
        )
        return strictness({ ...given, rules }, mail) >= strictness(given, mail)
      }),
      RUNS,
    )
  })

  test("nothing that a unit adds weakens the floor of those above it or beside it", () => {
    fc.assert(
      fc.property(somePolicy, condition, someMail, fc.constantFrom("so", "xa", "phong"), (given, when, mail, unit) => {
        const tree = unitTree(given.units)
        const rules = given.rules.filter(({ owner }) => !tree.isWithin(owner, unit))
        const floor = { ...given, rules }
        const more = {
          ...given,
          rules: [...rules, rule("more", when, "flag", { owner: unit })],
          guarantees: [...given.guarantees, guarantee("more", when, "deliver", unit)],
          exceptions: [
            ...given.exceptions,
            ...rules.map(({ id }) => exception(`more-${id}`, id, { when, owner: unit })),
          ],
        }
        return strictness(more, mail) >= strictness(floor, mail)
      }),
      RUNS,
    )
  })

  test("an exception lifts the rule it names and no other, and never malware or a clear mark", () => {
    fc.assert(
      fc.property(somePolicy, condition, someMail, (given, when, mail) => {
        const [named] = given.rules
        if (named === undefined) return true
        const lifting = { ...given, exceptions: [exception("x", named.id, { when })] }
        const { lifted } = judged(lifting, mail)
        if (lifted.some(({ rule: id }) => id !== named.id)) return false
        if (lifted.length > 0 && !isLiftable(named.when)) return false
        const others = { ...given, exceptions: [], rules: given.rules.slice(1) }
        return strictness(lifting, mail) >= strictness(others, mail)
      }),
      RUNS,
    )
  })

  test("a promise of the root holds against every rule it may cap, whichever unit made it", () => {
    fc.assert(
      fc.property(somePolicy, condition, someMail, (given, when, mail) => {
        const promised = { ...given, guarantees: [guarantee("g", when, "flag"), ...given.guarantees] }
        const stand = standing(promised)
        const evidence = evidenceOf(mail, stand)
        if (answer(when, evidence, stand.prepared.context) !== "yes") return true
        const cappable = { ...promised, rules: promised.rules.filter((one) => !isUncappable(one.when)) }
        return strictness(cappable, mail) <= rank("flag")
      }),
      RUNS,
    )
  })

  test("conditions asked together answer as each does alone", () => {
    fc.assert(
      fc.property(fc.array(condition, { maxLength: 5 }), somePolicy, someMail, (all, given, mail) => {
        const stand = standing(given)
        const evidence = evidenceOf(mail, stand)
        const book = createBook(stand.prepared.context)
        const entries = all.map((one) => book.enter(one))
        const sheet = book.open(evidence)
        return entries.every(
          (entry, index) =>
            sheet.ask(entry) === answer(all[index] ?? { is: "always" }, evidence, stand.prepared.context),
        )
      }),
      RUNS,
    )
  })

  test("exceptions filed by whom they concern lift as those that are not", () => {
    fc.assert(
      fc.property(somePolicy, fc.array(condition, { maxLength: 6 }), someMail, (given, scopes, mail) => {
        const [named] = given.rules
        if (named === undefined) return true
        const filed = scopes.map((when, n) => exception(`x${n}`, named.id, { when }))
        // Inside `any` nothing is filed.
        const plain = filed.map((one) => ({
          ...one,
          when: { is: "any" as const, of: [one.when, { is: "any" as const, of: [] }] },
        }))
        const lifted = (exceptions: Policy["exceptions"]) =>
          JSON.stringify(judged({ ...given, exceptions }, mail).lifted)
        return lifted(filed) === lifted(plain)
      }),
      RUNS,
    )
  })
})
