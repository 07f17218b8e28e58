/** `npm run bench -- --large`: many large messages at once; memory, refusals, and how long the event loop of SMTP stands still. */
import { setTimeout as sleep } from "node:timers/promises"
import { freePorts } from "../support/process.ts"
import { startOurs } from "./contenders.ts"
import { startSink } from "./measure.ts"
import { large, small } from "./messages.ts"
import { percentile, send } from "./source.ts"
import { family } from "./usage.ts"

const OCTETS = 18_250_000
/** Ms between two looks at the memory. */
const LOOK = 250

/** `concurrent` messages of 25 MB at once, and beside them small ones, one after the other, to see what others notice. */
export async function largeOnes(concurrent: number): Promise<string> {
  const [port = 0] = await freePorts(1)
  const beside = new AbortController()
  const sink = await startSink(port, 1_000_000)
  const gateway = await startOurs(port)
  try {
    await send(gateway.port, { messages: 20, sessions: 4, make: small, from: 0 })
    await gateway.lag()
    const peak = { resident: 0, own: 0, parts: "" }
    const look = setInterval(() => {
      const all = family(gateway.pid)
      const resident = all.reduce((sum, { memory }) => sum + memory, 0)
      peak.own = Math.max(
        peak.own,
        all.reduce((sum, { own }) => sum + own, 0),
      )
      if (resident <= peak.resident) return
      peak.resident = resident
      peak.parts = all.map(({ memory }) => memory.toFixed(0)).join(" + ")
    }, LOOK)
    const others = honest(gateway.port, beside.signal)
    const started = performance.now()
    const { waits, refused } = await send(gateway.port, {
      messages: concurrent,
      sessions: concurrent,
      make: large(OCTETS),
      from: 0,
    })
    const seconds = (performance.now() - started) / 1_000
    beside.abort()
    const small250 = await others
    clearInterval(look)
    const lag = await gateway.lag()
    return [
      `${concurrent} messages of 25 MB at once: ${waits.length} taken, ${refused.length} refused, in ${seconds.toFixed(1)} s`,
      ...refused.slice(0, 1).map((reply) => `  refused: ${reply}`),
      `  resident at most ${peak.own.toFixed(0)} MiB, pages that its processes share counted once; ${peak.resident.toFixed(0)} MiB counted in each (${peak.parts})`,
      `  from the end of DATA to 250: median ${percentile(waits, 0.5).toFixed(0)} ms, p99 ${percentile(waits, 0.99).toFixed(0)} ms`,
      `  event loop of SMTP: p99 ${lag.p99.toFixed(0)} ms, longest ${lag.max.toFixed(0)} ms (its clock ticks every 10 ms)`,
      `  ${small250.length} small messages beside them: median ${percentile(small250, 0.5).toFixed(0)} ms, p99 ${percentile(small250, 0.99).toFixed(0)} ms`,
    ].join("\n")
  } finally {
    sink.stop()
    await gateway.stop()
  }
}

async function honest(port: number, signal: AbortSignal): Promise<readonly number[]> {
  const waits: number[] = []
  for (let serial = 1_000; !signal.aborted; serial++) {
    waits.push(...(await send(port, { messages: 1, sessions: 1, make: small, from: serial })).waits)
    await sleep(50)
  }
  return waits
}
