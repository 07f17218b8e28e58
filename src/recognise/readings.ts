/** The normalised copies of a text that every rule matches against: made once, in one pass, from tables. */
import { unitsOf } from "./units.ts"

export interface Readings {
  /** Composed, one kind of dash and of blank, nothing invisible; case and lines kept. */
  readonly plain: string
  /** Without accents and case, words apart by one space, nothing but letters and digits. */
  readonly words: string
  readonly lines: readonly Line[]
}

/** A line as a reader's eye takes it. */
export interface Line {
  readonly text: string
  readonly words: string
  /** Words without spaces, as many as a heading has: survives split syllables and letter-spaced headings. */
  readonly compact: string
  /** Letters of each case, beyond ASCII too. */
  readonly upper: number
  readonly lower: number
}

/** Composes the three ways Vietnamese letters are typed (NFC, NFD, letter with shape + combining tone). */
export function plain(text: string): string {
  const composed = text.normalize("NFC")
  if (!UNUSUAL.test(composed)) return composed
  return composed
    .replace(/[\u2010-\u2015\u2212\ufe58\uff0d]/g, "-")
    .replace(/[\u00d0\u0189]/g, "Đ")
    .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, "")
    .replace(/[\u00a0\u2000-\u200a\u202f\u3000]/g, " ")
    .replace(/\r\n?|[\u2028\u2029\v\f]/g, "\n")
}
const UNUSUAL = /[\r\v\f\u00a0\u00ad\u00d0\u0189\u2000-\u206f\u2212\u3000\ufe58\ufeff\uff0d]/

/** What a code unit is once accents and case are off: a small letter or digit, a border of words, or nothing. */
const BORDER = 0x20
const NOTHING = 0
/** And what it was: a capital, a small letter. */
const UPPER = 0x100
const LOWER = 0x200
const FOLDED = new Uint16Array(0x10000).fill(BORDER)
/** Letters of other scripts that look like Latin ones. */
const TWINS: readonly (readonly [string, string])[] = [
  ["АВЕІЈКМНОРСТУХавеіјкмнорстух", "abeijkmhopctyxabeijkmhopctyx"],
  ["ΑΒΕΗΙΚΜΝΟΡΤΥΧο", "abehikmnoptyxo"],
  ["đĐ", "dd"],
]

for (const [first, last] of [
  [0, 0x24f],
  [0x300, 0x36f],
  [0x1e00, 0x1eff],
  [0xff10, 0xff5a],
] as const) {
  for (let code = first; code <= last; code++) {
    const letter = String.fromCharCode(code)
    const bare = letter
      .normalize("NFKD")
      .replace(/\p{M}+/gu, "")
      .toLowerCase()
    if (bare === "") FOLDED[code] = NOTHING
    else if (/^[a-z0-9]$/.test(bare)) FOLDED[code] = bare.charCodeAt(0) | caseOf(letter)
  }
}
for (const [letters, twins] of TWINS) {
  for (const [index, letter] of Array.from(letters).entries()) {
    FOLDED[letter.charCodeAt(0)] = twins.charCodeAt(index) | caseOf(letter)
  }
}

/** Letters of other scripts and wide ones as the Latin capitals they look like: a mark is what a reader sees. */
export function latin(text: string): string {
  if (!/[\u0370-\u04ff\uff01-\uff5e]/.test(text)) return text
  return text
    .replace(/[\uff01-\uff5e]/g, (wide) => wide.normalize("NFKC"))
    .replace(/[\u0370-\u04ff]/g, (letter) => {
      const found = FOLDED[letter.charCodeAt(0)] ?? BORDER
      return (found & UPPER) === 0 ? letter : String.fromCharCode(found & 0xff).toUpperCase()
    })
    .normalize("NFC")
}

function caseOf(letter: string): number {
  return /\p{Lu}/u.test(letter) ? UPPER : /\p{Ll}/u.test(letter) ? LOWER : 0
}

/** Letters of a line whose words are joined; headings, and what a line begins with, are no longer. */
const MOST_JOINED = 200

/** Two copies of a text, with blanks and without, are made here. */
let spaced = Buffer.alloc(16_384)
let joined = Buffer.alloc(16_384)

/** How far the two copies are, with blanks and without, and the lines in them. */
interface Sheet {
  readonly text: string
  readonly units: Uint16Array
  readonly lines: Folded[]
  end: number
  letters: number
}

/** Where a line's copies begin and end. */
interface Folded {
  readonly text: string
  readonly words: number
  readonly wordsEnd: number
  readonly compact: number
  readonly compactEnd: number
  readonly upper: number
  readonly lower: number
}

function sheetOf(text: string): Sheet {
  if (spaced.length < text.length * 2 + 1) {
    spaced = Buffer.alloc(text.length * 2 + 1)
    joined = Buffer.alloc(text.length * 2 + 1)
  }
  return { text, units: unitsOf(text), lines: [], end: 0, letters: 0 }
}

