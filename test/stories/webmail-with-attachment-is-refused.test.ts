/** An official's mail program sends a work file to free webmail: its own server shows the line that says why. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { asDocx, familyMail, official } from "../policy/letters.ts"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { openSink } from "../support/sink.ts"

const FROM = "an@tuyenquang.gov.vn"
const file = { name: "Báo cáo.docx", bytes: asDocx(official()) }

test("a file for free webmail is refused in words and code, and nothing is kept", async () => {
  await using sink = await openSink()
  await using gateway = await startGateway({ to: sink.url })
  const message = mail({ from: FROM, to: "a@gmail.com", attachments: [file] })

  const { rcpt, reply } = await sendMail(gateway.submission, { from: FROM, to: ["a@gmail.com"], message })
  assert.match(rcpt[0] ?? "", /^250 /, "on submission the policy speaks after DATA")
  assert.match(reply, /^550 5\.7\.1 \[[0-9A-Z]+\] Khong gui tai lieu cong vu toi hop thu mien phi\. .+webmail/)
  assert.match(reply, /^[\x20-\x7e]{1,204}$/, "one line of printable ASCII")

  const code = /\[(\w+)\]/.exec(reply)?.[1] ?? ""
  assert.ok(reply.endsWith(` ${gateway.console}/e/${code}`))
  const page = await fetch(`${gateway.console}/e/${code}`)
  assert.equal(page.status, 200)
  assert.match(await page.text(), /[ạảấầẩẫậ]/, "the page is in Vietnamese with accents")

  const [rejected, ...more] = gateway.events("rejected")
  assert.deepEqual(more, [])
  assert.equal(rejected?.transaction, code)
  assert.deepEqual(rejected.detail?.["rules"], ["webmail-official-out"])
  assert.equal((await gateway.command("queue", "list", "--json")).stdout, "")
  assert.equal(sink.connections(), 0)
})

test("a private letter is delivered", async () => {
  await using sink = await openSink()
  await using gateway = await startGateway({ to: sink.url })
  const { reply } = await sendMail(gateway.submission, {
    from: FROM,
    to: ["a@gmail.com"],
    message: mail({ from: FROM, body: familyMail().lines.join("\r\n") }),
  })
  assert.match(reply, /^250 2\.0\.0 \[\w+\]/)
  const [received] = await sink.waitFor(1)
  assert.match(received?.bytes.toString() ?? "", /^X-Congthu-Webmail: recipient\r$/m)
  assert.equal(gateway.events("flagged").length, 1)
})
