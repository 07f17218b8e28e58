/** The port of what several gateways know together. No mail is in it: whatever it forgets, none is lost. */
import type { Millis } from "../mail/transaction.ts"

/** What one gateway tells the others: their settings and policy may be out of date. */
export type Topic = "policy"

/**
 * No call rejects, nor takes longer than `DEADLINE`. While the others cannot be asked, the answer is what this gateway knows by
 * itself: a limit then holds for each gateway alone, and never for none.
 */
export interface Shared {
  /** Takes one place in a room; answers how many are taken there, this one included. */
  enter(room: string): Promise<number>
  leave(room: string): void
  /** Adds one to a count, which begins anew `span` after its first; answers the count. */
  count(name: string, span: Millis): Promise<number>
  /** The count as it stands. */
  counted(name: string): Promise<number>
  /** What was remembered under this name and is not over yet; null: nothing, or nobody can be asked. */
  recall(name: string): Promise<string | null>
  /** For all gateways. */
  remember(name: string, value: string, span: Millis): void
  /** Tells the other gateways. */
  wake(topic: Topic): void
  /** Another gateway told us, or may have told us while it could not be heard. */
  onWake(listener: (topic: Topic) => void): void
  /** Null: all gateways count together. Else why each counts for itself. */
  alone(): string | null
  close(): void
}

/** Well within the tenth of a second that every connection waits for early talkers anyway. */
export const DEADLINE: Millis = 50
