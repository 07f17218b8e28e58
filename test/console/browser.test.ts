/** The first administrator in a real browser: from the link printed at start to an account for a colleague, in both languages. */
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import type { Browser } from "playwright-core"
import { NO_BROWSER, openBrowser, openPage } from "../support/browser.ts"
import { startGateway } from "../support/gateway.ts"
import { comeIn, PASSWORD } from "./entrance.ts"
import { apiTypes, TYPES } from "./api-types.ts"
import { readFileSync } from "node:fs"

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

    const leave = async (): Promise<void> => {
      await page.getByRole("button", { name: "Nguyễn Văn An" }).click()
      await page.getByRole("menuitem", { name: "Log out" }).click()
    }
    await page.route("**/api/session", (route) =>
      route.request().method() === "DELETE" ? route.abort() : route.continue(),
    )
    await leave()
    await page.getByText("Not logged out").waitFor()
    await page.getByRole("heading", { name: "System" }).waitFor()
    await page.unroute("**/api/session")
    await leave()
    await page.getByLabel("Login name").waitFor()
    const ours = faults.filter((fault) => !fault.includes("net::ERR_FAILED"))

    assert.deepEqual([...ours, ...colleague.faults.filter((fault) => !fault.includes("410"))], [])
  })
})

describe("the password field at the door", { skip: NO_BROWSER }, () => {
  test("hides what is typed, takes what is pasted, and is known to password managers", async () => {
    await using gateway = await startGateway()
    const browser = await openBrowser()
    try {
      const { page } = await openPage(browser, gateway.console)
      await page.goto(gateway.console)
      const [name, password] = [page.getByLabel("Tên đăng nhập"), page.getByRole("textbox", { name: /^Mật khẩu/ })]
      await name.fill("Suối Lê-Nin 2026!")
      assert.equal(await password.getAttribute("type"), "password")
      assert.equal(await name.getAttribute("autocomplete"), "username")
      assert.equal(await password.getAttribute("autocomplete"), "current-password")
      await name.selectText()
      await page.keyboard.press("Control+c")
      await password.focus()
      await page.keyboard.press("Control+v")
      assert.equal(await password.inputValue(), "Suối Lê-Nin 2026!")
      await page.getByRole("button", { name: "Hiện mật khẩu" }).click()
      assert.equal(await password.getAttribute("type"), "text")
    } finally {
      await browser.close()
    }
  })
})

test("the pages know the API as it is", () => {
  assert.equal(readFileSync(TYPES, "utf8"), apiTypes(), "run `npm run console:types`")
})
