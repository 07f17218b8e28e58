/** The verdict on a message made anew joins the one on the message as it came; nothing that could not be made anew goes on. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { changesOf, joined, unrewritten } from "../../src/act/rewriting.ts"
import type { Annotation, Rule } from "../../src/mail/policy.ts"
import type { Verdict } from "../../src/mail/verdict.ts"
import { rule } from "../decide/evidence.ts"

const CANONICALISE: Annotation = { do: "rewrite", change: { is: "canonicalise", signed: false } }
const RULES: readonly Rule[] = [
  rule("viet-lai", { is: "finding", kind: "ambiguous", why: "any" }, "flag", { also: [CANONICALISE] }),
  rule("viet-lai-het", { is: "always" }, "flag", { also: [CANONICALISE] }),
  rule("giu", { is: "always" }, "hold"),
]

function verdict(change: Partial<Verdict>): Verdict {
  return {
    disposition: "deliver",
    decisive: [],
    matched: [],
    shadow: [],
    capped: [],
    lifted: [],
    holds: [],
    annotations: [],
    because: [],
    policyVersion: "1",
    ...change,
  }
}

const ASKED = verdict({
  disposition: "flag",
  decisive: ["viet-lai"],
  matched: ["viet-lai"],
  annotations: [CANONICALISE],
})

describe("changes are asked for", () => {
  test("of what goes on", () => assert.deepEqual(changesOf(ASKED), [CANONICALISE.change]))
  test("once, by however many rules", () => {
    assert.equal(changesOf({ ...ASKED, annotations: [CANONICALISE, CANONICALISE] }).length, 1)
  })
  for (const disposition of ["quarantine", "reject", "refuse", "defer"] as const) {
    test(`not of what is to be ${disposition}`, () => assert.deepEqual(changesOf({ ...ASKED, disposition }), []))
  }
})

describe("the stricter verdict counts:", () => {
  const ORDER = ["deliver", "flag", "hold", "quarantine", "reject", "defer", "refuse"] as const
  test("in either order", () => {
    for (const [low, first] of ORDER.entries()) {
      for (const second of ORDER.slice(low)) {
        const one = verdict({ disposition: first })
        const other = verdict({ disposition: second })
        assert.equal(joined(one, other, RULES).disposition, second)
        assert.equal(joined(other, one, RULES).disposition, second)
      }
    }
  })
  test("with the rules that made it, and all that hold it", () => {
    const held = verdict({
      disposition: "hold",
      decisive: ["giu"],
      matched: ["giu"],
      holds: [{ rule: "giu", kind: "hold" }],
    })
    const both = joined(ASKED, held, RULES)
    assert.deepEqual([both.disposition, both.decisive, both.matched], ["hold", ["giu"], ["viet-lai", "giu"]])
    assert.deepEqual(both.holds, held.holds)
  })
  test("a rule that wants all mail made anew is content", () => {
    const all = { ...ASKED, decisive: ["viet-lai-het"], matched: ["viet-lai-het"] }
    assert.deepEqual(joined(all, all, RULES).disposition, "flag")
  })
  test("and where the finding that asked for it is still there, it is quarantined", () => {
    const both = joined(ASKED, ASKED, RULES)
    assert.deepEqual([both.disposition, both.decisive], ["quarantine", ["viet-lai"]])
  })
})

test("what could not be made anew is quarantined by the rule that asked for it, and says why", () => {
  const kept = unrewritten(ASKED, { is: "kept", why: "signed" }, RULES)
  assert.equal(kept.disposition, "quarantine")
  assert.deepEqual(kept.holds, [{ rule: "viet-lai", kind: "quarantine" }])
  assert.match(kept.because.at(-1)?.en ?? "", /signed/)
})
