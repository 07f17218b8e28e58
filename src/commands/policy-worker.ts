/** The thread's own side: does the work that `policy-thread.ts` asks for, one question after the other. */
import { isMainThread, parentPort } from "node:worker_threads"
import { WORK } from "./policy-study.ts"
import type { Answered, Question } from "./policy-thread.ts"

if (!isMainThread && parentPort !== null) {
  const port = parentPort
  port.on("message", ({ id, name, args }: Question) => {
    let answered: Answered
    try {
      const work: (...args: never[]) => unknown = WORK[name]
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `ask` types what it sends by the same names
      answered = { id, value: work(...(args as never[])) }
    } catch (cause) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `ask` types what it sends by the same names
      answered = { id, why: cause instanceof Error ? cause.message : "unknown" }
    }
    port.postMessage(answered)
  })
}
