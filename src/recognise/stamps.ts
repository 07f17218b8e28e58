/** Where stamps stand: short lines of the first page, around the head of a document further down, and in margins. */
import type { Line } from "./readings.ts"

/** Stamps stand on the first page: its first lines, or those around the head of a document further down. */
const FIRST_PAGE = 40
const AROUND_HEAD = 15
const LONGEST_MARK = 60

/** A short line where a stamp may stand. */
export interface Place {
  /** Single blanks. */
  readonly text: string
  readonly words: string
  /** Its number in the text; margins, which are on every page, have none. */
  readonly line: number | null
}

/** `head`: the line of the document's number. */
export function stampable(margins: readonly Line[], lines: readonly Line[], head: number): readonly Place[] {
  const places: Place[] = []
  const put = ({ text, words }: Line, line: number | null): void => {
    if (text.length > LONGEST_MARK) return
    places.push({ text: text.includes("  ") ? text.replace(/ +/g, " ") : text, words, line })
  }
  for (const line of margins) put(line, null)
  const beside = Math.max(FIRST_PAGE, head - AROUND_HEAD)
  for (const [index, line] of lines.slice(0, FIRST_PAGE).entries()) put(line, index)
  for (const [index, line] of lines.slice(beside, head + AROUND_HEAD + 1).entries()) put(line, beside + index)
  return places
}
