/**
 * `npm run train`: teaches the model of work talk and writes its weights, `src/recognise/work-talk.txt`, to be reviewed like any
 * change. Logistic regression with weights pulled towards nothing; nothing that is kept aside is learned from.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import {
  ALPHABET,
  type Model,
  PIECE,
  piecesOf,
  prior,
  readModel,
  termsOf,
  weigh,
} from "../../src/recognise/work-talk.ts"
import { topicsOf } from "../../src/recognise/lexicon.ts"
import { wordsOf } from "../../src/recognise/readings.ts"
import { createRandom, type Random } from "../corpus/random.ts"
import { hashed, type Sample } from "../corpus/sample.ts"
import { framed, shortened } from "../corpus/talk/frames.ts"
import { talk, written } from "../corpus/written.ts"

const { values } = parseArgs({
  options: { seed: { type: "string", default: "7" } },
})
const MODEL = join(import.meta.dirname, "../../src/recognise/work-talk.txt")
/** Mails made of each kind, rounds over all, the pull, and how many weights are kept of each sort. */
const MADE = 400
/** How often what people wrote is learned for each time a made one is. */
const WEIGHT = 4
/** Parts for the threshold: each is weighed by a model that has not seen it, and so many of a hundred other mails may be called work. */
const FOLDS = 4
const MISTAKEN = 0.03
const ROUNDS = 15
const PULL = 0.001
const MOST_TERMS = 1_800
const MOST_PIECES = 1_500
/** Weights of one octet. */
const STEPS = 127

interface Lesson {
  readonly features: readonly string[]
  /** What each is worth in this mail. */
  readonly values: readonly number[]
  readonly is: 0 | 1
  /** What the lexicon says before anything is learned. */
  readonly known: number
}

function words(sample: Sample): string {
  return wordsOf(`${sample.subject} ${sample.text}`)
}

function pieceName(code: number): string {
  let name = ""
  for (let left = code, at = 0; at < PIECE; at++, left = Math.floor(left / ALPHABET)) {
    const letter = left % ALPHABET
    name = (letter === 0 ? "_" : letter <= 26 ? String.fromCharCode(0x60 + letter) : String(letter - 27)) + name
  }
  return `~${name}`
}

function lesson(text: string, is: 0 | 1): Lesson {
  const terms = [...termsOf(text, topicsOf(text))]
  const pieces = piecesOf(text)
    .map(pieceName)
    .filter((name) => !/\d/.test(name))
  const features = [...terms, ...pieces]
  const worth = features.map((_, index) =>
    index < terms.length ? 1 / Math.sqrt(terms.length) : 1 / Math.sqrt(pieces.length),
  )
  return { features, values: worth, is, known: prior(topicsOf(text)) }
}

/** What people wrote: the mails that are learned from and not kept aside. */
interface Written {
  readonly text: string
  readonly is: 0 | 1
  /** Not a petition, a contract or the like, which are told by their form. */
  readonly mail: boolean
}

function byHand(): readonly Written[] {
  const of = (all: readonly Sample[], is: 0 | 1, mail: boolean = true): readonly Written[] =>
    all.filter(({ aside, text }) => !aside && text !== "").map((sample) => ({ text: words(sample), is, mail }))
  // Petitions and the like are told by their form; the model learns that they are no talk.
  const other = written().filter(({ label, text }) => label === "not-official" && text.length < 1_500)
  return [...of(talk("work"), 1), ...of([...talk("private"), ...talk("business")], 0), ...of(other, 0, false)]
}

/** Mails as they were written and in short forms, letters that speak of the same matters, and made ones. */
function lessons(hand: readonly Written[], random: Random): readonly Lesson[] {
  const letters = written().filter(({ label, secrecy, aside }) => label === "official" && secrecy === "none" && !aside)
  return [
    ...hand.flatMap(({ text, is }) => {
      const one = lesson(text, is)
      return [...Array.from({ length: WEIGHT }, () => one), lesson(wordsOf(shortened(text, random)), is)]
    }),
    ...letters.filter(({ text }) => text !== "").map((sample) => lesson(words(sample), 1)),
    ...Array.from({ length: MADE }, () => lesson(wordsOf(shortened(framed("work", random), random)), 1)),
    ...Array.from({ length: MADE }, () => lesson(wordsOf(shortened(framed("other", random), random)), 0)),
  ]
}

