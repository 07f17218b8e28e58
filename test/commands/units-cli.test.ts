/** Two provinces become one by the commands that people type: imported, renamed, merged, moved, ended; and what was is still told. */
import assert from "node:assert/strict"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test, type TestContext } from "node:test"
import { Command } from "commander"
import { load } from "../../src/commands/load.ts"
import type { Desk } from "../../src/commands/policy-life.ts"
import * as life from "../../src/commands/policy-life.ts"
import { settle } from "../../src/commands/policy-source.ts"
import { STUDY_HERE } from "../../src/commands/policy-study.ts"
import { unitCommands } from "../../src/commands/units-cli.ts"
import { UsageError } from "../../src/commands/usage.ts"
import { parseAddress } from "../../src/mail/address.ts"
import { provinces } from "../config/provinces.ts"
import { serve } from "../store/stores.ts"

const loaded = load("config/gateway.yaml")
if (!loaded.ok) throw new Error(loaded.faults.join("\n"))
const { configuration } = loaded
const COMMUNES = 124

async function house(t: TestContext) {
  const { records } = await serve(t)
  await settle(records, configuration, { study: STUDY_HERE, now: Date.now() })
  const folder = await mkdtemp(join(tmpdir(), "congthu-units-"))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const desk = (by: string): Desk => {
    const store = { records } as unknown as Desk["store"]
    return { store, configuration, study: STUDY_HERE, now: Date.now(), by }
  }
  /** The exit status; where it waits for a second person, that one agrees. */
  const units = async (...args: readonly string[]): Promise<number> => {
    let status = -1
    const congthu = new Command().exitOverride()
    unitCommands(congthu, async (run) => {
      status = await run(desk("an"))
    })
    await congthu.parseAsync(["units", ...args], { from: "user" })
    const [newest] = await records.policyVersions(1)
    if (newest?.state !== "waiting") return status
    assert.equal(status, 1, "what waits says so")
    assert.equal(await records.approvePolicy(newest.number, "binh", Date.now()), "published")
    return 0
  }
  const now = async () => (await life.current(desk("an"))).configuration.inForce
  const of = async (text: string): Promise<string | null> =>
    (await now()).directory.unitOf(parseAddress(text) ?? assert.fail(text))
  const unit = async (id: string) =>
    (await now()).prepared.policy.units.find((one) => one.id === id) ?? assert.fail(`no unit ${id}`)
  const csv = async (text: string): Promise<string> => {
    const file = join(folder, "units.csv")
    await writeFile(file, text)
    return file
  }
  return { records, units, now, of, unit, csv }
}

test("the merger of two provinces, from the spreadsheet to the last renamed commune", async (t) => {
  const { records, units, now, of, unit, csv } = await house(t)
  const file = await csv(provinces())
  const before = (await now()).prepared.policy.units.length

  await t.test("a dry run tells and changes nothing; a faulty file neither", async () => {
    assert.equal(await units("import", file, "--dry-run"), 0)
    assert.equal(await records.policyHead(), 1)
    await assert.rejects(units("import", await csv("id,parent,name_vi\nX Y,,Tên")), UsageError)
    await assert.rejects(units("import", "/no/such/file"), /expected a readable file/)
    assert.equal(await records.policyHead(), 1)
  })

  await t.test("124 communes come in with one import, and mail is theirs", async () => {
    assert.equal(await units("import", await csv(provinces()), "--reason", "Nghị quyết"), 0)
    assert.equal((await now()).prepared.policy.units.length, before + COMMUNES + 2)
    assert.equal(await of("vanthu@xa051.tuyenquang.gov.vn"), "xa-051")
    assert.equal(await of("vanthu@xa052.hagiang.gov.vn"), "xa-052")
    assert.equal(await of("vanthu@hagiang.gov.vn"), "ha-giang")
  })

  await t.test("the merger moves what is below, keeps the old domains going and the old unit in the tree", async () => {
    assert.equal(await units("merge", "ha-giang", "--into", "tuyenquang", "--reason", "sáp nhập"), 0)
    assert.equal(await of("vanthu@hagiang.gov.vn"), "tuyenquang")
    assert.equal(await of("vanthu@xa124.hagiang.gov.vn"), "xa-124")
    assert.equal((await unit("xa-124")).parent, "tuyenquang")
    const old = await unit("ha-giang")
    assert.ok(old.until !== null && old.until <= Date.now())
    assert.ok((await now()).prepared.context.units.isWithin("ha-giang", "tuyenquang"))
    await assert.rejects(units("merge", "khong-co", "--into", "tuyenquang"), /expected units that are there/)
  })

  await t.test("communes are renamed, moved and ended, by day in Việt Nam", async () => {
    assert.equal(await units("rename", "xa-060", "--vi", "Phường mới", "--en", "New ward"), 0)
    assert.deepEqual((await unit("xa-060")).name, { vi: "Phường mới", en: "New ward" })
    assert.equal(await units("move", "xa-060", "--under", "so-yte-hg"), 0)
    assert.equal((await unit("xa-060")).parent, "so-yte-hg")
    await assert.rejects(units("move", "so-yte-hg", "--under", "xa-060"), UsageError, "a circle")
    assert.equal(await units("end", "xa-061", "--on", "2099-07-01"), 0)
    assert.equal((await unit("xa-061")).until, Date.parse("2099-06-30T17:00Z"))
    for (const date of ["tomorrow", "2099-02-30", "2099-07-01T00:00Z"])
      await assert.rejects(units("end", "xa-061", "--on", date), /expected a date such as/)
  })

  await t.test("every step is a version with its author and words, and the first tree can still be read", async () => {
    const rows = await records.policyVersions(20)
    assert.deepEqual(
      rows.map(({ kind }) => kind),
      [...Array.from({ length: rows.length - 1 }, () => "registry"), "file"],
    )
    assert.ok(rows.every(({ changes, kind }) => kind === "file" || changes.length > 0))
    const first = await records.policyVersion(2)
    const named = new Map(first?.registry.units.map((one) => [one.id, one]))
    assert.deepEqual([named.get("xa-060")?.name.vi, named.get("xa-060")?.parent], ["Xã số 060", "ha-giang"])
    assert.deepEqual(named.get("ha-giang")?.domains, ["hagiang.gov.vn"])
    const events = await records.events(0, 200)
    assert.equal(events.filter(({ kind }) => kind === "unit-changed").length, rows.length - 1)
  })
})
