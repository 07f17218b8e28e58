/** What each role comes for, from the login to the result, in both languages, at a desk and on a phone: one gateway, one browser. */
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import type { Locator } from "playwright-core"
import { en } from "../../src/console/web/words/en.ts"
import { vi } from "../../src/console/web/words/vi.ts"
import { NO_BROWSER, type Seen } from "../support/browser.ts"
import { type Clamd, startClamd } from "../support/clamd.ts"
import { FILE_PASSWORD, NO_ZIP } from "../support/sealed.ts"
import { openSink, type Sink } from "../support/sink.ts"
import { AWAY, type Day, haveADay } from "./day.ts"
import { DESK, type House, openHouse, type Person, PHONE } from "./house.ts"

const WORDS = { vi, en } as const
const BOTH = ["vi", "en"] as const

/** Where the focus is moved by the Tab key alone; a page has a few dozen stops. */
async function tabTo({ page }: Seen, wanted: Locator): Promise<void> {
  await wanted.waitFor()
  for (let stops = 0; stops < 80; stops++) {
    if (await wanted.evaluate((one) => one.matches(":focus"))) return
    await page.keyboard.press("Tab")
  }
  throw new Error(`no way to ${String(wanted)} by the keyboard`)
}

describe("each role comes for its task", { skip: NO_BROWSER, concurrency: 1 }, () => {
  let clamd: Clamd | null
  let [there, away]: readonly [Sink, Sink] | readonly [null, null] = [null, null]
  let house: House
  let day: Day
  let officer: Person
  let approver: Person
  before(async () => {
    clamd = await startClamd()
    there = await openSink()
    away = await openSink({ answer: (step) => (step === "RCPT" ? "451 4.3.0 come back later" : undefined) })
    const routes = [
      { domains: [AWAY.split("@")[1]], to: away.url, tls: "off" },
      { domains: ["*"], to: there.url, tls: "off" },
    ]
    const scan = clamd === null ? {} : { scan: { clamd: clamd.unix } }
    house = await openHouse({ settings: { deliver: { routes, retry: ["10m"] }, ...scan } })
    day = await haveADay(house.gateway)
    officer = await house.person({ name: "canbo", title: "Đỗ Thị Mai", role: "officer" })
    approver = await house.person({ name: "duyet", title: "Lê Văn Cường", role: "approver" })
  })
  after(async () => {
    await house[Symbol.asyncDispose]()
    await there?.[Symbol.asyncDispose]()
    await away?.[Symbol.asyncDispose]()
    await clamd?.stop()
  })

  for (const [at, language] of BOTH.entries()) {
    const where = language === "vi" ? DESK : PHONE
    test(`a unit officer answers why mail was returned, from its code in three clicks (${language})`, async () => {
      const w = WORDS[language]
      const seen = await house.login(officer, at, { language, ...where })
      const { page, accessible, picture, faults } = seen
      let clicks = 0
      const click = async (one: Locator): Promise<void> => {
        clicks += 1
        await one.click()
      }
      if (where === PHONE) await page.getByRole("button", { name: w.common.menu }).click()
      await click(page.getByRole("link", { name: w.nav.messages, exact: true }))
      await page.getByLabel(w.messages.code).fill(day.refused.toLowerCase())
      await click(page.getByRole("button", { name: w.common.search, exact: true }))
      await click(page.getByRole("link", { name: day.refused }))
      await page.getByRole("heading", { name: new RegExp(w.message.why) }).waitFor()
      await page.getByText(language === "vi" ? /hộp thư miễn phí: từ chối/ : /free webmail: reject/).waitFor()
      assert.equal(clicks, 3)
      await accessible()
      await picture(`story-officer-${language}`)
      assert.deepEqual(faults, [])
    })
  }

  test("an approver on a phone releases held mail by the keyboard alone, and it arrives", async () => {
    const seen = await house.login(approver, 0, PHONE)
    const { page, accessible, picture, faults } = seen
    const menu = page.getByRole("button", { name: vi.common.menu })
    await tabTo(seen, menu)
    await page.keyboard.press("Enter")
    await tabTo(seen, page.getByRole("link", { name: vi.nav.held }))
    await page.keyboard.press("Enter")
    const held = page.getByRole("article", { name: "Họp giao ban tháng 12" })
    await held.waitFor()
    await accessible()
    await picture("story-approver-keyboard")
    await tabTo(seen, held.getByRole("button", { name: vi.held.release, exact: true }))
    await page.keyboard.press("Enter")
    const dialog = page.getByRole("dialog")
    await dialog.waitFor()
    await accessible()
    await page.keyboard.type("Đã trao đổi với người gửi")
    await tabTo(seen, dialog.getByRole("button", { name: vi.held.release, exact: true }))
    await page.keyboard.press("Enter")
    await held.waitFor({ state: "detached" })
    await house.gateway.until("it arrives", (log) =>
      log.some(({ msg, transaction }) => msg === "delivered" && transaction === day.held),
    )
    assert.deepEqual(faults, [])
  })

  test("an approver decides two at once by touch, in English", async () => {
    const { page, accessible, picture, faults } = await house.login(approver, 1, { language: "en", ...PHONE })
    await page.getByRole("link", { name: new RegExp(`^${en.overview.held}`) }).tap()
    for (const subject of ["Dự thảo tờ trình, xin ý kiến", "Biểu số liệu giải ngân"]) {
      await page.getByRole("article", { name: subject }).getByRole("checkbox").tap()
    }
    const bar = page.getByRole("toolbar")
    await bar.getByRole("button", { name: en.held.deny }).tap()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel(en.common.reason).fill("Use the document system")
    await accessible()
    await picture("story-approver-touch")
    await dialog.getByRole("button", { name: en.held.deny }).tap()
    await page.getByRole("article", { name: "Biểu số liệu giải ngân" }).waitFor({ state: "detached" })
    await house.gateway.waitFor("denied", 2)
    assert.deepEqual(faults, [])
  })

  for (const [at, language] of BOTH.entries()) {
    test(`a security officer opens sealed files, and sees what malware came (${language})`, async (t) => {
      if (clamd === null || NO_ZIP !== false) return t.skip("clamd or zip is not installed")
      const w = WORDS[language]
      const security = await house.person({ name: `anninh${at}`, title: "Phạm Quốc Khánh", role: "security" })
      const seen = await house.login(security, 0, { language, ...(language === "vi" ? DESK : PHONE) })
      const { page, accessible, picture, faults } = seen
      // Scripts and programs are refused before anybody must decide about them.
      await page.getByRole("heading", { name: w.overview.malware }).waitFor()
      await page.getByText("Eicar-Test-Signature").first().waitFor()
      await page.goto(`${house.gateway.console}/held/${day.locked}`)
      if (language === "vi") {
        await page.getByRole("button", { name: w.held.evidence }).click()
        await page.getByLabel(w.common.reason).fill("Theo yêu cầu")
        const [saved] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("dialog").getByRole("button", { name: w.held.evidence }).click(),
        ])
        assert.match(saved.suggestedFilename(), /\.zip$/)
        await page.getByRole("dialog").waitFor({ state: "detached" })
        await picture("story-security-vi")
        assert.deepEqual(faults, [])
        return
      }
      await page.getByRole("button", { name: w.held.unseal }).tap()
      const dialog = page.getByRole("dialog")
      await dialog.getByLabel(w.held.unsealPassword).first().fill("wrong")
      await dialog.getByLabel(w.common.reason).fill("the reader told it")
      await dialog.getByRole("button", { name: w.held.unseal }).tap()
      await dialog.getByText(w.held.opened["wrong-password"]).waitFor()
      await accessible()
      await picture("story-security-en")
      assert.equal(house.gateway.events("released").filter(({ transaction }) => transaction === day.locked).length, 0)
      await dialog.getByLabel(w.held.unsealPassword).first().fill(FILE_PASSWORD)
      await dialog.getByRole("button", { name: w.held.unseal }).tap()
      await page.getByText(w.held.noMore).waitFor()
      await house.gateway.until("it arrives", (log) =>
        log.some(({ msg, transaction }) => msg === "delivered" && transaction === day.locked),
      )
      // Asked again, what is held no more is not found: the page's own words tell it.
      assert.deepEqual(
        faults.filter((fault) => !fault.includes("404")),
        [],
      )
    })
  }

  test("an operator sends waiting mail another way, with a reason", async () => {
    assert.ok(there !== null)
    const { page, accessible, picture, faults } = await house.login(house.admin, 0)
    await page.getByRole("link", { name: vi.nav.queue }).click()
    const row = page.getByRole("row").filter({ hasText: day.waits })
    await row.getByText("451 4.3.0 come back later").waitFor()
    await accessible()
    await picture("story-queue")
    await row.getByRole("button", { name: vi.queue.reroute }).click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel(/^Máy chủ/).fill(there.url)
    await dialog.getByLabel(vi.common.reason).fill("Máy chủ bên kia bảo trì")
    await dialog.getByRole("button", { name: vi.queue.reroute }).click()
    await house.gateway.until("it arrives", (log) =>
      log.some(({ msg, transaction }) => msg === "delivered" && transaction === day.waits),
    )
    assert.deepEqual(faults, [])
  })
})