/** Adds the line between two places of the text. */
function fold(sheet: Sheet, from: number, to: number): void {
  const codes = sheet.units
  const words = spaced
  const compacted = joined
  let end = sheet.end
  if (sheet.lines.length > 0) words[end++] = BORDER
  const first = end
  let letters = sheet.letters
  let upper = 0
  let lower = 0
  let open = false
  for (let at = from; at < to; at++) {
    const found = FOLDED[codes[at] ?? 0] ?? BORDER
    if (found === BORDER) open = end > first
    else if (found !== NOTHING) {
      if (open) {
        words[end++] = BORDER
        open = false
      }
      words[end++] = found
      compacted[letters++] = found
      upper += (found >> 8) & 1
      lower += (found >> 9) & 1
    }
  }
  const compactEnd = Math.min(letters, sheet.letters + MOST_JOINED)
  const text = sheet.text.slice(from, to)
  sheet.lines.push({ text, words: first, wordsEnd: end, compact: sheet.letters, compactEnd, upper, lower })
  sheet.end = end
  sheet.letters = letters
}

/** Each copy becomes one string, of which the lines are slices. */
function linesOn({ lines, end, letters }: Sheet): Pick<Readings, "lines" | "words"> {
  const words = spaced.toString("latin1", 0, end)
  const compacted = joined.toString("latin1", 0, letters)
  return {
    words,
    lines: lines.map(
      (line): Line => ({
        text: line.text,
        words: words.slice(line.words, line.wordsEnd),
        compact: compacted.slice(line.compact, line.compactEnd),
        upper: line.upper,
        lower: line.lower,
      }),
    ),
  }
}

export function wordsOf(text: string): string {
  const sheet = sheetOf(text)
  fold(sheet, 0, text.length)
  return spaced.toString("latin1", 0, sheet.end)
}

export function compact(text: string): string {
  return wordsOf(text).replaceAll(" ", "")
}

/** Compared after both sides have lost what character recognition confuses: 0 and o, 1, l and i. */
export function skeleton(compacted: string): string {
  return /[01l]/.test(compacted) ? compacted.replace(/[1l]/g, "i").replaceAll("0", "o") : compacted
}

/** `text` is already `plain`. */
export function readings(text: string): Readings {
  return { plain: text, ...folded(text) }
}

export function linesOf(text: string): readonly Line[] {
  return folded(text).lines
}

/** Lines looked at one by one. */
const MOST_LINES = 20_000
/** Where cells of a table end. */
const CELLS = /\t+| {3,}|\|/g
/** Two signs in one cell; letter-spaced words, which stay whole, have none. */
const TOGETHER = /[^\s|] {0,2}[^\s|]/

/** Each cell of a table is a line of its own. */
function folded(text: string): Pick<Readings, "lines" | "words"> {
  const sheet = sheetOf(text)
  const hasCells = text.includes("\t") || text.includes("   ") || text.includes("|")
  let start = 0
  for (let count = 0; count < MOST_LINES && start <= text.length; count++) {
    const found = text.indexOf("\n", start)
    const end = found === -1 ? text.length : found
    if (hasCells) putCells(sheet, start, end)
    else put(sheet, start, end)
    start = end + 1
  }
  return linesOn(sheet)
}

function putCells(sheet: Sheet, from: number, to: number): void {
  const line = sheet.text.slice(from, to)
  if (!TOGETHER.test(line)) {
    put(sheet, from, to)
    return
  }
  let last = 0
  for (const { index, 0: border } of line.matchAll(CELLS)) {
    put(sheet, from + last, from + index)
    last = index + border.length
  }
  put(sheet, from + last, to)
}

/** Without quotation marks of mail, mark-up and decoration of text made from HTML. */
function put(sheet: Sheet, from: number, to: number): void {
  const { text } = sheet
  let first = from
  let last = to
  while (first < last && isDecoration(text.charCodeAt(first))) first++
  while (last > first && isBlank(text.charCodeAt(last - 1))) last--
  const shown = last
  while (last > first && shown - last < MOST_EMPHASIS && isEmphasis(text.charCodeAt(last - 1))) last--
  if (last < shown) while (last > first && isBlank(text.charCodeAt(last - 1))) last--
  if (last > first) fold(sheet, first, last)
}
const MOST_EMPHASIS = 9

function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d)
}

function isEmphasis(code: number): boolean {
  return code === 0x2a || code === 0x5f
}

function isDecoration(code: number): boolean {
  return isBlank(code) || isEmphasis(code) || code === 0x3e || code === 0x23
}

/** A heading: no small letter; or, in a scan, one in eight at most. */
export function isHeading({ text, upper, lower }: Line): boolean {
  return upper >= 2 && text.length <= LONGEST_HEADING && lower * 8 <= upper
}
/** Longer lines of capitals are somebody shouting. */
const LONGEST_HEADING = 120
