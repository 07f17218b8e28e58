/** All child processes: as many as the settings want, started anew when they die, and fresh ones for a single job. */
import type { Bytes, Millis } from "../mail/transaction.ts"
import type { Memory, ScanSettings } from "./protocol.ts"
import { type Death, type Worker, startWorker } from "./worker.ts"

export interface CrewOptions {
  readonly scan: ScanSettings
  readonly child: URL
  readonly shared: Memory
  readonly noticed: (why: Death, said: string) => void
  /** A child became ready: there is room for jobs. */
  readonly ready: () => void
}

export interface Crew {
  /** The child with the fewest jobs that has room for a message of this size, or null. */
  free(size: Bytes): Worker | null
  /** The last child that was started came to take jobs. */
  isSound(): boolean
  /** A new child for one suspect job; whoever asked for it stops it. */
  fresh(): Worker
  configure(scan: ScanSettings): void
  count(): { readonly children: number; readonly deaths: Readonly<Record<Death, number>> }
  close(): Promise<void>
}

/** Messages one child reads at once: enough to wait for a scanner side by side. */
const JOBS_PER_CHILD = 8
/** Octets of them together; a larger message has its child to itself among large ones. What is read of it takes several times as much. */
const OCTETS_PER_CHILD: Bytes = 32 * 1_048_576
/** What takes no room to speak of. */
export const SMALL: Bytes = 1_048_576
/** Share of the deadline for which neighbours bear with one that blocks them all; no honest message takes a hundredth of it. */
const STALL = 0.1
/** Waits before the next start while children do not even get ready; doubles. */
const BACK_OFF: Millis = 200
const LONGEST_BACK_OFF: Millis = 10_000

export function createCrew({ scan, child, shared, noticed, ready }: CrewOptions): Crew {
  const processes = new Set<Worker>()
  const members = new Set<Worker>()
  const deaths: Record<Death, number> = { timeout: 0, memory: 0, crashed: 0 }
  let settings = scan
  let wanted = scan.children
  let pause = BACK_OFF
  let timer: NodeJS.Timeout | undefined

  const start = (stall: Millis): Worker => {
    const worker = startWorker(child, settings, { stall, shared })
    processes.add(worker)
    void bury(worker)
    return worker
  }
  const bury = async (worker: Worker): Promise<void> => {
    const { why, said } = await worker.ended
    processes.delete(worker)
    if (why === "stopped") return
    deaths[why]++
    noticed(why, said)
  }
  const fill = (): void => {
    while (members.size < wanted) void hire()
  }
  const hire = async (): Promise<void> => {
    const worker = start(settings.deadline * STALL)
    members.add(worker)
    const began = await worker.ready
    if (began) ready()
    await worker.ended
    members.delete(worker)
    if (members.size >= wanted) return
    clearTimeout(timer)
    timer = setTimeout(fill, began ? 0 : pause)
    pause = began ? BACK_OFF : Math.min(pause * 2, LONGEST_BACK_OFF)
  }
  const resize = (size: number): void => {
    wanted = size
    for (const worker of [...members].slice(size)) {
      members.delete(worker)
      worker.retire()
    }
    fill()
  }
  fill()

  return {
    free(size) {
      let best: Worker | null = null
      for (const one of members) {
        const fits = size <= SMALL || one.octets() < SMALL || one.octets() + size <= OCTETS_PER_CHILD
        const hasRoom = fits && one.load() < JOBS_PER_CHILD
        if (hasRoom && (best === null || one.load() < best.load())) best = one
      }
      return best
    },
    fresh: () => start(settings.deadline),
    isSound: () => pause === BACK_OFF,
    configure(next) {
      // What a child may load is fixed when it starts.
      const anew = (next.yara === null) !== (settings.yara === null)
      settings = next
      for (const worker of anew ? members : []) {
        members.delete(worker)
        worker.retire()
      }
      for (const worker of processes) worker.configure(next)
      resize(next.children)
    },
    count: () => ({ children: processes.size, deaths: { ...deaths } }),
    async close() {
      clearTimeout(timer)
      resize(0)
      const ends = [...processes].map((worker) => worker.ended)
      for (const worker of processes) worker.stop()
      await Promise.all(ends)
    },
  }
}
