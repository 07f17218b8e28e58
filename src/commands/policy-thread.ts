/** The thread in which the gateway has policies read, looked over and compared: started when it is needed, ended when it rests. */
import { Worker } from "node:worker_threads"
import type { Millis } from "../mail/transaction.ts"
import type { Study } from "./policy-study.ts"

export interface Question {
  readonly id: number
  readonly name: keyof Study
  readonly args: readonly unknown[]
}
export type Answered =
  | { readonly id: number; readonly value: unknown }
  /** What went wrong, for the log. */
  | { readonly id: number; readonly why: string }

export interface StudyThread extends Study {
  close(): Promise<void>
}

/** Many times what the largest policy takes on a busy machine. */
const DEADLINE: Millis = 60_000
/** Whoever edits asks every few seconds; a thread at rest keeps 40 MB. */
const REST: Millis = 300_000

interface Waiting {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

export function openStudy(): StudyThread {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | null = null
  let resting: NodeJS.Timeout | undefined
  let closed = false
  let asked = 0

  function begin(): Worker {
    const begun = new Worker(new URL("./policy-worker.ts", import.meta.url))
    const gone = (why: string): void => {
      if (worker !== begun) return
      worker = null
      for (const { reject } of waiting.values()) reject(new Error(why))
      waiting.clear()
    }
    begun.on("message", answered)
    begun.on("error", (error) => gone(`the thread for policies broke: ${error.message}`))
    begun.on("exit", () => gone("the thread for policies ended"))
    begun.unref()
    return begun
  }

  function answered(said: Answered): void {
    const one = waiting.get(said.id)
    waiting.delete(said.id)
    if ("why" in said) one?.reject(new Error(said.why))
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the other side answers what the same types ask
    else one?.resolve(said.value as never)
    if (waiting.size > 0) return
    clearTimeout(resting)
    resting = setTimeout(() => void end(), REST)
    resting.unref()
  }

  async function end(): Promise<void> {
    clearTimeout(resting)
    await worker?.terminate()
  }

  function ask<Name extends keyof Study>(name: Name, ...args: Parameters<Study[Name]>): ReturnType<Study[Name]> {
    const id = (asked += 1)
    const told = new Promise<never>((resolve, reject) => {
      if (closed) return reject(new Error("the thread for policies is closed"))
      clearTimeout(resting)
      worker ??= begin()
      const timer = setTimeout(() => void end(), DEADLINE)
      const settled = (): void => clearTimeout(timer)
      waiting.set(id, {
        resolve: (value) => {
          settled()
          resolve(value)
        },
        reject: (error) => {
          settled()
          reject(error)
        },
      })
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
      worker.postMessage({ id, name, args } satisfies Question)
    })
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the other side answers what the same types ask
    return told as ReturnType<Study[Name]>
  }

  return {
    read: (...of) => ask("read", ...of),
    lint: (...of) => ask("lint", ...of),
    difference: (...of) => ask("difference", ...of),
    close: async () => {
      closed = true
      await end()
    },
  }
}
