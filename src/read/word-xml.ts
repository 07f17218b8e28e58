/** The text of WordprocessingML and DrawingML, of .docx and .pptx: runs of `t`, in paragraphs. ECMA-376 part 1, §17 and §21. */
import { type Look, type Paper, type Place, PLAIN_LOOK } from "./paper.ts"
import { attribute, isOn, type Tag, xmlParts } from "./xml.ts"

/** What a style says of its runs, by its name; "" holds what holds for all. */
export type Styles = ReadonlyMap<string, Look>

export const NO_STYLES: Styles = new Map()

/** Only what a run's look is made of: fonts and capitals, inherited. */
export function stylesOf(xml: string): Styles {
  const own = new Map<string, { based: string | null; font: string | null; capitals: boolean | null }>()
  let current = { based: null as string | null, font: null as string | null, capitals: null as boolean | null }
  for (const part of xmlParts(xml)) {
    if (part.kind !== "open") continue
    if (part.name === "style" || part.name === "docDefaults") {
      current = { based: null, font: null, capitals: null }
      own.set(attribute(part, "styleId") ?? "", current)
    } else if (part.name === "basedOn") current.based = attribute(part, "val")
    else if (part.name === "rFonts") current.font = fontOf(part)
    else if (part.name === "caps") current.capitals = isOn(part)
  }
  const styles = new Map<string, Look>()
  for (const name of own.keys()) {
    let font: string | null = null
    let capitals: boolean | null = null
    // A circle of styles ends as well.
    for (let at: string | null = name, steps = 0; at !== null && steps < 10; steps++) {
      const style = own.get(at)
      font ??= style?.font ?? null
      capitals ??= style?.capitals ?? null
      at = style?.based ?? (at === "" ? null : "")
    }
    styles.set(name, { font: font ?? "", capitals: capitals ?? false })
  }
  return styles
}

function fontOf(tag: Tag): string | null {
  return attribute(tag, "ascii") ?? attribute(tag, "hAnsi")
}

/** Elements whose end is the end of a line. */
const LINES = new Set(["p", "br", "cr", "si"])
const TEXT = new Set(["t", "delText"])
const SIGNS: ReadonlyMap<string, string> = new Map([
  ["tab", "\t"],
  ["noBreakHyphen", "-"],
  ["ptab", "\t"],
])

interface Reading {
  /** Where its flow stands; in the body where nothing is said. */
  readonly place?: Place
  readonly styles?: Styles
}

/** Puts it on the paper, text boxes into the margins wherever they float. */
export function readWords(xml: string, paper: Paper, { place = "body", styles = NO_STYLES }: Reading = {}): void {
  const all = styles.get("") ?? PLAIN_LOOK
  let boxes = 0
  let paragraph = all
  let look = all
  let inRun = false
  let taken = false
  paper.turn(place)
  for (const part of xmlParts(xml)) {
    if (paper.full()) return
    if (part.kind === "text") {
      if (taken) paper.run(part.text, look)
      continue
    }
    const { name, empty } = part
    const opens = part.kind === "open"
    taken = opens && !empty && TEXT.has(name)
    if (name === "txbxContent" && !empty) {
      boxes = Math.max(0, boxes + (opens ? 1 : -1))
      paper.turn(boxes > 0 ? "margins" : place)
    } else if (name === "tr" && opens) paper.row()
    else if (name === "tr") paper.endRow()
    else if (name === "tc" && !opens) paper.cell()
    else if (LINES.has(name) && (!opens || empty)) paper.line()
    if (!opens) {
      if (name === "r") inRun = false
      continue
    }
    const sign = SIGNS.get(name)
    if (sign !== undefined && inRun) paper.run(sign, look)
    if (name === "p") paragraph = all
    else if (name === "pStyle") paragraph = styles.get(attribute(part, "val") ?? "") ?? paragraph
    else if (name === "r" || name === "fld") {
      look = paragraph
      inRun = true
    } else if (inRun) look = lookOf(part, look, styles)
  }
  paper.line()
}

function lookOf(tag: Tag, look: Look, styles: Styles): Look {
  switch (tag.name) {
    case "rStyle":
      return styles.get(attribute(tag, "val") ?? "") ?? look
    case "rFonts":
      return { ...look, font: fontOf(tag) ?? look.font }
    case "latin":
      return { ...look, font: attribute(tag, "typeface") ?? look.font }
    case "caps":
      return { ...look, capitals: isOn(tag) }
    case "rPr":
      return attribute(tag, "cap") === "all" ? { ...look, capitals: true } : look
    default:
      return look
  }
}
