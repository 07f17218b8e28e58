/** Values set in a YAML text: what was asked changes, and nothing else. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { parse } from "yaml"
import { type Change, edit } from "../../src/config/edit.ts"

const ROWS: readonly (readonly [string, string, Change, string])[] = [
  ["a word keeps the comment behind it", "a: x   # why\nb: 1\n", { path: ["a"], value: "y" }, "a: y   # why\nb: 1\n"],
  ["what YAML would read otherwise is quoted", "a: x\n", { path: ["a"], value: "1" }, 'a: "1"\n'],
  ["a list in brackets", "a: [x]  # c\n", { path: ["a"], value: ["y", "z"] }, "a: [ y, z ]  # c\n"],
  [
    "a list of lines keeps its place",
    "a:\n  # c\n  - x\n  - y\nb: 1\n",
    { path: ["a"], value: [{ k: "v" }, "z"] },
    "a:\n  # c\n  - { k: v }\n  - z\nb: 1\n",
  ],
  ["a key that is not there", "a: 1\n# end\n", { path: ["b"], value: 2 }, "a: 1\n# end\nb: 2\n"],
  ["a key within a section", "s:\n  a: 1\n", { path: ["s", "b"], value: 2 }, "s:\n  b: 2\n  a: 1\n"],
  ["a key within braces", "s: { a: 1 }\n", { path: ["s", "b"], value: 2 }, "s: { a: 1, b: 2 }\n"],
  ["a key of a section that is not there", "a: 1\n", { path: ["s", "b"], value: 2 }, "a: 1\ns: { b: 2 }\n"],
  ["a key of a section that is empty", "s:\na: 1\n", { path: ["s", "b"], value: 2 }, "s: { b: 2 }\na: 1\n"],
  ["a text that is all braces", '{\n  "a": 1\n}\n', { path: ["s", "b"], value: 2 }, "{ a: 1, s: { b: 2 } }\n"],
]
for (const [name, text, change, expected] of ROWS) {
  test(name, () => assert.equal(edit(text, [change]), expected))
}

test("the shipped files: read again they say what was set, and each line that was not meant is as before", () => {
  const text = readFileSync("config/gateway.yaml", "utf8")
  const routes = [{ domains: ["a.vn", ".a.vn"], to: "smtp://10.0.0.5:25", tls: "required" }]
  const next = edit(text, [
    { path: ["domains"], value: ["a.vn"] },
    { path: ["deliver", "routes"], value: routes },
    { path: ["scan", "clamd"], value: "tcp://127.0.0.1:3310" },
  ])
  const before = parse(text)
  assert.deepEqual(parse(next), {
    ...before,
    domains: ["a.vn"],
    deliver: { ...before.deliver, routes },
    scan: { clamd: "tcp://127.0.0.1:3310" },
  })
  const kept = new Set(next.split("\n"))
  assert.deepEqual(
    text.split("\n").filter((line) => !kept.has(line)),
    [
      "domains: [tuyenquang.gov.vn]",
      '    - { domains: [tuyenquang.gov.vn, .tuyenquang.gov.vn], to: "maildir:./data/delivered" }',
      '    - { domains: ["*"], to: mx }',
    ],
  )
})
