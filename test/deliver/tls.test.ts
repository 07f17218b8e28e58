/** TLS levels of a route, REQUIRETLS, and what happens where the next hop cannot keep up. */
import assert from "node:assert/strict"
import { before, describe, test } from "node:test"
import tls from "node:tls"
import { makeCertificate, type Certificate } from "../support/certificate.ts"
import { met, settings, through, type Given } from "./house.ts"
import { EHLO, nextHop, type Script } from "./next-hop.ts"

let certificate: Certificate
let trusted: Certificate
let misnamed: Certificate

before(async () => {
  ;[certificate, trusted, misnamed] = await Promise.all([
    makeCertificate(),
    makeCertificate(),
    makeCertificate("elsewhere.example"),
  ])
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), trusted.cert, misnamed.cert])
})

type Level = "off" | "opportunistic" | "required" | "verified"
type Row = readonly [Level, next: string, script: () => Script, outcome: string, secure: boolean]

const withTls =
  (more: Script = {}) =>
  (): Script => ({ ...more, tls: certificate })
const rows: readonly Row[] = [
  ["off", "offers TLS", withTls(), "delivered", false],
  ["opportunistic", "offers TLS", withTls(), "delivered", true],
  ["opportunistic", "offers none", () => ({}), "delivered", false],
  ["opportunistic", "refuses STARTTLS", withTls({ say: { STARTTLS: "454 4.7.0 not now" } }), "delivered", false],
  ["opportunistic", "breaks the handshake", withTls({ brokenTls: true }), "delivered", false],
  ["required", "offers TLS", withTls(), "delivered", true],
  ["required", "offers none", () => ({}), "4.7.4", false],
  ["required", "refuses STARTTLS", withTls({ say: { STARTTLS: "554 5.7.0 no" } }), "4.7.4", false],
  ["required", "breaks the handshake", withTls({ brokenTls: true }), "4.7.5", false],
  ["verified", "has a certificate nobody signed", withTls(), "4.7.5", false],
  ["verified", "has a trusted certificate", () => ({ tls: trusted }), "delivered", true],
  ["verified", "offers none", () => ({}), "4.7.4", false],
]

async function sent(level: Level, script: Script, given: Given = {}, host = "127.0.0.1") {
  const hop = await nextHop(script)
  const scheme = script.implicit === true ? "smtps" : "smtp"
  const home = await through(
    settings({ routes: [{ domains: ["*"], to: `${scheme}://${host}:${hop.port}`, tls: level }] }),
    given,
  )
  await hop.close()
  return { outcome: home.settled.map(met)[0], secure: hop.received[0]?.secure ?? false, hop }
}

describe("a route with TLS", () => {
  for (const [level, next, script, outcome, secure] of rows) {
    test(`${level}, to a next hop that ${next} → ${outcome}${secure ? " over TLS" : ""}`, async () => {
      const answer = await sent(level, script())
      assert.deepEqual([answer.outcome, answer.secure], [outcome, secure])
    })
  }

  test("verified wants the next hop's own name", async () => {
    const script = { tls: misnamed }
    assert.equal((await sent("verified", script, {}, "localhost")).outcome, "4.7.5")
  })

  test("from the first octet: smtps", async () => {
    const script = { tls: certificate, implicit: true }
    assert.deepEqual(
      [(await sent("opportunistic", script)).outcome, (await sent("verified", script)).outcome],
      ["delivered", "4.7.5"],
    )
  })
})

describe("REQUIRETLS", () => {
  const asked: Given = { envelope: { requireTls: true }, copy: { requireTls: true } }

  test("goes on to a next hop that offers it", async () => {
    const { outcome, secure, hop } = await sent(
      "opportunistic",
      { tls: certificate, ehlo: [...EHLO, "REQUIRETLS"] },
      asked,
    )
    assert.deepEqual([outcome, secure], ["delivered", true])
    assert.match(hop.received[0]?.mail ?? "", / REQUIRETLS\b/)
  })
  test("fails for good where TLS is there without it", async () => {
    assert.equal((await sent("opportunistic", { tls: certificate }, asked)).outcome, "5.7.30")
  })
  test("fails for good where there is no TLS", async () => {
    assert.equal((await sent("off", {}, asked)).outcome, "5.7.10")
  })
  test("demanded by the policy alone needs TLS, not the extension", async () => {
    const given = { copy: { requireTls: true } }
    assert.deepEqual((await sent("off", { tls: certificate }, given)).secure, true)
    assert.deepEqual((await sent("opportunistic", {}, given)).outcome, "4.7.4")
    assert.deepEqual((await sent("opportunistic", { tls: certificate, brokenTls: true }, given)).outcome, "4.7.5")
  })
})
