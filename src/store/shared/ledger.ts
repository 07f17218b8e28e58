/** What one gateway counts by itself: places taken now, and counts that end. */
import type { Instant, Millis } from "../../mail/transaction.ts"

export interface Ledger {
  /** Takes a place; answers how many are taken in the room. */
  enter(room: string): number
  leave(room: string): void
  /** Rooms that are not empty, and the places taken in each. */
  rooms(): ReadonlyMap<string, number>
  count(name: string, span: Millis): number
  counted(name: string): number
  recall(name: string): string | null
  remember(name: string, value: string, span: Millis): void
}

/** Counts remembered; beyond it the oldest is forgotten, lest clients with many addresses fill the memory. */
const MOST_COUNTS = 10_000

/** Things remembered; some 300 octets each. */
const MOST_THINGS = 20_000

export function createLedger(): Ledger {
  const things = new Map<string, { readonly until: Instant; readonly value: string }>()
  const rooms = new Map<string, number>()
  const counts = new Map<string, { readonly until: Instant; readonly count: number }>()

  function running(name: string): { readonly until: Instant; readonly count: number } | null {
    const known = counts.get(name)
    return known !== undefined && known.until > Date.now() ? known : null
  }

  return {
    enter: (room) => {
      const taken = (rooms.get(room) ?? 0) + 1
      rooms.set(room, taken)
      return taken
    },
    leave: (room) => {
      const left = (rooms.get(room) ?? 1) - 1
      if (left === 0) rooms.delete(room)
      else rooms.set(room, left)
    },
    rooms: () => rooms,
    count: (name, span) => {
      const { until, count } = running(name) ?? { until: Date.now() + span, count: 0 }
      counts.delete(name)
      counts.set(name, { until, count: count + 1 })
      const [oldest] = counts.keys()
      if (counts.size > MOST_COUNTS && oldest !== undefined) counts.delete(oldest)
      return count + 1
    },
    counted: (name) => running(name)?.count ?? 0,
    recall: (name) => {
      const found = things.get(name)
      return found !== undefined && found.until > Date.now() ? found.value : null
    },
    remember: (name, value, span) => {
      things.delete(name)
      things.set(name, { until: Date.now() + span, value })
      const [oldest] = things.keys()
      if (things.size > MOST_THINGS && oldest !== undefined) things.delete(oldest)
    },
  }
}
