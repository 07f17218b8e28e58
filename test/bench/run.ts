/** `npm run bench`: this gateway, Postfix, Haraka and the bare pipe side by side in one run. Asserts nothing. */
import { parseArgs } from "node:util"
import { CONTENDERS } from "./contenders.ts"
import { hostileOnes } from "./hostile.ts"
import { largeOnes } from "./large.ts"
import { LOADS } from "./loads.ts"
import { type Figure, measure } from "./measure.ts"
import { profile } from "./profile/run.ts"
import { percentile } from "./source.ts"

const HELP = `npm run bench -- [--quick] [--load WORDS] [--only NAME] [--profile] [--large [COUNT]]

Sends the same loads through this gateway (shipped policy, durable commits), Postfix as plain relay, Haraka as forwarder and a bare
smtp-server → nodemailer pipe that keeps nothing; same machine, same sink. Half as many messages go through each relay first,
unmeasured. Prints medians of three rounds: messages a second from the first octet to the last delivery, this gateway's rate as a
multiple, CPU ms a message and peak resident memory of all its processes, lag of its event loop; where our own client sends, from the end of DATA to 250.

  --quick          one round of a fifth of the messages
  --load WORDS     only loads whose name has these words, such as "5 KiB" or PDF; may be given again
  --only NAME      only this relay: ${CONTENDERS.map(({ name }) => name).join(", ")}; may be given again
  --profile        only this gateway, under V8's profiler: its threads and their functions by own time, for each load
  --large [COUNT]  only this gateway: COUNT (else 50) messages of 25 MB at once; memory, refusals, event loop, small mail beside them
  --hostile        only this gateway: 25 MB of each kind that is dear to read, one at a time; its reply and the event loop`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    load: { type: "string", multiple: true, default: [] },
    only: { type: "string", multiple: true, default: [] },
    profile: { type: "boolean", default: false },
    large: { type: "boolean", default: false },
    hostile: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
})
const rounds = values.quick ? 1 : 3
const share = values.quick ? 0.2 : 1
const loads = LOADS.filter(({ name }) => values.load.length === 0 || values.load.some((words) => name.includes(words)))
const contenders = CONTENDERS.filter(({ name }) => values.only.length === 0 || values.only.includes(name))
const count = (load: (typeof LOADS)[number]): number => Math.max(load.sessions, Math.round(load.messages * share))

if (values.help) console.log(HELP)
else if (values.large) console.log(await largeOnes(Number(positionals[0] ?? 50)))
else if (values.hostile) console.log(await hostileOnes())
else if (values.profile) for (const load of loads) console.log(`\n${load.name}\n${await profile(load, count(load))}`)
else for (const load of loads) await compare(load)

async function compare(load: (typeof LOADS)[number]): Promise<void> {
  const figures = new Map<string, Figure[]>(contenders.map(({ name }) => [name, []]))
  // Rounds go around the contenders, so that a noisy minute hits them all.
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      const figure = await measure((nextHop) => contender.start(nextHop), load, count(load))
      if (figure !== null) figures.get(contender.name)?.push(figure)
    }
  }
  console.log(`\n${load.name}, medians of ${rounds}`)
  const ours = median(figures.get("congthu") ?? [], ({ rate }) => rate)
  for (const [name, all] of figures) console.log(`  ${name.padEnd(10)} ${line(all, ours)}`)
}

function line(all: readonly Figure[], ours: number): string {
  if (all.length === 0) return "not measured"
  const rate = median(all, (one) => one.rate)
  const waits = all.flatMap((one) => one.waits)
  return [
    `${rate.toFixed(rate < 20 ? 1 : 0).padStart(6)}/s`,
    ...(Number.isNaN(ours) ? [] : [`congthu is ${(ours / rate).toFixed(2)} ×`]),
    `${median(all, ({ cpu }) => cpu).toFixed(2)} ms CPU each`,
    `${median(all, ({ memory }) => memory).toFixed(0)} MiB peak`,
    ...(all.some(({ lag }) => Number.isNaN(lag)) ? [] : [`loop p99 ${median(all, ({ lag }) => lag).toFixed(0)} ms`]),
    ...(waits.length === 0
      ? []
      : [`250 after ${percentile(waits, 0.5).toFixed(1)} ms, p99 ${percentile(waits, 0.99).toFixed(1)} ms`]),
  ].join("  ")
}

function median(all: readonly Figure[], of: (figure: Figure) => number): number {
  return percentile(all.map(of), 0.5)
}
