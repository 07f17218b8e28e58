/** One message to be examined, until somebody can tell or its time is over. */
import { UNREAD } from "../mail/content.ts"
import { type Examination, unreadable } from "../mail/examination.ts"
import type { Millis } from "../mail/transaction.ts"
import type { Task } from "./protocol.ts"
import type { Fate } from "./worker.ts"

export interface Job {
  readonly task: Task
  readonly examination: Promise<Examination>
  /** `died` is what became of its only reader: the message's own doing. */
  settle(fate: Fate): void
}

/** `over` is called once, when it is settled or its deadline has passed. */
export function createJob(task: Task, deadline: Millis, over: (job: Job) => void): Job {
  const { promise, resolve, reject } = Promise.withResolvers<Examination>()
  const settle = (fate: Fate): void => {
    clearTimeout(timer)
    over(job)
    if (fate.is === "examined") resolve(fate.examination)
    else if (fate.is === "failed") reject(new Error(`message not examined: ${fate.why}`))
    else resolve(unreadable(fate.is === "died" ? fate.why : "crashed", UNREAD))
  }
  const timer = setTimeout(() => settle({ is: "failed", why: "deadline" }), deadline)
  const job: Job = { task, examination: promise, settle }
  return job
}
