/** Whether a mail without any form is talk between officials about their work: a small trained model, weighed in microseconds. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { Topics } from "./lexicon.ts"
import { createSeen, hashed, hashOf, keyOf, type Table, tableOf, valueIn } from "./table.ts"

/** What `npm run train` writes: words (# for a topic of the lexicon), pairs of words, and pieces of four letters, each with its weight. */
export interface Model {
  readonly bias: number
  /** From this sum on a mail is work talk. */
  readonly threshold: number
  readonly terms: Table
  /** The same by name, in the order of their numbers; the first is none. */
  readonly names: readonly string[]
  readonly weights: Int32Array
  /** Of a topic, by how many of its phrases a mail has. */
  readonly topics: Readonly<Record<Telling, readonly number[]>>
  /** By the code of four letters. */
  readonly pieces: Table
  /** One unit of a weight. */
  readonly unit: number
}

/** The beginning of a mail tells; what is quoted below it is somebody else's. */
export const MOST_LETTERS = 1_200
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
  const pieces = new Map<number, number>()
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("# ")) continue
    const tab = line.lastIndexOf("\t")
    const name = line.slice(0, tab)
    const value = Number(line.slice(tab + 1))
    if (name.startsWith("=")) numbers.set(name, value)
    else if (name.startsWith("~")) pieces.set(keyOf(codeOfPiece(name.slice(1).replaceAll("_", " "))), value)
    else terms.set(name, value)
  }
  const names = ["", ...terms.keys()]
  return {
    bias: numbers.get("=bias") ?? 0,
    threshold: numbers.get("=threshold") ?? Number.POSITIVE_INFINITY,
    unit: numbers.get("=unit") ?? 0,
    terms: tableOf(new Map(names.slice(1).map((name, index) => [hashOf(name), index + 1]))),
    names,
    weights: Int32Array.from(names, (name) => terms.get(name) ?? 0),
    topics: ofTopics(terms),
    pieces: tableOf(pieces),
  }
}

/** Having three phrases of a topic is having one and two as well. */
function ofTopics(terms: ReadonlyMap<string, number>): Model["topics"] {
  const of = (topic: Telling): readonly number[] =>
    Array.from({ length: MOST_OF_TOPIC + 1 }, (_, many) =>
      Array.from({ length: many }, (__, at) => terms.get(`#${topic}${at + 1}`) ?? 0).reduce((sum, one) => sum + one, 0),
    )
  return {
    state: of("state"),
    work: of("work"),
    office: of("office"),
    draft: of("draft"),
    family: of("family"),
    commerce: of("commerce"),
    petitioner: of("petitioner"),
    homework: of("homework"),
    elsewhere: of("elsewhere"),
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
type Telling = (typeof TELLING_TOPICS)[number]
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
export function weigh(words: string, topics: Topics, model: Model): Weighed {
  const { bias, unit, names, weights } = model
  const { many, said, speaking } = sayOf(words, topics, model)
  const { count, spelt } = spellingOf(words, model)
  const sum =
    bias + prior(topics) + unit * (said / Math.sqrt(Math.max(1, many)) + spelt / Math.sqrt(Math.max(1, count)))
  const telling = speaking.toSorted((one, other) => (weights[other] ?? 0) - (weights[one] ?? 0))
  return { sum, telling: telling.slice(0, TELLING).map((number) => names[number] ?? "") }
}

/** As `termsOf`, without making a string of any. */
function sayOf(words: string, topics: Topics, { terms, weights, topics: known }: Model) {
  const speaking: number[] = []
  let many = 0
  let said = 0
  const put = (hash: number): void => {
    const key = keyOf(hash)
    if (!seen.add(key)) return
    many++
    const number = valueIn(terms, key)
    const weight = weights[number] ?? 0
    said += weight
    if (weight > 0) speaking.push(number)
  }
  seen.clear()
  const most = Math.min(words.length, MOST_LETTERS)
  let word = 0
  let pair = 0
  let isWord = false
  let isPair = false
  let left = MOST_WORDS
  for (let at = 0; at <= most && left > 0; at++) {
    const letter = at < most ? words.charCodeAt(at) : BLANK
    if (letter !== BLANK) {
      const isDigit = letter <= NINE
      isWord = at === 0 || words.charCodeAt(at - 1) === BLANK ? !isDigit : isWord && !isDigit
      word = hashed(word, letter)
      pair = hashed(pair, letter)
      continue
    }
    if (isWord) {
      put(word)
      if (isPair) put(pair)
    }
    isPair = isWord
    pair = hashed(word, BLANK)
    word = 0
    isWord = false
    left--
  }
  for (const topic of TELLING_TOPICS) {
    const spoken = Math.min(MOST_OF_TOPIC, topics[topic])
    many += spoken
    said += known[topic][spoken] ?? 0
  }
  return { many, said, speaking }
}
const BLANK = 0x20
const NINE = 0x39
/** Words and pairs of them: a quarter of the places is taken at most. */
const seen = createSeen(2_048)

/** As `piecesOf`, without division. */
function spellingOf(words: string, { pieces }: Model): { readonly count: number; readonly spelt: number } {
  const most = Math.min(words.length, MOST_LETTERS)
  let spelt = 0
  let first = 0
  let second = 0
  let third = 0
  for (let at = 0; at < most; at++) {
    const fourth = codeOf(words.charCodeAt(at))
    if (at >= PIECE - 1)
      spelt += valueIn(pieces, keyOf(((first * ALPHABET + second) * ALPHABET + third) * ALPHABET + fourth))
    first = second
    second = third
    third = fourth
  }
  return { count: Math.max(0, most - PIECE + 1), spelt }
}

const MODEL = readModel(readFileSync(join(import.meta.dirname, "work-talk.txt"), "utf8"))

/** The terms that told most for it, or null. */
export function workTalk(words: string, topics: Topics): readonly string[] | null {
  if (words.split(" ", FEWEST_WORDS).length < FEWEST_WORDS) return null
  const { sum, telling } = weigh(words, topics, MODEL)
  return sum >= MODEL.threshold && telling.length > 0 ? telling : null
}
