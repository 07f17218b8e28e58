/** Overview, reports and what the whole house is, in a real browser: figures lead to their messages, reports to paper. */
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import type { Browser } from "playwright-core"
import { load } from "../../src/commands/load.ts"
import type { EventKind, MailEvent } from "../../src/mail/event.ts"
import { NO_BROWSER, openBrowser, openPage, PICTURES, type Seen } from "../support/browser.ts"
import { type Office, openOffice, type Person } from "./office.ts"
import { heldMessage } from "./things.ts"

const HOUR = 3_600_000
/** Whoever writes such names wants to be read as something else. */
const TRICK = "<img src=x onerror=alert(1)>\u202egpj.exe"

let mails = 0
function message(kinds: readonly EventKind[], detail: MailEvent["detail"], at: number): readonly MailEvent[] {
  mails += 1
  const transaction = `PAGE${String(mails).padStart(8, "0")}`
  const inbound = detail["direction"] === "inbound"
  const recipient = inbound ? "an@so.vn" : "b@gmail.com"
  const units = inbound ? { recipientUnit: "so" } : { senderUnit: "so" }
  const full = { from: inbound ? "x@bad.example" : "an@so.vn", ...units, rules: [], ...detail }
  return kinds.map((kind) => ({ kind, at, transaction, recipient, by: "client", detail: full }))
}

/** A week of so: mail out and in, some stopped, some with malware. */
function week(now: number): readonly MailEvent[] {
  const out = { direction: "outbound" }
  const webmail = { ...out, rules: ["webmail-official-out"] }
  return [
    ...message(["accepted", "delivered"], out, now - HOUR),
    ...message(["accepted", "delivered"], out, now - 30 * HOUR),
    ...message(["rejected"], webmail, now - 2 * HOUR),
    ...message(["rejected"], webmail, now - 50 * HOUR),
    ...message(
      ["accepted", "held", "released", "delivered"],
      { ...out, rules: ["webmail-unsure-out"] },
      now - 3 * HOUR,
    ),
    ...message(["rejected"], { direction: "inbound", rules: ["malware"], findings: [`malware ${TRICK}`] }, now - HOUR),
  ].toSorted((one, other) => one.at - other.at)
}

