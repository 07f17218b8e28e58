/** The first administrator in a real browser: from the link printed at start to an account for a colleague, in both languages. */
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import type { Browser } from "playwright-core"
import { asDocx, official } from "../policy/letters.ts"
import { sendMail } from "../support/client.ts"
import { mail } from "../support/mail.ts"
import { openSink } from "../support/sink.ts"
import { NO_BROWSER, openBrowser, openPage } from "../support/browser.ts"
import { startGateway } from "../support/gateway.ts"
import { comeIn, PASSWORD, secondStep } from "./entrance.ts"
import { apiTypes, TYPES } from "./api-types.ts"
import { readFileSync } from "node:fs"

/** Work talk that may be official business: the policy holds it on its way to free webmail. */
const HALF = [
  "Kính gửi anh, em gửi dự thảo báo cáo 6 tháng và biểu số liệu để anh góp ý trước khi trình ký.",
  "Chiều nay giao ban, chủ tịch cho ý kiến chỉ đạo về giải ngân và giải phóng mặt bằng, chuyên viên tham mưu tờ trình.",
].join("\r\n")
describe("the console in a browser", { skip: NO_BROWSER }, () => {
  let browser: Browser
  before(async () => {
    browser = await openBrowser()
  })
  after(() => browser.close())

  test("the first administrator comes in, sets up the second step, and adds a colleague", async () => {
    await using gateway = await startGateway()
    const seen = await openPage(browser, gateway.console)
    const { page, faults, picture, accessible } = seen
    await comeIn(gateway, seen)
    await accessible()
    await picture("overview")
    await page.getByRole("link", { name: "Người dùng" }).click()
    await page.getByRole("button", { name: "Thêm người dùng" }).click()
    const form = page.getByRole("dialog")
    await form.getByLabel("Tên đăng nhập").fill("binh")
    await form.getByLabel("Họ và tên").fill("Trần Thị Bình")
    await form.getByRole("button", { name: "Thêm vai trò" }).click()
    await accessible()
    await form.getByRole("button", { name: "Lưu" }).click()
    await page.getByText("Liên kết đặt mật khẩu").waitFor()
    const link = await page.locator("pre").innerText()
    await picture("invitation")
    await page.keyboard.press("Escape")
    await page.getByText("Trần Thị Bình").waitFor()

    await page.getByRole("button", { name: "English" }).click()
    await page.getByRole("link", { name: "System" }).click()
    await page.getByRole("heading", { name: "System" }).waitFor()
    await accessible()
    assert.equal(await page.locator("html").getAttribute("lang"), "en")

    const colleague = await openPage(browser, gateway.console, { viewport: { width: 390, height: 844 } })
    await colleague.page.goto(link)
    await colleague.page.getByText("Đặt mật khẩu cho tài khoản binh.").waitFor()
    await colleague.page.getByLabel(/^Mật khẩu mới/).fill(`${PASSWORD}x`)
    await colleague.page.getByLabel("Nhập lại mật khẩu mới").fill(`${PASSWORD}x`)
    await colleague.accessible()
    await colleague.picture("invited-on-a-phone")
    await colleague.page.getByRole("button", { name: "Tạo tài khoản" }).click()
    await colleague.page.getByRole("heading", { name: "Cài ứng dụng xác thực" }).waitFor()
    await colleague.page.goto(link)
    await colleague.page.getByText("Liên kết đã dùng hoặc hết hạn.").waitFor()

    assert.deepEqual([...faults, ...colleague.faults.filter((fault) => !fault.includes("410"))], [])
  })
})

