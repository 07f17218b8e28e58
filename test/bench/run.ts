/**
 * `npm run bench`: this gateway, Postfix, Haraka and the bare pipe side by side in one run, same machine, same sink, same load.
 * Prints medians as ratios to this gateway's figure; asserts nothing. `-- --quick` runs one round of fewer messages.
 */
import { readFileSync, readdirSync } from "node:fs"
import { once } from "node:events"
import { spawn } from "node:child_process"
import { setTimeout as sleep } from "node:timers/promises"
import { freePorts } from "../support/process.ts"
import { CONTENDERS, type Contender } from "./contenders.ts"

interface Load {
  readonly name: string
  readonly octets: number
  readonly messages: number
  readonly sessions: number
  readonly persistent: boolean
}

const quick = process.argv.includes("--quick")
const ROUNDS = quick ? 1 : 3
const scale = quick ? 0.2 : 1
const LOADS: readonly Load[] = [
  { name: "5 KiB, 20 persistent sessions", octets: 5_120, messages: 6_000, sessions: 20, persistent: true },
  { name: "5 KiB, a connection each, 100 sessions", octets: 5_120, messages: 4_000, sessions: 100, persistent: false },
  { name: "5 KiB, a connection each, 400 sessions", octets: 5_120, messages: 4_000, sessions: 400, persistent: false },
  { name: "100 KiB, 20 persistent sessions", octets: 102_400, messages: 1_000, sessions: 20, persistent: true },
  { name: "10 MB, 4 persistent sessions", octets: 10_000_000, messages: 30, sessions: 4, persistent: true },
]
/** Seconds that one measurement may take. */
const PATIENCE = 180

interface Figure {
  /** Messages a second, from the first octet to the last delivery. */
  readonly rate: number
  /** CPU ms a message, all processes of the relay. */
  readonly cpu: number
  /** Peak resident MiB, all processes. */
  readonly memory: number
}

async function measure(contender: Contender, load: Load): Promise<Figure | null> {
  const messages = Math.max(load.sessions, Math.round(load.messages * scale))
  const [sinkPort = 0] = await freePorts(1)
  const sink = spawn("smtp-sink", ["-u", "postfix", "-M", String(messages), `127.0.0.1:${sinkPort}`, "1000"], {
    stdio: "ignore",
  })
  const arrived = once(sink, "exit")
  await sleep(300)
  const relay = await contender.start(sinkPort)
  if (relay === null) {
    sink.kill()
    return null
  }
  try {
    const before = cpuTime(relay.pid)
    const started = performance.now()
    const flags = [
      "-l",
      String(load.octets),
      "-m",
      String(messages),
      "-s",
      String(load.sessions),
      ...(load.persistent ? ["-d"] : []),
    ]
    const source = spawn(
      "smtp-source",
      [...flags, "-f", "an@tuyenquang.gov.vn", "-t", "binh@hanoi.gov.vn", `127.0.0.1:${relay.port}`],
      { stdio: "ignore" },
    )
    const inTime = await Promise.race([arrived.then(() => true), sleep(PATIENCE * 1_000, false, { ref: false })])
    source.kill()
    if (!inTime) return null
    const seconds = (performance.now() - started) / 1_000
    return { rate: messages / seconds, cpu: (cpuTime(relay.pid) - before) / messages, memory: peakMemory(relay.pid) }
  } finally {
    sink.kill()
    await relay.stop()
  }
}

/** The process and all below it. */
function family(pid: number): readonly number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue
    const fields = statOf(Number(name))
    if (fields !== null) parents.set(Number(name), Number(fields[1]))
  }
  const found = [pid]
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child)
  return found
}

/** Fields of /proc/PID/stat after the name: state, parent, … proc(5). */
function statOf(pid: number): readonly string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8")
    return text.slice(text.lastIndexOf(")") + 2).split(" ")
  } catch {
    return null
  }
}

/** ms in user and system mode, children that ended included; a tick is 10 ms. */
function cpuTime(pid: number): number {
  return family(pid).reduce(
    (sum, one) =>
      sum +
      (statOf(one)
        ?.slice(11, 15)
        .reduce((ticks, field) => ticks + Number(field), 0) ?? 0) *
        10,
    0,
  )
}

function peakMemory(pid: number): number {
  return family(pid).reduce((sum, one) => {
    try {
      return sum + Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${one}/status`, "utf8"))?.[1] ?? 0) / 1_024
    } catch {
      return sum
    }
  }, 0)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

for (const load of LOADS) {
  const figures = new Map<string, Figure[]>(CONTENDERS.map(({ name }) => [name, []]))
  // Rounds go around the contenders, so that a noisy minute hits them all.
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of CONTENDERS) {
      const figure = await measure(contender, load)
      if (figure !== null) figures.get(contender.name)?.push(figure)
    }
  }
  console.log(`\n${load.name}, medians of ${ROUNDS}`)
  const ours = median((figures.get("congthu") ?? []).map(({ rate }) => rate))
  for (const [name, all] of figures) {
    if (all.length === 0) {
      console.log(`  ${name.padEnd(10)} not measured`)
      continue
    }
    const rate = median(all.map((one) => one.rate))
    const cpu = median(all.map((one) => one.cpu))
    const memory = median(all.map((one) => one.memory))
    console.log(
      `  ${name.padEnd(10)} ${rate.toFixed(0).padStart(6)}/s  congthu is ${(ours / rate).toFixed(2)} ×  ${cpu.toFixed(2)} ms CPU each  ${memory.toFixed(0)} MiB peak`,
    )
  }
}
