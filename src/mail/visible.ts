/** Words from outside made harmless to their neighbours: what turns the direction of writing or hides is shown as its number. Pure. */

/** Controls, marks and breaks of direction (UAX #9 §2), and what has no width; tabs and new lines stay. */
const HIDDEN = /(?![\t\n\r])[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/gu
/** Letters written from right to left: Hebrew, Arabic and their relatives. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
/** No script of the living stacks more marks on one letter; further ones are drawn over the lines around. */
const TOWER = /(\p{M}{4})\p{M}+/gu
/** FIRST STRONG ISOLATE and its end, UAX #9 §2.4: with nothing of the kind inside it reaches no further. */
const [OPEN, CLOSE] = ["\u2068", "\u2069"]
const CLOSED = /(\u2068[^\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*\u2069)/

/** For a place that is isolated already, such as `<bdi>`: a stray end of an isolate would end that one. */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .split(CLOSED)
    .map((part, at) => (at % 2 === 1 ? part : part.replace(HIDDEN, numbered)))
    .join("")
    .replace(TOWER, "$1")
}

function numbered(mark: string): string {
  return `[U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}]`
}

/** For the middle of a sentence and for attributes, where no element isolates. */
export function isolated(text: string): string {
  const shown = visible(text)
  return RIGHT_TO_LEFT.test(
    shown
      .split(CLOSED)
      .filter((_, at) => at % 2 === 0)
      .join(""),
  )
    ? `${OPEN}${shown}${CLOSE}`
    : shown
}