describe("pages in a browser", { skip: NO_BROWSER, concurrency: 1 }, () => {
  let browser: Browser
  let office: Office
  let officer: Person
  let operator: Person
  before(async () => {
    const loaded = load("config/gateway.yaml")
    assert.ok(loaded.ok)
    const { rules } = loaded.configuration.inForce.prepared.policy
    office = await openOffice({
      hands: (plain) => ({ rules: () => rules, settings: () => ({ ...plain.settings(), publicUrl: office.url }) }),
    })
    await office.store.records.note(week(office.clock.now))
    await heldMessage(office, "so")
    officer = await office.person("canbo", { role: "officer", unit: "so" })
    operator = await office.person("vanhanh", { role: "operator", unit: "tinh" }, { role: "auditor", unit: "tinh" })
    browser = await openBrowser()
  })
  after(async () => {
    await browser.close()
    await office[Symbol.asyncDispose]()
  })

  async function open(who: Person, path: string, options = {}): Promise<Seen> {
    const seen = await openPage(browser, office.url, options)
    await seen.page.context().addCookies([{ name: "congthu", value: who.secret, url: office.url }])
    await seen.page.goto(`${office.url}${path}`)
    return seen
  }

  test("each figure of the overview leads to as many messages", async () => {
    const { page, faults, accessible, picture } = await open(officer, "/")
    await page.getByRole("heading", { name: "Bảy ngày qua" }).waitFor()
    await accessible()
    await picture("overview-week")
    const links = await page
      .locator('a[href^="/messages?"]')
      .evaluateAll((all) => all.map((one) => [one.textContent ?? "", one.getAttribute("href") ?? ""]))
    assert.ok(links.length > 8)
    for (const [text = "", href = ""] of links) {
      const wanted = Number(text.replaceAll(/\D/g, ""))
      const search = new URL(href, office.url).searchParams
      const asked = new URLSearchParams()
      for (const [key, value] of search) {
        const plain = value.replaceAll(/^"|"$/g, "")
        if (key === "from") asked.set("since", String(Date.parse(`${plain}T00:00:00+07:00`)))
        else if (key === "to") asked.set("until", String(Date.parse(`${plain}T00:00:00+07:00`) + 24 * HOUR))
        else asked.set(key, plain)
      }
      const { json } = await officer.ask("GET", `/api/messages?${asked.toString()}`)
      assert.equal((json["rows"] as unknown[]).length, wanted, href)
    }
    await page.getByRole("link", { name: "2", exact: true }).first().click()
    await page.getByRole("heading", { name: "Tra cứu thư" }).waitFor()
    assert.deepEqual(faults, [])
  })

  test("a unit officer makes the month's report, reads it, saves it, and prints it in the decree's form", async () => {
    const { page, faults, accessible, picture } = await open(officer, "/reports")
    await page.getByRole("button", { name: "Tháng này" }).click()
    await page.getByRole("columnheader", { name: "Thư công vụ tới hộp thư miễn phí bị chặn" }).waitFor()
    await accessible()
    await picture("report")
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Tải .xlsx" }).click(),
    ])
    assert.match(saved.suggestedFilename(), /^r1-\d{4}-\d\d-\d\d\.xlsx$/)
    await page.getByRole("button", { name: /Thể thức khi in/ }).click()
    await page.getByLabel("Cơ quan ban hành").fill("Sở Khoa học và Công nghệ")
    await page.getByLabel("Địa danh").fill("Tuyên Quang")
    await page.getByLabel("Họ tên người ký").fill("Nguyễn Văn An")
    await page.getByLabel("Số CBCCVC, dòng 1").fill("25")
    const pdf = join(PICTURES, "report.pdf")
    await page.pdf({ path: pdf, preferCSSPageSize: true })
    await page.emulateMedia({ media: "print" })
    await picture("report-on-paper")
    await page.emulateMedia({ media: "screen" })
    if (existsSync("/usr/bin/pdftotext")) {
      const text = execFileSync("/usr/bin/pdftotext", ["-layout", pdf, "-"], { encoding: "utf8" }).normalize("NFC")
      for (const part of [
        "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số:",
        "Tuyên Quang, ngày",
        "BÁO CÁO",
        "Nơi nhận:",
        "THỦ TRƯỞNG ĐƠN VỊ",
        "Nguyễn Văn An",
      ])
        assert.ok(text.includes(part), `${part}: ${text}`)
      assert.ok(!text.includes("Tra cứu thư"), "the menu is not printed")
      const info = execFileSync("/usr/bin/pdfinfo", [pdf], { encoding: "utf8" })
      assert.match(info, /Page size:\s+84\d\S* x 59\d\S* pts/, "A4 across")
    }
    assert.deepEqual(faults, [])
  })

  test("every report is shown, also where a name plays tricks; and the settings, without secrets", async () => {
    const { page, faults, accessible, picture } = await open(operator, "/reports")
    const from = new Date(office.clock.now - 30 * 24 * HOUR).toISOString().slice(0, 10)
    const to = new Date(office.clock.now + 24 * HOUR).toISOString().slice(0, 10)
    for (const id of ["r2", "r3", "r4", "r5", "r6", "r7", "r8"]) {
      await page.goto(`${office.url}/reports?id=${id}&from=${from}&to=${to}`)
      await page.getByRole("heading", { level: 2 }).first().waitFor()
      if (id === "r3") await page.getByText("<img src=x onerror=alert(1)>").waitFor()
    }
    await accessible()
    await page.goto(`${office.url}/health`)
    await page.getByText("Chưa đặt chứng thư").waitFor()
    await page.getByRole("button", { name: /Cấu hình đang dùng/ }).click()
    await page.getByLabel("Tìm").fill("passwords")
    await page.getByRole("cell", { name: "•••" }).waitFor()
    await accessible()
    await picture("system")
    await page.goto(`${office.url}/audit`)
    await page.getByText("Bị từ chối").first().waitFor()
    await page.getByRole("button", { name: "Kiểm tra", exact: true }).click()
    await page.getByText(/^Nguyên vẹn:/).waitFor()
    await accessible()
    await picture("audit")
    assert.deepEqual(faults, [])
  })
})
