/** Runs targets on mutated octets and watches them: errors, time of one case, lag of the event loop. */
import { createHash } from "node:crypto"
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { monitorEventLoopDelay } from "node:perf_hooks"
import { setImmediate } from "node:timers/promises"
import type { Random } from "../crash/random.ts"
import { minimised, mutated } from "./mutate.ts"
import type { Target } from "./targets.ts"

/** Cases that failed once, minimised: one folder for each target. */
const CORPUS = join(import.meta.dirname, "corpus")
/** Span in ms of one case; beyond it an attacker holds up a process for the price of one mail. Of the processor's time, which others do not lengthen. */
const LONGEST_CASE = 1_000
/** Span in ms by the clock: beyond it something waits for what does not come. */
const HANGS = 60_000
/** Cases between two looks at the clock of all targets. */
const TURN = 20

export interface Tally {
  cases: number
  /** Spans in ms. */
  spent: number
  slowest: number
}

export interface Failure {
  readonly target: string
  readonly why: string
  readonly bytes: Buffer
}

export function corpusOf(name: string): readonly Buffer[] {
  try {
    const folder = join(CORPUS, name)
    return readdirSync(folder)
      .toSorted()
      .map((file) => readFileSync(join(folder, file)))
  } catch {
    return []
  }
}

export function keep({ target, bytes }: Failure): string {
  const folder = join(CORPUS, target)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, createHash("sha256").update(bytes).digest("hex").slice(0, 12))
  writeFileSync(file, bytes)
  return file
}

/** Null when all is well. */
export async function tried(target: Target, bytes: Buffer, tally: Tally): Promise<Failure | null> {
  const why = await failing(target, bytes, tally)
  if (why === null) return null
  const less = await minimised(bytes, async (one) => (await failing(target, one, tally)) !== null)
  return { target: target.name, why, bytes: less }
}

async function failing(target: Target, bytes: Buffer, tally: Tally): Promise<string | null> {
  const span = async (): Promise<number> => {
    const began = performance.now()
    const before = process.threadCpuUsage()
    // A copy: nobody's reading may depend on another's.
    const running = target.run(Buffer.from(bytes))
    if (running !== undefined) await running
    const { user, system } = process.threadCpuUsage(before)
    const waited = performance.now() - began
    return waited > HANGS ? waited : (user + system) / 1_000
  }
  try {
    let time = await span()
    tally.cases++
    tally.spent += time
    // Collecting garbage of earlier cases is slow by chance, not twice.
    if (time > LONGEST_CASE) time = Math.min(time, await span(), await span())
    tally.slowest = Math.max(tally.slowest, time)
    return time > LONGEST_CASE ? `took ${Math.round(time)} ms` : null
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
}

export interface Fuzzed {
  readonly tallies: ReadonlyMap<string, Tally>
  readonly failures: readonly Failure[]
  /** Span in ms: 99th percentile, without what single cases took. */
  readonly lag: number
}

/** Every target in turn, the ones that had least time first, until the time is over or `most` failures are found. */
export async function fuzz(
  targets: readonly Target[],
  random: Random,
  { seconds, most = 10 }: { readonly seconds: number; readonly most?: number },
): Promise<Fuzzed> {
  const tallies = new Map(targets.map(({ name }) => [name, { cases: 0, spent: 0, slowest: 0 }]))
  const failures: Failure[] = []
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  const until = Date.now() + seconds * 1_000
  const seeds = new Map(targets.map(({ name, seeds: sound }) => [name, [...sound, ...corpusOf(name)]]))
  while (Date.now() < until && failures.length < most) {
    for (const target of targets) {
      const tally = tallies.get(target.name) ?? { cases: 0, spent: 0, slowest: 0 }
      const began = performance.now()
      // Quick targets get as much time as slow ones, hence more cases.
      for (let n = 0; n < TURN || performance.now() - began < 5; n++) {
        const failure = await tried(target, mutated(random, seeds.get(target.name) ?? []), tally)
        if (failure !== null) failures.push(failure)
        if (performance.now() - began > 50) break
      }
      await setImmediate()
    }
  }
  delay.disable()
  return { tallies, failures, lag: delay.percentile(99) / 1e6 }
}
