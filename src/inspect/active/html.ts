/** Web pages and SVG pictures as attachments: what they run, build and ask for when a browser opens them. */
import { type Trait, named, shorten } from "./trait.ts"
import { unescapeXml } from "../../mail/xml.ts"

/** Octets read; a page with a file inside it is some MB. */
const LONGEST = 30_000_000
/** Characters of one literal that no page needs in its script, but a hidden file does. */
const LARGE = 1_024

interface Element {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
}

interface Page {
  readonly elements: readonly Element[]
  readonly scripts: string
}

export function judgeHtml(bytes: Buffer): readonly Trait[] {
  return judgePage(read(pageText(bytes)))
}

/** A picture that runs something; of a page inside it (foreignObject) only what frames and asks counts, drawings have text there. */
export function judgeSvg(bytes: Buffer): readonly Trait[] {
  const page = read(pageText(bytes))
  const traits = judgePage(page)
  const smuggles = traits.filter(({ why }) => why === "html-smuggling")
  if (smuggles.length > 0) return smuggles
  const reasons = [
    ...traits.filter(({ kind }) => kind === "active-content").map(({ name, why }) => name ?? why),
    ...page.elements.flatMap(({ name, attributes }) =>
      /^(?:iframe|embed|object|form|input)$/.test(name) || (name === "use" && isData(link(attributes))) ? [name] : [],
    ),
  ]
  return named("active-content", "svg-script", reasons)
}

/** By its marks; pages carry many encodings, and for what we look for only the width matters. */
function pageText(bytes: Buffer): string {
  const page = bytes.subarray(0, LONGEST)
  const [a = 0, b = 0] = page
  if ((a === 0xff && b === 0xfe) || (a !== 0 && b === 0)) return page.toString("utf16le")
  if ((a === 0xfe && b === 0xff) || (a === 0 && b !== 0))
    return Buffer.from(page.subarray(0, page.length & ~1))
      .swap16()
      .toString("utf16le")
  return page.toString("latin1").replaceAll("\0", "")
}

