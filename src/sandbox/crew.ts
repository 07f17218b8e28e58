/** Keeps as many children as wanted, starting anew what died. */
import type { Millis } from "../mail/transaction.ts"
import type { Worker } from "./worker.ts"

export interface CrewOptions {
  readonly size: number
  readonly start: () => Worker
  /** A child became ready: there may be room for a job. */
  readonly ready: () => void
}

export interface Crew {
  /** The ready child with the fewest jobs, or null when every one has its fill. */
  free(): Worker | null
  resize(size: number): void
  close(): void
}

/** Messages one child reads at once: enough to wait for a scanner side by side. */
const JOBS_PER_CHILD = 8
/** Waits before the next start while children do not even get ready; doubles. */
const BACK_OFF: Millis = 200
const LONGEST_BACK_OFF: Millis = 10_000

export function createCrew({ size, start, ready }: CrewOptions): Crew {
  const members = new Set<Worker>()
  const able = new Set<Worker>()
  let wanted = size
  let pause: Millis = BACK_OFF
  let timer: NodeJS.Timeout | undefined

  const fill = (): void => {
    while (members.size < wanted) void hire()
  }
  const hire = async (): Promise<void> => {
    const worker = start()
    members.add(worker)
    const began = await worker.ready
    if (began) {
      pause = BACK_OFF
      able.add(worker)
      ready()
      await worker.ended
      able.delete(worker)
    }
    members.delete(worker)
    if (began) return fill()
    if (members.size >= wanted) return
    clearTimeout(timer)
    timer = setTimeout(fill, pause)
    pause = Math.min(pause * 2, LONGEST_BACK_OFF)
  }
  fill()

  return {
    free() {
      const [best] = [...able].toSorted((a, b) => a.jobs() - b.jobs())
      return best !== undefined && best.jobs() < JOBS_PER_CHILD ? best : null
    },
    resize(next) {
      wanted = next
      for (const worker of [...members].slice(wanted)) {
        able.delete(worker)
        members.delete(worker)
        worker.retire()
      }
      fill()
    },
    close() {
      wanted = 0
      clearTimeout(timer)
    },
  }
}
