/** Tricks that strangers put into whatever they may write, and what must be true of each page that shows them. */
import type { Page } from "playwright-core"

/** Runs, loads, closes what stands around it, is taken for a template: each in a way that some page somewhere fell for. */
const MARKUP = [
  `"'></title></textarea></script></style><!--`,
  "<script data-qz7>window.qz7=1</script>",
  "<img data-qz7 src=//evil.example/x onerror=window.qz7=1>",
  "<svg data-qz7 onload=window.qz7=1><a data-qz7 href=javascript:window.qz7=1>",
  "<link data-qz7 rel=stylesheet href=//evil.example/c>",
  "<meta data-qz7 http-equiv=refresh content=0;url=//evil.example/r>",
  "<base data-qz7 href=//evil.example/>",
  "{{count}}$t(nav.queue)${qz7}",
].join("")
/** Turns the direction, ends the isolate it is put into, writes from the right, towers above its line, breaks it. */
const DIRECTION = `\u202e\u2067\u2069\u2069\u202c\u202d שלום 12:34 \u061c\u200f${"a\u0300\u0301\u0302".repeat(3)}${"\u0338\u030a".repeat(30)}\u2028\u2029`

/** What a field is filled with; it is known again by its name. */
export function trick(field: string): string {
  return `qz7-${field}-${MARKUP}${DIRECTION}zz`
}

/** Where only ASCII may stand, and no line may be long. */
export function plainTrick(field: string): string {
  return `qz7-${field}-"><img data-qz7 src=//evil.example/x onerror=window.qz7=1>{{count}}$t(nav.queue)`
}

/** Where at most 300 characters may stand. */
export function shortTrick(field: string): string {
  return `qz7-${field}-"><img data-qz7 src=//evil.example/x onerror=window.qz7=1>{{count}}$t(nav.queue)${DIRECTION.slice(0, 40)}zz`
}

export interface Shown {
  /** Names of the fields whose tricks the page shows. */
  readonly fields: readonly string[]
  readonly faults: readonly string[]
}

/** Elements that only a trick brings, directions that reach out of their place, links that lead away, pages that are pushed wide. */
export async function look(page: Page, home: string): Promise<Shown> {
  return JSON.parse(await page.evaluate(`JSON.stringify((${LOOK})(${JSON.stringify(home)}))`)) as Shown
}

/** Runs in the page, whose types are not those of this program. */
const LOOK = String.raw`(home) => {
  const faults = []
  if (globalThis.qz7 !== undefined) faults.push("a script ran")
  for (const { outerHTML } of document.querySelectorAll("[data-qz7]")) faults.push("injected: " + outerHTML.slice(0, 80))

  // What is inside an isolate of our own, with nothing in it that could end it, reaches no further.
  const bare = (text) => text.replace(/\u2068[^\u2066-\u2069\u202a-\u202e]*\u2069/g, "")
  const turns = (text) => /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(bare(text))
  const isHebrew = (text) => /[\u0590-\u05ff]/.test(bare(text))
  const isolate = (node) => {
    for (let at = node.parentElement; at !== null && at !== document.body; at = at.parentElement) {
      if (/^(isolate|plaintext)/.test(getComputedStyle(at).unicodeBidi) && at.matches("bdi, .foreign, textarea")) return at
    }
    return null
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode() !== null) {
    const node = texts.currentNode
    const text = node.textContent
    const short = node.parentElement.tagName + ": " + text.slice(0, 90)
    if (turns(text)) faults.push("a mark of direction in " + short)
    if (/\p{M}{5}/u.test(text)) faults.push("a tower of marks in " + short)
    if (!isHebrew(text)) continue
    const around = isolate(node)
    if (around === null) faults.push("not isolated in " + short)
    else if (around.textContent.split("qz7-").length > 2) faults.push("several in one isolate: " + around.textContent.slice(0, 160))
  }
  const said = (text, where) => {
    if (turns(text) || isHebrew(text)) faults.push(where + ": " + text.slice(0, 90))
  }
  for (const element of document.querySelectorAll("*")) {
    for (const name of ["aria-label", "title", "alt", "placeholder"]) said(element.getAttribute(name) ?? "", name)
  }
  said(document.title, "the page's title")
  const fields = [...document.querySelectorAll("textarea")].map(({ value }) => value)
  for (const value of fields) if (turns(value)) faults.push("a mark of direction in a field: " + value.slice(0, 90))
  for (const { href } of document.querySelectorAll("a")) {
    const { origin, protocol } = new URL(href)
    if (origin !== home && protocol !== "mailto:") faults.push("leads away: " + href)
  }
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth > clientWidth) faults.push(scrollWidth - clientWidth + " pixels too wide")
  const all = [document.body.textContent, ...fields].join(" ")
  return { faults, fields: [...new Set([...all.matchAll(/qz7-(\w+)-/g)].map(([, field]) => field))] }
}`
