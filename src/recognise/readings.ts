/** The normalised copies of a text that every rule matches against: made once, in one pass, from tables. */

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
const LETTER = 0xff
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

function caseOf(letter: string): number {
  return /\p{Lu}/u.test(letter) ? UPPER : /\p{Ll}/u.test(letter) ? LOWER : 0
}

/** Two copies of a line, with blanks and without, are made here. */
let spaced = Buffer.alloc(4_096)
let joined = Buffer.alloc(4_096)
/** Letters of a line whose words are joined; headings, and what a line begins with, are no longer. */
const MOST_JOINED = 200

export function lineOf(text: string): Line {
  if (spaced.length <= text.length) {
    spaced = Buffer.alloc(text.length * 2)
    joined = Buffer.alloc(text.length * 2)
  }
  let end = 0
  let letters = 0
  let upper = 0
  let lower = 0
  let open = false
  for (let at = 0; at < text.length; at++) {
    const found = FOLDED[text.charCodeAt(at)] ?? BORDER
    if (found === BORDER) open = end > 0
    else if (found !== NOTHING) {
      if (open) spaced[end++] = BORDER
      open = false
      spaced[end++] = found & LETTER
      joined[letters++] = found & LETTER
      if (found & UPPER) upper++
      else if (found & LOWER) lower++
    }
  }
  return {
    text,
    words: spaced.toString("latin1", 0, end),
    compact: joined.toString("latin1", 0, Math.min(letters, MOST_JOINED)),
    upper,
    lower,
  }
}

export function wordsOf(text: string): string {
  return lineOf(text).words
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
  const lines = linesOf(text)
  return { plain: text, lines, words: lines.map(({ words }) => words).join(" ") }
}

/** Lines looked at one by one, and characters of one of them. */
const MOST_LINES = 20_000
/** Where cells of a table end. */
const CELLS = /\t+| {3,}|\|/
/** Quotation marks of mail, mark-up and decoration of text made from HTML. */
const DECORATION = /^[\s>*_#]+/
const EMPHASIS = /[*_]{1,9}$/

/** Each cell of a table is a line of its own; letter-spaced words stay whole. */
export function linesOf(text: string): readonly Line[] {
  const lines: Line[] = []
  for (const line of text.split("\n", MOST_LINES)) {
    if (!(line.includes("\t") || line.includes("   ") || line.includes("|"))) put(line, lines)
    else {
      const cells = line.split(CELLS)
      if (cells.every((cell) => cell.trim().length <= 1)) put(line, lines)
      else for (const cell of cells) put(cell, lines)
    }
  }
  return lines
}

function put(cell: string, lines: Line[]): void {
  const first = cell.charCodeAt(0)
  const decorated = first <= 0x20 || first === 0x3e || first === 0x2a || first === 0x5f || first === 0x23
  let bare = (decorated ? cell.replace(DECORATION, "") : cell).trimEnd()
  const last = bare.charCodeAt(bare.length - 1)
  if (last === 0x2a || last === 0x5f) bare = bare.replace(EMPHASIS, "").trimEnd()
  if (bare !== "") lines.push(lineOf(bare))
}

/** A heading: no small letter; or, in a scan, one in eight at most. */
export function isHeading({ text, upper, lower }: Line): boolean {
  return upper >= 2 && text.length <= LONGEST_HEADING && lower * 8 <= upper
}
/** Longer lines of capitals are somebody shouting. */
const LONGEST_HEADING = 120
