/** One relay under one load: from the first message to the last delivery. */
import { spawn } from "node:child_process"
import { once } from "node:events"
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
    const [before, from, started] = [cpuTime(relay.pid), clock(), performance.now()]
    const { waits, error } = await load.send(relay.port, messages, warm).then(
      (told) => ({ waits: told, error: null }),
      (refused: unknown) => ({ waits: [], error: refused instanceof Error ? refused : new Error(String(refused)) }),
    )
    // smtp-sink goes with the last message unanswered: a relay that keeps nothing must then refuse what it had in hand.
    const patience = error === null ? PATIENCE * 1_000 : 2_000
    const inTime = await Promise.race([sink.arrived, sleep(patience, false, { ref: false })])
    if (!inTime && error !== null) throw error
    if (!inTime) return null
    const seconds = (performance.now() - started) / 1_000
    return {
      rate: messages / seconds,
      cpu: (cpuTime(relay.pid) - before) / messages,
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
  /** Resolves when it has got all messages. */
  readonly arrived: Promise<true>
  stop(): void
}

/** Where all mail goes: smtp-sink of Postfix, which throws it away. */
export async function startSink(port: number, messages: number): Promise<Sink> {
  const sink = spawn("smtp-sink", ["-u", "postfix", "-M", String(messages), `127.0.0.1:${port}`, "1000"], {
    stdio: "ignore",
  })
  const arrived = once(sink, "exit").then(() => true as const)
  await sleep(300)
  return { arrived, stop: () => sink.kill() }
}
