/** What lint says is so: on random policies and mail for what is proven, by rows for the rest. A million evidences: `npm run prove:lint`. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import { decide } from "../../src/decide/decide.ts"
import type { LintKind } from "../../src/decide/lint-lists.ts"
import { lint } from "../../src/decide/lint.ts"
import type { Condition, Policy } from "../../src/mail/policy.ts"
import type { Verdict } from "../../src/mail/verdict.ts"
import { shipped } from "../policy/shipped.ts"
import { exception, guarantee, policy, rule } from "./evidence.ts"
import { evidenceOf, type Mail, someLayered, someMail, standing } from "./random.ts"

const CONTEXT = { now: Date.UTC(2026, 10, 23), domains: ["tuyenquang.gov.vn"] }
/** Policies; each is tried on 50 mails. Which they are, the seed says. */
const RUNS = Number(process.env["RUNS"] ?? 600)
const SEED = Number(process.env["SEED"] ?? 20_261_126)
const MAILS = 50

function judged(stand: ReturnType<typeof standing>, mail: Mail): Verdict {
  return decide(stand.prepared, evidenceOf(mail, stand)) as Verdict
}

describe("on random policies", () => {
  const mails = fc.array(someMail, { minLength: MAILS, maxLength: MAILS })
  test("a rule that never decides never does, one that is never met never is, a guarantee that caps nothing caps nothing", () => {
    const seen = new Map<LintKind, number>()
    fc.assert(
      fc.property(someLayered, mails, (given, all) => {
        const stand = standing(given)
        const found = lint(stand.prepared, CONTEXT)
        for (const { kind } of found) seen.set(kind, (seen.get(kind) ?? 0) + 1)
        const of = (kind: LintKind, what: string) =>
          new Set(found.filter((one) => one.kind === kind && one.of === what).map(({ id }) => id))
        const idle = of("never-decisive", "rule")
        const never = of("never-met", "rule")
        const capless = new Set([...of("caps-nothing", "guarantee"), ...of("never-met", "guarantee")])
        const liftless = of("lifts-nothing", "exception")
        const capped = of("always-capped", "rule")
        return all.every((mail) => {
          const { decisive, matched, shadow, capped: by, lifted, holds, disposition } = judged(stand, mail)
          return (
            !decisive.some((id) => idle.has(id) && disposition !== "deliver") &&
            ![...matched, ...shadow].some((id) => never.has(id)) &&
            !by.some((id) => capless.has(id)) &&
            // What stops nothing may be lifted: nothing comes of it.
            !lifted.some((one) => liftless.has(one.exception) && strict(given, one.rule) !== "deliver") &&
            // Whoever is always capped never holds more strictly than the cap.
            !holds.some(({ rule: id, kind }) => capped.has(id) && strict(given, id) === kind)
          )
        })
      }),
      { numRuns: RUNS, seed: SEED },
    )
    if (process.env["RUNS"] !== undefined)
      console.log(`${RUNS * MAILS} evidences, seed ${SEED}; said: ${JSON.stringify(Object.fromEntries(seen))}`)
    for (const kind of ["never-decisive", "never-met", "caps-nothing", "lifts-nothing"] as const) {
      assert.ok((seen.get(kind) ?? 0) > 3, `${kind} was said ${seen.get(kind) ?? 0} times`)
    }
  })
})

function strict(given: Policy, id: string): string {
  return given.rules.find((one) => one.id === id)?.then ?? ""
}

const out: Condition = { is: "direction", in: ["outbound"] }
const inbound: Condition = { is: "direction", in: ["inbound"] }
const official: Condition = { is: "official", in: ["official"] }
const all = (...of: readonly Condition[]): Condition => ({ is: "all", of })
const onList = (at: "mail-from" | "rcpt-to"): Condition => ({ is: "address-list", at: [at], list: "ban" })
const covered = (kind: "unscannable" | "encrypted" | "malware") =>
  rule(kind, { is: "finding", kind, why: "any" }, "hold")
const MUST = [covered("malware"), covered("unscannable"), covered("encrypted")]
const dull = all(out, official, { is: "larger-than", bytes: 1 })

