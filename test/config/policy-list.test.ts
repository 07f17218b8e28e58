/** One list of the policy's text is exchanged, added or taken out; every other octet stays. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { withList } from "../../src/config/policy-list.ts"

const TEXT =
  "# head\nlists:\n  # of the press\n  press: [a.vn, b.vn] # two\n  state:\n    - x.vn\n    - y.vn\nrules: []\n"

const rows: readonly [string, string, string, readonly string[] | null, string | null][] = [
  ["a list in one line", TEXT, "press", ["c.vn"], TEXT.replace("[a.vn, b.vn]", '["c.vn"]')],
  [
    "a list of several lines",
    TEXT,
    "state",
    ["z.vn"],
    TEXT.replace("state:\n    - x.vn\n    - y.vn", 'state: ["z.vn"]'),
  ],
  ["a list that is taken out", TEXT, "state", null, TEXT.replace("  state:\n    - x.vn\n    - y.vn\n", "")],
  ["one that is not there, taken out", TEXT, "none", null, TEXT],
  ["a new list", TEXT, "mine", ['"quoted"'], TEXT.replace("  press:", '  mine: ["\\"quoted\\""]\n  press:')],
  ["the first list of a text without any", "rules: []\n", "mine", [], "rules: []\nlists:\n  mine: []\n"],
  ["lists in one line, which have no place", "lists: { a: [b.vn] }\n", "a", [], null],
]

for (const [sentence, text, name, entries, wanted] of rows)
  test(sentence, () => assert.equal(withList(text, { name, entries }), wanted))
