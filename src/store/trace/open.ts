/** This side of the threads that look things up: every question has a deadline. */
import { join, resolve } from "node:path"
import { Worker } from "node:worker_threads"
import { StoreError } from "../error.ts"
import type { Search, Sums } from "../search.ts"
import type { Answered, Question, TraceData } from "./worker.ts"

/** Ms; a first look at years of records comes in steps. */
const DEADLINE = 15_000
/** Sums of at most so long a time take some ms, and wait for no report. */
const SHORT = 8 * 86_400_000
/** Of a report about a year. */
const PATIENCE = 60_000

type Ask = <Name extends keyof Search>(
  name: Name,
  ...args: Parameters<Search[Name]>
) => Promise<Awaited<ReturnType<Search[Name]>>>

interface Thread {
  readonly ask: Ask
  close(): Promise<void>
}

function startThread(data: TraceData, deadline: number): Thread {
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

  const ask: Ask = (name, ...args) => {
    if (ended !== null) return Promise.reject(new StoreError("closed", `index ${data.trace}: ${ended}`))
    const id = ++last
    return new Promise((done, reject) => {
      const timer = setTimeout(() => asked.get(id)?.({ id, why: "no answer in time" }), deadline)
      asked.set(id, ({ value, why }) => {
        clearTimeout(timer)
        asked.delete(id)
        if (why === undefined) done(value as never)
        else reject(new StoreError("io", `index ${data.trace}: ${why}`))
      })
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
      worker.postMessage({ id, name, args } satisfies Question)
    })
  }
  return {
    ask,
    close: async () => {
      if (ended !== null) return
      await ask("close")
      await worker.terminate()
    },
  }
}

/** Beside the records of `path`, which exist. */
export function openSearch(path: string): Search {
  const store = resolve(path)
  const data = { records: join(store, "records.db"), trace: join(store, "trace.db") }
  const finds = startThread({ role: "finds", ...data }, DEADLINE)
  /** Begins with the first report, when the other has long made the index. */
  let sums: Promise<Thread> | null = null
  const sum = <Name extends keyof Sums>(
    name: Name,
    ...args: Parameters<Search[Name]>
  ): Promise<Awaited<ReturnType<Search[Name]>>> => {
    const [period] = args
    if (period.until - period.since <= SHORT) return finds.ask(name, ...args)
    sums ??= finds.ask("of", "").then(() => startThread({ role: "sums", ...data }, PATIENCE))
    // Whoever asks after a failure begins anew.
    sums.catch(() => (sums = null))
    return sums.then((thread) => thread.ask(name, ...args))
  }
  return {
    find: (...args) => finds.ask("find", ...args),
    of: (...args) => finds.ask("of", ...args),
    trail: (...args) => finds.ask("trail", ...args),
    figures: (...args) => finds.ask("figures", ...args),
    standings: (...args) => finds.ask("standings", ...args),
    senders: (...args) => finds.ask("senders", ...args),
    catchUp: (...args) => finds.ask("catchUp", ...args),
    forget: (...args) => finds.ask("forget", ...args),
    totals: (...args) => sum("totals", ...args),
    judged: (...args) => sum("judged", ...args),
    repeated: (...args) => sum("repeated", ...args),
    sources: (...args) => sum("sources", ...args),
    foundBad: (...args) => sum("foundBad", ...args),
    lookedBack: (...args) => sum("lookedBack", ...args),
    active: (...args) => sum("active", ...args),
    sample: (...args) => sum("sample", ...args),
    close: async () => {
      await (await sums)?.close()
      await finds.close()
    },
  }
}
