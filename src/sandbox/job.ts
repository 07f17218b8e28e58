/** One message for a child to read, until somebody can tell or its time is over. */
import { UNREAD } from "../mail/content.ts"
import type { Drawn } from "../mail/drawn.ts"
import { type Examination, unreadable } from "../mail/examination.ts"
import type { Rewriting } from "../mail/rewrite.ts"
import type { Millis } from "../mail/transaction.ts"
import type { Task } from "./protocol.ts"
import type { Fate } from "./worker.ts"

export interface Job {
  readonly task: Task
  /** `died` is what became of its only reader: the message's own doing. */
  settle(fate: Fate): void
}

/** What a fate says; null when nobody can tell. */
export type Reading<T> = (fate: Fate) => T | null

export function asExamination(fate: Fate): Examination | null {
  if (fate.is === "examined") return fate.examination
  if (fate.is === "died") return unreadable(fate.why, UNREAD)
  return fate.is === "crashed" ? unreadable("crashed", UNREAD) : null
}

export function asRewriting(fate: Fate): Rewriting | null {
  if (fate.is === "rewriting") return fate.rewriting
  if (fate.is === "died") return { is: "kept", why: fate.why }
  return fate.is === "crashed" ? { is: "kept", why: "crashed" } : null
}

export function asDrawn(fate: Fate): Drawn | null {
  if (fate.is === "drawn") return fate.drawn
  return fate.is === "died" || fate.is === "crashed" ? { is: "failed" } : null
}

export interface Bounds {
  /** Of its examination. */
  readonly deadline: Millis
  /** Of that and of all waiting for a child. */
  readonly patience: Millis
  /** Whether it is still to be hoped for; asked whenever as long as its examination may take has gone by. */
  readonly goesOn: (job: Job) => boolean
  /** Called once, when it is settled or nothing more is hoped for. */
  readonly over: (job: Job) => void
}

export function createJob<T>(
  task: Task,
  reading: Reading<T>,
  { deadline, patience, goesOn, over }: Bounds,
): { readonly job: Job; readonly done: Promise<T> } {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  let left = patience
  const settle = (fate: Fate): void => {
    clearTimeout(timer)
    over(job)
    const said = reading(fate)
    if (said !== null) resolve(said)
    else reject(new Error(`message not examined: ${fate.is === "failed" ? fate.why : fate.is}`))
  }
  const job: Job = { task, settle }
  const wait = (): NodeJS.Timeout => {
    const span = Math.min(deadline, left)
    left -= span
    return setTimeout(look, span)
  }
  const look = (): void => {
    if (left > 0 && goesOn(job)) timer = wait()
    else settle({ is: "failed", why: "deadline" })
  }
  let timer = wait()
  return { job, done: promise }
}
