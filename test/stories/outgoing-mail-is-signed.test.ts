/** Mail of ours carries DKIM signatures that others verify; what we change of others' mail is sealed with ARC. */
import assert from "node:assert/strict"
import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, describe, test } from "node:test"
import { authenticate } from "mailauth"
import { recordOf } from "../../src/commands/dkim.ts"
import { sendMail } from "../support/client.ts"
import { dns } from "../support/dns.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { runProcess } from "../support/process.ts"
import { openSink } from "../support/sink.ts"

const dir = await mkdtemp(join(tmpdir(), "congthu-"))
after(() => rm(dir, { recursive: true }))
const MAIN = join(import.meta.dirname, "../../src/main.ts")
const RSA = join(dir, "rsa.pem")
const ED25519 = join(dir, "ed25519.pem")
for (const [type, file] of [
  ["rsa", RSA],
  ["ed25519", ED25519],
] as const) {
  const made = await runProcess([process.execPath, MAIN, "dkim", "generate", "--type", type, "--out", file])
  assert.equal(made.code, 0, made.stderr)
}
const KEYS = [
  { domain: "tuyenquang.gov.vn", selector: "s2026", key: RSA },
  { domain: "tuyenquang.gov.vn", selector: "e2026", key: ED25519 },
]
const ZONE: Readonly<Record<string, readonly string[]>> = {
  "TXT s2026._domainkey.tuyenquang.gov.vn": [recordOf(RSA)],
  "TXT e2026._domainkey.tuyenquang.gov.vn": [recordOf(ED25519)],
  "TXT _dmarc.tuyenquang.gov.vn": ["v=DMARC1; p=reject; adkim=s"],
}

interface Proven {
  readonly dkim: readonly string[]
  readonly dmarc: string
  readonly arc: string
}

/** As whoever gets it would. */
async function proven(message: Buffer): Promise<Proven> {
  const resolver = (name: string, type: string): Promise<string[][]> => {
    const records = ZONE[`${type} ${name}`]
    if (records !== undefined) return Promise.resolve(records.map((text) => [text]))
    return Promise.reject(Object.assign(new Error("no record"), { code: "ENOTFOUND" }))
  }
  const told = await authenticate(message, { ip: "192.0.2.9", helo: "h", sender: "", mta: "mx.far.example", resolver })
  return {
    dkim: told.dkim.results.flatMap(({ status, signingDomain, selector }) =>
      status.result === "none" ? [] : [`${status.result} ${selector} ${signingDomain}`],
    ),
    dmarc: told.dmarc === false ? "none" : told.dmarc.status.result,
    arc: told.arc === false ? "none" : (told.arc.status?.result ?? "none"),
  }
}

describe("mail of our own authors", async () => {
  const sink = await openSink()
  after(() => sink.close())
  const gateway = await startGateway({ to: sink.url, settings: { dkim: KEYS } })
  after(() => gateway.stop())
  const to = ["b@hagiang.gov.vn"]

  async function sent(
    from: string,
    options: { author?: string; bytes?: Buffer; submission?: boolean } = {},
  ): Promise<Buffer> {
    const count = sink.received.length
    const message = options.bytes ?? mail({ from: options.author ?? from, header: ["Reply-To: an@tuyenquang.gov.vn"] })
    assert.match((await sendMail(gateway.submission, { from, to, message })).reply, /^250/)
    return (await sink.waitFor(count + 1)).at(-1)?.bytes ?? Buffer.alloc(0)
  }
  const BOTH = ["pass s2026 tuyenquang.gov.vn", "pass e2026 tuyenquang.gov.vn"]

  test("has a signature of each key, and passes DMARC", async () => {
    const { dkim, dmarc } = await proven(await sent("an@tuyenquang.gov.vn"))
    assert.deepEqual([dkim.toSorted(), dmarc], [BOTH.toSorted(), "pass"])
  })

  test("is signed by the domain above a unit's own", async () => {
    assert.deepEqual((await proven(await sent("an@so.tuyenquang.gov.vn"))).dkim.toSorted(), BOTH.toSorted())
  })

  test("loses it with a letter of its text, a second From, or another Subject", async () => {
    const message = (await sent("an@tuyenquang.gov.vn")).toString("latin1")
    const changed = [
      message.replace("Date: Mon", "Date: Tue"),
      message.replace(/\r\n\r\n/, "\r\n\r\nX"),
      `${message}more\r\n`,
      `From: evil@example.com\r\n${message}`,
      `Subject: other\r\n${message}`,
      `Content-Type: text/html\r\n${message}`,
    ]
    for (const one of changed) {
      const { dkim } = await proven(Buffer.from(one, "latin1"))
      assert.ok(
        dkim.every((result) => !result.startsWith("pass")),
        dkim.join(", "),
      )
    }
  })

  test("has no l= tag", async () =>
    assert.doesNotMatch((await sent("an@tuyenquang.gov.vn")).toString("latin1"), /\bl=\d/))

  test("is signed also with an empty body, odd white space and 2 MB", async () => {
    const head =
      "From: an@tuyenquang.gov.vn\r\nTo:  b@hagiang.gov.vn \r\nSubject: =?utf-8?B?4bqvbmc=?=\r\n\t tiep  theo\r\n"
    const line = "aGkgdGhlcmUK".repeat(6)
    for (const body of [
      "",
      "\r\n",
      "\r\n\r\n\r\n",
      "\r\n a \t b \r\n\r\n \r\n",
      `\r\n${`${line}\r\n`.repeat(28_000)}`,
    ]) {
      const { dkim } = await proven(await sent("an@tuyenquang.gov.vn", { bytes: Buffer.from(head + body) }))
      assert.deepEqual(dkim.toSorted(), BOTH.toSorted(), JSON.stringify(body.slice(0, 20)))
    }
  })

  test("of foreign authors is not, nor what a server of ours passes on in our name", async () => {
    assert.deepEqual((await proven(await sent("an@tuyenquang.gov.vn", { author: "x@example.com" }))).dkim, [])
    assert.deepEqual((await proven(await sent("x@example.com", { author: "an@tuyenquang.gov.vn" }))).dkim, [])
  })

  test("our own notices are signed too", async () => {
    const count = sink.received.length
    const held = mail({ from: "x@congty.example", to: "an@tuyenquang.gov.vn", header: ["Sender: x@tuyenquang-gov.vn"] })
    const { reply } = await sendMail(gateway.inbound, {
      from: "x@congty.example",
      to: ["an@tuyenquang.gov.vn"],
      message: held,
    })
    assert.match(reply, /^250/)
    const notices = await sink.waitFor(count + 1)
    assert.deepEqual((await proven(notices.at(-1)?.bytes ?? Buffer.alloc(0))).dkim.toSorted(), BOTH.toSorted())
  })
})