const TAG = /<(?:!--([^]*?)(?:-->|--!>|$)|(\/?)([a-z][\w:-]*)((?:[^>"'=]|=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]*)|["'])*)>?)/gi
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g

function read(html: string): Page {
  const elements: Element[] = []
  const scripts: string[] = []
  TAG.lastIndex = 0
  for (let match = TAG.exec(html); match !== null; match = TAG.exec(html)) {
    const [, comment, slash, written, inside = ""] = match
    // Old browsers read what these comments hide.
    if (comment !== undefined && /^\s*\[if/i.test(comment)) TAG.lastIndex = match.index + 4
    if (written === undefined || slash === "/") continue
    const name = written.toLowerCase().replace(/^\w+:/, "")
    elements.push({ name, attributes: attributesOf(inside) })
    if (name !== "script") continue
    const end = closing(html, TAG.lastIndex)
    scripts.push(html.slice(TAG.lastIndex, end))
    TAG.lastIndex = end
  }
  return { elements, scripts: scripts.join("\n") }
}

function closing(html: string, from: number): number {
  const end = /<\/(?:\w+:)?script/gi
  end.lastIndex = from
  return end.exec(html)?.index ?? html.length
}

function attributesOf(inside: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>()
  for (const [, name = "", double, single, bare] of inside.matchAll(ATTRIBUTE)) {
    attributes.set(name.toLowerCase().replace(/^xlink:/, ""), unescapeXml(double ?? single ?? bare ?? ""))
  }
  return attributes
}

/** The target of an element without what browsers ignore in it. */
function link(attributes: ReadonlyMap<string, string>): string {
  const target = ["href", "src", "data", "action", "formaction", "srcdoc", "to", "values"]
    .map((name) => attributes.get(name))
    .find((one) => one !== undefined)
  return (target ?? "").replace(/[\0-\x20]+/g, "")
}

function isData(target: string): boolean {
  return /^data:(?!image\/(?:png|jpe?g|gif|webp|bmp|x-icon)[;,])/i.test(target)
}

/** A script that builds a file out of itself and hands it over. */
const BUILDS =
  /\b(?:new\s+(?:Blob|File)\b|Blob\s*\(|msSaveBlob|msSaveOrOpenBlob|createObjectURL|BlobBuilder|document\s*\.\s*(?:write|open)|FileSystemWritableFileStream|location\s*(?:\.href)?\s*=|\.innerHTML\s*=|eval\s*\()/i
const HANDS_OVER = /msSaveBlob|msSaveOrOpenBlob|createObjectURL|\.download\s*=|setAttribute\s*\(\s*["']download/i
const DECODES =
  /\batob\s*\(|fromCharCode|Uint8Array|charCodeAt|unescape\s*\(|decodeURIComponent|TextDecoder|FileReader|parseInt\s*\([^)]{1,60},\s*(?:16|0x10)/i

function judgePage({ elements, scripts }: Page): readonly Trait[] {
  const large =
    hasLargeLiteral(scripts) ||
    elements.some(({ attributes }) =>
      [...attributes].some(
        ([name, value]) => !/^(?:src|style|d|points|class)$/.test(name) && value.length > LARGE && isEncoded(value),
      ),
    )
  const downloads = elements.some(
    ({ name, attributes }) => /^(?:a|area)$/.test(name) && attributes.has("download") && isData(link(attributes)),
  )
  const smuggles =
    downloads ||
    (HANDS_OVER.test(scripts) && (DECODES.test(scripts) || large)) ||
    (large && DECODES.test(scripts) && BUILDS.test(scripts))
  return [
    ...(smuggles ? [{ kind: "active-content", why: "html-smuggling" } as const] : []),
    ...named("active-content", "html-script", scriptsOf(elements)),
    ...named("active-content", "html-data-url", dataUrls(elements)),
    ...named("active-content", "html-redirect", redirects(elements)),
    ...passwordForms(elements, scripts),
  ]
}

/** Base64, hex, or a list of numbers, in one piece. */
function hasLargeLiteral(script: string): boolean {
  return /["'`][A-Za-z0-9+/=\\\s%,_-]{1024}/.test(script) || /(?:\b(?:0x)?[0-9a-f]{1,3}\s*,\s*){400}/i.test(script)
}

function isEncoded(value: string): boolean {
  return /^[A-Za-z0-9+/=\s%,_-]+$/.test(value.slice(0, 4_096))
}

function scriptsOf(elements: readonly Element[]): readonly string[] {
  return elements.flatMap(({ name, attributes }) => [
    // Data that a page describes itself with is no script.
    ...(name === "script" && !/json|template|text\/(?:plain|html)|x-/i.test(attributes.get("type") ?? "")
      ? ["script"]
      : []),
    ...[...attributes.keys()].filter((one) => /^on[a-z]{3,}$/.test(one)),
    ...(/^(?:java|vb)script:(?!void\(0\);?$|;?$)/i.test(link(attributes)) ? ["javascript:"] : []),
    ...(attributes.has("srcdoc") ? ["srcdoc"] : []),
    ...(name === "application" || (name === "object" && attributes.has("classid")) ? [name] : []),
  ])
}

function dataUrls(elements: readonly Element[]): readonly string[] {
  return elements.flatMap(({ name, attributes }) => {
    const target = link(attributes)
    const opens = /^(?:a|area|iframe|frame|object|embed|form|button|meta|base|script)$/.test(name)
    return opens && isData(target) ? [target.slice(0, 40)] : []
  })
}

/** A page that at once goes elsewhere. */
function redirects(elements: readonly Element[]): readonly string[] {
  return elements.flatMap(({ name, attributes }) => {
    if (name !== "meta" || attributes.get("http-equiv")?.trim().toLowerCase() !== "refresh") return []
    const target = /url\s*=\s*["']?\s*([^"'\s]+)/i.exec(attributes.get("content") ?? "")?.[1]
    return target === undefined || !/^(?:https?:|data:|javascript:|\/\/)/i.test(target) ? [] : [target]
  })
}

/** A password asked for outside any site: where it goes, the page says. */
function passwordForms(elements: readonly Element[], scripts: string): readonly Trait[] {
  const asks = elements.some(
    ({ name, attributes }) => name === "input" && attributes.get("type")?.trim().toLowerCase() === "password",
  )
  if (!asks) return []
  const actions = elements.flatMap(({ name, attributes }) =>
    name === "form" ? [(attributes.get("action") ?? "").trim()] : [],
  )
  const sends =
    actions.find((action) => /^(?:https?:)?\/\//i.test(action)) ?? /https?:\/\/[^\s"'`<>]{4,200}/.exec(scripts)?.[0]
  return sends === undefined && scripts === ""
    ? []
    : [{ kind: "active-content", why: "html-password-form", name: shorten(sends ?? "script") }]
}
