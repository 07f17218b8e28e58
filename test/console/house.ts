/** One gateway, one browser and a person of each role for many stories; accounts are made over the API, as nobody looks at that here. */
import assert from "node:assert/strict"
import type { BrowserContextOptions } from "playwright-core"
import type { Role } from "../../src/mail/people.ts"
import { openBrowser, openPage, type Seen } from "../support/browser.ts"
import { type GatewayOptions, startGateway } from "../support/gateway.ts"
import { codeFor, firstLink, PASSWORD } from "./entrance.ts"
import { ask } from "./office.ts"

export const DESK = { viewport: { width: 1280, height: 900 } }
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

export type Language = "vi" | "en"
export type Scheme = "light" | "dark"

export interface Visit extends BrowserContextOptions {
  readonly language?: Language
  readonly colorScheme?: Scheme
}

export interface Person {
  readonly name: string
  readonly title: string
  /** Each is good once, whatever the clock says. */
  readonly recovery: readonly string[]
  readonly ask: (method: string, path: string, body?: unknown) => ReturnType<typeof ask>
  readonly cookie: string
  readonly root: string
}

interface Wanted {
  readonly name: string
  readonly title: string
  readonly role: Role
  /** The root where none is named. */
  readonly unit?: string
  readonly mail?: string
}

export type House = Awaited<ReturnType<typeof openHouse>>

export async function openHouse(options: GatewayOptions = {}) {
  const gateway = await startGateway(options)
  const browser = await openBrowser()
  const url = gateway.console
  const token = firstLink(gateway).split("/").at(-1)
  const first = { token, name: "quantri", title: "Nguyễn Văn An", password: PASSWORD }
  const admin = await settle(url, first.title, await ask(url, "POST", "/api/first", { body: first }))

  return {
    gateway,
    browser,
    admin,
    async person({ name, title, role, unit = admin.root, mail }: Wanted): Promise<Person> {
      const grants = [{ role, unit, deputy: false }]
      const made = await admin.ask("POST", "/api/people", { name, title, mail: mail ?? null, grants })
      assert.equal(made.status, 200, made.text)
      const invitation = String(made.json["link"]).split("/").at(-1)
      const body = { token: invitation, password: PASSWORD }
      return settle(url, title, await ask(url, "POST", "/api/invitation/accept", { body }))
    },
    /** A browser window in which the person has logged in already. */
    async window(person: Person, { language = "vi", ...rest }: Visit = {}): Promise<Seen> {
      const seen = await openPage(browser, url, { ...DESK, ...rest })
      const [name = "", value = ""] = person.cookie.split("=")
      await seen.page.context().addCookies([{ name, value, url }])
      await remember(seen, language)
      return seen
    },
    /** From an empty window through both steps of the login to the overview. */
    async login(person: Person, code: number, { language = "vi", ...rest }: Visit = {}): Promise<Seen> {
      const seen = await openPage(browser, url, { ...DESK, ...rest })
      await remember(seen, language)
      await come(seen, { url, person, code: person.recovery[code] ?? "", language })
      return seen
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      await gateway[Symbol.asyncDispose]()
    },
  }
}

async function remember({ page }: Seen, language: Language): Promise<void> {
  // Frames within the page have no storage of their own.
  // The first word only: what its reader switches to stays.
  const content = `if (self === top) localStorage["congthu.language"] ??= ${JSON.stringify(language)}`
  await page.context().addInitScript({ content })
}

interface Coming {
  readonly url: string
  readonly person: Person
  readonly code: string
  readonly language: Language
}

const DOOR = {
  vi: ["Tên đăng nhập", "Mật khẩu", "Mã xác thực", "Tổng quan"],
  en: ["Login name", "Password", "Code", "Overview"],
} as const

async function come({ page }: Seen, { url, person, code, language }: Coming): Promise<void> {
  const [name, password, proof, overview] = DOOR[language]
  await page.goto(`${url}/`)
  await page.getByLabel(name).fill(person.name)
  await page.getByLabel(password).first().fill(PASSWORD)
  await page.keyboard.press("Enter")
  await page.getByLabel(proof).fill(code)
  await page.keyboard.press("Enter")
  await page.getByRole("heading", { name: overview, level: 1 }).waitFor()
}

/** From the first answer to a session that may do everything its person may. */
async function settle(url: string, title: string, begun: Awaited<ReturnType<typeof ask>>): Promise<Person> {
  assert.equal(begun.status, 200, begun.text)
  const cookie = begun.cookie ?? ""
  const csrf = String(begun.json["csrf"])
  const send = (method: string, path: string, body?: unknown) =>
    ask(url, method, path, { cookie, csrf, ...(body === undefined ? {} : { body }) })
  const begins = await send("POST", "/api/account/totp", { password: PASSWORD })
  const { secret, sealed } = begins.json as { secret: string; sealed: string }
  const proven = await send("PUT", "/api/account/totp", { sealed, code: codeFor(secret) })
  assert.equal(proven.status, 200, proven.text)
  const session = (await send("GET", "/api/session")).json as { root: string; account: { name: string } }
  const recovery = proven.json["recovery"] as readonly string[]
  return { name: session.account.name, title, recovery, ask: send, cookie, root: session.root }
}
