/** One message to an agency and to free webmail: the agency gets it, the sender learns in a report what was not sent. */
import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { test } from "node:test"
import { asDocx, official } from "../policy/letters.ts"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { readReport } from "../support/report.ts"
import { openSink, pathOf } from "../support/sink.ts"

const FROM = "an@tuyenquang.gov.vn"
const TO = ["vanthu@hagiang.gov.vn", "a@gmail.com", "b@tuyenquang.gov.vn"]

test("each recipient's copy is judged on its own", async () => {
  await using sink = await openSink()
  await using gateway = await startGateway({ to: sink.url })
  const message = mail({ from: FROM, attachments: [{ name: "a.docx", bytes: asDocx(official()) }] })
  const { reply } = await sendMail(gateway.submission, { from: FROM, to: TO, message })
  assert.match(reply, /^250 /)

  await gateway.waitFor("delivered", 3)
  const received = sink.received.map(({ mail: from, rcpt }) => ({
    from: pathOf(from),
    to: rcpt.map(pathOf).toSorted(),
  }))
  const delivered = received.filter(({ from }) => from === FROM).flatMap(({ to }) => to)
  assert.deepEqual(delivered.toSorted(), ["b@tuyenquang.gov.vn", "vanthu@hagiang.gov.vn"])
  assert.deepEqual(
    received.filter(({ from }) => from === ""),
    [{ from: "", to: [FROM] }],
  )

  const report = sink.received.find(({ mail: from }) => pathOf(from) === "")
  assert.ok(report)
  const { defects, recipients } = await readReport(report.bytes)
  assert.deepEqual(defects, [])
  assert.deepEqual(recipients, [{ "final-recipient": "rfc822; a@gmail.com", action: "failed", status: "5.7.1" }])
  const kinds = ["accepted", "rejected", "refused", "deferred"] as const
  assert.deepEqual(
    kinds.map((kind) => gateway.events(kind).filter(({ recipient }) => recipient !== FROM).length),
    [2, 1, 0, 0],
  )
})

test("from a stranger the copy that may not pass is kept; its recipient and the approver are told, the stranger is not", async () => {
  await using sink = await openSink()
  const policy = (await readFile("config/policy.yaml", "utf8"))
    .replace(/^lists:$/m, "$&\n  closed: [closed@tuyenquang.gov.vn]")
    .replace(/^rules:$/m, "$&\n  - { id: no, when: { recipient-list: closed }, then: reject, title: { vi: a, en: a } }")
  await using gateway = await startGateway({ to: sink.url, policy })
  const { reply } = await sendMail(gateway.inbound, {
    from: "x@example.org",
    to: ["open@tuyenquang.gov.vn", "closed@tuyenquang.gov.vn"],
    message: mail({ from: "x@example.org" }),
  })
  assert.match(reply, /^250 /)
  await gateway.waitFor("delivered", 3)
  assert.deepEqual(
    sink.received.map(({ mail: from, rcpt }) => `${pathOf(from)} → ${rcpt.map(pathOf).join(" ")}`).toSorted(),
    [" → closed@tuyenquang.gov.vn", " → postmaster@tuyenquang.gov.vn", "x@example.org → open@tuyenquang.gov.vn"],
  )
})
