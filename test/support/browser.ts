/** A real Chromium on the console: what it asks for, what it complains of, what axe finds, pictures of what it shows. */
import assert from "node:assert/strict"
import { existsSync, mkdirSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"

const CHROMIUM = "/usr/bin/chromium"
/** Debian's own, without anything that asks the world. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
]
/** Pictures stay here after the run, for whoever wants to see the pages. */
export const PICTURES = join(tmpdir(), "congthu-console")
let isTold = false

export const NO_BROWSER = existsSync(CHROMIUM) ? false : "Chromium is not installed"

export interface Seen {
  readonly page: Page
  /** Scripts that failed, policies that were broken, requests that left the origin. */
  readonly faults: readonly string[]
  readonly picture: (name: string) => Promise<void>
  /** No fault that axe calls serious or worse, by all its rules or by these. */
  readonly accessible: (rules?: readonly string[]) => Promise<void>
}

export async function openBrowser(): Promise<Browser> {
  mkdirSync(PICTURES, { recursive: true })
  if (!isTold) console.log(`pictures: ${PICTURES}`)
  isTold = true
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
}

export async function openPage(browser: Browser, origin: string, options: BrowserContextOptions = {}): Promise<Seen> {
  // A dialog that is still fading in has other colours than the one that is read.
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: "reduce",
    ...options,
  })
  const page = await context.newPage()
  // Waits end as soon as what they wait for is there; a crowded machine has its while.
  page.setDefaultTimeout(60_000)
  const faults: string[] = []
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`))
  page.on("console", (message) => {
    // That nobody is logged in yet is an answer, which the browser calls an error.
    if (message.type() === "error" && !message.text().includes("401")) faults.push(`console: ${message.text()}`)
  })
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`)) faults.push(`left the origin: ${request.url()}`)
  })
  return {
    page,
    faults,
    picture: async (name) => {
      await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true })
    },
    accessible: async (rules) => {
      const found = await axe(page, rules)
      assert.deepEqual(found, [])
    },
  }
}

let source: string | null = null
/** Colours that are still on their way from light to dark are nobody's. */
const SETTLED =
  "Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished))"

/** Its script comes through the debugger: the page's own policy would not let it in. */
async function axe(page: Page, rules: readonly string[] | undefined): Promise<readonly string[]> {
  source ??= await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")
  await page.evaluate(source)
  await page.evaluate(SETTLED)
  return page.evaluate(async (only) => {
    const options = { resultTypes: ["violations"], ...(only === undefined ? {} : { runOnly: only }) }
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run(options)
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`)
  }, rules)
}

interface Axe {
  run(options: object): Promise<{
    violations: readonly { id: string; impact: string; nodes: readonly { html: string }[] }[]
  }>
}
