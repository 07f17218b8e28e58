/** A next hop that is down, busy, or breaks off at any command: the mail waits and arrives once, or its sender is told. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { fieldsBefore, mail } from "../support/mail.ts"
import { readReport } from "../support/report.ts"
import { DROP, openSink, pathOf, type Sink, type Step } from "../support/sink.ts"

const FROM = "vanthu@tuyenquang.gov.vn"
const STEPS = ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END"] as const

interface Trouble {
  readonly step: Step
  readonly answer: string | typeof DROP
}

/** Domain → what the first connection to its next hop meets; afterwards all is well. */
const PASSING: Readonly<Record<string, Trouble>> = Object.fromEntries(
  STEPS.flatMap((step) => [
    [`drop-${step.toLowerCase()}.example`, { step, answer: DROP }],
    [`busy-${step.toLowerCase()}.example`, { step, answer: "421 4.3.2 come later" }],
  ]),
)
/** Domain → where its next hop always says no. */
const FINAL: Readonly<Record<string, Trouble>> = Object.fromEntries(
  (["MAIL", "RCPT", "DATA", "END"] as const).map((step) => [
    `no-${step.toLowerCase()}.example`,
    { step, answer: "550 5.7.99 khong nhan\u0007" },
  ]),
)

function once({ step, answer }: Trouble) {
  let met = false
  return (at: Step) => {
    if (met || at !== step) return undefined
    met = true
    return answer
  }
}

test("the mail arrives once, or its sender is told why not", async (t) => {
  await using home = await openSink()
  const sinks = new Map<string, Sink>()
  for (const [domain, trouble] of Object.entries(PASSING)) sinks.set(domain, await openSink({ answer: once(trouble) }))
  for (const [domain, { step, answer }] of Object.entries(FINAL)) {
    sinks.set(domain, await openSink({ answer: (at) => (at === step ? answer : undefined) }))
  }
  t.after(() => Promise.all([...sinks.values()].map((sink) => sink.close())))
  const routes = [
    ...[...sinks].map(([domain, sink]) => ({ domains: [domain], to: sink.url, tls: "off" })),
    // Nothing ever listens at port 1.
    { domains: ["down.example"], to: "smtp://127.0.0.1:1", tls: "off" },
    { domains: ["*"], to: home.url, tls: "off" },
  ]
  await using gateway = await startGateway({ settings: { deliver: { routes, expire: "12s" } } })
  const message = mail({ from: FROM })
  const domains = [...sinks.keys(), "down.example"]
  const send = (from: string, domain: string) => sendMail(gateway.submission, { from, to: [`b@${domain}`], message })
  const replies = await Promise.all(domains.map(async (domain) => (await send(FROM, domain)).reply))
  for (const [index, reply] of replies.entries()) assert.match(reply, /^250/, domains[index])
  assert.match((await send("", "no-rcpt.example")).reply, /^250/)

  await t.test("what passes is waited for, and the message arrives once and whole", async () => {
    await gateway.waitFor("delivered", Object.keys(PASSING).length)
    for (const domain of Object.keys(PASSING)) {
      const received = sinks.get(domain)?.received ?? []
      assert.equal(received.length, 1, domain)
      assert.ok(fieldsBefore(message, received[0]?.bytes ?? Buffer.alloc(0)), domain)
      assert.ok(
        gateway.events("retried").some(({ recipient }) => recipient === `b@${domain}`),
        domain,
      )
    }
  })

  await t.test("what does not pass is told to the sender in a report that Python understands", async () => {
    const failing = [...Object.keys(FINAL), "down.example"]
    for (const received of await home.waitFor(failing.length, 30_000)) {
      assert.equal(pathOf(received.mail), "")
      assert.deepEqual(received.rcpt.map(pathOf), [FROM])
      const report = await readReport(received.bytes)
      const domain = report.recipients[0]?.["final-recipient"]?.replace(/.*@/, "") ?? ""
      assert.deepEqual(report.defects, [], domain)
      assert.equal(report.type, "multipart/report")
      assert.equal(report.reportType, "delivery-status")
      assert.deepEqual(report.parts.slice(0, 2), ["multipart/alternative", "message/delivery-status"])
      assert.equal(report.autoSubmitted, "auto-replied")
      assert.match(report.message["reporting-mta"] ?? "", /^dns; ?mx\.tuyenquang\.gov\.vn$/)
      assert.equal(report.details.length, 1)
      assert.equal(report.details[0]?.["action"], "failed")
      assert.match(report.text, /[ạảấầẩẫậ]/, "the words are Vietnamese")
      assert.match(report.returned, /^From: <vanthu@tuyenquang\.gov\.vn>\r?$/m)
      if (domain === "down.example") assert.match(report.details[0]["status"] ?? "", /^5\.4\.7$/)
      else {
        assert.equal(report.details[0]["status"], "5.7.99")
        assert.match(report.details[0]["diagnostic-code"] ?? "", /^smtp; ?550 5\.7\.99 khong nhan$/)
      }
      assert.ok(failing.includes(domain), domain)
      failing.splice(failing.indexOf(domain), 1)
    }
    assert.deepEqual(failing, [])
  })

  await t.test("a report that cannot be delivered is answered by none, but kept for a person", async () => {
    await gateway.waitFor("undeliverable")
    const { stdout } = await gateway.command("held", "list", "--json")
    const rows = stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      rows.map(({ recipient, hold }) => [recipient, hold.kind]),
      [["b@no-rcpt.example", "undeliverable"]],
    )
    assert.equal(home.received.length, Object.keys(FINAL).length + 1)
  })
})

test("a stranger's mail that fails later is kept, for a report would go to whoever he names", async () => {
  await using sink = await openSink({ answer: (step) => (step === "RCPT" ? "550 5.1.1 no" : undefined) })
  await using gateway = await startGateway({ to: sink.url })
  const transaction = { from: "victim@example.org", to: ["b@tuyenquang.gov.vn"], message: mail() }
  assert.match((await sendMail(gateway.inbound, transaction)).reply, /^250/)
  await gateway.waitFor("undeliverable")
  assert.equal(gateway.events("bounced").length, 0)
  assert.match((await gateway.command("held", "list")).stdout, /undeliverable/)
})
