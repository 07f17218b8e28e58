/** The text of a PDF, put together by where it stands on the page rather than by the order in which it was drawn. */
import type { PDFDocumentProxy, PDFPageProxy } from "unpdf/pdfjs"
import { type Extract, LONGEST_TEXT } from "../mail/text.ts"
import { pageText, type Run } from "./page.ts"
import { createPaper, type Paper } from "./paper.ts"
import { signaturesOf } from "./pdf-signature.ts"
import { property } from "./properties.ts"
import { isSyllable } from "./syllable.ts"

/** Marks, letterheads and recipients stand on the first pages. */
const MOST_PAGES = 30
/** Letters that a page of text has; fewer are the caption of a picture of text. */
const FEWEST_LETTERS = 20
/** Fonts that do not tell what their glyphs mean give controls and private characters instead of letters. */
const LEGIBLE = 0.5
/** Words with letters that only Vietnamese has; when fewer of them are syllables, the font's map to letters is a wrong one. */
const VIETNAMESE = /[\p{L}\p{M}]*[ơư\u1ea0-\u1ef9][\p{L}\p{M}]*/giu
const FEWEST_WORDS = 8
const SYLLABLES = 0.6
const MOST_NOTES = 500

/** `legible`: false when its first page is a picture or its letters have no meaning. */
export interface PdfText extends Extract {
  readonly legible: boolean
}

/** Null when it is sealed or broken; not whole when its first page cannot be read. */
export async function pdfText(bytes: Buffer, roots: readonly string[], signal: AbortSignal): Promise<PdfText | null> {
  // Loaded when the first PDF comes: 60 ms and 25 MB that most messages do not need.
  const { getDocument } = await import("unpdf/pdfjs")
  // A copy: the library takes its octets away.
  const loading = getDocument({ data: new Uint8Array(bytes), verbosity: 0, stopAtErrors: false })
  const { promise: late, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener("abort", abort, { once: true })
  const within = <T>(work: Promise<T>): Promise<T> => Promise.race([work, late])
  const paper = createPaper()
  try {
    const document = await within(loading.promise)
    let first: string | null = null
    for (let number = 1; number <= Math.min(document.numPages, MOST_PAGES) && !paper.full(); number++) {
      const page = await within(document.getPage(number))
      const { items } = await within(page.getTextContent())
      const text = pageText(items.flatMap(runOf)).slice(0, LONGEST_TEXT)
      first ??= text
      paper.turn("body")
      write(text, paper)
      await within(readNotes(page, paper))
      page.cleanup()
    }
    await within(readInformation(document, paper))
    for (const shown of signaturesOf(bytes, roots)) paper.show(shown)
    const legible = isLegible(first ?? "")
    return { ...paper.extract(legible), legible }
  } finally {
    signal.removeEventListener("abort", abort)
    await loading.destroy()
  }
}

function write(text: string, paper: Paper): void {
  for (const line of text.split("\n")) {
    paper.run(line)
    paper.line()
  }
}

/** Values of forms and remarks float above the page, where stamps stand as well. */
async function readNotes(page: PDFPageProxy, paper: Paper): Promise<void> {
  const notes: unknown[] = await page.getAnnotations()
  paper.turn("margins")
  for (const note of notes.slice(0, MOST_NOTES)) {
    if (typeof note !== "object" || note === null) continue
    const said = "contentsObj" in note && isObject(note.contentsObj) ? note.contentsObj["str"] : ""
    const filled = "fieldValue" in note ? note.fieldValue : ""
    for (const text of [said, ...(Array.isArray(filled) ? filled : [filled])]) {
      if (typeof text === "string" && text !== "") write(text, paper)
    }
  }
}

async function readInformation(document: PDFDocumentProxy, paper: Paper): Promise<void> {
  const { info } = await document.getMetadata()
  if (!isObject(info)) return
  for (const name of ["Author", "Title", "Subject", "Keywords", "Company"]) {
    const value = info[name]
    if (typeof value === "string") property(name.toLowerCase(), value, paper)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
}

function runOf(item: object): readonly Run[] {
  if (!("str" in item && "transform" in item && "width" in item)) return []
  const { str, transform, width } = item
  if (typeof str !== "string" || str === "" || !Array.isArray(transform) || typeof width !== "number") return []
  const [a, b, c, d, x, y] = transform.map(Number)
  if (a === undefined || b === undefined || c === undefined || d === undefined || x === undefined || y === undefined)
    return []
  return [{ text: str, x, y, width, size: Math.max(1, Math.hypot(c, d)) }]
}

function isLegible(text: string): boolean {
  const marks = text.match(/\S/g)?.length ?? 0
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0
  if (letters < FEWEST_LETTERS || letters < marks * LEGIBLE) return false
  const words = text.normalize("NFC").match(VIETNAMESE) ?? []
  return words.length < FEWEST_WORDS || words.filter(isSyllable).length >= words.length * SYLLABLES
}
