/** One message for a child to read, until somebody can tell or its time is over. */
import { UNREAD } from "../mail/content.ts"
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

/** `over` is called once, when it is settled or its deadline has passed. */
export function createJob<T>(
  task: Task,
  reading: Reading<T>,
  { deadline, over }: { readonly deadline: Millis; readonly over: (job: Job) => void },
): { readonly job: Job; readonly done: Promise<T> } {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const settle = (fate: Fate): void => {
    clearTimeout(timer)
    over(job)
    const said = reading(fate)
    if (said !== null) resolve(said)
    else reject(new Error(`message not examined: ${fate.is === "failed" ? fate.why : fate.is}`))
  }
  const timer = setTimeout(() => settle({ is: "failed", why: "deadline" }), deadline)
  const job: Job = { task, settle }
  return { job, done: promise }
}
