/** The text of a PDF, put together by where it stands on the page rather than by the order in which it was drawn. */
import { type Extract, LONGEST_TEXT } from "../mail/text.ts"
import { pageText, type Run } from "./page.ts"

/** Marks, letterheads and recipients stand on the first pages. */
const MOST_PAGES = 30
/** Letters that a page of text has; fewer are the caption of a picture of text. */
const FEWEST_LETTERS = 20
/** Fonts that do not tell what their glyphs mean give controls and private characters instead of letters. */
const LEGIBLE = 0.5

/** Null when it is sealed or broken; not whole when its first page is a picture or its letters have no meaning. */
export async function pdfText(bytes: Buffer, signal: AbortSignal): Promise<Extract | null> {
  // Loaded when the first PDF comes: 60 ms and 25 MB that most messages do not need.
  const { getDocument } = await import("unpdf/pdfjs")
  // A copy: the library takes its octets away.
  const loading = getDocument({
    data: new Uint8Array(bytes),
    verbosity: 0,
    stopAtErrors: false,
  })
  const { promise: late, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener("abort", abort, { once: true })
  try {
    const pages: string[] = []
    const document = await Promise.race([loading.promise, late])
    let room = LONGEST_TEXT
    for (let number = 1; number <= Math.min(document.numPages, MOST_PAGES) && room > 0; number++) {
      const page = await Promise.race([document.getPage(number), late])
      const { items } = await Promise.race([page.getTextContent(), late])
      const text = pageText(items.flatMap(runOf)).slice(0, room)
      pages.push(text)
      room -= text.length
      page.cleanup()
    }
    return { text: { body: pages.join("\n"), margins: "" }, whole: isLegible(pages[0] ?? "") }
  } finally {
    signal.removeEventListener("abort", abort)
    await loading.destroy()
  }
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
  return letters >= FEWEST_LETTERS && letters >= marks * LEGIBLE
}
