/** The text of OpenDocument content, of .odt .ods .odp: text stands right in its paragraphs. OpenDocument 1.3 part 3. */
import { type Look, type Paper, type Place, PLAIN_LOOK } from "./paper.ts"
import { attribute, xmlParts } from "./xml.ts"

export type Looks = ReadonlyMap<string, Look>

/** Styles by name, with what they inherit. */
export function looksOf(...sources: readonly string[]): Looks {
  const looks = new Map<string, Look>()
  for (const xml of sources) {
    let name = ""
    for (const part of xmlParts(xml)) {
      if (part.kind !== "open") continue
      if (part.name === "style" || part.name === "default-style") {
        name = attribute(part, "name") ?? ""
        const parent = looks.get(attribute(part, "parent-style-name") ?? "")
        if (parent !== undefined) looks.set(name, parent)
      } else if (part.name === "text-properties") {
        const before = looks.get(name) ?? PLAIN_LOOK
        const font = attribute(part, "font-name") ?? attribute(part, "font-family") ?? before.font
        const transform = attribute(part, "text-transform")
        const capitals = transform === null ? before.capitals : transform === "uppercase"
        looks.set(name, { font: font.replaceAll("'", ""), capitals })
      }
    }
  }
  return looks
}

const PARAGRAPHS = new Set(["p", "h"])
/** What floats beside the text, or belongs to its margins. */
const ASIDE = new Set(["text-box", "annotation", "note", "header", "footer", "header-left", "footer-left"])
const DEEPEST = 200

/** Puts it on the paper. `place`: where its flow stands. */
export function readOpenDocument(xml: string, paper: Paper, looks: Looks, place: Place = "body"): void {
  const stack: { readonly name: string; readonly look: Look }[] = []
  let paragraphs = 0
  let aside = 0
  /** On slides everything stands in boxes. */
  let slides = false
  paper.turn(place)
  for (const part of xmlParts(xml)) {
    if (paper.full()) return
    const look = stack.at(-1)?.look ?? PLAIN_LOOK
    if (part.kind === "text") {
      if (paragraphs > 0) paper.run(part.text, look)
      continue
    }
    const { name, empty } = part
    const step = part.kind === "close" ? -1 : empty ? 0 : 1
    if (name === "tab" && step >= 0) paper.run("\t", look)
    else if (name === "s" && step >= 0) paper.run(" ".repeat(Math.min(100, Number(attribute(part, "c") ?? 1))), look)
    else if (name === "line-break") paper.line()
    else if (PARAGRAPHS.has(name)) {
      paragraphs = Math.max(0, paragraphs + step)
      if (step <= 0) paper.line()
    } else if (name === "presentation" || name === "drawing") slides ||= step > 0
    else if (ASIDE.has(name) && !(slides && name === "text-box")) {
      aside = Math.max(0, aside + step)
      paper.turn(aside > 0 ? "margins" : place)
    } else if (name === "table-row" && step > 0) paper.row()
    else if (name === "table-row" && step < 0) paper.endRow()
    else if ((name === "table-cell" || name === "covered-table-cell") && step <= 0) paper.cell()
    if (step > 0 && stack.length < DEEPEST) {
      const style = attribute(part, "style-name")
      stack.push({ name, look: (style === null ? undefined : looks.get(style)) ?? look })
    } else if (step < 0 && stack.at(-1)?.name === name) stack.pop()
  }
  paper.line()
}
