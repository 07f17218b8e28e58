/** Long work of the main thread in slices, so that no session waits for the whole of it. */
import { setImmediate } from "node:timers/promises"
import type { Millis } from "../mail/transaction.ts"

/** Ms of work before others have their turn. */
const SLICE: Millis = 8

/** Whoever works calls it now and then. */
export function slices(): () => Promise<void> | null {
  let begun = performance.now()
  const rest = async (): Promise<void> => {
    await setImmediate()
    begun = performance.now()
  }
  return () => (performance.now() - begun < SLICE ? null : rest())
}

/** Work that stops by itself after each small part. */
export async function inSlices<T>(work: Generator<void, T>): Promise<T> {
  const rest = slices()
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
    const wait = rest()
    if (wait !== null) await wait
  }
}
