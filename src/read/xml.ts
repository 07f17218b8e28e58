/** The text of office XML: one pass, linear, no tree, no entities but the five of XML and character numbers. */

export interface XmlText {
  /** What stands in the flow of the page. */
  readonly flow: string
  /** What stands in text boxes, which float above it. */
  readonly boxes: string
}

/** Elements that begin or end a line, or a cell of a table, which is a line of its own here. */
const LINES = new Set([
  "p",
  "h",
  "tc",
  "tr",
  "br",
  "cr",
  "si",
  "row",
  "c",
  "line-break",
  "table-cell",
  "list-item",
  "txbxContent",
])
const SPACES: ReadonlyMap<string, string> = new Map([
  ["tab", "\t"],
  ["s", " "],
  ["noBreakHyphen", "-"],
])

/** Stops at so many characters. */
export function xmlText(xml: string, limit: number): XmlText {
  /** OpenDocument has its text right in paragraphs, the others in elements of their own, with drawing sizes between them. */
  const everywhere = xml.slice(0, 4_096).includes("urn:oasis:names:tc:opendocument")
  const out = { flow: "", boxes: "" }
  let boxes = 0
  let taken = everywhere
  let capitals = false
  const put = (text: string): void => {
    if (boxes > 0) out.boxes += text
    else out.flow += text
  }
  for (let at = 0; at < xml.length && out.flow.length + out.boxes.length < limit; ) {
    const tag = xml.indexOf("<", at)
    const end = tag < 0 ? -1 : xml.indexOf(">", tag)
    if (taken && tag !== at) put(shown(xml.slice(at, tag < 0 ? xml.length : tag), capitals))
    if (end < 0) break
    at = end + 1
    const { name, closes, empty, off } = element(xml, tag, end)
    if (name === "txbxContent" && !empty) boxes = Math.max(0, boxes + (closes ? -1 : 1))
    if (LINES.has(name)) put("\n")
    else if (!closes) put(SPACES.get(name) ?? "")
    // A run's text is stored as typed and shown in capitals.
    if (name === "r") capitals = false
    else if (name === "caps") capitals = !off
    if (!everywhere) taken = !closes && !empty && (name === "t" || name === "delText")
  }
  return out
}

interface Element {
  /** Without its namespace prefix. */
  readonly name: string
  readonly closes: boolean
  readonly empty: boolean
  /** A switch that is written and turned off. */
  readonly off: boolean
}

function element(xml: string, tag: number, end: number): Element {
  const head = xml.slice(tag + 1, Math.min(end, tag + 200))
  const [, slash = "", name = ""] = /^(\/?)(?:[\w.-]{1,40}:)?([\w.-]{1,40})/.exec(head) ?? []
  return { name, closes: slash !== "", empty: xml[end - 1] === "/", off: /val="(?:0|false|off)"/.test(head) }
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }

function shown(text: string, capitals: boolean): string {
  const plain = text.includes("&")
    ? text.replace(/&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,4});/gi, (written, name: string) => {
        if (!name.startsWith("#")) return NAMED[name] ?? written
        const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
        return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ""
      })
    : text
  return (capitals ? plain.toUpperCase() : plain).replace(/[\r\n]+/g, " ")
}
