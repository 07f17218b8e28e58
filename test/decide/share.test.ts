/** What a branch of the units may change: on random policies, whatever keeps to its share leaves the mail of all others as it was. */
import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { decide } from "../../src/decide/decide.ts"
import { bindingNames, trespasses } from "../../src/decide/share.ts"
import { unitTree } from "../../src/decide/units.ts"
import { evidenceOf, someChange, someMail, standing } from "./random.ts"

const UNITS = ["so", "xa", "phong"]

test("a change that keeps to its share leaves all mail of others as it was", () => {
  let kept = 0
  fc.assert(
    fc.property(someChange, someMail, fc.constantFrom(...UNITS), ([before, after], mail, unit) => {
      const tree = unitTree(before.units)
      const owns = (one: string): boolean => tree.isWithin(one, unit)
      if (trespasses(before, after, { owns }).length > 0) return true
      kept += 1
      const [old, next] = [standing(before), standing(after)]
      const facts = evidenceOf(mail, old)
      if ([facts.senderUnit, facts.recipientUnit].some((one) => one !== null && owns(one))) return true
      const [was, is] = [decide(old.prepared, facts), decide(next.prepared, facts)]
      assert.deepEqual(is, was)
      return true
    }),
    { numRuns: 4_000 },
  )
  assert.ok(kept > 300, `only ${kept} kept to their share`)
})

test("what is not of the branch is named, and what binds it is seen", () => {
  fc.assert(
    fc.property(someChange, fc.constantFrom(...UNITS), ([before, after], unit) => {
      const tree = unitTree(before.units)
      const owns = (one: string): boolean => tree.isWithin(one, unit)
      const named = trespasses(before, after, { owns })
      for (const one of after.rules) {
        const was = before.rules.find(({ id }) => id === one.id)
        const isChanged = JSON.stringify(was) !== JSON.stringify(one)
        const isOurs = owns(one.owner) && (was === undefined || owns(was.owner))
        assert.equal(named.includes(`rules ${one.id}`), isChanged && !isOurs)
      }
      const binds = (one: string): boolean => owns(one) || tree.isWithin(unit, one)
      const seen = bindingNames(before, { binds })
      return before.rules.every(({ id, owner }) => !binds(owner) || seen.has(id))
    }),
    { numRuns: 2_000 },
  )
})
