/** The queue in the console: by destination and age, and everything for one destination at once, each with a reason. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { openOffice } from "./office.ts"
import { heldMessage } from "./things.ts"

const HOUR = 3_600_000

test("what waits for one destination is seen by age, held, tried again, sent another way, and deleted together", async () => {
  await using office = await openOffice()
  const { records } = office.store
  const codes: string[] = []
  for (let count = 0; count < 3; count++) {
    const { code } = await heldMessage(office, "so")
    codes.push(code)
    office.clock.now += HOUR
    const copies = await records.heldCopies({ transaction: code, recipient: null })
    const decision = { by: "duyet", reason: "đúng việc", at: office.clock.now }
    assert.equal(await records.release(copies, decision, office.clock.now + 48 * HOUR, []), true)
  }
  const operator = await office.person("vanhanh", { role: "operator", unit: "tinh" })
  const [one] = (await operator.ask("GET", "/api/queue/destinations")).json as unknown as readonly [
    { domain: string; copies: number; oldest: number; next: number },
  ]
  assert.equal(one.domain, "gmail.com")
  assert.equal(one.copies, 3)
  assert.equal(one.oldest, office.clock.now - 3 * HOUR, "since it came")
  assert.equal(one.next, office.clock.now - 2 * HOUR, "when it is due")

  const act = async (body: object) => operator.ask("POST", "/api/queue/act", { domain: "gmail.com", ...body })
  assert.equal((await act({ action: "retry" })).status, 400, "without a reason nothing is done")
  const reason = "máy nhận bảo trì"
  assert.deepEqual((await act({ action: "retry", reason })).json, { changed: 3, more: false })
  assert.equal((await act({ action: "reroute", reason, to: "http://x" })).status, 400)
  assert.equal((await act({ action: "reroute", reason, to: "smtp://10.0.0.6:25" })).json["changed"], 3)
  assert.equal(
    (await operator.ask("POST", "/api/queue/act", { domain: "other.vn", action: "retry", reason })).status,
    404,
  )
  const told = await records.show(codes[0] ?? "")
  assert.ok(told?.events.some(({ by, detail }) => by === "vanhanh" && detail["reason"] === reason))
  assert.equal((await act({ action: "hold", reason })).json["changed"], 3)
  assert.equal((await records.counts()).queued, 0)
  assert.equal((await act({ action: "remove", reason })).status, 404, "nothing is left in the queue")
})
