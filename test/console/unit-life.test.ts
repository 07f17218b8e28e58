/** Units, mailboxes, exceptions, notices and the audit trail over the API: what each change does, and what is told of faults. */
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import type { Api } from "../../src/console/web/api/types.ts"
import { type Office, openOffice, type Person } from "./office.ts"

const REASON = "vì công việc"
const END = Date.now() + 20 * 86_400_000

describe("what units and their people change", { concurrency: 1 }, () => {
  let office: Office
  let an: Person
  let binh: Person
  let so: Person
  before(async () => {
    office = await openOffice({ proxyFrom: ["127.0.0.1"] })
    an = await office.person("an", { role: "operator", unit: "tinh" })
    binh = await office.person("binh", { role: "operator", unit: "tinh" })
    so = await office.person("cap-so", { role: "operator", unit: "so" })
  })
  after(() => office[Symbol.asyncDispose]())

  const json = async <Name extends keyof Api>(
    who: Person,
    name: Name,
    path: string,
    body?: unknown,
  ): Promise<Api[Name]["answer"]> => {
    const answer = await who.ask(name.split(" ", 1)[0] ?? "", path, body)
    assert.equal(answer.status, 200, `${name} ${path}: ${answer.text.slice(0, 400)}`)
    return answer.json as unknown as Api[Name]["answer"]
  }

  test("a new name is a version of the policy", async () => {
    const body = { name: { vi: "Sở Mới", en: "New department" }, reason: REASON }
    const put = await json(so, "PATCH /api/units/:id", "/api/units/so", body)
    assert.deepEqual([put.is, put.changes.length, put.changes[0]?.of], ["published", 1, "unit"])
    assert.match(put.changes[0]?.said.vi ?? "", /Sở Mới/)
    const { versions } = await json(an, "GET /api/policy/versions", "/api/policy/versions")
    assert.deepEqual([versions[0]?.kind, versions[0]?.author], ["registry", "cap-so"])
  })

  const faults: readonly (readonly [string, string, readonly string[]])[] = [
    ["an address that is none", "address,class,unit\nx,education,so\n", ["line 2"]],
    ["two of them", "address,class,unit\nx,e,so\na@so.tuyenquang.gov.vn,e,zz\n", ["line 2", "line 3"]],
    ["a unit below one that is not there", "id,parent,name_vi\nxa-1,so,Xã 1\nxa-2,khong-co,Xã 2\n", ["line 3"]],
    ["a column nobody knows", "address,colour\na@b,red\n", ["line 1"]],
  ]
  for (const [what, text, lines] of faults) {
    test(`a spreadsheet with ${what} changes nothing and is told by line`, async () => {
      const answer = await an.ask("POST", "/api/units/import", { text, reason: REASON })
      assert.equal(answer.status, 400)
      const told = answer.json["faults"] as readonly { path: string }[]
      assert.deepEqual(
        told.map(({ path }) => path),
        lines,
      )
    })
  }

  test("a unit takes no domain and no mailbox from outside itself", async () => {
    const rows: readonly (readonly [string, string, unknown])[] = [
      ["PATCH", "/api/units/so", { domains: ["so.tuyenquang.gov.vn", "khac.gov.vn"] }],
      ["PATCH", "/api/units/so", { parent: "xa" }],
      ["PUT", "/api/mailboxes", { set: [{ match: "a@xa.tuyenquang.gov.vn", class: "education", unit: "so" }] }],
      ["PUT", "/api/mailboxes", { set: [{ match: "vanthu@*", class: "education", unit: "so" }] }],
    ]
    for (const [method, path, change] of rows) {
      const answer = await so.ask(method, path, { ...(change as object), reason: REASON })
      assert.equal(answer.status, 403, `${path} ${answer.text}`)
    }
  })

  test("an exception is asked for by a unit, granted by another person of the rule's owner, counted and ended", async () => {
    const asked = { rule: "r-tinh", unit: "so", when: "sender: a@so.tuyenquang.gov.vn", reason: REASON, end: END }
    const { id } = await json(so, "POST /api/exceptions", "/api/exceptions", asked)
    assert.equal((await so.ask("POST", `/api/exceptions/${id}/grant`, {})).status, 403)
    await json(an, "POST /api/exceptions/:id/grant", `/api/exceptions/${id}/grant`, {})
    const shown = await json(so, "GET /api/exceptions/:id", `/api/exceptions/${id}`)
    assert.deepEqual([shown.state, shown.uses, shown.approver, shown.mayEnd], ["granted", 0, "an", true])
    assert.match(shown.when.vi, /a@so\.tuyenquang\.gov\.vn/)
    await json(so, "POST /api/exceptions/:id/end", `/api/exceptions/${id}/end`, { reason: REASON })
    assert.equal((await so.ask("POST", `/api/exceptions/${id}/end`, { reason: REASON })).status, 409)
    const own = await json(an, "POST /api/exceptions", "/api/exceptions", { ...asked, unit: "tinh" })
    assert.equal((await an.ask("POST", `/api/exceptions/${own.id}/grant`, {})).json.error, "two-persons")
    const malware = await so.ask("POST", "/api/exceptions", { ...asked, rule: "malware" })
    assert.match(malware.text, /nothing lifts/)
  })

  test("a notice is changed as a version, previewed before, and restored", async () => {
    const { template } = await json(an, "GET /api/notices/:name", "/api/notices/held")
    const path = "/api/notices/held"
    const bad = { ...template, text: { vi: "{{khong_co}}", en: "x" } }
    const seen = await json(an, "POST /api/notices/:name/preview", `${path}/preview`, bad)
    assert.ok(seen.faults.some((fault) => fault.includes("khong_co")))
    assert.equal((await an.ask("PUT", path, { template: bad, reason: REASON })).status, 400)
    const next = { ...template, subject: { vi: "Thư đang chờ", en: "Your mail waits" } }
    await json(an, "PUT /api/notices/:name", path, { template: next, reason: REASON })
    assert.match((await json(so, "GET /api/notices/:name", path)).subject, /^Thư đang chờ/)
    await json(an, "POST /api/notices/:name/restore", `${path}/restore`, { reason: REASON })
    const versions = await json(an, "GET /api/notices/:name/versions", `${path}/versions`)
    assert.deepEqual(
      versions.map((one) => one.template === null),
      [true, false],
    )
    assert.deepEqual((await json(an, "GET /api/notices/:name", path)).template, template)
  })

  test("the trail of it is found by who and what, a page at a time, and is whole", async () => {
    const first = await json(an, "GET /api/audit", "/api/audit?by=cap-so&limit=2")
    assert.equal(first.rows.length, 2)
    assert.ok(first.rows.every(({ by }) => by === "cap-so"))
    const rest = await json(an, "GET /api/audit", `/api/audit?by=cap-so&before=${first.next}`)
    assert.ok(rest.rows.length > 0 && rest.rows.every(({ seq }) => seq < (first.rows[1]?.seq ?? 0)))
    assert.equal(rest.next, null)
    const noticed = await json(an, "GET /api/audit", "/api/audit?kind=notice-changed")
    assert.deepEqual(
      noticed.rows.map(({ detail }) => Object.entries(detail).find(([key]) => key === "did")?.[1]),
      ["restored", "changed"],
    )
    const { anchor } = await json(an, "GET /api/audit/anchor", "/api/audit/anchor")
    const told = await json(an, "POST /api/audit/verify", "/api/audit/verify", { anchors: anchor })
    assert.deepEqual([told.whole, told.anchors], [true, 1])
    const forged = anchor.replace(/ (\d+) \S+/, " $1 AAAA")
    assert.equal((await json(an, "POST /api/audit/verify", "/api/audit/verify", { anchors: forged })).whole, false)
  })

  test("settings are shown without what is secret", async () => {
    const { settings } = await json(binh, "GET /api/settings", "/api/settings")
    assert.match(JSON.stringify(settings), /"hostname":"mx\.tuyenquang\.gov\.vn"/)
    assert.doesNotMatch(JSON.stringify(settings), /infected/)
  })
})
