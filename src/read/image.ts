/** Pictures that may be papers: read where somebody can, else told by what they look like. */
import { type Extract, LONGEST_TEXT, NO_TEXT, UNREADABLE } from "../mail/text.ts"
import { shapeOf, sizeOf } from "./picture.ts"
import type { ReadScan } from "./scan.ts"
import { lookOf } from "./seal.ts"

/** No paper, or nothing on it. */
const NONE: Extract = { text: NO_TEXT, whole: true }
/** Letters that a page has; fewer are a sign over a door. */
const FEWEST_LETTERS = 40

export async function imageText(bytes: Buffer, scan: ReadScan | null, signal: AbortSignal): Promise<Extract> {
  const size = sizeOf(bytes)
  if (size === null) return NONE
  const shape = shapeOf(size)
  if (shape === "other") return NONE
  if (shape === "too-large") return UNREADABLE
  const text = scan === null ? null : await scan("image", bytes, signal)
  if (text !== null) return scanned(text) ?? NONE
  const look = lookOf(bytes, size)
  return look === null ? NONE : { ...UNREADABLE, shows: [{ feature: "scan", note: look }] }
}

/** What the scribe read; null when it is no page of text. */
export function scanned(text: string): Extract | null {
  if ((text.match(/\p{L}/gu)?.length ?? 0) < FEWEST_LETTERS) return null
  return {
    text: { body: text.slice(0, LONGEST_TEXT), margins: "" },
    whole: true,
    shows: [{ feature: "scan", note: "tesseract" }],
  }
}
