/** The normalised copies of a text that every rule matches against. */

export interface Readings {
  /** Composed, one kind of dash and of blank, nothing invisible; case and lines kept. */
  readonly plain: string
  /** Without accents and case, words apart by one space, nothing but letters and digits. */
  readonly words: string
  /** The same without spaces: survives split syllables and letter-spaced headings. */
  readonly compact: string
}

/** `text` is already `plain`. */
export function readings(text: string): Readings {
  const words = wordsOf(text)
  return { plain: text, words, compact: words.replaceAll(" ", "") }
}

/** Composes the three ways Vietnamese letters are typed (NFC, NFD, letter with shape + combining tone). */
export function plain(text: string): string {
  return text
    .normalize("NFC")
    .replace(/[\u2010-\u2015\u2212\ufe58\uff0d]/g, "-")
    .replace(/[\u00d0\u0189]/g, "Đ")
    .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, "")
    .replace(/[\u00a0\u2000-\u200a\u202f\u3000]/g, " ")
    .replace(/\r\n?|[\u2028\u2029\v\f]/g, "\n")
}

/** Accents off, lower case; `đ` is a letter of its own and no accented `d` to Unicode. */
export function fold(text: string): string {
  // Much of a mail is ASCII, and lines are folded again and again.
  if (!/[\u0080-\uffff]/.test(text)) return text.toLowerCase()
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]+/g, "")
    .replace(/[đĐ]/g, "d")
    .toLowerCase()
}

export function wordsOf(text: string): string {
  return fold(text)
    .replace(/[^a-z0-9]+/g, " ")
    .trim()
}

export function compact(text: string): string {
  return fold(text).replace(/[^a-z0-9]+/g, "")
}

/** Lines looked at one by one; a longer text goes on in its readings only. */
const MOST_LINES = 20_000

/**
 * Lines as a reader's eye takes them: each cell of a table one of its own, without quotation marks of mail, mark-up and
 * list decoration of text made from HTML. Letter-spaced words stay whole.
 */
export function linesOf(text: string): readonly string[] {
  const lines: string[] = []
  for (const line of text.split("\n", MOST_LINES)) {
    const cells = line.split(/\t+| {3,}|\|/)
    const spaced = cells.every((cell) => cell.trim().length <= 1)
    for (const cell of spaced ? [line] : cells) {
      const bare = cell
        .replace(/^[\s>*_#]+/, "")
        .trimEnd()
        .replace(/[*_]{1,9}$/, "")
        .trimEnd()
      if (bare !== "") lines.push(bare)
    }
  }
  return lines
}
