/** The registry of units: from spreadsheets with every faulty line told, and merged without losing anybody. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { readCsv, writeCsv } from "../../src/config/csv.ts"
import { loadPolicy } from "../../src/config/policy.ts"
import { changeUnits, exportMailboxes, exportUnits, importCsv, mergeUnits } from "../../src/config/registry.ts"
import { prepare } from "../../src/decide/decide.ts"
import { difference } from "../../src/decide/difference.ts"
import { unitTree } from "../../src/decide/units.ts"
import { createDirectory } from "../../src/identify/units.ts"
import { parseAddress } from "../../src/mail/address.ts"
import type { Unit } from "../../src/mail/policy.ts"
import { NO_REGISTRY, type Registry } from "../../src/mail/version.ts"
import { shippedText } from "../policy/shipped.ts"
import { CONTEXT } from "./context.ts"
import { provinces } from "./provinces.ts"

const NOW = Date.UTC(2026, 10, 23)

/** Of the policy, which has one at least. */
const ROOT: Unit = {
  id: "tuyenquang",
  parent: null,
  name: { vi: "Tỉnh", en: "Province" },
  domains: [],
  from: null,
  until: null,
}

function imported(text: string, registry: Registry = NO_REGISTRY): Registry {
  const read = importCsv(text, registry, [ROOT, ...registry.units])
  if (!read.ok) throw new Error(JSON.stringify(read.faults))
  return read.registry
}
function faults(text: string): readonly string[] {
  const read = importCsv(text, NO_REGISTRY, [])
  return read.ok ? [] : read.faults.map(({ line, expected, got }) => `${line}: ${expected}: ${got}`)
}
function standing(registry: Registry) {
  const families = ["google", "yahoo", "microsoft", "apple", "vietnam-isp"].map((id) => [id, true] as const)
  const notices = [
    "general",
    "webmail-out",
    "webmail-in",
    "auto-forward",
    "malware",
    "attachment-type",
    "encrypted",
    "restricted",
    "secrecy",
  ]
  const read = loadPolicy(shippedText(), { ...CONTEXT, webmail: new Map(families), notices, registry })
  if (!read.ok) throw new Error(read.faults.join("\n"))
  return {
    prepared: prepare(read.policy),
    directory: createDirectory(read.policy, CONTEXT.domains, NOW),
    policy: read.policy,
  }
}

describe("a spreadsheet", () => {
  test("is read with quotes, either separator, any line end and a byte order mark", () => {
    const { columns, rows } = readCsv('\uFEFFid;Name\r\na;"x; ""y"""\n\n"b\nc";z')
    assert.deepEqual(columns, ["id", "name"])
    assert.deepEqual(
      rows.map(({ line, cells }) => [line, ...cells.values()]),
      [
        [2, "a", 'x; "y"'],
        [4, "b\nc", "z"],
      ],
    )
  })
  test("that is written holds no formula, and is read as it was", () => {
    const text = writeCsv(["a"], [["=1+1"], ['x,"y"']])
    assert.deepEqual(
      readCsv(text).rows.map(({ cells }) => cells.get("a")),
      ["'=1+1", 'x,"y"'],
    )
  })
  test("tells every faulty line and then changes nothing", () => {
    const text =
      "id,parent,name_vi,name_en,domains,from,until\nTinh,,Tỉnh,,,,\nso,tinh,,,a b c..d,2025-13-01,\nso,tinh,Sở,,,,"
    assert.deepEqual(faults(text), [
      "2: id: a name of small letters, digits and hyphens: Tinh",
      "3: parent: a unit that is there, or in this file: tinh",
      "3: name_vi: a name: nothing",
      "3: domains: domain names: c..d",
      "3: a date such as 2025-07-01: 2025-13-01",
      "4: id: a name of its own: so, also in line 3",
      "4: parent: a unit that is there, or in this file: tinh",
    ])
    assert.deepEqual(faults("id,parent,name_vi,colour\n"), [
      "1: columns id, parent, name_vi, name_en, domains, from, until: colour",
    ])
    assert.deepEqual(faults("address,unit\nnobody,\nan@x.vn,nowhere"), [
      "2: address: a mail address: nobody",
      "3: unit: a unit that is there: nowhere",
    ])
  })
  test("of mailboxes gives each its unit, and leaves its class to the patterns where it names none", () => {
    const units = imported("id,parent,name_vi\nban,tuyenquang,Ban")
    const rows = "address,class,unit\nMotcua.Ban@tuyenquang.gov.vn,,ban\nvp@tuyenquang.gov.vn,office,ban"
    const registry = imported(rows, units)
    const { directory } = standing(registry)
    const of = (text: string) => {
      const address = parseAddress(text) ?? assert.fail(text)
      return [directory.unitOf(address), directory.classOf(address)]
    }
    assert.deepEqual(of("motcua.ban@tuyenquang.gov.vn"), ["ban", "public-service"])
    assert.deepEqual(of("vp@tuyenquang.gov.vn"), ["ban", "office"])
    assert.deepEqual(of("an@tuyenquang.gov.vn"), ["tuyenquang", "ordinary"])
    assert.deepEqual(imported(exportMailboxes(registry), units).mailboxes, registry.mailboxes)
  })
})

describe("two provinces", () => {
  const registry = imported(provinces())

  test("are read with their 124 communes, written and read again", () => {
    const { policy } = standing(registry)
    assert.equal(policy.units.filter(({ id }) => id.startsWith("xa-") && id !== "xa-tan-trao").length, 124)
    assert.deepEqual(imported(exportUnits(registry.units)), registry)
  })

  test("merge: nobody is lost, the old unit stays in the tree, and the old domain goes on", () => {
    const before = standing(registry)
    const merged =
      mergeUnits(registry, before.policy.units, { from: ["ha-giang"], into: "tuyenquang", at: NOW }) ?? assert.fail()
    const after = standing(merged)
    const tree = unitTree(after.policy.units)
    assert.equal(after.policy.units.length, before.policy.units.length)
    assert.equal(after.policy.units.filter(({ parent }) => parent === "ha-giang").length, 0)
    assert.ok(tree.isWithin("ha-giang", "tuyenquang"))
    const clerk = parseAddress("vanthu@hagiang.gov.vn") ?? assert.fail()
    assert.deepEqual([before.directory.unitOf(clerk), after.directory.unitOf(clerk)], ["ha-giang", "tuyenquang"])
    const told = difference(before, after, NOW)
    assert.ok(told.changes.some(({ said }) => said.vi.includes("Hà Giang") && said.vi.includes("hiệu lực")))
  })

  test("may rename and move units; a circle is refused", () => {
    const { policy } = standing(registry)
    const unit = policy.units.find(({ id }) => id === "so-khcn") ?? assert.fail()
    const moved = standing(changeUnits(registry, [{ ...unit, name: { vi: "Sở mới", en: "New" }, parent: "xa-001" }]))
    assert.ok(unitTree(moved.policy.units).isWithin("so-khcn", "xa-001"))
    const root = policy.units.find(({ id }) => id === "tuyenquang") ?? assert.fail()
    assert.throws(() => standing(changeUnits(registry, [{ ...root, parent: "so-khcn" }])), /not below this one|root/)
  })
})
