/** How many notices a person gets within an hour; what is beyond is counted and told once. In memory: a restart forgets the count, no mail. */
import type { Instant, Millis } from "../mail/transaction.ts"

export interface Cap {
  /** False: counted instead. `person` is an address key. */
  admits(person: string, now: Instant): boolean
  /** Whose hour is over and who was spared notices; each is named once. */
  spared(now: Instant): readonly { readonly person: string; readonly count: number }[]
}

const HOUR: Millis = 3_600_000

interface Hour {
  readonly ends: Instant
  sent: number
  spared: number
}

/** The hour begins with a person's first notice. */
export function createCap(perHour: () => number): Cap {
  const hours = new Map<string, Hour>()

  return {
    admits(person, now) {
      const known = hours.get(person)
      const isOver = known !== undefined && known.ends <= now && known.spared === 0
      const hour = known === undefined || isOver ? { ends: now + HOUR, sent: 0, spared: 0 } : known
      hours.set(person, hour)
      if (hour.sent >= perHour()) {
        hour.spared += 1
        return false
      }
      hour.sent += 1
      return true
    },
    spared(now) {
      const over = [...hours].filter(([, { ends }]) => ends <= now)
      for (const [person] of over) hours.delete(person)
      return over.flatMap(([person, { spared }]) => (spared === 0 ? [] : [{ person, count: spared }]))
    },
  }
}