test("what we change of a stranger's mail is sealed, on top of a sound chain; what we only trace is not", async () => {
  const server = await dns(ZONE)
  await using sink = await openSink()
  const settings = { dkim: KEYS, authentication: { check: true, resolver: server.resolver, timeout: "2s" } }
  await using gateway = await startGateway({ to: sink.url, settings })
  const to = ["an@tuyenquang.gov.vn"]
  const send = async (message: Buffer, from: string): Promise<Buffer> => {
    const count = sink.received.length
    assert.match((await sendMail(gateway.inbound, { from, to, message })).reply, /^250/)
    return (await sink.waitFor(count + 1)).at(-1)?.bytes ?? Buffer.alloc(0)
  }
  const tagged = await send(mail({ from: "x@gmail.com", to: to[0] ?? "" }), "x@gmail.com")
  assert.match(
    tagged.toString("latin1"),
    /^ARC-Seal: i=1; a=rsa-sha256; t=\d+; cv=none; d=tuyenquang\.gov\.vn; s=s2026;/m,
  )
  assert.match(tagged.toString("latin1"), /^Subject: =\?/m)
  assert.equal((await proven(tagged)).arc, "pass")
  assert.equal(
    (await proven(Buffer.from(tagged.toString("latin1").replace("Date: Mon", "Date: Tue"), "latin1"))).arc,
    "fail",
  )

  // It comes back, as from a mailing list of ours: our own fields are taken out again, which is a change.
  const again = await send(tagged, "x@gmail.com")
  assert.match(again.toString("latin1"), /^ARC-Seal: i=2; a=rsa-sha256; t=\d+; cv=pass;/m)
  assert.equal((await proven(again)).arc, "pass")
  const broken = Buffer.from(tagged.toString("latin1").replace("Date: Mon", "Date: Tue"), "latin1")
  assert.doesNotMatch((await send(broken, "x@gmail.com")).toString("latin1"), /^ARC-Seal: i=2/m)

  const traced = await send(mail({ from: "x@congty.example", to: to[0] ?? "" }), "x@congty.example")
  assert.doesNotMatch(traced.toString("latin1"), /^ARC-/m)
  await server.close()
})

test("faults of keys are told, and check asks DNS", async () => {
  await using gateway = await startGateway({ settings: { dkim: KEYS } })
  const server = await dns({ ...ZONE, "TXT e2026._domainkey.tuyenquang.gov.vn": [recordOf(RSA)] })
  await gateway.configure({ dkim: KEYS, authentication: { resolver: server.resolver } })
  const records = await gateway.command("dkim", "records")
  assert.equal(records.code, 0, records.stderr)
  assert.match(
    records.stdout,
    /^s2026\._domainkey\.tuyenquang\.gov\.vn\. IN TXT \( "v=DKIM1; k=rsa; p=[^"]{230,}" "[^"]+" \)$/m,
  )
  const asked = await gateway.command("dkim", "check")
  assert.equal(asked.code, 1)
  assert.match(asked.stdout, /^s2026\.\S+: ok\ne2026\.\S+: .*another key$/m)
  await chmod(ED25519, 0o644)
  await gateway.configure({
    dkim: [
      ...KEYS,
      { domain: "tuyenquang.gov.vn", selector: "s2026", key: MAIN },
      { domain: "x.vn", selector: "a b", key: RSA },
    ],
  })
  const told = await gateway.command("check")
  assert.equal(told.code, 2)
  await gateway.configure({
    dkim: [
      ...KEYS,
      { domain: "tuyenquang.gov.vn", selector: "s2026", key: MAIN },
      { domain: "x.vn", selector: "a", key: MAIN },
    ],
  })
  const faults = await gateway.command("check")
  assert.match(
    faults.stderr,
    /dkim\[1\]\.key: expected a file that only its owner and group can read \(chmod 640\), got .* \(mode 0644\)/,
  )
  assert.match(faults.stderr, /dkim\[2\]\.selector: expected a selector of its own for each key/)
  assert.match(faults.stderr, /dkim\[3\]\.key: expected /)
  await chmod(ED25519, 0o600)
  const over = await runProcess([process.execPath, MAIN, "dkim", "generate", "--out", RSA])
  assert.equal(over.code, 2)
  assert.match(over.stderr, /expected a new file/)
  await server.close()
})
