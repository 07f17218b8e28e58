/** What one message may unpack, all its containers together; counted while it inflates, since what a container declares is not believed. */

export interface Budget {
  /** Octets that may still come out. */
  octets: number
  /** Octets that may still be kept in memory. */
  room: number
  /** Members that may still be met. */
  members: number
  /** A bomb was met: nothing more of this message is opened. */
  spent: boolean
  readonly signal: AbortSignal
}

export function createBudget(signal: AbortSignal): Budget {
  return { octets: 200_000_000, room: 100_000_000, members: 1_000, spent: false, signal }
}

/** Inflated octets for one deflated, beyond the first `FREE`: text packs about 20:1, office files up to 50:1, a bomb 1,000:1. */
export const RATIO = 200
export const FREE = 10_000_000
/** A member is kept whole in memory up to this. */
export const LARGEST_MEMBER = 50_000_000
/** Containers within one another. */
export const DEEPEST = 5

/** Why a container was not opened to its end. `encrypted`: not even its directory can be read. */
export type Trouble =
  | "bomb"
  | "encrypted"
  | "too-large"
  | "too-many"
  | "too-deep"
  | "corrupt"
  | "unsupported"
  | "timeout"
