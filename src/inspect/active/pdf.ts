/** What a PDF does when it is opened or clicked: scripts, programs, forms that send, files inside. ISO 32000-1, 12.6. */
import { decode } from "./pdf-filters.ts"
import { readObjects } from "./pdf-objects.ts"
import type { Budget, PdfObject, Token } from "./pdf-tokens.ts"
import { type Trait, distinct, named, shorten } from "./trait.ts"

/** Calls with which forms format and check their fields, and nothing else; every form program writes them. Acrobat forms scripts. */
const HARMLESS =
  /^\s*(?:(?:event\.value\s*=\s*)?AF(?:Number|Date|DateEx|Percent|Special|Time|TimeEx|Simple|Range|Merge|Make|Extract|Parse|String)\w*\s*\([^;]{0,400}\)\s*;?\s*)*$/

/** Octets inflated and tokens read; both take about a second at most. */
const BUDGET: Budget = { octets: 60_000_000, tokens: 6_000_000 }

export function judgePdf(bytes: Buffer): readonly Trait[] {
  const budget = { ...BUDGET }
  const objects = readObjects(bytes, budget)
  if (objects === null) return [{ kind: "unscannable", why: "too-many" }]
  const streams = new Map<number, PdfObject>()
  for (const object of objects) if (object.stream !== null) streams.set(object.number, object)
  const strings = new Map<number, string>()
  for (const { number, tokens } of objects) if (tokens[0]?.is === "string") strings.set(number, tokens[0].text)
  const script = (tokens: readonly Token[], at: number): string => {
    const value = tokens[at]
    if (value?.is === "string") return readable(value.text)
    if (value?.is !== "word" || tokens[at + 2]?.text !== "R") return ""
    const holder = streams.get(Number(value.text))
    if (holder === undefined) return readable(strings.get(Number(value.text)) ?? "?")
    return readable(decode(holder, budget)?.toString("latin1") ?? "?")
  }
  return distinct(
    objects.flatMap(({ tokens }) =>
      tokens.flatMap((token, at) => (token.is === "name" ? judgeName(token.text, tokens, at, script) : [])),
    ),
  )
}

type Script = (tokens: readonly Token[], at: number) => string

function judgeName(name: string, tokens: readonly Token[], at: number, script: Script): readonly Trait[] {
  switch (name) {
    case "JS": {
      const source = script(tokens, at + 1)
      if (HARMLESS.test(source)) return []
      return [{ kind: "active-content", why: "pdf-javascript", name: shorten(source.slice(0, 120)) }]
    }
    case "Launch":
      return isAction(tokens, at) ? [{ kind: "active-content", why: "pdf-launch", ...target(tokens) }] : []
    case "SubmitForm":
    case "ImportData":
      return isAction(tokens, at) ? [{ kind: "active-content", why: "pdf-submit-form", ...target(tokens) }] : []
    case "GoToE":
      return isAction(tokens, at) ? [{ kind: "active-content", why: "pdf-goto-embedded" }] : []
    case "GoToR":
      return isAction(tokens, at) && isRemote(target(tokens).name ?? "")
        ? [{ kind: "external-reference", why: "pdf-goto-remote", ...target(tokens) }]
        : []
    case "RichMedia":
      return [{ kind: "active-content", why: "pdf-rich-media" }]
    case "XFA":
      return [{ kind: "active-content", why: "pdf-xfa" }]
    case "EmbeddedFile":
      return [{ kind: "embedded-file", why: "pdf-attachment" }]
    case "EF":
      return named("embedded-file", "pdf-attachment", fileNames(tokens))
    case "OpenAction":
      return opensAddress(tokens, at) ? [{ kind: "active-content", why: "pdf-open-address", ...target(tokens) }] : []
    default:
      return []
  }
}

/** Text strings may be UTF-16. 7.9.2.2. */
function readable(text: string): string {
  if (!text.startsWith("\xfe\xff")) return text
  const bytes = Buffer.from(text.slice(2), "latin1")
  return bytes
    .subarray(0, bytes.length & ~1)
    .swap16()
    .toString("utf16le")
}

/** The name stands as the kind of an action: `/S /Launch`. */
function isAction(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]
  return before?.is === "name" && before.text === "S"
}

/** Where the action leads: a file specification or an address. */
function target(tokens: readonly Token[]): { readonly name?: string } {
  const at = tokens.findIndex(
    (token, index) => token.is === "name" && /^(?:F|UF|URI|P)$/.test(token.text) && tokens[index + 1]?.is === "string",
  )
  const value = tokens[at + 1]
  return at < 0 || value === undefined ? {} : { name: shorten(readable(value.text)) }
}

function isRemote(name: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]+:|\\\\|\/\/)/i.test(name)
}

function fileNames(tokens: readonly Token[]): readonly string[] {
  const names = tokens.flatMap((token, index) => {
    const value = tokens[index + 1]
    return token.is === "name" && /^U?F$/.test(token.text) && value?.is === "string" ? [readable(value.text)] : []
  })
  return names.length > 0 ? names : ["?"]
}

/** A site that opens with the document, without a click. */
function opensAddress(tokens: readonly Token[], at: number): boolean {
  const end = tokens.findIndex((token, index) => index > at && token.text === ">>")
  const action = tokens.slice(at, end < 0 ? undefined : end)
  return (
    action[1]?.text === "<<" && action.some((token, index) => token.text === "URI" && action[index - 1]?.text === "S")
  )
}
