/** Connections kept for the next message to the same next hop, and the limit on how many work at once. */
import type { Millis } from "../mail/transaction.ts"
import type { Connection } from "./connection.ts"

/** Servers drop idle clients after minutes; ours are gone long before. */
const IDLE: Millis = 8_000
/** Messages one connection carries: next hops that balance their load see us again. */
const MOST_MESSAGES = 100

/** A connection on loan. */
export interface Loan {
  readonly connection: Connection
  readonly carried: number
}

export interface Pool {
  /** A kept connection that still lives, or null. */
  take(key: string): Loan | null
  /** Gives it back for the next message, or says QUIT when it has carried enough. */
  keep(key: string, loan: Loan): void
  close(): void
}

export function createPool(): Pool {
  const idle = new Map<string, { loan: Loan; timer: NodeJS.Timeout }[]>()
  const remove = (key: string, loan: Loan): void => {
    const rest = (idle.get(key) ?? []).filter((one) => one.loan !== loan)
    if (rest.length === 0) idle.delete(key)
    else idle.set(key, rest)
  }
  return {
    take(key) {
      for (;;) {
        const kept = idle.get(key)?.at(-1)
        if (kept === undefined) return null
        clearTimeout(kept.timer)
        remove(key, kept.loan)
        if (kept.loan.connection.isAlive()) return kept.loan
      }
    },
    keep(key, { connection, carried }) {
      const loan = { connection, carried: carried + 1 }
      if (loan.carried >= MOST_MESSAGES || !connection.isAlive()) return connection.quit()
      const timer = setTimeout(() => {
        remove(key, loan)
        connection.quit()
      }, IDLE)
      timer.unref()
      idle.set(key, [...(idle.get(key) ?? []), { loan, timer }])
    },
    close() {
      for (const { loan, timer } of [...idle.values()].flat()) {
        clearTimeout(timer)
        loan.connection.quit()
      }
      idle.clear()
    },
  }
}

/** Lets `limit` in at once, the others in order of arrival. */
export interface Gate {
  /** Resolves to the way out, or null when the patience ended first: it is asked for only by who has to wait. */
  enter(key: string, limit: number, patience: () => AbortSignal): Promise<(() => void) | null>
  /** Nobody has left since somebody's patience to be let in ended. */
  isStalled(key: string): boolean
  stall(key: string): void
}

export function createGate(): Gate {
  const rooms = new Map<string, { count: number; stalled: boolean; readonly waiting: Set<() => void> }>()
  return {
    isStalled: (key) => rooms.get(key)?.stalled === true,
    stall(key) {
      const room = rooms.get(key)
      if (room !== undefined) room.stalled = true
    },
    async enter(key, limit, patience) {
      const room = rooms.get(key) ?? { count: 0, stalled: false, waiting: new Set() }
      rooms.set(key, room)
      if (room.count >= limit) {
        const signal = patience()
        while (room.count >= limit && !signal.aborted) await turn(room.waiting, signal)
        if (signal.aborted) return null
      }
      room.count++
      return () => {
        room.count--
        room.stalled = false
        if (room.count === 0 && room.waiting.size === 0) rooms.delete(key)
        for (const wake of room.waiting) wake()
      }
    },
  }
}

/** Everybody looks again when one leaves: whom a deadline took meanwhile cannot keep the place of the next. */
async function turn(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const wake = (): void => resolve()
  waiting.add(wake)
  signal.addEventListener("abort", wake, { once: true })
  await promise
  signal.removeEventListener("abort", wake)
  waiting.delete(wake)
}
