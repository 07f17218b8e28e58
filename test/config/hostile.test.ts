/** Whatever text a settings or policy file holds, the answer is a policy or faults of one line each; nothing is thrown. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { describe, test } from "node:test"
import fc from "fast-check"
import { override } from "../../src/config/environment.ts"
import { readSections } from "../../src/config/fault.ts"
import { loadPolicy } from "../../src/config/policy.ts"
import { settingsSchema } from "../../src/config/schema.ts"
import { readYaml } from "../../src/config/yaml.ts"
import { CONTEXT } from "./context.ts"

const CONFIG = resolve(import.meta.dirname, "../../config")
const POLICY = readFileSync(resolve(CONFIG, "policy.yaml"), "utf8")
const SETTINGS = readFileSync(resolve(CONFIG, "gateway.yaml"), "utf8")

/** The text with one stretch replaced by another. */
function damaged(text: string): fc.Arbitrary<string> {
  const scraps = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom("[", "{", "]", "}", ": ", "- ", "\n", "\t", "*a", "&a ", "!!x "),
  )
  return fc
    .record({ at: fc.nat(text.length), remove: fc.nat(40), insert: scraps })
    .map(({ at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove))
}

describe("a damaged file", () => {
  test("of policy gives a policy or faults", () => {
    fc.assert(
      fc.property(damaged(POLICY), (text) => {
        const loaded = loadPolicy(text, CONTEXT)
        if (loaded.ok) return
        assert.ok(loaded.faults.length > 0)
        for (const fault of loaded.faults) assert.match(fault, /^[^\n]+: expected [^\n]+, got [^\n]+$/)
      }),
      { numRuns: 100 },
    )
  })

  test("of settings gives settings or faults", () => {
    fc.assert(
      fc.property(damaged(SETTINGS), (text) => {
        const yaml = readYaml(text)
        if (yaml.ok) readSections(settingsSchema, override(yaml.value, { CONGTHU_STORE_PATH: "x" }).raw)
        else assert.ok(yaml.faults.length > 0)
      }),
      { numRuns: 100 },
    )
  })

  const rows: readonly (readonly [string, string])[] = [
    ["nested without end", "[".repeat(20_000)],
    ["nested without end, and closed", `rules: ${"[".repeat(5_000)}${"]".repeat(5_000)}`],
    ["that names the prototype", "__proto__: { rules: [] }\nconstructor: 1"],
    ["that is a list", "- 1\n- 2"],
    ["that is a number", "7"],
    ["that holds a NUL", "rules: \u0000"],
    ["of two documents", "a: 1\n---\nb: 2"],
    ["that is empty", ""],
  ]
  for (const [name, text] of rows) {
    test(`${name} is a fault`, () => assert.equal(loadPolicy(text, CONTEXT).ok, false))
  }
})