describe("the trace in a browser", { skip: NO_BROWSER }, () => {
  let browser: Browser
  before(async () => {
    browser = await openBrowser()
  })
  after(() => browser.close())

  test("from the code in a refusal to its answer in three clicks", async () => {
    await using gateway = await startGateway()
    const from = "an@tuyenquang.gov.vn"
    const file = { name: "Báo cáo.docx", bytes: asDocx(official()) }
    const message = mail({ from, to: "binh@gmail.com", subject: "Báo cáo tuần", attachments: [file] })
    const { reply } = await sendMail(gateway.submission, { from, to: ["binh@gmail.com"], message })
    const code = /\[([0-9A-Z]{12})\]/.exec(reply)?.[1] ?? ""
    assert.match(reply, /^550 /)

    const seen = await openPage(browser, gateway.console)
    const { page, faults, picture, accessible } = seen
    await comeIn(gateway, seen)
    await page.getByRole("link", { name: "Tra cứu thư" }).click()
    await page.getByLabel("Mã sự kiện").fill(code.toLowerCase())
    await page.getByRole("button", { name: "Tìm" }).click()
    await page.getByRole("link", { name: code }).click()
    await page.getByRole("heading", { name: `Thư ${code}` }).waitFor()
    await page.getByText("Bị từ chối").first().waitFor()
    await accessible()
    await picture("message")
    await page.getByRole("button", { name: "English" }).click()
    await page.getByText("Rejected").first().waitFor()
    for (const name of ["Queue", "Overview", "Units"]) {
      await page.getByRole("link", { name, exact: true }).click()
      await page.getByRole("heading", { name, level: 1 }).waitFor()
      await accessible()
      await picture(name.toLowerCase())
    }
    assert.deepEqual(faults, [])
  })
})

describe("an approver in a browser", { skip: NO_BROWSER }, () => {
  let browser: Browser
  before(async () => {
    browser = await openBrowser()
  })
  after(() => browser.close())

  test("releases held mail by the keyboard alone, and it arrives", async () => {
    await using sink = await openSink()
    await using gateway = await startGateway({ to: sink.url })
    const from = "an@tuyenquang.gov.vn"
    const message = mail({ from, to: "binh@gmail.com", subject: "Họp giao ban", body: HALF })
    const { reply } = await sendMail(gateway.submission, { from, to: ["binh@gmail.com"], message })
    assert.match(reply, /^250 /)
    await gateway.waitFor("held")

    const admin = await openPage(browser, gateway.console)
    await comeIn(gateway, admin)
    const link = await admin.page.evaluate(async () => {
      const { csrf, root } = (await (await fetch("/api/session")).json()) as { csrf: string; root: string }
      const grants = [{ role: "approver", unit: root, deputy: false }]
      const made = await fetch("/api/people", {
        method: "POST",
        headers: { "content-type": "application/json", "x-csrf-token": csrf },
        body: JSON.stringify({ name: "duyet", title: "Lê Văn Cường", mail: null, grants }),
      })
      return ((await made.json()) as { link: string }).link
    })

    const seen = await openPage(browser, gateway.console)
    const { page, accessible, picture, faults } = seen
    await page.goto(link)
    await page.getByLabel(/^Mật khẩu mới/).fill(`${PASSWORD}y`)
    await page.getByLabel("Nhập lại mật khẩu mới").fill(`${PASSWORD}y`)
    await page.getByRole("button", { name: "Tạo tài khoản" }).click()
    await secondStep(seen, `${PASSWORD}y`)
    await page.getByRole("heading", { name: "Tổng quan" }).waitFor()

    const held = page.getByRole("link", { name: "Thư chờ duyệt" })
    await held.focus()
    await page.keyboard.press("Enter")
    await page.getByText("Họp giao ban").first().waitFor()
    await accessible()
    await picture("held")
    const release = page.getByRole("button", { name: "Cho gửi", exact: true })
    for (let tabs = 0; tabs < 40 && !(await release.evaluate((button) => button.matches(":focus"))); tabs++) {
      await page.keyboard.press("Tab")
    }
    await page.keyboard.press("Enter")
    await page.getByRole("dialog").waitFor()
    await accessible()
    await page.keyboard.type("Đã trao đổi với người gửi")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.getByText("Không có thư nào đang giữ.").waitFor()
    const [arrived] = await sink.waitFor(1)
    assert.match(arrived?.bytes.toString() ?? "", /^Subject: /m)
    assert.deepEqual([...faults, ...admin.faults], [])
  })
})

test("the pages know the API as it is", () => {
  assert.equal(readFileSync(TYPES, "utf8"), apiTypes(), "run `npm run console:types`")
})
