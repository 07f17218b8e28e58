/** Whoever is not ours gets mail to us through, and to nobody else. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { connect } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { openSink, pathOf } from "../support/sink.ts"

/** Ways to write a foreign mailbox so that a careless relay takes it for ours. */
const FOREIGN = [
  "b@gmail.com",
  "b%gmail.com@example.org",
  "@tuyenquang.gov.vn:b@gmail.com",
  "b@tuyenquang.gov.vn.gmail.com",
  "b@xtuyenquang.gov.vn",
  "b@tuyenquang.gov.vn@gmail.com",
  "b@[127.0.0.1]",
  '"b@tuyenquang.gov.vn"@gmail.com',
]

test("a stranger reaches our mailboxes and no other", async () => {
  await using sink = await openSink()
  await using gateway = await startGateway({ to: sink.url, settings: { limits: { errors: 100 } } })
  const client = await connect(gateway.inbound)
  await client.expect(/^220 mx\.tuyenquang\.gov\.vn ESMTP/)
  await client.say("EHLO mail.example.org", /^250/)
  for (const from of ["x@example.org", "", "vanthu@tuyenquang.gov.vn"]) {
    await client.say(`MAIL FROM:<${from}>`, /^250/)
    for (const to of FOREIGN) await client.say(`RCPT TO:<${to}>`, /^5(50 5\.7\.1|01 5\.1\.3|53 5\.1\.3) /)
    await client.say("DATA", /^503|^554/)
    await client.say("RSET", /^250/)
  }
  await client.say("MAIL FROM:<x@example.org>", /^250/)
  await client.say("RCPT TO:<b@gmail.com>", /^550 5\.7\.1 \[\w+\] May chu nay khong chuyen tiep thu cho ban\./)
  await client.say("RCPT TO:<b@tuyenquang.gov.vn>", /^250/)
  await client.say("DATA", /^354/)
  await client.send(mail({ from: "x@example.org" }), /^250/)
  await client.say("QUIT", /^221/)
  client.close()
  const [received] = await sink.waitFor(1)
  assert.deepEqual(received?.rcpt.map(pathOf), ["b@tuyenquang.gov.vn"])
})

test("on submission whoever is not in the trusted network and has not logged in sends nothing", async () => {
  await using gateway = await startGateway({ settings: { listen: { submission: { trusted: ["10.9.9.9"] } } } })
  const client = await connect(gateway.submission)
  await client.expect(/^220/)
  await client.say("EHLO pc", /^250/)
  const mailReply = await client.say("MAIL FROM:<vanthu@tuyenquang.gov.vn>")
  const rcptReply = await client.say("RCPT TO:<b@gmail.com>")
  assert.match(`${mailReply}\n${rcptReply}`, /^530 5\.7\.0|^250[^]*\n(530|550) 5\.7/)
  client.close()
})
