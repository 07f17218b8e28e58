/** Prints what one recipient costs under 1,000 rules and 10,000 exceptions. `node test/decide/bench.ts` */
import { decide, prepare } from "../../src/decide/decide.ts"
import { largePolicy, mailFor } from "./large.ts"

const COUNT = 5_000
const begun = performance.now()
const prepared = prepare(largePolicy())
const ready = performance.now() - begun
const mails = Array.from({ length: COUNT }, (_, n) => mailFor(n))
for (const mail of mails.slice(0, 500)) decide(prepared, mail)
const before = process.cpuUsage()
const spans = mails.map((mail) => {
  const from = performance.now()
  decide(prepared, mail)
  return (performance.now() - from) * 1_000
})
const used = process.cpuUsage(before)
spans.sort((a, b) => a - b)
const at = (share: number): string => (spans[Math.floor(spans.length * share)] ?? 0).toFixed(0)
const mean = spans.reduce((sum, one) => sum + one, 0) / spans.length
console.log(
  `prepared in ${ready.toFixed(0)} ms; a recipient: mean ${mean.toFixed(0)} µs, p50 ${at(0.5)} µs, p99 ${at(0.99)} µs, ` +
    `${((used.user + used.system) / COUNT).toFixed(0)} µs of CPU`,
)
