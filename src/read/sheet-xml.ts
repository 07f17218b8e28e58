/** The text of SpreadsheetML, of .xlsx: every sheet, hidden ones too, a line for a row. ECMA-376 part 1, §18. */
import type { Paper } from "./paper.ts"
import { attribute, type Tag, xmlParts } from "./xml.ts"

/** One shared string, or what a cell holds. */
interface Cell {
  readonly text: string
  readonly font: string
}

/** How the numbers of a cell style are shown, and its font. */
export interface CellStyle {
  readonly font: string
  /** Code of its number format. */
  readonly format: string
}

const MOST_STRINGS = 200_000

export function sharedStrings(xml: string): readonly Cell[] {
  const strings: Cell[] = []
  let text = ""
  let font = ""
  let taken = false
  let phonetic = false
  for (const part of xmlParts(xml)) {
    if (part.kind === "text") {
      if (taken && !phonetic) text += part.text
      continue
    }
    const opens = part.kind === "open"
    taken = opens && part.name === "t" && !part.empty
    if (part.name === "rPh") phonetic = opens && !part.empty
    else if (part.name === "rFont" && opens && font === "") font = attribute(part, "val") ?? ""
    else if (part.name === "si" && (!opens || part.empty)) {
      if (strings.push({ text, font }) >= MOST_STRINGS) break
      text = ""
      font = ""
    }
  }
  return strings
}

/** Built-in formats of dates. ECMA-376 part 1, §18.8.30. */
const DATES = new Set(["14", "15", "16", "17", "22"])

export function cellStyles(xml: string): readonly CellStyle[] {
  const formats = new Map<string, string>()
  const fonts: string[] = []
  const styles: CellStyle[] = []
  let within = ""
  for (const part of xmlParts(xml)) {
    if (part.kind !== "open") {
      if (part.kind === "close" && part.name === within) within = ""
      continue
    }
    if (["fonts", "cellXfs", "numFmts"].includes(part.name)) within = part.name
    else if (part.name === "numFmt") formats.set(attribute(part, "numFmtId") ?? "", attribute(part, "formatCode") ?? "")
    else if (within === "fonts" && part.name === "font") fonts.push("")
    else if (within === "fonts" && part.name === "name") fonts[fonts.length - 1] = attribute(part, "val") ?? ""
    else if (within === "cellXfs" && part.name === "xf") {
      const id = attribute(part, "numFmtId") ?? ""
      const font = fonts[Number(attribute(part, "fontId") ?? 0)] ?? ""
      styles.push({ font, format: DATES.has(id) ? "dd/mm/yyyy" : (formats.get(id) ?? "") })
    }
  }
  return styles
}

export interface Book {
  readonly strings: readonly Cell[]
  readonly styles: readonly CellStyle[]
}

/** Cells of a row beside each other. */
export function readSheet(xml: string, { strings, styles }: Book, paper: Paper): void {
  let cell: Tag | null = null
  let value = ""
  let taken = false
  let header = false
  let first = true
  for (const part of xmlParts(xml)) {
    if (paper.full()) return
    if (part.kind === "text") {
      if (header) paper.run(headerText(part.text))
      else if (taken) value += part.text
      continue
    }
    const opens = part.kind === "open" && !part.empty
    taken = opens && (part.name === "v" || part.name === "t")
    if (/^(?:odd|even|first)(?:Header|Footer)$/.test(part.name)) {
      paper.turn("margins")
      header = opens
      if (!opens) paper.line()
    } else if (part.name === "row") {
      paper.turn("body")
      paper.line()
      first = true
    } else if (part.name === "c") {
      if (opens) {
        cell = part
        value = ""
      } else if (cell !== null && value !== "") {
        const style = styles[Number(attribute(cell, "s") ?? -1)]
        const shared = attribute(cell, "t") === "s" ? strings[Number(value)] : undefined
        const isText = /^(?:str|inlineStr|e)$/.test(attribute(cell, "t") ?? "")
        const text = shared?.text ?? (isText ? value : shownNumber(value, style?.format ?? ""))
        paper.run(`${first ? "" : "\t"}${text}`, { font: shared?.font || (style?.font ?? ""), capitals: false })
        first = false
        cell = null
      }
    }
  }
  paper.line()
  paper.turn("body")
}

/** Day 1 of the 1900 date system is 1 January 1900, and 1900 had a 29 February. */
const EPOCH = Date.UTC(1899, 11, 30)
const DAY = 86_400_000

/** Numbers of people keep their leading zeros, dates are written as days. */
export function shownNumber(written: string, format: string): string {
  const number = Number(written)
  if (!Number.isFinite(number)) return written
  if (/^0{2,20}$/.test(format) && number >= 0) return number.toFixed(0).padStart(format.length, "0")
  if (/[dy]/i.test(format.replace(/"[^"]*"|\[[^\]]*\]|\\./g, "")) && number > 0 && number < 2_958_466) {
    const date = new Date(EPOCH + Math.floor(number) * DAY)
    return `${two(date.getUTCDate())}/${two(date.getUTCMonth() + 1)}/${date.getUTCFullYear()}`
  }
  return /e/i.test(written) && Number.isSafeInteger(number) ? number.toFixed(0) : written
}

function two(part: number): string {
  return String(part).padStart(2, "0")
}

/** Without the codes for side, font and size. ECMA-376 part 1, §18.3.1.46. */
export function headerText(coded: string): string {
  return coded.replace(/&"[^"]{0,100}"|&K[0-9A-F]{6}|&\d{1,3}|&[A-Za-z]/g, " ").replaceAll("&&", "&")
}
