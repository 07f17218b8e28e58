/** Official business that comes from free webmail is delivered with a warning before its text, which its reader sees. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { simpleParser } from "mailparser"
import { asDocx, official } from "../policy/letters.ts"
import { NO_BROWSER, openBrowser } from "../support/browser.ts"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { openSink } from "../support/sink.ts"

const FROM = "phong.noi.vu@gmail.com"
const file = { name: "Báo cáo.docx", bytes: asDocx(official()) }
const to = ["an@tuyenquang.gov.vn"]
/** As Gmail sends it: both forms, base64, no more of a page than the text. */
const both = (html: string): Buffer => {
  const part = (type: string, text: string): string =>
    `Content-Type: text/${type}; charset="UTF-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(text).toString("base64")}\r\n`
  const text = official().lines.join("\r\n")
  return Buffer.from(
    `From: <${FROM}>\r\nTo: <${to[0]}>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n${part("plain", text)}--b\r\n${part("html", html)}--b--\r\n`,
  )
}

test("its text begins with the warning, its file is as it came", async () => {
  await using sink = await openSink()
  await using gateway = await startGateway({
    to: sink.url,
    settings: { agency: { support: { mail: "antoan@tuyenquang.gov.vn" } } },
  })
  const message = mail({ from: FROM, to: to[0] ?? "", attachments: [file] })
  const { reply } = await sendMail(gateway.inbound, { from: FROM, to, message })
  assert.match(reply, /^250 /)
  const [received] = await sink.waitFor(1)
  const { text = "", subject, attachments } = await simpleParser(received?.bytes ?? Buffer.alloc(0))
  assert.match(subject ?? "", /^\[CẢNH BÁO: HỘP THƯ MIỄN PHÍ\]/)
  assert.match(
    text,
    /^! (?:Thư từ bên ngoài|Thu tu ben ngoai)\. [^]*phong\.noi\.vu@gmail\.com[^]*antoan@tuyenquang\.gov\.vn/,
  )
  assert.match(text, /External mail\./)
  assert.ok(attachments[0]?.content.equals(file.bytes))
})

test("no page hides it from its reader", { skip: NO_BROWSER }, async () => {
  const chromium = await openBrowser()
  await using sink = await openSink()
  await using gateway = await startGateway({ to: sink.url })
  const hiding = `<html><head><style>div,p,body>*{display:none!important;font-size:0!important;color:#fff!important;height:0;position:absolute;left:-999em}</style></head><body><!-- <p>${official().lines.join("<br>")}</p></body></html>`
  await sendMail(gateway.inbound, { from: FROM, to, message: both(hiding) })
  const [received] = await sink.waitFor(1)
  const { html } = await simpleParser(received?.bytes ?? Buffer.alloc(0))
  const page = await chromium.newPage()
  try {
    await page.setContent(String(html))
    const warning = page.getByText("Thư từ bên ngoài.")
    assert.ok(await warning.isVisible())
    const { width = 0, height = 0, x = -1, y = -1 } = (await warning.boundingBox()) ?? {}
    assert.ok(width > 200 && height > 40 && x >= 0 && y >= 0, `${width} × ${height} at ${x}, ${y}`)
  } finally {
    await chromium.close()
  }
})
