/** Every page as axe sees it, in light and in dark, and as a phone shows it, in both languages. */
import assert from "node:assert/strict"
import { get } from "node:http"
import { after, before, describe, test } from "node:test"
import { NO_BROWSER, type Seen } from "../support/browser.ts"
import { type House, openHouse, PHONE } from "./house.ts"

const TABS = ["lists", "matrix", "try", "replay", "shadow", "review", "history"]
const PAGES = [
  "/ /messages /held /appeals /policy /exceptions /notices /people /units".split(" "),
  "/reports /queue /audit /health /account /setup /nowhere".split(" "),
  TABS.map((tab) => `/policy?tab=${tab}`),
].flat()
/** Pixels that the page is wider than the window. */
const WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

/** As it comes through the network. */
async function octetsOf(url: string, encoding: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const headers = { "accept-encoding": encoding, accept: "text/html,*/*" }
  get(url, { headers }, (response) => {
    let size = 0
    response.on("data", (octets: Buffer) => (size += octets.length))
    response.on("end", () => resolve(size))
  }).on("error", reject)
  return promise
}

describe("everywhere in the console", { skip: NO_BROWSER, concurrency: 1 }, () => {
  let house: House
  before(async () => {
    house = await openHouse()
  })
  after(() => house[Symbol.asyncDispose]())

  async function come({ page }: Seen, path: string): Promise<string> {
    await page.goto(`${house.gateway.console}${path}`)
    await page.locator("h1").waitFor()
    await page.locator(".mantine-Loader-root").first().waitFor({ state: "hidden" })
    return path.replaceAll(/\W+/g, "-")
  }

  for (const language of ["vi", "en"] as const) {
    test(`what the overview loads at first is at most 300 KB on the wire (${language})`, async () => {
      const { page } = await house.window(house.admin, { language })
      const asked = new Set<string>()
      page.on("request", (request) => asked.add(request.url()))
      await page.goto(house.gateway.console, { waitUntil: "networkidle" })
      assert.ok([...asked].some((url) => url.endsWith(".js")))
      for (const encoding of ["br", "gzip"]) {
        const sizes = await Promise.all([...asked].map((url) => octetsOf(url, encoding)))
        const sum = sizes.reduce((total, size) => total + size, 0)
        console.log(`first load (${language}, ${encoding}): ${asked.size} files, ${sum} octets`)
        assert.ok(sum <= 300_000, `${sum} octets`)
      }
    })
  }

  test("axe finds no serious fault, in light and in dark", async () => {
    const seen = await house.window(house.admin)
    const { page, accessible, picture, faults } = seen
    for (const path of PAGES) {
      const name = await come(seen, path)
      await accessible()
      await page.emulateMedia({ colorScheme: "dark" })
      await page.locator("html[data-mantine-color-scheme=dark]").waitFor({ state: "attached" })
      await accessible(["color-contrast"])
      await picture(`page-dark${name}`)
      await page.emulateMedia({ colorScheme: "light" })
      await page.locator("html[data-mantine-color-scheme=light]").waitFor({ state: "attached" })
    }
    assert.deepEqual(faults, [])
  })

  test("each page has a way out", async () => {
    const seen = await house.window(house.admin)
    for (const path of PAGES) {
      await come(seen, path)
      if (path === "/nowhere") await seen.page.getByRole("link", { name: "Tổng quan" }).click()
      await seen.page.getByRole("button", { name: house.admin.title }).click()
      await seen.page.getByRole("menuitem", { name: "Đăng xuất" }).waitFor()
      await seen.page.keyboard.press("Escape")
    }
  })

  for (const language of ["vi", "en"] as const) {
    test(`on a phone nothing is wider than the page (${language})`, async () => {
      const seen = await house.window(house.admin, { language, ...PHONE })
      const { page, picture, faults } = seen
      for (const path of PAGES) {
        const name = await come(seen, path)
        const wider = Number(await page.evaluate(WIDER))
        assert.ok(wider <= 0, `${path}: ${wider} pixels too wide`)
        await picture(`page-phone-${language}${name}`)
      }
      assert.deepEqual(faults, [])
    })
  }
})
