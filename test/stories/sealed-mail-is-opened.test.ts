/** A sealed file waits until somebody gives its password: opened, scanned, and let go or kept with what is in it. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { EICAR, startClamd } from "../support/clamd.ts"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { FILE_PASSWORD, NO_ZIP, sealed } from "../support/sealed.ts"
import { openSink } from "../support/sink.ts"

/** Loads a template from elsewhere when it is opened. */
const TEMPLATE = "{\\rtf1\\ansi{\\*\\template http://192.0.2.1/a.dotm}Dự toán}"

test("the right password lets go what is clean, and keeps what is not", {
  skip: NO_ZIP,
}, async (t) => {
  const clamd = await startClamd()
  if (clamd === null) return t.skip("clamd is not installed")
  t.after(() => clamd.stop())
  await using sink = await openSink()
  const routes = [{ domains: ["*"], to: sink.url, tls: "off" }]
  await using gateway = await startGateway({ settings: { deliver: { routes }, scan: { clamd: clamd.unix } } })
  const send = async (text: string, name?: string): Promise<string> => {
    const message = mail({ body: "Xin gửi tệp", attachments: [{ name: "a.zip", bytes: await sealed(text, name) }] })
    const { reply } = await sendMail(gateway.inbound, { from: "x@example.org", to: ["a@tuyenquang.gov.vn"], message })
    return /^250 2\.0\.0 \[(\w+)\]/.exec(reply)?.[1] ?? reply
  }
  const [clean, bad] = [await send("Dự toán năm 2027\n"), await send(EICAR)]
  assert.equal((await gateway.command("held", "release", clean, "--password", "sai")).code, 1, "a wrong one")
  assert.equal(gateway.events("released").length, 0)

  const kept = await gateway.command("held", "release", bad, "--password", FILE_PASSWORD)
  assert.equal(kept.code, 1)
  assert.match(kept.stderr, /malware Eicar-Test-Signature/)
  const template = await send(TEMPLATE, "a.rtf")
  const fetching = await gateway.command("held", "release", template, "--password", FILE_PASSWORD)
  assert.equal(fetching.code, 1, "what the policy holds unsealed is held here too")
  assert.match(fetching.stderr, /external-reference/)
  const again = await gateway.command("held", "release", bad, "--reason", "thử")
  assert.match(again.stdout, /another person must too/, "what is known to be malware takes two of security")

  const done = await gateway.command(
    "held",
    "release",
    clean,
    "--password",
    FILE_PASSWORD,
    "--reason",
    "người nhận cho biết",
  )
  assert.equal(done.code, 0, done.stderr)
  await gateway.until("it arrives", (log) =>
    log.some(({ msg, transaction }) => msg === "delivered" && transaction === clean),
  )
  const arrived = (await sink.waitFor(1)).some(({ bytes }) => bytes.includes(`id ${clean};`))
  assert.ok(arrived)
})
