/** What the API says is wrong is told in Vietnamese as well: every word of it has its words. */
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { describe, test } from "node:test"
import { expectedIn, faultIn } from "../../src/console/web/words/faults.ts"

/** Forms that are written alike in every language. */
const FORM = /^(?:[a-z]+:\/\/|file:|udp:|smtp:|tcp:)|^header: |^[a-z]+, .*list:FILE$/
const FOLDERS = ["src/config", "src/commands", "src/console/api", "src/console/api/routes"]

function said(): readonly string[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${folder}/${name}`),
  )
  const all = files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/\b(?:error|expected): (?:"([^"\n]+)"|'([^'\n]+)')/g)].map(
      ([, double, single]) => double ?? single ?? "",
    ),
  )
  return [...new Set(all)].filter((text) => !FORM.test(text))
}

describe("what is expected has Vietnamese words", () => {
  const all = said()
  test("there are many of them", () => assert.ok(all.length > 60))
  for (const text of all) test(text, () => assert.notEqual(expectedIn("vi", text), text))
})

describe("a fault is told whole", () => {
  for (const [fault, vi] of [
    ['hostname: expected a domain name, got "x y"', 'hostname: cần tên miền, đang là "x y"'],
    [
      "rules[0].then: expected one of hold, reject, got nothing",
      "rules[0].then: cần một trong: hold, reject, đang là trống",
    ],
    ["expected text, got 5", "cần chữ, đang là 5"],
    ["a unit that is there", "đơn vị đã có"],
    ["something nobody has words for", "something nobody has words for"],
  ] as const) {
    test(fault, () => {
      assert.equal(faultIn("vi", fault), vi)
      assert.equal(faultIn("en", fault), fault)
    })
  }
})
