/** A running gateway reads its policy again: a sound one is in force at once, a faulty one changes nothing. */
import assert from "node:assert/strict"
import { readFile, writeFile } from "node:fs/promises"
import { test } from "node:test"
import { connect } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { openSink } from "../support/sink.ts"

const RULE = "\n  - { id: cam, when: { direction: outbound }, then: reject, title: { vi: Cấm, en: No } }"

test("reload takes a sound policy and refuses a faulty one", async () => {
  await using sink = await openSink()
  await using gateway = await startGateway({ to: sink.url })
  const shipped = await readFile(gateway.policy, "utf8")
  const client = await connect(gateway.submission)
  await client.expect(/^220/)
  await client.say("EHLO client.example", /^250/)
  const answer = async (): Promise<string> => {
    const transaction = { from: "a@tuyenquang.gov.vn", to: ["b@hagiang.gov.vn"], message: mail() }
    return (await client.transact(transaction)).reply
  }
  assert.match(await answer(), /^250/)

  await writeFile(gateway.policy, shipped.replace(/^rules:$/m, `$&${RULE}`))
  const { code } = await gateway.command("reload")
  assert.equal(code, 0)
  await gateway.waitFor("settings-reloaded")
  assert.match(await answer(), /^550 5\.7\.1/, "also in a session that was open before")
  assert.equal(gateway.events("policy-published").length, 2, "the first is that of the start")

  await writeFile(gateway.policy, shipped.replace("then: refuse", "then: destroy"))
  gateway.signal("SIGHUP")
  await gateway.until("the fault is logged", (log) =>
    log.some(({ level, fault }) => level === "error" && String(fault).includes("destroy")),
  )
  assert.match(await answer(), /^550 5\.7\.1/, "the last good policy stays in force")

  await writeFile(gateway.policy, shipped)
  gateway.signal("SIGHUP")
  await gateway.waitFor("settings-reloaded", 2)
  assert.match(await answer(), /^250/)
  client.close()
  await sink.waitFor(2)
})
