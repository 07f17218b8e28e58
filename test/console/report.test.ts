/** Reports: from figures to rows, to a spreadsheet that other programs open; and no unit's report tells of another. */
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, test } from "node:test"
import { type Facts, lureRules, webmailRules } from "../../src/console/report/facts.ts"
import { percent, type Report } from "../../src/console/report/report.ts"
import { r3, r4, r5, r8 } from "../../src/console/report/threats.ts"
import { r1, r2, r7, shortened } from "../../src/console/report/usage.ts"
import { sheetsOf } from "../../src/console/report/xlsx.ts"
import { load } from "../../src/commands/load.ts"
import { writeZip } from "../../src/inspect/disarm/zip.ts"
import type { MailEvent } from "../../src/mail/event.ts"
import { openOffice } from "./office.ts"

const NOW = Date.parse("2026-11-20T03:00:00Z")
const DAY = 86_400_000
const words = (vi: string) => ({ vi, en: vi })

const NOTHING: Facts = {
  since: NOW - 30 * DAY,
  until: NOW,
  places: [
    { id: "tinh", name: words("Tỉnh"), depth: 0 },
    { id: "so", name: words("Sở"), depth: 1 },
  ],
  rules: [],
  totals: [],
  byRule: [],
  webmail: [],
  repeated: [],
  lures: [],
  bad: [],
  lookedBack: [],
  active: [],
  exceptions: [],
  sample: [],
}
const total = (unit: string, direction: string, count: number, kind = "accepted") => ({
  unit,
  direction,
  kind,
  rule: null,
  count,
})
const stopped = {
  senderUnit: "so",
  recipientUnit: null,
  direction: "outbound",
  judged: "held",
  passed: false,
  count: 1,
}
const person = { sender: "an@so.vn", unit: "so", count: 1, passed: 0, earlier: 0, last: NOW }

function line({ columns, rows }: Report, at: number): Readonly<Record<string, unknown>> {
  return Object.fromEntries(columns.map(({ title }, column) => [title.vi, rows[at]?.cells[column]]))
}

describe("R1 counts for each unit", () => {
  const rows: readonly (readonly [string, Partial<Facts>, string, number])[] = [
    ["nothing where there was nothing", {}, "Thư đi", 0],
    ["mail out", { totals: [total("so", "outbound", 7), total("tinh", "outbound", 2)] }, "Thư đi", 7],
    ["mail in", { totals: [total("so", "inbound", 4)] }, "Thư đến", 4],
    ["no mail between units", { totals: [total("so", "internal", 4)] }, "Thư đi", 0],
    ["no mail that was turned away as sent", { totals: [total("so", "outbound", 4, "rejected")] }, "Thư đi", 0],
    ["what was stopped", { webmail: [stopped] }, "Thư công vụ tới hộp thư miễn phí bị chặn", 1],
    [
      "what was stopped, also where it went on after approval",
      { webmail: [stopped, { ...stopped, passed: true, count: 2 }] },
      "Thư công vụ tới hộp thư miễn phí bị chặn",
      3,
    ],
    [
      "what went on after approval",
      { webmail: [stopped, { ...stopped, passed: true, count: 2 }] },
      "Trong đó: được duyệt sau giải trình",
      2,
    ],
    [
      "nothing as stopped that was only flagged",
      { webmail: [{ ...stopped, judged: "flagged" }] },
      "Thư công vụ tới hộp thư miễn phí bị chặn",
      0,
    ],
    [
      "what came from free webmail",
      { webmail: [{ ...stopped, senderUnit: null, recipientUnit: "so", direction: "inbound" }] },
      "Thư công vụ đến từ hộp thư miễn phí",
      1,
    ],
    ["who did it first", { repeated: [person] }, "Số người vi phạm lần đầu", 1],
    ["who did it twice as again", { repeated: [{ ...person, count: 2 }] }, "Số người tái phạm", 1],
    ["who did it the year before as again", { repeated: [{ ...person, earlier: 1 }] }, "Số người tái phạm", 1],
    ["exceptions in force", { exceptions: [{ unit: "so" }, { unit: "tinh" }] }, "Ngoại lệ đang hiệu lực", 1],
    ["mailboxes that were used", { active: [{ unit: "so", mailboxes: 12 }] }, "Số hộp thư hoạt động trong kỳ", 12],
  ]
  for (const [name, facts, column, expected] of rows) {
    test(name, () => assert.equal(line(r1({ ...NOTHING, ...facts }), 1)[column], expected))
  }
  test("and all of them together", () => {
    const report = r1({ ...NOTHING, totals: [total("so", "outbound", 7), total("tinh", "outbound", 2)] })
    assert.equal(report.total?.[6], 9)
    assert.deepEqual(report.rows[1]?.search, { unit: "so" })
    assert.equal(report.rows[1]?.depth, 1)
  })
})

