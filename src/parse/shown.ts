/** Where in the octets of a message the text begins that a mail program shows, so that something can be put before it. */
import type { ShownText } from "../mail/message.ts"
import type { Head } from "./head.ts"
import type { Encoding } from "./transfer.ts"

/** Octets of a page in which its body must begin: Outlook writes some 50 KB of styles before it. */
const BEGINNING = 131_072
const SOON = 4_096

/** Looks at the octets of a text as they are encoded. */
export interface Beginning {
  see(raw: Uint8Array): void
  /** What was seen is all of it, or enough. */
  shown(): ShownText
}

/** Null where it is no text that is shown, or nobody can say how it is written. `begins`: octets of the message before it. */
export function beginningOf(head: Head, begins: number): Beginning | null {
  const { claimed, names, disposition, encoding, charset, defects, octets } = head
  const is = claimed === "text/plain" ? "plain" : claimed === "text/html" ? "html" : null
  if (is === null || disposition === "attachment" || names.length > 0) return null
  if (octets.ends !== "empty-line" || defects.includes("unknown-encoding")) return null
  const seen: Uint8Array[] = []
  let size = 0
  return {
    see: (raw) => {
      if (is === "plain" || size >= BEGINNING) return
      seen.push(raw)
      size += raw.length
    },
    shown: () => {
      const raw = Buffer.concat(seen)
      // Most pages begin at once.
      const soon = bodyIn(raw.subarray(0, SOON), encoding)
      const { at, remove, around } =
        soon.at > 0 || raw.length <= SOON ? soon : bodyIn(raw.subarray(0, BEGINNING), encoding)
      return { at: begins + at, remove, around, begins: at === 0, is, encoding, charset: charset.toLowerCase() }
    },
  }
}

const RAW_TEXT = new Set(["title", "style", "script", "noscript", "template"])
const OF_HEAD = new Set(["html", "head", "meta", "link", "base", ...RAW_TEXT])

/**
 * Octets before what the body of a page holds: all that may stand before it is walked over as HTML 13.2.6.4 has it. 0 where a browser
 * might read it otherwise: what stands before everything cannot be hidden in a comment.
 */
export function bodyOf(page: string): number {
  let at = page.startsWith("\xef\xbb\xbf") ? 3 : 0
  for (;;) {
    at += /^\s*/.exec(page.slice(at))?.[0].length ?? 0
    if (page.startsWith("<!--", at)) {
      const end = page.indexOf("-->", at + 4)
      // Comments that end early for a browser: `<!-->`, `<!--->`, `--!>`.
      if (end < 0 || /^-?>/.test(page.slice(at + 4, at + 6)) || page.slice(at, end).includes("--!>")) return 0
      at = end + 3
      continue
    }
    const tag = /^<(?:[!?][^>]*|(\/?)([a-z][a-z0-9:]*)((?:"[^"]*"|'[^']*'|[^"'<>])*))>/i.exec(
      page.slice(at, at + 8_192),
    )
    if (tag === null) return at < page.length && page[at] !== "<" ? at : 0
    const name = tag[2]?.toLowerCase()
    if (name === "body" && tag[1] === "") return at + tag[0].length
    if (name !== undefined && !OF_HEAD.has(name)) return at
    at += tag[0].length
    if (name === undefined || tag[1] === "/" || !RAW_TEXT.has(name)) continue
    const end = page.slice(at).search(new RegExp(`</${name}[\\s/>]`, "i"))
    if (end < 0) return 0
    at += end
  }
}

function bodyIn(raw: Buffer, encoding: Encoding): Raw {
  return inRaw(raw, encoding, bodyOf(decodedTo(raw, encoding)))
}

interface Raw {
  readonly at: number
  readonly remove: number
  readonly around: readonly [before: string, after: string]
}

/** Where decoded octet `offset` stands in the octets as they are written; a base64 group it stands within is to be written anew. */
function inRaw(raw: Buffer, encoding: Encoding, offset: number): Raw {
  const start: Raw = { at: 0, remove: 0, around: ["", ""] }
  if (offset === 0) return start
  if (encoding === "identity") return { ...start, at: offset }
  const place = encoding === "base64" ? inBase64(raw, offset) : inQuotedPrintable(raw, offset)
  return place ?? start
}

function inBase64(raw: Buffer, offset: number): Raw | null {
  const [group, within] = [Math.floor(offset / 3) * 4, offset % 3]
  let at = 0
  let sextets = 0
  let begins = 0
  let text = ""
  for (; at < raw.length && sextets < group + 4; at++) {
    const character = String.fromCharCode(raw[at] ?? 0)
    if (!/[A-Za-z0-9+/]/.test(character)) {
      // Padding within the text, or anything else that does not belong there: readers differ.
      if (!/\s/.test(character)) return null
      continue
    }
    if (sextets === group) begins = at
    if (sextets >= group) text += character
    sextets++
  }
  if (sextets < group + 4) return null
  if (within === 0) return { at: begins, remove: 0, around: ["", ""] }
  const octets = Buffer.from(text, "base64").toString("latin1")
  return { at: begins, remove: at - begins, around: [octets.slice(0, within), octets.slice(within)] }
}

function inQuotedPrintable(raw: Buffer, offset: number): Raw | null {
  const text = raw.toString("latin1")
  let at = 0
  for (let decoded = 0; decoded < offset && at < text.length; ) {
    const [written] = /^(?:=[ \t]*\r?\n|=[0-9A-Fa-f]{2}|[^=])/.exec(text.slice(at, at + 80)) ?? []
    if (written === undefined) return null
    if (!/^=[ \t]*\r?\n$/.test(written)) decoded++
    at += written.length
  }
  return at < text.length ? { at, remove: 0, around: ["", ""] } : null
}

/** Of the beginning, strictly: what is written otherwise is not looked into. */
function decodedTo(raw: Buffer, encoding: Encoding): string {
  const text = raw.toString("latin1")
  if (encoding === "identity") return text
  if (encoding === "base64") return Buffer.from(text.replace(/\s+/g, ""), "base64").toString("latin1")
  return text
    .replace(/=[ \t]*\r?\n/g, "")
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
