/** A policy proven over the API before it is in force: an uploaded message judged by real children, and past mail by what was kept of it. */
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { load } from "../../src/commands/load.ts"
import type { Api } from "../../src/console/web/api/types.ts"
import { createPool, type Pool } from "../../src/sandbox/pool.ts"
import { scanSettings } from "../../src/sandbox/protocol.ts"
import { pastMail } from "../bench/past-mail.ts"
import { official } from "../policy/letters.ts"
import { mail } from "../support/mail.ts"
import { type Office, openOffice, type Person } from "./office.ts"

const DAY = 86_400_000
const loaded = load("config/gateway.yaml")
if (!loaded.ok) throw new Error(loaded.faults.join("\n"))
const { configuration } = loaded
/** As many as take several questions to the store. */
const PAST = 1_300
const LIMIT =
  "id: cam\nwhen: { all: [{ direction: outbound }, { recipient-webmail: any }] }\nthen: reject\ntitle: { vi: Cấm, en: No }"

describe("a draft in the console", { concurrency: 1 }, () => {
  let office: Office
  let pool: Pool
  let an: Person
  before(async () => {
    pool = createPool({ scan: { ...scanSettings(configuration.settings), children: 1 } })
    office = await openOffice({ proxyFrom: ["127.0.0.1"], pool })
    an = await office.person("an", { role: "operator", unit: "tinh" })
    await an.ask("PUT", "/api/policy/draft/rules/cam", { text: LIMIT })
  })
  after(async () => {
    await office[Symbol.asyncDispose]()
    await pool.close()
  })

  const json = async <Name extends keyof Api>(
    name: Name,
    path: string,
    body?: unknown,
  ): Promise<Api[Name]["answer"]> => {
    const answer = await an.ask(name.split(" ", 1)[0] ?? "", path, body)
    assert.equal(answer.status, 200, `${name} ${path}: ${answer.text.slice(0, 400)}`)
    return answer.json as unknown as Api[Name]["answer"]
  }

  test("judges an uploaded .eml side by side with what is in force, and keeps nothing", async () => {
    const counted = await office.store.records.counts()
    const { subject, lines } = official()
    const message = mail({ subject, body: `${lines.join("\r\n")}\r\n` })
    const asked = {
      message: message.toString("base64"),
      from: "lan@so.tuyenquang.gov.vn",
      to: ["b@hagiang.gov.vn", "b@gmail.com"],
      trusted: true,
    }
    const [live, draft] = await json("POST /api/policy/try", "/api/policy/try", asked)
    assert.deepEqual([live?.name.slice(0, 2), draft?.name], ["1-", "draft"])
    const fates = (one: typeof live) =>
      one?.verdicts.map(({ recipient, disposition, decisive }) => [recipient, disposition, ...decisive])
    assert.deepEqual(fates(live), [
      ["b@hagiang.gov.vn", "deliver"],
      ["b@gmail.com", "reject", "webmail-official-out"],
    ])
    assert.deepEqual(fates(draft)?.[0], ["b@hagiang.gov.vn", "deliver"])
    assert.deepEqual(fates(draft)?.[1]?.toSorted(), ["b@gmail.com", "cam", "reject", "webmail-official-out"])
    assert.match(live?.reply ?? "", /^\d{3} \d\.\d/)
    assert.deepEqual(await office.store.records.counts(), counted)
  })

  test("tells what is wrong with what was uploaded, and judges relaying as the door does", async () => {
    const faulty = await an.ask("POST", "/api/policy/try", { message: "*", to: ["b@gmail.com"] })
    assert.equal(faulty.status, 400)
    const nobody = await an.ask("POST", "/api/policy/try", { message: "eA==" })
    assert.equal(nobody.status, 400)
    const message = Buffer.from("From: x@example.org\r\n\r\nx\r\n").toString("base64")
    const [live] = await json("POST /api/policy/try", "/api/policy/try", {
      of: ["live"],
      message,
      from: "x@example.org",
      to: ["b@gmail.com"],
    })
    assert.deepEqual(
      live?.verdicts.map(({ decisive }) => decisive),
      [["relay-denied"]],
    )
  })

  test("judges past mail again, counts apart what was not kept, and lists what would fare differently", async () => {
    const since = office.clock.now - DAY
    const rows = Array.from({ length: PAST }, (_, n) => pastMail(n, configuration, since))
    for (const { event, facts } of rows)
      await office.store.records.note([event], { at: event.at, transaction: event.transaction ?? "", facts })
    const replay = async (of: string) => {
      const { id } = await json("POST /api/policy/replay", "/api/policy/replay", { of, days: 3 })
      for (;;) {
        const job = await json("GET /api/policy/replay/:id", `/api/policy/replay/${id}`)
        if (job.state !== "running") return job.result ?? assert.fail(job.state)
      }
    }
    const live = await replay("live")
    const secret = rows.filter(({ facts }) => facts === "{}").length
    assert.ok(secret > 10)
    assert.deepEqual([live.judged, live.lost], [PAST, secret])
    const draft = await replay("draft")
    assert.equal(draft.judged, PAST)
    const cam = draft.byRule.find(({ key }) => key === "cam")
    assert.ok(cam !== undefined && cam.stricter > 50, JSON.stringify(draft.byRule))
    assert.equal(cam.milder, 0)
    const turned = draft.turned.filter(({ rules }) => rules.includes("cam"))
    assert.ok(
      turned.every(({ is, to, direction }) => is === "reject" && to.endsWith("@gmail.com") && direction === "outbound"),
    )
    const [one] = turned
    const [was, is] = await json("POST /api/policy/try", "/api/policy/try", { code: one?.transaction })
    assert.equal(was?.verdicts[0]?.disposition, one?.was)
    assert.equal(is?.verdicts[0]?.disposition, "reject")
    const events = await json("GET /api/audit", "/api/audit?kind=policy-replayed")
    assert.equal(events.rows.length, 2)
  })
})