/** Stochastic steps with AdaGrad; features that only one mail has teach nothing. */
function learn(all: readonly Lesson[], random: Random): ReadonlyMap<string, number> {
  const seen = new Map<string, number>()
  for (const { features } of all) for (const name of new Set(features)) seen.set(name, (seen.get(name) ?? 0) + 1)
  const weights = new Map<string, number>()
  const steps = new Map<string, number>()
  const move = (name: string, slope: number): void => {
    const past = (steps.get(name) ?? 1e-6) + slope * slope
    steps.set(name, past)
    weights.set(name, (weights.get(name) ?? 0) - (0.25 * slope) / Math.sqrt(past))
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (let count = 0; count < all.length; count++) {
      const { features, values: worth, is, known } = random.pick(all)
      let sum = weights.get("=bias") ?? 0
      for (const [index, name] of features.entries()) sum += (weights.get(name) ?? 0) * (worth[index] ?? 0)
      const wrong = 1 / (1 + Math.exp(-sum - known)) - is
      move("=bias", wrong * 0.1)
      for (const [index, name] of features.entries()) {
        if ((seen.get(name) ?? 0) > 4) move(name, wrong * (worth[index] ?? 0) + PULL * (weights.get(name) ?? 0))
      }
    }
  }
  return weights
}

/** The heaviest of each sort, in whole steps, in the order of the alphabet. */
function told(weights: ReadonlyMap<string, number>, threshold: number): string {
  const named = [...weights].filter(([name]) => !name.startsWith("="))
  const heaviest = (pieces: boolean, most: number): readonly (readonly [string, number])[] =>
    named
      .filter(([name]) => name.startsWith("~") === pieces)
      .toSorted(([, one], [, other]) => Math.abs(other) - Math.abs(one))
      .slice(0, most)
  const kept = [...heaviest(false, MOST_TERMS), ...heaviest(true, MOST_PIECES)]
  const unit = Math.max(...kept.map(([, weight]) => Math.abs(weight))) / STEPS
  const lines = kept
    .map(([name, weight]) => [name, Math.round(weight / unit)] as const)
    .filter(([, weight]) => weight !== 0)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, weight]) => `${name}\t${weight}`)
  return [
    "# Made by `npm run train`. Words and pairs of words (# a topic of the lexicon), and pieces of four letters (~, with _ for a blank): above 0 speaks for office work.",
    `=bias\t${(weights.get("=bias") ?? 0).toFixed(4)}`,
    `=threshold\t${threshold.toFixed(4)}`,
    `=unit\t${unit.toFixed(6)}`,
    ...lines,
    "",
  ].join("\n")
}

/** Sums of what people wrote, each by a model that has not seen it. */
function unseen(hand: readonly Written[], random: Random): readonly (Written & { readonly sum: number })[] {
  return Array.from({ length: FOLDS }, (_, fold) => {
    const part = (one: Written): boolean => hashed(one.text) % FOLDS === fold
    const model = readModel(
      told(
        learn(
          lessons(
            hand.filter((one) => !part(one)),
            random,
          ),
          random,
        ),
        0,
      ),
    )
    return hand.filter(part).map((one) => ({
      ...one,
      sum: weigh(one.text, topicsOf(one.text), model).sum,
    }))
  }).flat()
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`
}

/** From which sum on a mail is work talk; told with what that finds. */
function thresholdOf(hand: readonly Written[], random: Random): number {
  const weighed = unseen(hand, random)
  const work = weighed.filter(({ is }) => is === 1).map(({ sum }) => sum)
  const others = weighed
    .filter(({ is, mail }) => is === 0 && mail)
    .map(({ sum }) => sum)
    .toSorted((one, other) => other - one)
  const threshold = others[Math.floor(MISTAKEN * others.length)] ?? 0
  const above = work.filter((sum) => sum > threshold).length
  const better = work.reduce((total, sum) => total + others.filter((other) => other < sum).length, 0)
  say(
    `unseen: ${percent(above, work.length)} of work talk above ${threshold.toFixed(2)}; better than ${percent(better, work.length * others.length)} of other mail`,
  )
  return threshold
}

function tell(name: string, samples: readonly Sample[], model: Model): void {
  for (const aside of [false, true]) {
    const mine = samples
      .filter((sample) => sample.aside === aside && sample.text !== "")
      .map((sample) => weigh(words(sample), topicsOf(words(sample)), model).sum)
    const called = mine.filter((sum) => sum >= model.threshold).length
    say(`${name}${aside ? ", kept aside" : ""}: ${mine.length}, called work ${percent(called, mine.length)}`)
  }
}

const chance = createRandom(Number(values.seed))
const byPeople = byHand()
const weights = told(learn(lessons(byPeople, chance), chance), thresholdOf(byPeople, chance))
writeFileSync(MODEL, weights)
say(`${Buffer.byteLength(weights)} octets of weights`)
for (const name of ["work", "private", "business"] as const) tell(name, talk(name), readModel(weights))
