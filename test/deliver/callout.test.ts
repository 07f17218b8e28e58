/** Does the mailbox exist? Asked of a real socket, remembered, never guessed. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { createCallout, type Existence } from "../../src/deliver/callout.ts"
import { address, settings } from "./house.ts"
import { nextHop, type Script } from "./next-hop.ts"

const ask = (port: number) =>
  createCallout(() => settings({ routes: [{ domains: ["*"], to: `smtp://127.0.0.1:${port}` }] }))

const rows: readonly (readonly [does: string, script: Script, existence: Existence])[] = [
  ["takes the recipient", {}, "exists"],
  ["knows no such user", { say: { RCPT: "550 5.1.1 no such user" } }, "unknown"],
  ["says 550 without more", { say: { RCPT: "550 no" } }, "unknown"],
  ["has the mailbox disabled", { say: { RCPT: "550 5.2.1 disabled" } }, "failed"],
  ["greylists", { say: { RCPT: "450 4.2.0 later" } }, "failed"],
  ["dislikes us", { say: { RCPT: "550 5.7.1 not you" } }, "failed"],
  ["takes no null sender", { say: { MAIL: "550 5.7.1 no <>" } }, "failed"],
  ["greets with 554", { say: { CONNECT: "554 5.7.1 no" } }, "failed"],
  ["drops at RCPT", { say: { RCPT: "drop" } }, "failed"],
  ["never answers", { say: { RCPT: "silent" } }, "failed"],
]

describe("callout to a next hop that", () => {
  for (const [does, script, existence] of rows) {
    test(`${does} → ${existence}`, async () => {
      const hop = await nextHop(script)
      assert.equal(await ask(hop.port)(address("b@n.example")), existence)
      await hop.close()
      assert.ok(!hop.commands.includes("DATA"))
    })
  }

  test("does not listen → failed", async () => {
    const hop = await nextHop()
    await hop.close()
    assert.equal(await ask(hop.port)(address("b@n.example")), "failed")
  })
})

test("the question has a null reverse-path", async () => {
  const hop = await nextHop()
  await ask(hop.port)(address("B@n.example"))
  await hop.close()
  assert.deepEqual(hop.commands.slice(1, 3), ["MAIL FROM:<>", "RCPT TO:<B@n.example>"])
})

test("answers are remembered, failures are not, and one question is asked once", async () => {
  const hop = await nextHop({ say: { RCPT: ["450 4.2.0 later", "250 ok", "550 5.1.1 no", "250 ok"] } })
  const exists = ask(hop.port)
  const heard = [await exists(address("b@n.example"))]
  heard.push(...(await Promise.all([exists(address("b@n.example")), exists(address("B@N.example"))])))
  heard.push(await exists(address("c@n.example")), await exists(address("c@n.example")))
  await hop.close()
  assert.deepEqual(heard, ["failed", "exists", "exists", "unknown", "unknown"])
  assert.equal(hop.commands.filter((line) => line.startsWith("RCPT")).length, 3)
})

test("what is remembered gets old: an hour for yes, five minutes for no", async (context) => {
  const hop = await nextHop({ say: { RCPT: ["250 ok", "550 5.1.1 no", "250 ok", "550 5.1.1 no"] } })
  const exists = ask(hop.port)
  const both = async () => [await exists(address("b@n.example")), await exists(address("c@n.example"))]
  const start = Date.now()
  context.mock.timers.enable({ apis: ["Date"], now: start })
  assert.deepEqual(await both(), ["exists", "unknown"])
  context.mock.timers.setTime(start + 6 * 60_000)
  assert.deepEqual(await both(), ["exists", "exists"])
  context.mock.timers.setTime(start + 61 * 60_000)
  assert.deepEqual(await both(), ["unknown", "exists"])
  await hop.close()
})

test("a maildir takes everybody", async () => {
  const exists = createCallout(() => settings({ routes: [{ domains: ["*"], to: "maildir:./unused" }] }))
  assert.equal(await exists(address("b@n.example")), "exists")
})