const rows: readonly [string, Parameters<typeof policy>[0], string | null][] = [
  [
    "a rule in the shadow of a stricter one",
    { rules: [rule("a", all(out, official), "flag"), rule("b", out, "hold")] },
    "never-decisive a",
  ],
  [
    "but not where the stricter one may be lifted",
    { rules: [rule("a", all(out, official), "flag"), rule("b", all(out, { is: "thread", value: false }), "hold")] },
    null,
  ],
  [
    "nor where a guarantee brings the stricter one down",
    {
      rules: [rule("a", all(dull), "flag"), rule("b", all(official), "hold")],
      guarantees: [guarantee("g", all(out, { is: "class", of: "sender", in: ["x"] }), "flag")],
    },
    null,
  ],
  ["a condition that contradicts itself", { rules: [rule("a", all(out, inbound), "flag")] }, "never-met a"],
  [
    "a rule on an empty list",
    { rules: [rule("a", all(out, onList("rcpt-to")), "flag")], lists: { ban: [] } },
    "never-met a",
  ],
  [
    "a rule that a guarantee always caps",
    { rules: [rule("a", dull, "reject")], guarantees: [guarantee("g", all(out, official), "flag")] },
    "always-capped a",
  ],
  ["a rule for all mail of a direction", { rules: [rule("a", out, "reject")] }, "over-broad a"],
  [
    "a guarantee for everything",
    { rules: [rule("a", dull, "reject")], guarantees: [guarantee("g", { is: "always" }, "flag")] },
    "over-broad g",
  ],
  [
    "a guarantee that trusts a name anybody can write",
    {
      rules: [rule("a", all(inbound, official), "reject")],
      guarantees: [guarantee("g", all(inbound, onList("mail-from")), "flag")],
      lists: { ban: ["a@b.vn"] },
    },
    "unproven-sender g",
  ],
  [
    "but not with proof",
    {
      rules: [rule("a", all(inbound, official), "reject")],
      guarantees: [
        guarantee(
          "g",
          all(inbound, onList("mail-from"), { is: "authentication", method: "dmarc", in: ["pass"] }),
          "flag",
        ),
      ],
      lists: { ban: ["a@b.vn"] },
    },
    null,
  ],
  [
    "an exception that is over",
    { rules: [rule("a", dull, "hold")], exceptions: [exception("x", "a", { end: CONTEXT.now, when: official })] },
    "expired x",
  ],
  [
    "an exception outside its rule",
    { rules: [rule("a", dull, "hold")], exceptions: [exception("x", "a", { when: all(inbound, official) })] },
    "lifts-nothing x",
  ],
  [
    "an exception of a rule on trial",
    { rules: [rule("a", dull, "hold", { mode: "shadow" })], exceptions: [exception("x", "a", { when: official })] },
    "lifts-nothing x",
  ],
  [
    "one of our own among what is blocked",
    {
      rules: [rule("a", all(inbound, onList("mail-from")), "reject")],
      lists: { ban: ["spam.vn", "so.tuyenquang.gov.vn"] },
    },
    "own-or-state-listed ban",
  ],
  [
    "the state among what is blocked",
    { rules: [rule("a", all(inbound, onList("mail-from")), "reject")], lists: { ban: [".moh.gov.vn"] } },
    "own-or-state-listed ban",
  ],
  ["a list nobody asks", { lists: { ban: ["a.vn"] } }, "unused-list ban"],
]

describe("lint finds", () => {
  for (const [sentence, given, wanted] of rows) {
    test(sentence, () => {
      const made = policy({ ...given, rules: [...(given.rules ?? []), ...MUST] })
      const found = lint(standing(made).prepared, CONTEXT).filter(({ kind }) => kind !== "no-rule")
      const said = found.map(({ kind, id }) => `${kind} ${id}`)
      if (wanted === null)
        assert.deepEqual(
          said.filter((one) => /never-decisive|unproven/.test(one)),
          [],
        )
      else assert.ok(said.includes(wanted), said.join(", "))
    })
  }
  test("a policy that does not stop malware", () => {
    const found = lint(
      standing(policy({ rules: [rule("a", { is: "finding", kind: "malware", why: "any" }, "flag")] })).prepared,
      CONTEXT,
    )
    assert.ok(found.some(({ kind, id }) => kind === "no-rule" && id === "malware"))
  })
  test("nothing to mend in the shipped policy", () => {
    const found = lint(shipped().prepared, CONTEXT)
    assert.deepEqual(
      found.filter(({ level }) => level === "warning"),
      [],
    )
  })
})
