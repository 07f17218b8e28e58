/** The policy's life over the API: a draft is kept, proven, published by one or two persons, and taken back. */
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import type { Api } from "../../src/console/web/api/types.ts"
import { type Office, openOffice, type Person, UNITS } from "./office.ts"
import { documentWith } from "./policy.ts"

const TITLE = "{ vi: Cấm, en: No }"
const STRICT = `id: cam\nwhen: { direction: outbound }\nthen: reject\ntitle: ${TITLE}`

describe("the policy in the console", { concurrency: 1 }, () => {
  let office: Office
  let an: Person
  let binh: Person
  before(async () => {
    office = await openOffice({ proxyFrom: ["127.0.0.1"] })
    an = await office.person("an", { role: "operator", unit: "tinh" })
    binh = await office.person("binh", { role: "operator", unit: "tinh" })
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

  test("shows what is in force, each rule in words and as it is written", async () => {
    const { rules, name } = await json(an, "GET /api/policy/read", "/api/policy/read")
    const rule = rules.find((one) => one.id === "secrecy")
    assert.match(name, /^1-/)
    assert.ok(rule !== undefined)
    assert.match(rule.text, /^id: secrecy\nwhen: \{ secrecy: \[mat/)
    assert.deepEqual([rule.then, rule.owner], ["refuse", "tinh"])
    const { head, versions } = await json(an, "GET /api/policy/versions", "/api/policy/versions")
    assert.deepEqual([head, versions.length, versions[0]?.author], [1, 1, "test"])
  })

  test("keeps one's draft, tells its faults, and leaves all other text as it was", async () => {
    const faulty = await json(an, "PUT /api/policy/draft/:list/:id", "/api/policy/draft/rules/cam", {
      text: "id: cam\nthen: sometimes",
    })
    assert.ok(
      faulty.faults.some((fault) => fault.includes("rules[") && fault.includes("then")),
      faulty.faults.join("\n"),
    )
    const sound = await json(an, "PUT /api/policy/draft/:list/:id", "/api/policy/draft/rules/cam", { text: STRICT })
    assert.deepEqual(sound, { base: 1, faults: [] })
    const { draft } = await json(an, "GET /api/policy/draft", "/api/policy/draft")
    const original = documentWith(UNITS)
    assert.ok(draft !== null)
    assert.match(draft.document, /\n {2}- id: cam\n/)
    assert.equal(draft.document.replace(/\n {2}- id: cam\n(?: {4}.*\n?)+/, "\n"), original)
    assert.equal((await json(binh, "GET /api/policy/draft", "/api/policy/draft")).draft, null)
  })

  test("tells what differs, lints, and refuses to judge by a draft that is no good", async () => {
    const { loosens, changes } = await json(
      an,
      "GET /api/policy/difference",
      "/api/policy/difference?from=live&to=draft",
    )
    assert.deepEqual([loosens, changes.length, changes[0]?.effect, changes[0]?.id], [false, 1, "tightens", "cam"])
    const lints = await json(an, "POST /api/policy/lint", "/api/policy/lint", { of: "draft" })
    assert.ok(lints.some((one) => one.id === "cam"))
    const refused = await an.ask("POST", "/api/policy/lint", { document: "rules: 7" })
    assert.equal(refused.status, 400)
    assert.match(refused.text, /rules/)
  })

  test("puts what tightens into force at once; what loosens waits for another person", async () => {
    const put = await json(an, "POST /api/policy/publish", "/api/policy/publish", { reason: "siết lại" })
    assert.deepEqual([put.is, put.number], ["published", 2])
    assert.equal((await json(an, "GET /api/policy/draft", "/api/policy/draft")).draft, null)
    const back = await json(an, "POST /api/policy/versions/:number/rollback", "/api/policy/versions/1/rollback", {
      reason: "nhầm rồi",
    })
    assert.deepEqual([back.is, back.number, back.loosens], ["waiting", 3, true])
    const own = await an.ask("POST", "/api/policy/versions/3/approve", {})
    assert.equal(own.json.error, "two-persons")
    assert.deepEqual(
      await json(binh, "POST /api/policy/versions/:number/approve", "/api/policy/versions/3/approve", {}),
      { approved: true },
    )
    assert.equal((await json(an, "GET /api/policy/versions", "/api/policy/versions")).head, 3)
    const again = await an.ask("POST", "/api/policy/versions/3/approve", {})
    assert.equal(again.status, 404)
  })

  test("does not let an old draft undo what another person published meanwhile", async () => {
    await json(an, "PUT /api/policy/draft/:list/:id", "/api/policy/draft/rules/cam", { text: STRICT })
    await json(binh, "PUT /api/policy/draft/:list/:id", "/api/policy/draft/rules/cam-hai", {
      text: STRICT.replace("cam", "cam-hai"),
    })
    assert.equal(
      (await json(binh, "POST /api/policy/publish", "/api/policy/publish", { reason: "của Bình" })).is,
      "published",
    )
    assert.equal((await json(an, "POST /api/policy/publish", "/api/policy/publish", { reason: "của An" })).is, "stale")
    await json(an, "DELETE /api/policy/draft", "/api/policy/draft")
  })

  test("replays past mail with a draft and tells how far it is", async () => {
    const { id } = await json(an, "POST /api/policy/replay", "/api/policy/replay", { of: "live", days: 3 })
    let job = await json(an, "GET /api/policy/replay/:id", `/api/policy/replay/${id}`)
    while (job.state === "running") job = await json(an, "GET /api/policy/replay/:id", `/api/policy/replay/${id}`)
    assert.deepEqual([job.state, job.progress, job.result?.judged], ["done", 1, 0])
    assert.equal((await binh.ask("GET", `/api/policy/replay/${id}`)).status, 404)
  })
})
