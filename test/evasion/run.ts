/** `npm run mutate [-- COUNT [SEED]]`: mutated messages through the gateway; says what became of them, fails at the first that is not as examined. */
import { mutate } from "./mutated.ts"

const [count = "10000", seed = String(Date.now() >>> 0)] = process.argv.slice(2)
const began = performance.now()
process.stdout.write(`seed ${seed}\n`)
const tally = await mutate(Number(count), Number(seed))
process.stdout.write(`${JSON.stringify(tally)} in ${Math.round((performance.now() - began) / 1_000)} s\n`)
