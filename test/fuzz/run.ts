/**
 * `npm run fuzz -- --seconds 60 --seed 1 [--only message,file]`: mutated octets for everything that reads them (dialogues with the gateway's
 * SMTP, as long as one likes: `CONGTHU_FUZZ_SECONDS=600 npm test -- test/fuzz`). What fails is minimised into test/fuzz/corpus/; prints cases a second and the slowest of each; ends with 1 on a failure.
 */
import { parseArgs } from "node:util"
import { createRandom } from "../crash/random.ts"
import { fuzz, keep } from "./fuzz.ts"
import { TARGETS } from "./targets.ts"

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    only: { type: "string" },
  },
})
const only = values.only?.split(",")
const targets = TARGETS.filter(({ name }) => only === undefined || only.includes(name))
if (targets.length === 0) throw new Error(`no such target; there are ${TARGETS.map(({ name }) => name).join(", ")}`)
process.stdout.write(`seed ${values.seed}\n`)
const { tallies, failures, lag } = await fuzz(targets, createRandom(Number(values.seed)), {
  seconds: Number(values.seconds),
})
let cases = 0
for (const [name, tally] of tallies) {
  cases += tally.cases
  const rate = Math.round((tally.cases * 1_000) / Math.max(tally.spent, 1))
  process.stdout.write(
    `${name.padEnd(12)} ${String(tally.cases).padStart(10)} cases ${String(rate).padStart(8)}/s  slowest ${tally.slowest.toFixed(0)} ms\n`,
  )
}
process.stdout.write(`${cases} cases, ${failures.length} failures, loop lag p99 ${lag.toFixed(0)} ms\n`)
for (const failure of failures) process.stdout.write(`\n${failure.target}: ${keep(failure)}\n${failure.why}\n`)
process.exitCode = failures.length === 0 ? 0 : 1
