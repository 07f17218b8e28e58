/** Where we stand in an agency: its Postfix hands us mail, we hand it to another's Postfix; nothing is lost of bytes or wishes. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { asDocx, official } from "../policy/letters.ts"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { noPostfix, startPostfix } from "../support/postfix.ts"
import { readReport } from "../support/report.ts"
import { openSink, pathOf } from "../support/sink.ts"

const FROM = "an@tuyenquang.gov.vn"

test("Postfix to us to Postfix", { skip: noPostfix }, async (t) => {
  await using home = await openSink()
  await using away = await openSink()
  await using theirs = await startPostfix({ hostname: "mail.hagiang.example", relayTo: away.port })
  assert.ok(theirs)
  const routes = [
    { domains: ["hagiang.gov.vn"], to: theirs.url, tls: "off" },
    { domains: ["*"], to: home.url, tls: "off" },
  ]
  await using gateway = await startGateway({ settings: { deliver: { routes } } })
  await using ours = await startPostfix({ hostname: "mail.tuyenquang.example", relayTo: gateway.submission })
  assert.ok(ours)

  await t.test("octets and DSN wishes arrive", async () => {
    const message = mail({ from: FROM, attachments: [{ name: "a.bin", bytes: Buffer.alloc(500_000, "công văn") }] })
    await sendMail(ours.port, {
      from: `<${FROM}> RET=HDRS ENVID=ky-hieu`,
      to: ["<b@hagiang.gov.vn> NOTIFY=FAILURE,DELAY ORCPT=rfc822;B+2Bb@hagiang.gov.vn"],
      message,
    })
    const [received] = await away.waitFor(1)
    assert.ok(received)
    assert.ok(received.bytes.subarray(-message.length).equals(message))
    for (const parameter of ["RET=HDRS", "ENVID=ky-hieu"]) assert.ok(received.mail.includes(parameter), received.mail)
    const [rcpt = ""] = received.rcpt
    for (const parameter of ["NOTIFY=FAILURE,DELAY", "ORCPT=rfc822;B+2Bb@hagiang.gov.vn"]) {
      assert.ok(rcpt.includes(parameter), rcpt)
    }
  })

  await t.test("success is told by the next hop that took the wish over, not by us", async () => {
    const wished = "<c@hagiang.gov.vn> NOTIFY=SUCCESS"
    await sendMail(ours.port, { from: FROM, to: [wished], message: mail({ from: FROM }) })
    const received = await away.waitFor(2)
    assert.match(received[1]?.rcpt[0] ?? "", /NOTIFY=SUCCESS/)
    assert.equal(home.received.length, 0)
  })

  await t.test("what we refuse, the sender's own server reports, in our words", async () => {
    const message = mail({ from: FROM, attachments: [{ name: "a.docx", bytes: asDocx(official()) }] })
    await sendMail(ours.port, { from: FROM, to: ["d@gmail.com"], message })
    const [bounce] = await home.waitFor(1)
    assert.ok(bounce)
    assert.equal(pathOf(bounce.mail), "")
    assert.deepEqual(bounce.rcpt.map(pathOf), [FROM])
    const report = await readReport(bounce.bytes)
    assert.match(report.message["reporting-mta"] ?? "", /mail\.tuyenquang\.example/)
    assert.equal(report.details[0]?.["status"], "5.7.1")
    assert.match(report.details[0]["diagnostic-code"] ?? "", /550 5\.7\.1 \[\w+\] Khong gui tai lieu cong vu/)
    assert.equal(await ours.queued(), 0)
  })
})
