/** Official mail to another agency arrives as it was sent: our fields before it, not one octet of it changed. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { fieldsBefore, mail } from "../support/mail.ts"
import { openSink } from "../support/sink.ts"

const FROM = "vanthu@tuyenquang.gov.vn"
const TO = "vanthu@hagiang.gov.vn"

/** Octets that a careless relay repairs: dots, 8 bits, odd header spacing, lines without an end, long lines. */
const MESSAGES: Readonly<Record<string, Buffer>> = {
  "with a file": mail({ from: FROM, to: TO, attachments: [{ name: "Báo cáo.bin", bytes: Buffer.from("báo cáo") }] }),
  "of 3 MB": mail({
    from: FROM,
    to: TO,
    attachments: [{ name: "a.txt", bytes: Buffer.alloc(2_200_000, "công văn\n") }],
  }),
  "with dots, 8-bit octets and odd spacing": Buffer.from(
    `From:  <${FROM}>\r\nSUBJECT:x \r\n\ty\r\nMIME-Version: 1.0\r\n\r\n.\r\n..\r\n.a\r\n\x80\xff\x01 \t\r\n\r\n\r\n`,
    "latin1",
  ),
  "with a line of 900 characters": mail({ from: FROM, header: [`X-Long: ${"a".repeat(900)}`] }),
  "without a body": Buffer.from(`From: <${FROM}>\r\nSubject: x\r\n`),
}

test("every octet arrives", async () => {
  await using sink = await openSink()
  await using gateway = await startGateway({ to: sink.url })
  for (const [index, [name, message]] of Object.entries(MESSAGES).entries()) {
    const { reply } = await sendMail(gateway.submission, { from: FROM, to: [TO], message })
    assert.match(reply, /^250 2\.0\.0 /, name)
    const received = (await sink.waitFor(index + 1))[index]
    assert.deepEqual(
      received && fieldsBefore(message, received.bytes)?.filter((field) => !field.startsWith("X-Congthu-")),
      ["Received", "Authentication-Results"],
      name,
    )
    assert.deepEqual(received?.rcpt, [`RCPT TO:<${TO}>`])
  }
  await gateway.waitFor("delivered", Object.keys(MESSAGES).length)
})

test("what the client said for the next hop is said to the next hop", async () => {
  await using sink = await openSink()
  await using gateway = await startGateway({ to: sink.url })
  await sendMail(gateway.submission, {
    from: `<${FROM}> BODY=8BITMIME RET=HDRS ENVID=a+2Bb`,
    to: [`<${TO}> NOTIFY=FAILURE,DELAY ORCPT=rfc822;x+40y.vn`],
    message: mail({ from: FROM, to: TO }),
  })
  const [received] = await sink.waitFor(1)
  assert.match(received?.mail ?? "", /^MAIL FROM:<vanthu@tuyenquang\.gov\.vn>/)
  for (const parameter of ["RET=HDRS", "ENVID=a+2Bb"])
    assert.ok(received?.mail.split(" ").includes(parameter), parameter)
  const [rcpt = ""] = received?.rcpt ?? []
  for (const parameter of ["NOTIFY=FAILURE,DELAY", "ORCPT=rfc822;x+40y.vn"]) {
    assert.ok(rcpt.split(" ").includes(parameter), `${parameter} in ${rcpt}`)
  }
})
