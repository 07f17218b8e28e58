/** The policy for who administers a branch of the units: what binds it is read, what is its own is changed, the rest is not there. */
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import type { Api } from "../../src/console/web/api/types.ts"
import { type Office, openOffice, type Person } from "./office.ts"

const rule = (id: string, owner: string | null, then: string): string =>
  `id: ${id}\n${owner === null ? "" : `owner: ${owner}\n`}when: { sender-list: cua-so }\nthen: ${then}\ntitle: { vi: Chặn, en: Block }`

describe("a unit's share of the policy", { concurrency: 1 }, () => {
  let office: Office
  let lan: Person
  let mai: Person
  let xa: Person
  let top: Person
  before(async () => {
    office = await openOffice({ proxyFrom: ["127.0.0.1"] })
    lan = await office.person("lan", { role: "operator", unit: "so" })
    mai = await office.person("mai", { role: "operator", unit: "so" })
    xa = await office.person("cap-xa", { role: "operator", unit: "xa" })
    top = await office.person("tinh", { role: "operator", unit: "tinh" })
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
  const edit = (who: Person, list: string, id: string, text: string | null) =>
    who.ask("PUT", `/api/policy/draft/${list}/${id}`, { text })
  const publish = (who: Person) => who.ask("POST", "/api/policy/publish", { reason: "việc của sở" })

  test("is what binds it: its own rules, those below and those above; nothing of a neighbour's", async () => {
    const { rules, document } = await json(lan, "GET /api/policy/read", "/api/policy/read")
    const ids = new Set(rules.map(({ id }) => id))
    for (const id of ["secrecy", "r-tinh", "r-so", "r-phong"]) assert.ok(ids.has(id) && document.includes(id), id)
    assert.ok(!ids.has("r-xa") && !document.includes("r-xa"))
    assert.ok(!document.includes("units:") && !document.includes("lists:"))
    const whole = await json(top, "GET /api/policy/read", "/api/policy/read")
    assert.ok(whole.rules.some(({ id }) => id === "r-xa") && whole.document.includes("units:"))
    const lints = await json(lan, "POST /api/policy/lint", "/api/policy/lint", { of: "live" })
    assert.ok(lints.length > 0 && !lints.some(({ id }) => id === "r-xa"), JSON.stringify(lints))
    assert.equal((await lan.ask("GET", "/api/policy/versions/1")).status, 404, "it changed nothing for the unit")
  })

  test("is drafted item by item; the whole text, and what is above or beside, is closed", async () => {
    assert.equal((await lan.ask("PUT", "/api/policy/draft", { document: "rules: []" })).json.error, "forbidden")
    const inline = await lan.ask("POST", "/api/policy/publish", { document: "rules: []", reason: "việc của sở" })
    assert.equal(inline.json.error, "forbidden")
    assert.equal((await edit(lan, "rules", "r-xa", null)).json.error, "forbidden")
    assert.equal((await edit(lan, "rules", "secrecy", null)).json.error, "forbidden")
    assert.equal((await edit(lan, "rules", "moi", rule("moi", "xa", "hold"))).json.error, "forbidden")
    assert.equal((await edit(lan, "rules", "moi", rule("moi", null, "hold"))).json.error, "forbidden", "the root's")
    assert.equal((await edit(lan, "rules", "r-so", rule("r-so", "tinh", "hold"))).json.error, "forbidden")
    assert.equal((await lan.ask("GET", "/api/policy/draft")).json["draft"], null)
  })

  test("may have a rule and a list of its own, in force at once where they tighten", async () => {
    assert.equal((await edit(lan, "lists", "cua-so", "[spam.vn]")).status, 200)
    const kept = await edit(lan, "rules", "chan", rule("chan", "so", "reject"))
    assert.deepEqual(kept.json, { base: 1, faults: [] })
    const { draft } = await json(lan, "GET /api/policy/draft", "/api/policy/draft")
    assert.ok(draft !== null && draft.document.includes("chan") && !draft.document.includes("r-xa"))
    const found = await json(lan, "GET /api/policy/difference", "/api/policy/difference")
    assert.ok(found.changes.some(({ id, effect }) => id === "chan" && effect === "tightens"))
    const put = await publish(lan)
    assert.deepEqual([put.json["is"], put.json["number"]], ["published", 2], put.text)
    const version = await office.store.records.policyVersion(2)
    assert.match(version?.document ?? "", /cua-so: \["spam\.vn"\]/)
    const mine = await json(mai, "GET /api/policy/versions", "/api/policy/versions")
    assert.deepEqual(
      mine.versions.map(({ number, author }) => [number, author]),
      [[2, "lan"]],
    )
    assert.deepEqual((await json(xa, "GET /api/policy/versions", "/api/policy/versions")).versions, [])
    const read = await json(xa, "GET /api/policy/read", "/api/policy/read")
    assert.ok(!read.rules.some(({ id }) => id === "chan"))
  })

  test("is loosened by two of its own; nobody beside it has a word, and its author alone is not enough", async () => {
    assert.equal((await edit(lan, "rules", "chan", null)).status, 200)
    const put = await publish(lan)
    assert.deepEqual([put.json["is"], put.json["number"]], ["waiting", 3], put.text)
    assert.equal((await lan.ask("POST", "/api/policy/versions/3/approve", {})).json.error, "two-persons")
    assert.equal((await xa.ask("POST", "/api/policy/versions/3/approve", {})).json.error, "forbidden")
    assert.equal((await xa.ask("POST", "/api/policy/versions/3/withdraw", {})).json.error, "forbidden")
    assert.equal((await xa.ask("GET", "/api/policy/versions/3")).status, 404)
    const seen = await json(mai, "GET /api/policy/versions/:number", "/api/policy/versions/3")
    assert.deepEqual(seen.changes.map(({ id, effect }) => [id, effect]).slice(0, 1), [["chan", "loosens"]])
    assert.equal((await mai.ask("POST", "/api/policy/versions/3/approve", {})).status, 200)
    assert.equal(await office.store.records.policyHead(), 3)
  })

  test("ends where a list is asked by others too", async () => {
    // A rule of the top's that asks the unit's list makes it everybody's.
    assert.equal((await edit(top, "rules", "chung", rule("chung", "tinh", "hold"))).status, 200)
    assert.equal((await publish(top)).json["is"], "published")
    assert.equal((await edit(lan, "lists", "cua-so", "[spam.vn, x.vn]")).status, 200)
    const put = await publish(lan)
    assert.equal(put.json.error, "forbidden")
    assert.match(put.text, /lists cua-so/)
    assert.equal((await edit(lan, "lists", "cua-so", "a: b")).status, 400)
  })
})
