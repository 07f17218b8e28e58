/**
 * `npm run eval`: how well official business is recognised, on labelled messages that are written by hand or made from a seed.
 * What is kept aside was not looked at while the rules were made; its worst cases are told only when asked for.
 */
import { parseArgs } from "node:util"
import { judged, writtenIn } from "../corpus/octets.ts"
import { CONTAINERS } from "../read/containers.ts"
import { WRITTEN } from "../read/encode.ts"
import { letter } from "../recognise/letters.ts"
import { corpus, LETTERS, results, SEED } from "./corpus.ts"
import { banded, isClear, LABELS, measure, type Measure, type Result, worst } from "./measure.ts"

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(SEED) },
    letters: { type: "string", default: String(LETTERS) },
    worst: { type: "string", default: "20" },
    aside: { type: "boolean", default: false },
  },
})

function print(line = ""): void {
  process.stdout.write(`${line}\n`)
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function tell(title: string, all: readonly Result[]): void {
  const whole = measure(all)
  print(`\n${title}: ${whole.count} messages`)
  print(`  ${"is".padEnd(14)}${LABELS.map((label) => label.padStart(14)).join("")}   (called)`)
  for (const is of LABELS) {
    print(`  ${is.padEnd(14)}${LABELS.map((given) => String(whole.confusion[is][given]).padStart(14)).join("")}`)
  }
  for (const band of LABELS) {
    const { precision, recall } = banded(whole, band)
    print(`  ${`${band}:`.padEnd(14)} precision ${percent(precision)}, recall ${percent(recall)}`)
  }
  print(`  work talk found ${percent(whole.talkFound)}; left alone of what is no office's ${percent(whole.leftAlone)}`)
  const clear = all.filter(({ sample }) => isClear(sample.secrecy)).length
  print(
    `  clear secrecy marks missed ${whole.marksMissed} of ${clear}, invented ${whole.marksInvented}; lists of people miscounted ${whole.miscounted}`,
  )
  for (const [family, members] of Map.groupBy(all, ({ sample }) => sample.family)) {
    print(`  ${family.padEnd(10)} ${row(measure(members))}`)
  }
}

function row({ count, confusion, precision, recall }: Measure): string {
  const right = LABELS.reduce((sum, label) => sum + confusion[label][label], 0)
  return `${String(count).padStart(4)} messages, ${String(count - right).padStart(3)} called otherwise, precision ${percent(precision)}, recall ${percent(recall)}`
}

function tellWorst(all: readonly Result[], most: number): void {
  for (const { sample, content } of worst(all).slice(0, most)) {
    const { label, score, evidence } = content.official
    const secrecy = sample.secrecy === content.secrecy ? "" : `, ${sample.secrecy} called ${content.secrecy}`
    print(
      `  ${sample.label} called ${label} (${score})${secrecy}, ${content.personalData.records} people: ${sample.id}`,
    )
    print(
      `      ${evidence.map(({ feature, points, at, note = "" }) => `${at} ${feature} ${points}${note === "" ? "" : ` (${note})`}`).join(" · ")}`,
    )
  }
}

/** The same letter, secret, in each encoding and each container: "=" where both label and mark are found, else what was. */
async function tellTable(): Promise<void> {
  print(`\nThe same letter in every encoding and container (= official, mark found):`)
  print(`  ${"".padEnd(10)} ${WRITTEN.map(({ as }) => as).join(" ")}`)
  const short: string[] = []
  for (const { as: container } of CONTAINERS) {
    const cells: string[] = []
    for (const { as: encoding } of WRITTEN) {
      const { official, secrecy } = await judged(writtenIn(`TỐI MẬT\n\n${letter()}`, { encoding, container }))
      const holds = official.label === "official" && secrecy === "toi-mat"
      if (!holds) short.push(`${container}, ${encoding}: ${official.label} (${official.score}), ${secrecy}`)
      cells.push((holds ? "=" : secrecy === "suspected" ? "?" : "x").padEnd(encoding.length))
    }
    print(`  ${container.padEnd(10)} ${cells.join(" ")}`)
  }
  const said = new Map(Map.groupBy(short, (line) => line.replace(/^[^,]*, /, "")).entries())
  for (const [what, lines] of said) print(`  falls short in ${lines.length} containers: ${what}`)
}

const samples = corpus(Number(values.seed), Number(values.letters))
const start = performance.now()
const all = await results(samples)
const took = performance.now() - start
const [near, aside] = [false, true].map((kept) => all.filter(({ sample }) => sample.aside === kept))
tell("Rules were made with these", near ?? [])
tell("Kept aside", aside ?? [])
print(`\nThe worst of the first:`)
tellWorst(near ?? [], Number(values.worst))
if (values.aside) {
  print(`\nThe worst kept aside:`)
  tellWorst(aside ?? [], Number(values.worst))
}
await tellTable()
print(`\n${all.length} messages in ${(took / 1_000).toFixed(1)} s, seed ${values.seed}`)
