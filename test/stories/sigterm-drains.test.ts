/** `npm start` is told to stop in the middle of a message: the message is finished, new clients are turned away, the end is clean. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { connect } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { openSink } from "../support/sink.ts"

for (const [name, group] of [
  ["SIGTERM to npm alone", false],
  ["SIGTERM to the whole process group", true],
] as const) {
  test(`${name} drains`, async () => {
    await using sink = await openSink()
    await using gateway = await startGateway({ to: sink.url, program: ["npm", "start"], group })
    const client = await connect(gateway.submission)
    await client.expect(/^220/)
    await client.say("EHLO client.example", /^250/)
    await client.say("MAIL FROM:<a@tuyenquang.gov.vn>", /^250/)
    await client.say("RCPT TO:<b@hagiang.gov.vn>", /^250/)
    await client.say("DATA", /^354/)
    client.write("From: <a@tuyenquang.gov.vn>\r\nSubject: x\r\n\r\nhalf ")

    const ended = gateway.kill("SIGTERM")
    await turnedAway(gateway.submission)
    await client.send(mail(), /^250 2\.0\.0/)
    assert.equal((await ended).code, 0)
    client.close()
    assert.equal(gateway.events("stopped").length, 1)

    // Whether it went out before the end or waits in the store, it is not lost.
    if (sink.received.length === 0) await gateway.start()
    await sink.waitFor(1)
  })
}

/** Resolves once no new session is opened. */
async function turnedAway(port: number): Promise<void> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
    try {
      const client = await connect(port)
      const greeting = await client.reply()
      client.close()
      if (!greeting.startsWith("220")) return
    } catch {
      return
    }
  }
  assert.fail("new sessions are still opened")
}
