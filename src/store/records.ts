/** The records' port in front of the writer thread: calls that come while a batch is being committed make up the next one. */
import { Worker } from "node:worker_threads"
import type { Acceptance } from "../mail/delivery.ts"
import { syncBody } from "./bodies.ts"
import { StoreError, storeError } from "./error.ts"
import type { Records } from "./store.ts"
import type { Call, TransitionName, Transitions } from "./transitions.ts"
import type { Reply, WriterData } from "./writer.ts"

/** Calls of one transaction: bounds what one answer waits for, and the memory of a batch. */
const BATCH = 128

interface Pending {
  readonly call: Call
  readonly resolve: (value: never) => void
  readonly reject: (error: StoreError) => void
}

export async function openRecords(data: WriterData): Promise<Records> {
  const worker = new Worker(new URL("./writer.ts", import.meta.url), { workerData: data })
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()))
  const opened = await new Promise<Reply | undefined>((resolve) => {
    worker.once("message", (replies: readonly Reply[]) => resolve(replies[0]))
    worker.once("error", (error) => resolve({ is: "failed", failure: storeError(error, data.path) }))
  })
  if (opened?.is !== "done") {
    await ended
    throw errorOf(opened, data.path)
  }

  let waiting: Pending[] = []
  let flying: readonly Pending[] = []
  /** Why no more calls are taken. */
  let closed: StoreError | null = null
  let ending = false

  function post(calls: readonly Call[]): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
    worker.postMessage(calls)
  }
  /** One batch under way at a time. */
  function send(): void {
    if (flying.length > 0) return
    if (waiting.length === 0) return end()
    flying = waiting.slice(0, BATCH)
    waiting = waiting.slice(BATCH)
    try {
      post(flying.map((pending) => pending.call))
    } catch (cause) {
      for (const pending of flying) pending.reject(storeError(cause, data.path))
      flying = []
    }
  }
  /** After the last batch of a store that is being closed: the empty batch ends the thread. */
  function end(): void {
    if (closed === null || ending) return
    ending = true
    post([])
  }
  function fail(error: StoreError): void {
    closed = error
    for (const pending of [...flying, ...waiting]) pending.reject(error)
    flying = []
    waiting = []
  }
  worker.on("message", (replies: readonly Reply[]) => {
    const landed = flying
    flying = []
    send()
    for (const [position, pending] of landed.entries()) {
      const reply = replies[position]
      if (reply?.is === "done") pending.resolve(reply.value as never)
      else pending.reject(errorOf(reply, data.path))
    }
  })
  worker.on("error", (error) => fail(storeError(error, data.path)))
  worker.on("exit", () => fail(closed ?? new StoreError("closed", `store ${data.path}: its writer thread ended`)))

  function call<Name extends TransitionName>(
    name: Name,
    ...args: Parameters<Transitions[Name]>
  ): Promise<ReturnType<Transitions[Name]>> {
    return new Promise((resolve, reject) => {
      if (closed !== null) return reject(closed)
      waiting.push({ call: { name, args } as unknown as Call, resolve, reject })
      // Later in this turn of the loop, so that callers woken together travel together.
      setImmediate(send)
    })
  }
  /** Before the commit: a record must never be surer than its body. */
  async function synced(acceptances: readonly Acceptance[]): Promise<void> {
    try {
      await Promise.all(acceptances.map(({ spooled }) => syncBody(spooled, data.bodies)))
    } catch (cause) {
      throw storeError(cause, data.bodies)
    }
  }

  return {
    accept: async (acceptance, reports) => {
      await synced([acceptance, ...reports])
      return call("accept", acceptance, reports)
    },
    settle: async (lease, settlements, reports, events) => {
      await synced(reports)
      return call("settle", lease.token, settlements, reports, events)
    },
    note: (events) => call("note", events),
    lease: (now, limit, span) => call("lease", now, limit, span),
    nextDue: () => call("nextDue"),
    queued: (limit) => call("queued", limit),
    held: (limit) => call("held", limit),
    show: (transaction) => call("show", transaction),
    retry: (ref, by, now) => call("retry", ref, by, now),
    hold: (ref, by, now, until) => call("hold", ref, by, now, until),
    release: (ref, by, reason, now, expiresAt) => call("release", ref, by, reason, now, expiresAt),
    deny: (ref, by, reason, now) => call("deny", ref, by, reason, now),
    remove: (ref, by, now) => call("remove", ref, by, now),
    expire: (now) => call("expire", now),
    counts: () => call("counts"),
    events: (since, limit) => call("events", since, limit),
    close: async () => {
      closed ??= new StoreError("closed", `store ${data.path} is closed`)
      setImmediate(send)
      await ended
    },
  }
}

function errorOf(reply: Reply | undefined, path: string): StoreError {
  if (reply?.is === "failed") return new StoreError(reply.failure.fault, reply.failure.message)
  return new StoreError("io", `store ${path}: the writer thread gave no answer`)
}