test("R2 shortens addresses and says how often", () => {
  const report = r2({
    ...NOTHING,
    repeated: [
      { ...person, count: 5 },
      { ...person, sender: "b@so.vn" },
    ],
  })
  assert.equal(line(report, 0)["Địa chỉ (rút gọn)"], "a…@so.vn")
  assert.deepEqual(
    [0, 1].map((at) => (line(report, at)["Mức"] as { vi: string }).vi),
    ["Nhiều lần", "Lần đầu"],
  )
  assert.deepEqual(["canbo@so.vn", "ab@so.vn", "a@so.vn"].map(shortened), ["can…@so.vn", "a…@so.vn", "a…@so.vn"])
})

test("R3 tells what was dealt with, and what is of the sender's identity stands in R4", () => {
  const bad = { finding: "malware Eicar-Signature", direction: "outbound", count: 3, passed: 1 }
  const report = r3({ ...NOTHING, bad: [bad, { ...bad, finding: "ambiguous" }] })
  assert.equal(report.rows.length, 1)
  const told = line(report, 0)
  assert.equal(told["Tên"], "Eicar-Signature")
  assert.deepEqual([told["Số lượng"], told["Đã xử lý"], told["Chưa xử lý (đã chuyển)"]], [3, 2, 1])
  const lures = [{ domain: "tuyenquang-gov.vn", rule: "r", count: 4, recipients: 3, passed: 1 }]
  assert.deepEqual(r4({ ...NOTHING, lures }).rows[0]?.search, { rule: "r", domain: "tuyenquang-gov.vn" })
})

test("R5 starts its clocks when the file was named", () => {
  const seen = { at: NOW, transaction: "LATE00000001", sender: null, recipient: "c@so.vn", unit: "so", sha256: "ab" }
  const file = { ...seen, name: "a.exe", received: "", state: "delivered" }
  const report = r5({ ...NOTHING, lookedBack: [file, { ...file, recipient: "d@so.vn" }] })
  assert.equal(report.rows.length, 1)
  const told = line(report, 0)
  assert.deepEqual(
    [told["Mốc 24 giờ"], told["Mốc 72 giờ"], told["Số hộp thư liên quan"]],
    [NOW + DAY, NOW + 3 * DAY, 2],
  )
})

test("R7 compares with the year before", () => {
  const now = { ...NOTHING, totals: [total("so", "outbound", 15)] }
  const before = { ...NOTHING, totals: [total("so", "outbound", 10)] }
  assert.deepEqual(r7(now, before).rows[1]?.cells.slice(2), [15, 10, 50])
  assert.deepEqual(r7(before, NOTHING).rows[1]?.cells.slice(2), [10, 0, null])
})

test("R8 says how often persons upheld a rule", () => {
  const of = (kind: string, count: number) => ({ ...total("*", "outbound", count, kind), rule: "r" })
  const report = r8({ ...NOTHING, byRule: [of("held", 10), of("released", 2), of("denied", 6), of("expired", 2)] })
  const told = line(report, 0)
  assert.deepEqual([told["Số quyết định"], told["Độ chính xác (%)"], told["Tỷ lệ bị thay đổi (%)"]], [10, 75, 25])
  assert.equal(percent(1, 0), null)
})

test("the shipped policy's rules on free webmail and on lures are known as such", () => {
  const loaded = load("config/gateway.yaml")
  assert.ok(loaded.ok)
  const { rules } = loaded.configuration.inForce.prepared.policy
  const webmail = webmailRules(rules)
  for (const id of ["webmail-official-out", "webmail-unsure-out", "webmail-in"]) assert.ok(webmail.includes(id), id)
  for (const id of ["company-work-out", "malware", "state-restricted-out"]) assert.ok(!webmail.includes(id), id)
  const lures = lureRules(rules)
  for (const id of ["homograph", "impersonation", "look-alike"]) assert.ok(lures.includes(id), id)
  for (const id of ["malware", "hidden-sender", "webmail-official-out"]) assert.ok(!lures.includes(id), id)
})

