/** Whether a mail without any form is talk between officials about their work: a small trained model, weighed in microseconds. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { Topics } from "./lexicon.ts"

/** What `npm run train` writes: words (# for a topic of the lexicon), pairs of words, and pieces of four letters, each with its weight. */
export interface Model {
  readonly bias: number
  /** From this sum on a mail is work talk. */
  readonly threshold: number
  readonly terms: ReadonlyMap<string, number>
  /** By the code of four letters; most are nothing. */
  readonly pieces: Int8Array
  /** One unit of a weight. */
  readonly unit: number
}

/** The beginning of a mail tells; what is quoted below it is somebody else's. */
const MOST_LETTERS = 1_200
const MOST_WORDS = 200
/** Shorter mails say nothing: "ok anh". */
const FEWEST_WORDS = 4
const TELLING = 5
export const ALPHABET = 37
export const PIECE = 4

/** Blank, a–z, 0–9. */
export function codeOf(letter: number): number {
  if (letter >= 0x61) return letter - 0x60
  return letter >= 0x30 ? letter - 0x30 + 27 : 0
}

export function readModel(text: string): Model {
  const numbers = new Map<string, number>()
  const terms = new Map<string, number>()
  const pieces = new Int8Array(ALPHABET ** PIECE)
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue
    const tab = line.lastIndexOf("\t")
    const name = line.slice(0, tab)
    const value = Number(line.slice(tab + 1))
    if (name.startsWith("=")) numbers.set(name, value)
    else if (name.startsWith("~")) pieces[codeOfPiece(name.slice(1).replaceAll("_", " "))] = value
    else terms.set(name, value)
  }
  return {
    bias: numbers.get("=bias") ?? 0,
    threshold: numbers.get("=threshold") ?? Number.POSITIVE_INFINITY,
    unit: numbers.get("=unit") ?? 0,
    terms,
    pieces,
  }
}

export function codeOfPiece(piece: string): number {
  let code = 0
  for (let at = 0; at < PIECE; at++) code = code * ALPHABET + codeOf(piece.charCodeAt(at))
  return code
}

/** Words and pairs of them, each once; numbers are anybody's. `topics`: what the lexicon knows of them already. */
export function termsOf(words: string, topics: Topics): ReadonlySet<string> {
  const terms = new Set<string>()
  let before = ""
  for (const word of words.slice(0, MOST_LETTERS).split(" ", MOST_WORDS)) {
    const said = /\d/.test(word) ? "" : word
    if (said !== "") terms.add(said)
    if (said !== "" && before !== "") terms.add(`${before} ${said}`)
    before = said
  }
  for (const topic of TELLING_TOPICS) {
    for (let many = 1; many <= Math.min(MOST_OF_TOPIC, topics[topic]); many++) terms.add(`#${topic}${many}`)
  }
  return terms
}
const TELLING_TOPICS = [
  "state",
  "work",
  "office",
  "draft",
  "family",
  "commerce",
  "petitioner",
  "homework",
  "elsewhere",
] as const
const MOST_OF_TOPIC = 6

/** Codes of four letters in a row, in order, as often as they occur. */
export function piecesOf(words: string): readonly number[] {
  const most = Math.min(words.length, MOST_LETTERS)
  const codes: number[] = []
  let code = 0
  for (let at = 0; at < most; at++) {
    code = (code * ALPHABET + codeOf(words.charCodeAt(at))) % ALPHABET ** PIECE
    if (at >= PIECE - 1) codes.push(code)
  }
  return codes
}

/** What the lexicon alone would say: words of offices, against those of every other sphere. */
export function prior({
  office,
  state,
  work,
  draft,
  family,
  commerce,
  homework,
  petitioner,
  elsewhere,
}: Topics): number {
  const said = office + state + work + draft - 2 * (family + commerce + homework + petitioner + elsewhere)
  return PRIOR * Math.max(-MOST_OF_TOPIC, Math.min(MOST_OF_TOPIC, said))
}
const PRIOR = 0.4

export interface Weighed {
  readonly sum: number
  /** What spoke most for it. */
  readonly telling: readonly string[]
}

/** A long mail has more of everything: sums are taken per root of their number. */
export function weigh(words: string, topics: Topics, { bias, terms, pieces, unit }: Model): Weighed {
  const found = termsOf(words, topics)
  const speaking: (readonly [string, number])[] = []
  let said = 0
  for (const term of found) {
    const weight = terms.get(term)
    if (weight === undefined) continue
    said += weight
    if (weight > 0 && !term.startsWith("#")) speaking.push([term, weight])
  }
  const codes = piecesOf(words)
  let spelt = 0
  for (const code of codes) spelt += pieces[code] ?? 0
  const sum =
    bias +
    prior(topics) +
    unit * (said / Math.sqrt(Math.max(1, found.size)) + spelt / Math.sqrt(Math.max(1, codes.length)))
  const telling = speaking.toSorted(([, one], [, other]) => other - one).map(([term]) => term)
  return { sum, telling: telling.slice(0, TELLING) }
}

const MODEL = readModel(readFileSync(join(import.meta.dirname, "work-talk.txt"), "utf8"))

/** The terms that told most for it, or null. */
export function workTalk(words: string, topics: Topics): readonly string[] | null {
  if (words.split(" ", FEWEST_WORDS).length < FEWEST_WORDS) return null
  const { sum, telling } = weigh(words, topics, MODEL)
  return sum >= MODEL.threshold && telling.length > 0 ? telling : null
}
