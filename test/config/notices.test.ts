/** Damaged notices and laws give faults with file and line; sound ones are taken whole. */
import assert from "node:assert/strict"
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, describe, test } from "node:test"
import { checkBases, loadLegal } from "../../src/config/legal.ts"
import { loadNotices } from "../../src/config/notices.ts"
import type { Policy } from "../../src/mail/policy.ts"

const folder = mkdtempSync(join(tmpdir(), "congthu-notices-"))
after(() => rmSync(folder, { recursive: true, force: true }))
let serial = 0

/** The shipped notices with one file changed, and the faults, paths shortened. */
function faults(file: string, change: (text: string) => string | null): readonly string[] {
  const directory = join(folder, String(++serial))
  cpSync("config/notices", directory, { recursive: true })
  const path = join(directory, file)
  const changed = change(file !== "stranger.yaml" ? readFileSync(path, "utf8") : "")
  if (changed === null) rmSync(path)
  else writeFileSync(path, changed)
  const loaded = loadNotices(directory)
  return loaded.ok ? [] : loaded.faults.map((fault) => fault.replaceAll(`${directory}/`, ""))
}

describe("a notice", () => {
  const rows: readonly [string, string, (text: string) => string | null, RegExp][] = [
    ["that is missing", "held.yaml", () => null, /^held\.yaml: expected a readable notice, got no such file$/],
    ["that nobody sends", "stranger.yaml", () => "", /^stranger\.yaml: expected a name such as general\.yaml/],
    [
      "with a placeholder misspelt",
      "held.yaml",
      (text) => text.replace("{{tieu_de}}", "{{tieu_dee}}"),
      /^held\.yaml: line 9: expected one of \{\{ma_su_kien\}\} .*, got "\{\{tieu_dee\}\}"$/,
    ],
    [
      "with a placeholder that it has no value for",
      "held.yaml",
      (text) => text.replace("{{tieu_de}}", "{{ten_mau_doc}}"),
      /line 9: expected one of .*, got "\{\{ten_mau_doc\}\}"$/,
    ],
    [
      "with a brace too few",
      "held.yaml",
      (text) => text.replace("{{tieu_de}}", "{{tieu_de}"),
      /^held\.yaml: line 9: expected \{\{name\}\} closed on its line, got/,
    ],
    [
      "with a mark that never ends",
      "held.yaml",
      (text) => text.replace("**Lý", "Lý"),
      /text\.vi: expected .*\*\* in pairs/,
    ],
    [
      "without English",
      "held.yaml",
      (text) => text.replace(/ {2}en: "\[On.*\n/, ""),
      /^held\.yaml: subject\.en: expected/,
    ],
    ["that is no YAML", "held.yaml", (text) => `${text}\n  x: y: z\n`, /^held\.yaml: line \d+: expected YAML/],
    [
      "with accents in its SMTP line",
      "malware.yaml",
      (text) => text.replace("Thu co dau", "Thư có dấu"),
      /^malware\.yaml: smtp\.vi: expected ASCII/,
    ],
    [
      "about secrecy that names the sender",
      "secrecy.yaml",
      (text) => text.replace("{{thoi_gian}}", "{{ten_nguoi_gui}}"),
      /got "\{\{ten_nguoi_gui\}\}"$/,
    ],
    [
      "of the footer, damaged",
      "footer.yaml",
      (text) => text.replace("{{thu_ho_tro}}", "{{thu}}"),
      /^footer\.yaml: line/,
    ],
  ]
  for (const [what, file, change, expected] of rows) {
    test(`${what} is a fault`, () => {
      const [first, ...more] = faults(file, change)
      assert.match(first ?? "no fault", expected)
      assert.deepEqual(more, [])
    })
  }

  test("as shipped is sound", () =>
    assert.deepEqual(
      faults("held.yaml", (text) => text),
      [],
    ))

  test("is not found where there is no folder", () => {
    const loaded = loadNotices(join(folder, "nowhere"))
    assert.match(loaded.ok ? "" : (loaded.faults[0] ?? ""), /^notices: expected a readable directory/)
  })
})

const LAW = "{ id: 1/QĐ, title: { vi: a, en: b }, citation: { vi: c, en: d }, from: 2020-01-01 }"

describe("the legal catalogue", () => {
  const rows: readonly [string, string, RegExp][] = [
    ["an id twice", `laws: [${LAW}, ${LAW}]`, /^laws\[1\]\.id: expected a name of its own/],
    ["a day that is none", `laws: [${LAW.replace("2020-01-01", "2020-02-30")}]`, /^laws\[0\]\.from: expected a date/],
    [
      "an end before the start",
      `laws: [${LAW.replace(" }]", "").replace(/ \}$/, ", until: 2019-01-01 }")}]`,
      /until: expected a day after/,
    ],
    ["no English", `laws: [${LAW.replace(", en: d", "")}]`, /^laws\[0\]\.citation\.en: expected/],
  ]
  for (const [what, text, expected] of rows) {
    test(`with ${what} is a fault`, () => {
      const loaded = loadLegal(text, "Asia/Ho_Chi_Minh")
      assert.match(loaded.ok ? "no fault" : loaded.faults.join("\n"), expected)
    })
  }

  test("must know what rules cite; a law that has ended is warned of", () => {
    const loaded = loadLegal(`laws: [${LAW.replace(/ \}$/, ", until: 2021-01-01 }")}]`, "Asia/Ho_Chi_Minh")
    assert.ok(loaded.ok)
    const rules = [{ basis: "1/QĐ" }, { basis: null }, { basis: "2/QĐ" }] as unknown as Policy["rules"]
    const policy = { rules } as Policy
    assert.deepEqual(checkBases(policy, loaded.laws, Date.UTC(2026, 0, 1)), {
      faults: ['rules[2].basis: expected an id of the legal catalogue, got "2/QĐ"'],
      warnings: ['rules[0].basis: expected a law in force today, got "1/QĐ"'],
    })
    assert.deepEqual(checkBases(policy, loaded.laws, Date.UTC(2020, 5, 1)).warnings, [])
  })
})
