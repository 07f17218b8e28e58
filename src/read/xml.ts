/** XML as a row of tags and texts: one pass, linear, no tree, no entities but the five of XML and numbers of characters. */

export interface Tag {
  readonly kind: "open" | "close"
  /** Without its namespace prefix. */
  readonly name: string
  /** All between the angle brackets, bounded. */
  readonly head: string
  /** It ends where it begins. */
  readonly empty: boolean
}

export interface Words {
  readonly kind: "text"
  readonly text: string
}

const LONGEST_HEAD = 2_000
const NAME = /^\/?(?:[\w.-]{1,40}:)?([\w.-]{1,60})/

/** Ends with the text, or with a tag that never does. */
export function* xmlParts(xml: string): Generator<Tag | Words> {
  for (let at = 0; at < xml.length; ) {
    const tag = xml.indexOf("<", at)
    if (tag !== at) {
      yield { kind: "text", text: characters(xml.slice(at, tag < 0 ? xml.length : tag)) }
      if (tag < 0) return
    }
    if (xml.startsWith("<![CDATA[", tag)) {
      const end = xml.indexOf("]]>", tag)
      yield { kind: "text", text: xml.slice(tag + 9, end < 0 ? xml.length : end) }
      if (end < 0) return
      at = end + 3
      continue
    }
    const comment = xml.startsWith("<!--", tag)
    const end = comment ? xml.indexOf("-->", tag) : xml.indexOf(">", tag)
    if (end < 0) return
    at = end + (comment ? 3 : 1)
    const head = comment ? "" : xml.slice(tag + 1, Math.min(end, tag + LONGEST_HEAD))
    const name = NAME.exec(head)?.[1]
    if (name === undefined) continue
    yield { kind: head.startsWith("/") ? "close" : "open", name, head, empty: xml[end - 1] === "/" }
  }
}

const patterns = new Map<string, RegExp>()

/** Of that name, whatever its prefix; null when it is not there. */
export function attribute({ head }: Tag, name: string): string | null {
  if (!head.includes(name)) return null
  let pattern = patterns.get(name)
  if (pattern === undefined) {
    pattern = new RegExp(`[\\s:]${name}\\s{0,9}=\\s{0,9}(?:"([^"]*)"|'([^']*)')`)
    patterns.set(name, pattern)
  }
  const found = pattern.exec(head)
  return found === null ? null : characters(found[1] ?? found[2] ?? "")
}

/** A switch that is there, and not written to be off. */
export function isOn(tag: Tag): boolean {
  return !/^(?:0|false|off|none)$/.test(attribute(tag, "val") ?? "")
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }

function characters(text: string): string {
  if (!text.includes("&")) return text
  return text.replace(/&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,4});/gi, (written, name: string) => {
    if (!name.startsWith("#")) return NAMED[name] ?? written
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ""
  })
}
