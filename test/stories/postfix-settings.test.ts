/** The lines of README.md for Postfix, in a real one before and behind the gateway: both directions, no way past, no loop. */
import assert from "node:assert/strict"
import { writeFile, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { parse } from "yaml"
import { block, remapped } from "../docs/readme.ts"
import { makeCertificate } from "../support/certificate.ts"
import { connect } from "../support/client.ts"
import { type Gateway, startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { noPostfix, type Postfix, startPostfix } from "../support/postfix.ts"
import { freePorts } from "../support/process.ts"
import { openSink, pathOf, type Sink } from "../support/sink.ts"

const OURS = "an@tuyenquang.gov.vn"
const COLLEAGUE = "binh@tuyenquang.gov.vn"
const AWAY = "cuong@hagiang.gov.vn"
const STRANGER = "dung@example.org"

/** 10.0.0.5 says so when it connects; the gateway and the kernel's own choice are 127.0.0.1. */
const MAIL_SERVER = "127.0.0.5"
/** Where mynetworks of the mail server are. */
const OFFICE = "127.0.0.8"
const OUTSIDE = "127.0.0.9"

/** What every Postfix with mailboxes has and README.md need not say. */
function withMailboxes(mailbox: Sink, pem: string): readonly string[] {
  return [
    `mynetworks = ${OFFICE}`,
    `smtp_bind_address = ${MAIL_SERVER}`,
    "virtual_mailbox_domains = tuyenquang.gov.vn",
    `virtual_mailbox_maps = inline:{${OURS}=x, ${COLLEAGUE}=x}`,
    `virtual_transport = smtp:[127.0.0.1]:${mailbox.port}`,
    `smtpd_tls_chain_files = ${pem}`,
  ]
}

async function send(port: number, localAddress: string, { from, to }: { readonly from: string; readonly to: string }) {
  const client = await connect(port, { localAddress })
  await client.expect(/^220/)
  await client.say("EHLO client.example", /^250/)
  const { reply } = await client.transact({ from, to: [to], message: mail({ from, to }) })
  client.close()
  return reply
}

/** Received fields that the gateway wrote. */
function passes({ bytes }: { readonly bytes: Buffer }): readonly string[] {
  return (
    bytes.toString("latin1").match(/^Received:.*(?:\r\n[ \t].*)*by mx\.tuyenquang\.gov\.vn.*(?:\r\n[ \t].*)*/gm) ?? []
  )
}

describe("Postfix with the settings of README.md", { skip: noPostfix }, () => {
  let dir = ""
  let pem = ""
  let internet: Sink
  let mailbox: Sink
  let postfix: Postfix
  let gateway: Gateway
  let handIn = 0
  let inbound = 0
  let submission = 0

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "congthu-readme-"))
    const certificate = await makeCertificate("mx.tuyenquang.gov.vn")
    const files = { cert: join(dir, "tls.crt"), key: join(dir, "tls.key") }
    pem = join(dir, "mail.pem")
    await writeFile(files.cert, certificate.cert)
    await writeFile(files.key, certificate.key)
    await writeFile(pem, `${certificate.key}${certificate.cert}`)
    internet = await openSink()
    mailbox = await openSink({ tls: certificate })
    ;[inbound = 0, submission = 0, handIn = 0] = await freePorts(3)

    const started = await startPostfix({
      hostname: "mail.tuyenquang.gov.vn",
      relayTo: 1,
      settings: [...withMailboxes(mailbox, pem), ...lines("/etc/postfix/main.cf on 10.0.0.5")],
      services: remapped(block("/etc/postfix/master.cf on 10.0.0.5"), {
        "[10.0.0.4]:587": `[127.0.0.1]:${submission}`,
        submission: `127.0.0.1:${handIn}`,
      }),
    })
    assert.ok(started)
    postfix = started
    const shown = remapped(block("config/gateway.yaml on 10.0.0.4"), {
      "port: 25 ": `port: ${inbound} `,
      "port: 587": `port: ${submission}`,
      "0.0.0.0": "127.0.0.1",
      "10.0.0.4": "127.0.0.1",
      "10.0.0.5:25": `127.0.0.1:${postfix.port}`,
      "10.0.0.5": MAIL_SERVER,
      "to: mx": `to: "${internet.url}", tls: off`,
      "/etc/congthu": dir,
      'clamd: "unix:/run/clamav/clamd.ctl"': "clamd: null",
    })
    gateway = await startGateway({ settings: parse(shown) as Record<string, unknown> })
  })
  after(async () => {
    await gateway?.[Symbol.asyncDispose]()
    await postfix?.stop()
    await internet?.close()
    await mailbox?.close()
    await rm(dir, { recursive: true, force: true })
  })

  function lines(title: string): readonly string[] {
    const places = { "[10.0.0.4]:587": `[127.0.0.1]:${submission}` }
    return remapped(block(title), places).replaceAll("10.0.0.4", "127.0.0.1").split("\n")
  }

  test("mail to the outside goes through the gateway, encrypted", async () => {
    const count = internet.received.length
    assert.match(await send(postfix.port, OFFICE, { from: OURS, to: AWAY }), /^250/)
    const message = (await internet.waitFor(count + 1)).at(-1)
    assert.deepEqual(message?.rcpt.map(pathOf), [AWAY])
    assert.match(passes(message)[0] ?? "", /from mail\.tuyenquang\.gov\.vn .*\[127\.0\.0\.5\][^]* with ESMTPS /)
    assert.equal(passes(message).length, 1)
  })

  test("mail from outside comes through the gateway into the mailbox, encrypted", async () => {
    const count = mailbox.received.length
    assert.match(await send(inbound, OUTSIDE, { from: STRANGER, to: COLLEAGUE }), /^250/)
    const message = (await mailbox.waitFor(count + 1)).at(-1)
    assert.deepEqual(message?.rcpt.map(pathOf), [COLLEAGUE])
    assert.equal(passes(message).length, 1)
    assert.match(message.bytes.toString("latin1"), /by mail\.tuyenquang\.gov\.vn \(Postfix\) with ESMTPS/)
  })

  test("an unknown mailbox is refused at the gateway, while the sender is there", async () => {
    assert.match(await send(inbound, OUTSIDE, { from: STRANGER, to: "ai@tuyenquang.gov.vn" }), /^550 5\.1\.1 /)
  })

  test("nobody gets past the gateway", async () => {
    assert.match(
      await send(postfix.port, OUTSIDE, { from: STRANGER, to: COLLEAGUE }),
      /^554 5\.7\.1 .*Client host rejected/,
    )
    assert.match(await send(submission, OUTSIDE, { from: OURS, to: AWAY }), /^5[35]0 5\.7\./)
  })

  test("what is no mailbox behind does not go round", async () => {
    assert.match(
      await send(postfix.port, "127.0.0.1", { from: STRANGER, to: AWAY }),
      /^554 5\.7\.1 .*Relay access denied/,
    )
    assert.match(await send(inbound, OUTSIDE, { from: STRANGER, to: "x@moi.tuyenquang.gov.vn" }), /^[45]5\d /)
    assert.equal(await postfix.queued(), 0)
  })

  test("Postfix takes what the gateway takes", async () => {
    const [ours, theirs] = await Promise.all([sizeOf(inbound), sizeOf(postfix.port)])
    assert.ok(theirs > ours, `${theirs} for ${ours}`)
  })

  test("mail between colleagues passes the gateway once when the service for people hands it on", async () => {
    const count = mailbox.received.length
    assert.match(await send(handIn, OFFICE, { from: OURS, to: COLLEAGUE }), /^250/)
    const message = (await mailbox.waitFor(count + 1)).at(-1)
    assert.deepEqual(message?.rcpt.map(pathOf), [COLLEAGUE])
    assert.equal(passes(message).length, 1)
  })

  test("unit by unit: one unit's mail goes through the gateway, the others' as before", async () => {
    const mailServer = await startPostfix({
      hostname: "mail.tuyenquang.gov.vn",
      relayTo: internet.port,
      settings: [...withMailboxes(mailbox, pem), ...lines("/etc/postfix/main.cf on 10.0.0.5, unit by unit")],
    })
    assert.ok(mailServer)
    await using stopping = mailServer
    for (const [from, through] of [
      ["an@sokhcn.tuyenquang.gov.vn", 1],
      [OURS, 0],
    ] as const) {
      const count = internet.received.length
      assert.match(await send(stopping.port, OFFICE, { from, to: AWAY }), /^250/)
      const message = (await internet.waitFor(count + 1)).at(-1)
      assert.equal(pathOf(message?.mail ?? ""), from)
      assert.equal(message && passes(message).length, through)
    }
  })
})

/** What EHLO says; RFC 1870. */
async function sizeOf(port: number): Promise<number> {
  const client = await connect(port)
  await client.expect(/^220/)
  const offered = await client.say("EHLO client.example", /^250/)
  client.close()
  return Number(/^250[- ]SIZE (\d+)$/m.exec(offered)?.[1])
}
