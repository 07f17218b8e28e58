/** The policy's text under the editors: what is changed changes, all else stays; every question of the grammar has its input. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { conditionSchema } from "../../src/config/condition.ts"
import { read } from "../../src/config/fault.ts"
import { readYaml } from "../../src/config/yaml.ts"
import { asGroup, fromGroup, readNode, writeNode } from "../../src/console/web/policy/condition.ts"
import * as facts from "../../src/console/web/policy/facts.ts"
import { listsOf, readItem, switchesOf, withList, withSwitch, writeItem } from "../../src/console/web/policy/written.ts"
import { FINDING_KINDS } from "../../src/mail/finding.ts"
import { AUTH_RESULTS } from "../../src/mail/identity.ts"
import { DISPOSITIONS, MODES } from "../../src/mail/policy.ts"
import { shipped, shippedText } from "../policy/shipped.ts"

const TEXT = [
  "switches:",
  "  outbound: enforce     # out",
  "lists:",
  "  # Courts",
  "  justice:",
  "    - .toaan.gov.vn # the courts",
  "    - .mps.gov.vn",
  "    - congan.tuyenquang.gov.vn # the police",
  "  press: []",
  "  role-mailboxes: [postmaster@*, abuse@*]",
  "",
  "# Rules",
  "rules: []",
  "",
].join("\n")

describe("a list in the text", () => {
  const LONG = Array.from({ length: 12 }, (_, at) => `nguoi-nhan-${at}@example.com`)
  const rows: readonly (readonly [string, string, readonly string[] | null, (changed: string) => boolean])[] = [
    [
      "an entry goes, comments beside the others stay",
      "justice",
      [".toaan.gov.vn", "congan.tuyenquang.gov.vn"],
      (text) => text.includes(".toaan.gov.vn # the courts\n    - congan.tuyenquang.gov.vn # the police\n  press"),
    ],
    [
      "an entry comes after the last",
      "justice",
      [".toaan.gov.vn", ".mps.gov.vn", "congan.tuyenquang.gov.vn", "new@*"],
      (text) => text.includes("# the police\n    - new@*\n  press: []"),
    ],
    [
      "the last one goes and another comes",
      "justice",
      [".toaan.gov.vn", ".mps.gov.vn", "x.vn"],
      (text) => text.includes("    - .mps.gov.vn\n    - x.vn\n  press"),
    ],
    [
      "an empty list is filled",
      "press",
      ["toasoan@gmail.com"],
      (text) => text.includes("  press: [toasoan@gmail.com]\n"),
    ],
    ["a long one gets lines", "press", LONG, (text) => text.includes(`  press:\n    - ${LONG[0]}\n`)],
    ["a list is emptied", "justice", [], (text) => text.includes("  justice: []\n  press")],
    [
      "a new list is added behind the last",
      "doan-cuu-tro",
      ["*@x"],
      (text) => text.includes('abuse@*]\n  doan-cuu-tro: ["*@x"]\n\n# Rules'),
    ],
    [
      "a list is taken out",
      "press",
      null,
      (text) => !text.includes("press") && text.includes("# the police\n  role-mailboxes"),
    ],
  ]
  for (const [name, list, entries, holds] of rows) {
    test(name, () => {
      const changed = withList(TEXT, list, entries)
      assert.ok(holds(changed), changed)
      assert.deepEqual(listsOf(changed)[list], entries ?? undefined)
      assert.ok(changed.includes("# Rules\nrules: []"))
      assert.ok(changed.includes("  # Courts\n"))
    })
  }

  test("in the shipped policy each list takes an entry and gives it back", () => {
    const text = shippedText()
    const before = Object.entries(listsOf(text))
    const filled = before.reduce((all, [name, entries]) => withList(all, name, [...entries, "them@example.com"]), text)
    const { lists } = shipped(filled).prepared.policy
    for (const [name, entries] of before) assert.deepEqual(lists[name], [...entries, "them@example.com"])
    const back = before.reduce((all, [name, entries]) => withList(all, name, entries), filled)
    assert.deepEqual(listsOf(back), listsOf(text))
  })
})

test("a switch is turned, its comment stays", () => {
  assert.ok(withSwitch(TEXT, "outbound", "shadow")?.includes("outbound: shadow     # out"))
  assert.equal(withSwitch(TEXT, "nowhere", "shadow"), null)
  assert.deepEqual(switchesOf(TEXT), { outbound: "enforce" })
})

describe("every rule of the shipped policy", () => {
  const yaml = readYaml(shippedText())
  const value = yaml.ok ? (yaml.value as { rules: readonly Readonly<Record<string, unknown>>[] }) : { rules: [] }

  test("is the same after its editor has had it", () => {
    for (const rule of value.rules) {
      assert.deepEqual(readItem(writeItem(rule)), rule)
      assert.deepEqual(writeNode(readNode(rule["when"])), rule["when"])
      assert.deepEqual(fromGroup(asGroup(rule["when"])), rule["when"])
    }
    assert.ok(value.rules.length > 50)
  })

  test("has nothing that the editor cannot show", () => {
    const strange = value.rules.filter(({ when }) => JSON.stringify(readNode(when)).includes('"is":"other"'))
    assert.deepEqual(strange, [])
  })
})

describe("the questions", () => {
  const names = {
    units: new Set(["tinh"]),
    classes: new Set(["office"]),
    lists: new Set(["state"]),
    webmail: new Map([["google", true]]),
  }
  const grammar = conditionSchema(names)

  test("are those of the grammar", () => {
    const told = read(grammar, { nothing: 1 })
    assert.equal(told.ok, false)
    const expected = told.ok ? "" : (told.faults[0]?.expected ?? "")
    const known = ["always", "all", "any", "not", ...facts.FACT_NAMES]
    assert.deepEqual(expected.replace("one of ", "").split(", ").toSorted(), [...new Set(known)].toSorted())
  })

  for (const fact of facts.FACT_NAMES) {
    test(`${fact} begins with an answer that the grammar takes`, () => {
      const given = {
        lists: ["state"],
        classes: ["office"],
        families: ["google"],
        notices: [],
        switches: [],
        units: [{ id: "tinh", name: "Tỉnh" }],
      }
      const made = read(grammar, { [fact]: facts.firstAnswer(fact, given) })
      assert.deepEqual(made.ok ? [] : made.faults, [])
    })
  }

  test("offer all that there is", () => {
    assert.deepEqual([...facts.FINDINGS], [...FINDING_KINDS])
    assert.deepEqual([...facts.RESULTS], [...AUTH_RESULTS])
    assert.deepEqual([...facts.FATES], [...DISPOSITIONS])
    assert.deepEqual([...facts.MODES], [...MODES])
  })
})

test("a policy with a rule written by the editor is one", () => {
  const rule = writeItem({
    id: "r",
    when: { all: [{ "recipient-webmail": "any" }, { not: { "larger-than": "10MB" } }] },
    then: "hold",
    title: { vi: "Luật: một", en: "A rule #1" },
  })
  const text = shippedText().replace("\nrules:\n", `\nrules:\n  - ${rule.replaceAll("\n", "\n    ")}\n`)
  const made = shipped(text).prepared.policy.rules[0]
  assert.deepEqual([made?.id, made?.then, made?.title], ["r", "hold", { vi: "Luật: một", en: "A rule #1" }])
})
