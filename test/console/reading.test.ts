/** An approver reads held mail in a browser: its words and its papers, as pictures the server draws; each look stands in the trail. */
import assert from "node:assert/strict"
import { existsSync } from "node:fs"
import { test } from "node:test"
import { pdf } from "../read/pdf-writer.ts"
import { NO_BROWSER, openBrowser, openPage } from "../support/browser.ts"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { comeIn } from "./entrance.ts"

const NO_POPPLER = existsSync("/usr/bin/pdftoppm") ? false : "poppler-utils is not installed"
/** Half official: the policy holds it on its way to free webmail. */
const HALF = [
  "Kính gửi anh, em gửi dự thảo báo cáo 6 tháng và biểu số liệu để anh góp ý trước khi trình ký.",
  "Chiều nay giao ban, chủ tịch cho ý kiến chỉ đạo về giải ngân và giải phóng mặt bằng, chuyên viên tham mưu tờ trình.",
].join("\r\n")
/** How much of a canvas is not white, in the eyes of the page. */
const INK = `(() => {
  const { width, height } = document.querySelector("canvas.sheet")
  const pixels = document.querySelector("canvas.sheet").getContext("2d").getImageData(0, 0, width, height).data
  let ink = 0
  for (let at = 0; at < pixels.length; at += 4) if (pixels[at] < 128 && pixels[at + 3] === 255) ink++
  return ink
})()`

test("words and papers of a held message are read", { skip: NO_BROWSER || NO_POPPLER }, async (t) => {
  const browser = await openBrowser()
  t.after(() => browser.close())
  await using gateway = await startGateway()
  const from = "an@tuyenquang.gov.vn"
  const page = (text: string) => [{ text, x: 60, y: 700 }]
  const attachments = [{ name: "Dự thảo.pdf", bytes: pdf([page("Mot"), page("Hai")]) }]
  const message = mail({ from, to: "binh@gmail.com", subject: "Họp", body: HALF, attachments })
  const { reply } = await sendMail(gateway.submission, { from, to: ["binh@gmail.com"], message })
  assert.match(reply, /^250 /)
  await gateway.waitFor("held")

  const seen = await openPage(browser, gateway.console)
  const { page: tab, accessible, picture, faults } = seen
  await comeIn(gateway, seen)
  await tab.goto(`${gateway.console}/held`)
  await tab.getByRole("button", { name: "Đọc nội dung" }).click()
  await tab.getByLabel("Lý do").fill("xem trước khi duyệt")
  await tab.getByRole("dialog").getByRole("button", { name: "Đọc nội dung" }).click()
  const words = tab.getByRole("textbox", { name: "Nội dung thư" })
  await words.waitFor()
  assert.match(await words.inputValue(), /dự thảo báo cáo 6 tháng/)
  await tab.getByRole("button", { name: "Xem hình trang: Dự thảo.pdf" }).click()
  await tab.getByRole("img", { name: "Dự thảo.pdf, trang 1" }).waitFor()
  await tab.waitForFunction(`${INK} > 0`)
  await accessible()
  await picture("page-of-a-paper")
  await tab.getByRole("button", { name: "Trang sau" }).click()
  await tab.getByRole("img", { name: "Dự thảo.pdf, trang 2" }).waitFor()
  await tab.getByText("Trang 2/2").waitFor()

  const trail = await tab.evaluate<{ readonly rows: readonly { readonly detail: Readonly<Record<string, string>> }[] }>(
    `fetch("/api/audit?kind=content-read").then((one) => one.json())`,
  )
  assert.deepEqual(trail.rows.map(({ detail }) => [detail["reason"], detail["page"]]).toReversed(), [
    ["xem trước khi duyệt", undefined],
    ["xem trước khi duyệt", "1"],
    ["xem trước khi duyệt", "2"],
  ])
  assert.deepEqual(faults, [])
})