describe("as a spreadsheet", () => {
  const evil = '=HYPERLINK("http://x")<&>\u0000\u202e'
  const report = r3({ ...NOTHING, bad: [{ finding: `malware ${evil}`, direction: "inbound", count: 1234, passed: 0 }] })
  const name = { vi: "Sở KH&CN", en: "Department" }
  const paper = { agency: name, unit: name, since: NOW - DAY, until: NOW, now: NOW, timezone: "Asia/Ho_Chi_Minh" }
  const parts = sheetsOf(report, { language: "vi", ...paper })
  const xml = parts.find((one) => one.name === "xl/worksheets/sheet1.xml")?.bytes.toString() ?? ""

  test("words are words, whatever they begin with, and no markup", () => {
    assert.match(xml, /t="inlineStr"><is><t xml:space="preserve">=HYPERLINK\(&#34;http:\/\/x&#34;\)&#60;&#38;&#62;/)
    assert.ok(!xml.includes("<f>") && !xml.includes("\u0000"))
  })
  test("it has the head of the decree, and numbers as numbers", () => {
    for (const one of [
      "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
      "Độc lập - Tự do - Hạnh phúc",
      "SỞ KH&#38;CN",
      "Nơi nhận:",
    ])
      assert.ok(xml.includes(one), one)
    assert.ok(xml.includes("ngày 20 tháng 11 năm 2026"))
    assert.match(xml, /<v>1234<\/v>/)
  })
  test("another program opens it", { skip: !existsSync("/usr/bin/python3") && "no Python" }, () => {
    const folder = mkdtempSync(join(tmpdir(), "congthu-xlsx-"))
    const file = join(folder, "r3.xlsx")
    writeFileSync(file, writeZip([...parts]))
    const read = `import sys, zipfile, xml.dom.minidom as m
z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None
print(len([m.parseString(z.read(n)) for n in z.namelist()]))`
    const { stdout, stderr } = spawnSync("/usr/bin/python3", ["-c", read, file], { encoding: "utf8" })
    rmSync(folder, { recursive: true, force: true })
    assert.equal(stdout.trim(), String(parts.length), stderr)
  })
})

describe("over the API", () => {
  const at = Date.now()
  const held = (unit: string): MailEvent => ({
    kind: "rejected",
    at,
    transaction: `RULE${unit.toUpperCase().padEnd(8, "0")}`,
    recipient: "b@gmail.com",
    by: "client",
    detail: { direction: "outbound", from: `an@${unit}.vn`, senderUnit: unit, rules: ["webmail-official-out"] },
  })

  test("a unit's report has its own branch and nothing of others; R6 is for the whole house", async () => {
    const loaded = load("config/gateway.yaml")
    assert.ok(loaded.ok)
    const { rules } = loaded.configuration.inForce.prepared.policy
    await using office = await openOffice({ hands: () => ({ rules: () => rules }) })
    await office.store.records.note([held("so"), held("xa")])
    const officer = await office.person("canbo", { role: "officer", unit: "so" })
    const auditor = await office.person("kiemtra", { role: "auditor", unit: "tinh" })
    const period = `since=${at - DAY}&until=${at + DAY}`
    const mine = (await officer.ask("GET", `/api/reports/r1?${period}`)).json as unknown as Report
    assert.deepEqual(
      mine.rows.map(({ search }) => search?.["unit"]),
      ["so", "phong"],
    )
    assert.equal(line(mine, 0)["Thư công vụ tới hộp thư miễn phí bị chặn"], 1)
    const whole = (await auditor.ask("GET", `/api/reports/r1?${period}`)).json as unknown as Report
    assert.equal(whole.total?.[8], 2)
    for (const id of ["r2", "r3", "r4", "r5", "r7", "r8"]) {
      const { text, status } = await officer.ask("GET", `/api/reports/${id}?${period}`)
      assert.equal(status, 200, text)
      assert.ok(!text.includes("an@xa.vn") && !text.includes("RULEXA"), id)
    }
    assert.equal((await officer.ask("GET", `/api/reports/r6?${period}`)).status, 403)
    assert.equal((await auditor.ask("GET", `/api/reports/r6?${period}`)).status, 200)
    assert.equal((await officer.ask("GET", `/api/reports/r1?${period}&unit=xa`)).status, 403)
    const sheet = await officer.ask("GET", `/api/reports/r8/xlsx?${period}`)
    assert.match(sheet.headers.get("content-disposition") ?? "", /^attachment; filename="r8-.*\.xlsx"$/)
    assert.ok(sheet.text.startsWith("PK"))
  })
})
