/** One relay under one load: from the first message to the last delivery. */
import { spawn } from "node:child_process"
import { setTimeout as sleep } from "node:timers/promises"
import { freePorts } from "../support/process.ts"
import type { Relay } from "./contenders.ts"
import type { Load } from "./loads.ts"
import { cpuTime, family } from "./usage.ts"

/** Seconds that one measurement may take. */
const PATIENCE = 300

export interface Figure {
  /** Messages a second, from the first octet to the last delivery. */
  readonly rate: number
  /** CPU ms a message, all processes of the relay. */
  readonly cpu: number
  /** Peak resident MiB, all processes. */
  readonly memory: number
  /** Lag of its event loop, ms at p99; NaN where the relay does not tell. */
  readonly lag: number
  /** Ms from the end of DATA to 250, where the client tells them. */
  readonly waits: readonly number[]
  /** When it was measured, µs of the monotonic clock. */
  readonly span: { readonly from: number; readonly until: number }
}

/** Messages sent before measuring begins: programs that compile as they run are slow at first, and a relay runs for months. */
export function warmUp(messages: number, load: Load): number {
  return Math.max(load.sessions, Math.round(messages / 2))
}

/** Null where the relay cannot be had, or did not deliver in time. */
export async function measure<R extends Relay>(
  start: (nextHop: number) => Promise<R | null>,
  load: Load,
  messages: number,
): Promise<Figure | null> {
  const warm = warmUp(messages, load)
  const [port = 0] = await freePorts(1)
  const sink = await startSink(port, warm + messages)
  const relay = await start(port)
  try {
    if (relay === null) return null
    await load.send(relay.port, warm, 0)
    await relay.lag?.()
    const [before, from, started] = [cpuTime(relay.pid), clock(), performance.now()]
    const waits = await load.send(relay.port, messages, warm)
    const inTime = await Promise.race([sink.arrived, sleep(PATIENCE * 1_000, false, { ref: false })])
    if (!inTime) return null
    const seconds = (performance.now() - started) / 1_000
    return {
      rate: messages / seconds,
      cpu: (cpuTime(relay.pid) - before) / messages,
      lag: (await relay.lag?.())?.p99 ?? Number.NaN,
      memory: family(relay.pid).reduce((sum, { peak }) => sum + peak, 0),
      waits,
      span: { from, until: clock() },
    }
  } finally {
    sink.stop()
    await relay?.stop()
  }
}

function clock(): number {
  return Number(process.hrtime.bigint() / 1_000n)
}

export interface Sink {
  /** Resolves when it has got and answered all messages. */
  readonly arrived: Promise<true>
  stop(): void
}

/**
 * Where all mail goes: smtp-sink of Postfix, which throws it away. It counts aloud (`-c`); with its own limit (`-M`) it would go with the last
 * message unanswered, and a relay that waits for that answer would be measured by its patience.
 */
export async function startSink(port: number, messages: number): Promise<Sink> {
  const sink = spawn("smtp-sink", ["-u", "postfix", "-c", `127.0.0.1:${port}`, "1000"], {
    stdio: ["ignore", "pipe", "ignore"],
  })
  const { promise: arrived, resolve } = Promise.withResolvers<true>()
  sink.stdout.setEncoding("latin1")
  // Each count is a whole write: `sess=9 quit=9 mesg=10\r`.
  sink.stdout.on("data", (counts: string) => {
    const [, count = "0"] = /.*mesg=(\d+)/s.exec(counts) ?? []
    if (Number(count) >= messages) resolve(true)
  })
  await sleep(300)
  return { arrived, stop: () => sink.kill() }
}
