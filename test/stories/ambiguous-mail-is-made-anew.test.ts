/** A policy may let ambiguous mail go on made anew: examined again, the original kept, signed mail left alone. */
import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { test } from "node:test"
import { EICAR, startClamd } from "../support/clamd.ts"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { openSink, pathOf } from "../support/sink.ts"

const RULE = `
  - id: viet-lai
    when: { all: [{ recipient-list: can-than }, { attachment: true }] }
    then: flag
    also: [canonicalise, { header: { name: X-Congthu-Form, value: canonical } }]
    title: { vi: Viết lại, en: Made anew }`

const lines = (...all: readonly string[]): Buffer => Buffer.from(`${all.join("\r\n")}\r\n`, "latin1")

function letter(...part: readonly string[]): Buffer {
  const head = ["From: An <an@example.org>", "Subject: thu", "Message-ID: <1@example.org>", "MIME-Version: 1.0"]
  const text = ["--b", "Content-Type: text/plain", "", "xin chao"]
  const type = "Content-Type: multipart/mixed; boundary=b"
  return lines(...head, type, "", "preamble that hides", ...text, "--b", ...part, "--b--", "epilogue that hides")
}

const FILE = ["Content-Type: application/pdf; name=a.pdf", "Content-Transfer-Encoding: base64", "", "JVBERi0xLjQKeHh4"]

test("a message goes on made anew, and the one that came waits as evidence", async (t) => {
  const clamd = await startClamd()
  if (clamd === null) {
    t.skip("clamav-daemon is not installed")
    return
  }
  t.after(() => clamd.stop())
  const policy = (await readFile("config/policy.yaml", "utf8"))
    .replace(/^lists:$/m, "$&\n  can-than: [a@tuyenquang.gov.vn, b@tuyenquang.gov.vn]")
    .replace(/^rules:$/m, `$&${RULE}`)
  await using sink = await openSink()
  await using gateway = await startGateway({ to: sink.url, policy, settings: { scan: { clamd: clamd.tcp } } })
  const send = (message: Buffer, ...to: readonly string[]) =>
    sendMail(gateway.inbound, { from: "an@example.org", to: to.map((one) => `${one}@tuyenquang.gov.vn`), message })

  const { reply } = await send(letter(...FILE), "a", "b", "c")
  const id = /^250 2\.0\.0 \[(\w+)\]/.exec(reply)?.[1] ?? assert.fail(reply)
  const received = await sink.waitFor(2)
  const anew = received.find(({ rcpt }) => rcpt.map(pathOf).includes("a@tuyenquang.gov.vn"))
  const asItCame = received.find(({ rcpt }) => rcpt.map(pathOf).includes("c@tuyenquang.gov.vn"))
  assert.deepEqual(anew?.rcpt.map(pathOf), ["a@tuyenquang.gov.vn", "b@tuyenquang.gov.vn"])
  assert.doesNotMatch(anew.bytes.toString("latin1"), /that hides|--b\r\n/)
  assert.match(
    anew.bytes.toString("latin1"),
    /X-Congthu-Form: canonical[\s\S]*Subject: thu[\s\S]*filename="a.pdf"[\s\S]*JVBERi0xLjQKeHh4/,
  )
  const said = /Authentication-Results: (?:[^\r]|\r\n\t)*/.exec(anew.bytes.toString("latin1"))?.[0] ?? ""
  assert.ok(said.endsWith(`\r\n\t(verified as it came, id ${id}; made anew by this gateway)`), said)
  assert.doesNotMatch(asItCame?.bytes.toString("latin1") ?? "made anew", /made anew/)
  assert.ok(asItCame?.bytes.toString("latin1").endsWith(letter(...FILE).toString("latin1")))

  const held = (await gateway.command("held", "list", "--json")).stdout
    .split("\n")
    .filter(Boolean)
    .map((row) => JSON.parse(row))
  assert.deepEqual(
    held.map(({ transaction, recipient, hold }) => [transaction, recipient, hold.kind, hold.rules, hold.evidence]),
    ["a", "b"].map((to) => [
      id,
      `${to}@tuyenquang.gov.vn`,
      "quarantine",
      [{ rule: "viet-lai", kind: "quarantine" }],
      true,
    ]),
  )
  assert.equal(gateway.events("noticed").length, 0, "nobody is told of evidence")

  const eicar = ["Content-Type: application/x; name=a.pdf", "", EICAR]
  assert.match((await send(letter(...eicar), "a")).reply, /^550 /)
  const signed = lines(
    "From: an@example.org",
    "MIME-Version: 1.0",
    "Content-Type: multipart/signed; boundary=b; protocol=application/pgp-signature; micalg=pgp-sha256",
    "",
    "--b",
    ...FILE,
    "--b",
    "Content-Type: application/pgp-signature; name=signature.asc",
    "",
    "x",
    "--b--",
  )
  assert.match((await send(signed, "a")).reply, /^250 /)
  await gateway.waitFor("quarantined")
  assert.equal(gateway.events("quarantined").length, 1)
})
