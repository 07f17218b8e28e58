/** Brings text in old Vietnamese encodings back, block by block and before anything is normalised. */
import { decodedEntities } from "./entities.ts"
import { shapesOf } from "./encodings.ts"
import { isBetter, isProven, type Reading, readingsOf, type Suspect, suspectOf } from "./guess.ts"

/** A paragraph, or the part of one that has one font. */
export interface Block {
  readonly text: string
  /** Name of the font it is shown in, "" when nobody says. It narrows the choice; the text decides. */
  readonly font: string
  /** It begins a paragraph, whatever stands before it; a line of plain text may go on with the one before. */
  readonly begins?: boolean
}

export interface Recovered {
  /** As many as there were blocks. */
  readonly texts: readonly string[]
  /** Names of the encodings that were found, most blocks first. */
  readonly encodings: readonly string[]
}

/** Digraphs of VIQR in the whole text. */
const FEWEST_SHAPES = 3
/** Blocks that are read in every way to learn which encoding a text is in. */
const SAMPLE = 16

/** One of them says that a block is Unicode already: no decoder of octets makes it. */
const UNICODE = /[\u1ea0-\u1ef9]/
const COMPOSED = /[\u1ea0-\u1ef9][^\u1ea0-\u1ef9]*[\u1ea0-\u1ef9]/
/** What decoders make of the bytes of an old encoding: without any of it, letters above ASCII are what they seem. */
const FOREIGN = /[\p{Cc}\x80-\xff\u0102-\u01b0\u02c6-\u02dc\u2013-\u2122\uf020-\uf7ff]|\p{M}/u
/** What no old encoding looks like: ASCII, and the controls that everybody uses. */
const PLAIN = /^[\t\n\v\f\r\x20-\x7e]*$/

export function recover(blocks: readonly Block[]): Recovered {
  const isViqr =
    blocks.reduce((sum, { text }) => (sum < FEWEST_SHAPES ? sum + shapesOf(text) : sum), 0) >= FEWEST_SHAPES
  const texts: string[] = []
  let unicode = 0
  const suspects: (Suspect & { readonly at: number })[] = []
  for (const [at, { text: raw, font }] of blocks.entries()) {
    const text = raw.includes("&#") ? decodedEntities(raw) : raw
    texts.push(text)
    const isPlain = PLAIN.test(text)
    if (!isPlain && isUnicode(text)) unicode++
    else if (!isPlain || isViqr) suspects.push({ at, ...suspectOf({ text, font }) })
  }
  const order = ranking(suspects)
  if (order.length === 0) return { texts, encodings: [] }

  const found = new Map<string, number>()
  const chosen = new Map<number, Reading>()
  const open: typeof suspects = []
  for (const suspect of suspects) {
    const best = suspect.isSound ? undefined : readingsOf(suspect, order).find(isProven)
    if (best === undefined) open.push(suspect)
    else {
      chosen.set(suspect.at, best)
      found.set(best.encoding, (found.get(best.encoding) ?? 0) + 1)
    }
  }
  // Short blocks between those that were recognised: one by one they say too little.
  const mostly = chosen.size >= unicode
  for (const suspect of open) {
    const best = readingsOf(suspect, order).find(
      (reading) => (reading.hinted || found.has(reading.encoding)) && isBetter(reading, mostly),
    )
    if (best !== undefined) chosen.set(suspect.at, best)
  }
  for (const { encoding } of chosen.values()) found.set(encoding, (found.get(encoding) ?? 0) + 1)
  const encodings = [...found].toSorted(([, one], [, other]) => other - one).map(([name]) => name)
  return { texts: capitals(texts, blocks, chosen), encodings }
}

function isUnicode(text: string): boolean {
  if (!FOREIGN.test(text) || UNICODE.test(text)) return true
  // Tones behind their letters; those of a wrong decoder stand between signs that no text is full of.
  return /\p{M}/u.test(text) && !/[\x80-\xbf]/.test(text) && COMPOSED.test(text.normalize("NFC"))
}

/** Lines of a text whose fonts nobody knows. */
export function recoverLines(text: string): { readonly text: string; readonly encodings: readonly string[] } {
  if (PLAIN.test(text) && !text.includes("&#") && shapesOf(text) < FEWEST_SHAPES) return { text, encodings: [] }
  const { texts, encodings } = recover(text.split("\n").map((line) => ({ text: line, font: "" })))
  return { text: texts.join("\n"), encodings }
}

/** Encodings by how many words of the longest blocks they make sense of; none when no block needs one. */
function ranking(suspects: readonly Suspect[]): readonly string[] {
  const sample = suspects
    .filter(({ isSound }) => !isSound)
    .toSorted((one, other) => other.text.length - one.text.length)
  const sums = new Map<string, number>()
  for (const suspect of sample.slice(0, SAMPLE)) {
    for (const { encoding, sense } of readingsOf(suspect)) sums.set(encoding, (sums.get(encoding) ?? 0) + sense)
  }
  return [...sums].toSorted(([, one], [, other]) => other - one).map(([name]) => name)
}

/** A heading no longer than this, in which no capital stands, was set in a font of capitals. */
const HEADING = 90
const ENDS = /[.,;:!?…][\s"”)]*$/
/** A capital behind the beginning of a word that has letters of an old encoding. */
const TYPED = /[\x80-\uffff]\w*[A-Z]|[A-Z]\w*[A-Z]\w*[\x80-\uffff]|[A-Z]\w*[\x80-\uffff]\w*[A-Z]/

/**
 * TCVN3 has no toned capitals, VPS not all of them: they are typed as small letters between capitals, or all is typed small and shown in a
 * font of capitals (`.VnTimeH`).
 */
function capitals(texts: readonly string[], blocks: readonly Block[], chosen: ReadonlyMap<number, Reading>): string[] {
  let heads = true
  return texts.map((text, index) => {
    const { font = "", begins = false } = blocks[index] ?? {}
    const reading = chosen.get(index)
    const read = reading?.decode(text) ?? text
    if (text.trim() === "") {
      heads = true
      return text
    }
    const isTcvn3 = reading?.encoding.startsWith("TCVN3") === true
    const typed = (isTcvn3 || reading?.encoding === "VPS") && TYPED.test(text) && !/[a-z]/.test(text)
    const shown = /^\.vn.*h$/i.test(font)
    const small = isTcvn3 && (heads || begins) && read.length <= HEADING && !/\p{Lu}/u.test(read) && !ENDS.test(read)
    const raised = typed || shown || small
    heads = raised || ENDS.test(read)
    if (raised) return read.toUpperCase()
    return isTcvn3 && read.length === text.length ? capitalWords(text, read) : read
  })
}

/** Words between others: a byte is a letter, so that they stand where they stood. */
function capitalWords(typed: string, read: string): string {
  let out = ""
  let last = 0
  for (const { index, 0: word } of typed.matchAll(/[^\s!-/:-@[-`{-~]+/g)) {
    if (!TYPED.test(word) || /[a-z]/.test(word)) continue
    out += read.slice(last, index) + read.slice(index, index + word.length).toUpperCase()
    last = index + word.length
  }
  return out + read.slice(last)
}
