/** This side of the writer thread: calls that come while a batch is being committed make up the next one. */
import { Worker } from "node:worker_threads"
import { StoreError, storeError } from "./error.ts"
import type { Call, TransitionName, Transitions } from "./transitions.ts"
import type { Reply, WriterData } from "./writer.ts"

export interface Thread {
  /** Resolves after the commit. Rejects with StoreError. */
  readonly call: <Name extends TransitionName>(
    name: Name,
    ...args: Parameters<Transitions[Name]>
  ) => Promise<ReturnType<Transitions[Name]>>
  /** Answers what was asked before, then ends. */
  readonly close: () => Promise<void>
}

interface Pending {
  readonly call: Call
  readonly resolve: (value: never) => void
  readonly reject: (error: StoreError) => void
}

/** Calls of one transaction: bounds what one answer waits for, and the memory of a batch. */
const BATCH = 128

export async function startThread(data: WriterData): Promise<Thread> {
  const worker = new Worker(new URL("./writer.ts", import.meta.url), { workerData: data })
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()))
  const opened = await new Promise<Reply | undefined>((resolve) => {
    worker.once("message", (replies: readonly Reply[]) => resolve(replies[0]))
    worker.once("error", (error) => resolve({ is: "failed", failure: storeError(error, data.path) }))
  })
  if (opened?.is === "done") return createThread(worker, ended, data.path)
  await ended
  throw errorOf(opened, data.path)
}

function createThread(worker: Worker, ended: Promise<void>, path: string): Thread {
  let waiting: Pending[] = []
  let flying: readonly Pending[] = []
  /** Why no more calls are taken. */
  let closed: StoreError | null = null
  let ending = false

  /** One batch under way at a time; after the last one of a store that is being closed, the empty batch ends the thread. */
  function send(): void {
    if (flying.length > 0 || ending) return
    flying = waiting.slice(0, BATCH)
    waiting = waiting.slice(BATCH)
    ending = closed !== null && flying.length === 0
    if (flying.length === 0 && !ending) return
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
      worker.postMessage(flying.map((pending) => pending.call))
    } catch (cause) {
      for (const pending of flying) pending.reject(storeError(cause, path))
      flying = []
    }
  }
  function land(replies: readonly Reply[]): void {
    const landed = flying
    flying = []
    send()
    for (const [position, pending] of landed.entries()) {
      const reply = replies[position]
      if (reply?.is === "done") pending.resolve(reply.value as never)
      else pending.reject(errorOf(reply, path))
    }
  }
  function fail(error: StoreError): void {
    closed = error
    for (const pending of [...flying, ...waiting]) pending.reject(error)
    flying = []
    waiting = []
  }
  worker.on("message", land)
  worker.on("error", (error) => fail(storeError(error, path)))
  worker.on("exit", () => fail(closed ?? new StoreError("closed", `store ${path}: its writer thread ended`)))

  return {
    call: (name, ...args) =>
      new Promise((resolve, reject) => {
        if (closed !== null) return reject(closed)
        waiting.push({ call: { name, args } as unknown as Call, resolve, reject })
        // Later in this turn of the loop, so that callers woken together travel together.
        setImmediate(send)
      }),
    close: async () => {
      closed ??= new StoreError("closed", `store ${path} is closed`)
      setImmediate(send)
      await ended
    },
  }
}

function errorOf(reply: Reply | undefined, path: string): StoreError {
  if (reply?.is === "failed") return new StoreError(reply.failure.fault, reply.failure.message)
  return new StoreError("io", `store ${path}: the writer thread gave no answer`)
}
