/** Files that only a password opens, in a browser: a wrong one changes nothing, the right one lets the mail go. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { NO_BROWSER, openBrowser, openPage } from "../support/browser.ts"
import { startClamd } from "../support/clamd.ts"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { FILE_PASSWORD, NO_ZIP, sealed } from "../support/sealed.ts"
import { openSink } from "../support/sink.ts"
import { comeIn } from "./entrance.ts"

test("the password of sealed files is typed, and the mail arrives", { skip: NO_BROWSER || NO_ZIP }, async (t) => {
  const clamd = await startClamd()
  if (clamd === null) return t.skip("clamd is not installed")
  t.after(() => clamd.stop())
  const browser = await openBrowser()
  t.after(() => browser.close())
  await using sink = await openSink()
  const routes = [{ domains: ["*"], to: sink.url, tls: "off" }]
  await using gateway = await startGateway({ settings: { deliver: { routes }, scan: { clamd: clamd.unix } } })
  const attachments = [{ name: "du-toan.zip", bytes: await sealed("Dự toán năm 2027\n") }]
  const message = mail({ subject: "Dự toán", body: "Xin gửi tệp", attachments })
  const { reply } = await sendMail(gateway.inbound, { from: "x@example.org", to: ["a@tuyenquang.gov.vn"], message })
  const code = /^250 2\.0\.0 \[(\w+)\]/.exec(reply)?.[1] ?? reply

  const seen = await openPage(browser, gateway.console)
  const { page, accessible, picture, faults } = seen
  await comeIn(gateway, seen)
  await page.goto(`${gateway.console}/held/${code}`)
  await page.getByRole("button", { name: "Nhập mật khẩu tệp" }).click()
  const dialog = page.getByRole("dialog")
  await dialog.getByLabel("Mật khẩu của tệp").first().fill("sai")
  await dialog.getByLabel("Lý do").fill("người nhận cho biết")
  await dialog.getByRole("button", { name: "Nhập mật khẩu tệp" }).click()
  await dialog.getByText("Mật khẩu này không mở được tệp.").waitFor()
  await accessible()
  await picture("a-wrong-password")
  assert.equal(gateway.events("released").length, 0)

  await dialog.getByLabel("Mật khẩu của tệp").first().fill(FILE_PASSWORD)
  await dialog.getByRole("button", { name: "Nhập mật khẩu tệp" }).click()
  await page.getByText("Đã mở, quét sạch và cho gửi.").waitFor()
  await page.getByText("Thư này không còn bị giữ").waitFor()
  // Notices of its way come before and after it; without it the wait ends in an error.
  const isIt = ({ bytes }: { readonly bytes: Buffer }): boolean => /name="?du-toan\.zip/.test(bytes.toString())
  for (let count = 1; !(await sink.waitFor(count)).some(isIt); count++);
  // Asked again, what is held no more is not found: the page's own words tell it.
  assert.deepEqual(
    faults.filter((fault) => !fault.includes("404")),
    [],
  )
})
