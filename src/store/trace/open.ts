/** This side of the thread that looks things up: every question has a deadline. */
import { join, resolve } from "node:path"
import { Worker } from "node:worker_threads"
import { StoreError } from "../error.ts"
import type { Search } from "../search.ts"
import type { Answered, Question, TraceData } from "./worker.ts"

/** Ms; a first look at years of records comes in steps. */
const DEADLINE = 15_000

/** Beside the records of `path`, which exist. */
export function openSearch(path: string): Search {
  const store = resolve(path)
  const data: TraceData = { records: join(store, "records.db"), trace: join(store, "trace.db") }
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: data })
  const asked = new Map<number, (answer: Answered) => void>()
  let last = 0
  let ended: string | null = null
  const fail = (why: string): void => {
    ended = why
    for (const [id, answer] of asked) answer({ id, why })
  }
  worker.on("message", (answer: Answered) => asked.get(answer.id)?.(answer))
  worker.on("error", (error) => fail(error instanceof Error ? error.message : "it broke"))
  worker.on("exit", () => fail(ended ?? "it is closed"))

  function ask<Name extends keyof Search>(
    name: Name,
    ...args: Parameters<Search[Name]>
  ): Promise<Awaited<ReturnType<Search[Name]>>> {
    if (ended !== null) return Promise.reject(new StoreError("closed", `index ${data.trace}: ${ended}`))
    const id = ++last
    return new Promise((done, reject) => {
      const timer = setTimeout(() => asked.get(id)?.({ id, why: "no answer in time" }), DEADLINE)
      asked.set(id, ({ value, why }) => {
        clearTimeout(timer)
        asked.delete(id)
        if (why === undefined) done(value as Awaited<ReturnType<Search[Name]>>)
        else reject(new StoreError("io", `index ${data.trace}: ${why}`))
      })
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
      worker.postMessage({ id, name, args } satisfies Question)
    })
  }
  return {
    find: (filter, before, limit) => ask("find", filter, before, limit),
    of: (transaction) => ask("of", transaction),
    figures: (period, by) => ask("figures", period, by),
    senders: (period, outcomes, limit) => ask("senders", period, outcomes, limit),
    catchUp: (limit) => ask("catchUp", limit),
    forget: (before) => ask("forget", before),
    close: async () => {
      if (ended !== null) return
      await ask("close")
      await worker.terminate()
    },
  }
}
