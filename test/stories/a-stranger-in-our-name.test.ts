/** Somebody outside writes in our name: what DNS tells stands in the header, and only rules that ask for it wait for it. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { sendMail } from "../support/client.ts"
import { dns } from "../support/dns.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { openSink } from "../support/sink.ts"

const FORGED = "giamdoc@so.tuyenquang.gov.vn"
const ZONE = {
  "TXT so.tuyenquang.gov.vn": ["v=spf1 ip4:192.0.2.1 -all"],
  "TXT _dmarc.tuyenquang.gov.vn": ["v=DMARC1; p=reject"],
  "TXT hanoi.gov.vn": ["v=spf1 ip4:127.0.0.1 -all"],
  "TXT _dmarc.hanoi.gov.vn": ["v=DMARC1; p=reject"],
} as const
const POLICY = `
units: [{ id: tinh, name: { vi: Tỉnh, en: Province }, domains: [tuyenquang.gov.vn] }]
rules:
  - id: forged-state-sender
    owner: tinh
    when: { all: [{ from-domain: gov.vn }, { authentication: { dmarc: [fail, temperror, permerror] } }] }
    then: reject
    title: { vi: Mạo danh cơ quan nhà nước, en: Forged state sender }
${["malware", "forbidden-type", "disguised", "encrypted", "unscannable", "macro", "active-content", "archive-bomb"]
  .concat(["ambiguous", "known-bad", "external-reference", "embedded-file"])
  .map((kind) => `  - { id: ${kind}, owner: tinh, when: { finding: ${kind} }, then: flag, title: { vi: a, en: b } }`)
  .join("\n")}
`
function from(sender: string) {
  return {
    from: sender,
    to: ["vanthu@tuyenquang.gov.vn"],
    message: mail({ from: sender, to: "vanthu@tuyenquang.gov.vn" }),
  }
}
/** The field of ours, unfolded. */
function results(message: Buffer): string {
  const [field = ""] =
    /^Authentication-Results: mx\.tuyenquang\.gov\.vn;.*\r\n(?:\t.*\r\n)*/m.exec(message.toString()) ?? []
  return field.replaceAll(/\r\n\t?/g, " ").trim()
}

test("a forged sender that is only flagged arrives with the truth in the header; our own server's mail is not asked about", async () => {
  const server = await dns(ZONE)
  await using sink = await openSink()
  const authentication = { check: true, resolver: server.resolver, timeout: "2s" }
  const policy = POLICY.replace("then: reject", "then: flag")
  await using gateway = await startGateway({ to: sink.url, policy, settings: { authentication } })

  assert.match((await sendMail(gateway.inbound, from(FORGED))).reply, /^250/)
  const [forged] = await sink.waitFor(1)
  assert.equal(
    results(forged?.bytes ?? Buffer.alloc(0)),
    "Authentication-Results: mx.tuyenquang.gov.vn; spf=fail smtp.mailfrom=so.tuyenquang.gov.vn; dkim=none;" +
      " dmarc=fail header.from=so.tuyenquang.gov.vn; arc=none",
  )
  assert.match((await sendMail(gateway.submission, from(FORGED))).reply, /^250/)
  const [, own] = await sink.waitFor(2)
  assert.equal(results(own?.bytes ?? Buffer.alloc(0)), "Authentication-Results: mx.tuyenquang.gov.vn; none")
  await server.close()
})

test("a rule that asks who it is rejects the forger, and waits while no resolver answers; other mail passes", async () => {
  const server = await dns(ZONE)
  await using sink = await openSink()
  const authentication = { check: true, resolver: server.resolver, timeout: "1s" }
  await using gateway = await startGateway({ to: sink.url, policy: POLICY, settings: { authentication } })

  assert.match((await sendMail(gateway.inbound, from(FORGED))).reply, /^550 5\.7\.1 /)
  assert.match((await sendMail(gateway.inbound, from("vanthu@hanoi.gov.vn"))).reply, /^250/)
  await server.close()
  assert.match((await sendMail(gateway.inbound, from("vanthu@haiphong.gov.vn"))).reply, /^451 4\.7\.1 /)
  assert.match((await sendMail(gateway.inbound, from("cong.dan@example.org"))).reply, /^250/)
  await sink.waitFor(2)
  assert.deepEqual(
    sink.received.map(({ mail: command }) => /<(.*)>/.exec(command)?.[1]),
    ["vanthu@hanoi.gov.vn", "cong.dan@example.org"],
  )
  assert.match(results(sink.received[1]?.bytes ?? Buffer.alloc(0)), /; none$/)
})
