/** Next hops that are not there, or turn us away at the door: mail to them rests, ever longer, and one attempt looks for all. */
import type { Instant, Millis } from "../mail/transaction.ts"
import type { Cause } from "./outcome.ts"

export interface Rests {
  /** Null: go, and tell how it was. Else what hinders everybody until somebody may look again. */
  hindered(nextHop: string, now: Instant): Cause | null
  /** Nobody is there, or nobody lets us in. `first` is how long the first rest lasts. */
  failed(nextHop: string, cause: Cause, now: Instant, first: Millis): void
  answered(nextHop: string): void
}

/** The longest rest is so many times the first: who comes back is found within minutes, not hours. */
const LONGEST = 16

interface Rest {
  readonly cause: Cause
  readonly span: Millis
  readonly until: Instant
  /** Somebody is looking. */
  readonly probed: boolean
}

export function createRests(): Rests {
  const resting = new Map<string, Rest>()
  return {
    hindered: (nextHop, now) => {
      const rest = resting.get(nextHop)
      if (rest === undefined) return null
      if (now < rest.until) return rest.cause
      // Should whoever looks never tell, another one will.
      resting.set(nextHop, { ...rest, until: now + rest.span, probed: true })
      return null
    },
    failed: (nextHop, cause, now, first) => {
      const rest = resting.get(nextHop)
      // Attempts that were under way when the rest began add nothing to it.
      if (rest !== undefined && !rest.probed) return
      const span = rest === undefined ? first : Math.min(2 * rest.span, LONGEST * first)
      resting.set(nextHop, { cause, span, until: now + span, probed: false })
    },
    answered: (nextHop) => void resting.delete(nextHop),
  }
}
