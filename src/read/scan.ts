/** Pictures that may be documents: which they are, and what the scribe reads in them. */
import { createConnection } from "node:net"
import type { Millis } from "../mail/transaction.ts"

/** Reads one page; null when it cannot, or not in time. */
export type ReadScan = (kind: "image" | "pdf", octets: Buffer, signal: AbortSignal) => Promise<string | null>

/** For one page: two seconds are usual; and for all of one message, which waits. */
const TIME: Millis = 8_000
const ALL_TIME: Millis = 10_000
const MOST_PAGES = 6
const LONGEST_TEXT = 262_144

/** `name`: where the scribe listens. */
export function createReadScan(name: string, times = { page: TIME, all: ALL_TIME }): ReadScan {
  /** What is left for a message; its deadline stands for it. */
  const budgets = new WeakMap<AbortSignal, { pages: number; time: Millis }>()
  return async (kind, octets, signal) => {
    const budget = budgets.get(signal) ?? { pages: MOST_PAGES, time: times.all }
    budgets.set(signal, budget)
    if (signal.aborted || budget.pages <= 0 || budget.time <= 0) return null
    budget.pages--
    const start = performance.now()
    const text = await ask(name, { kind, octets, time: Math.min(times.page, budget.time) }, signal)
    budget.time -= performance.now() - start
    return text
  }
}

interface Page {
  readonly kind: "image" | "pdf"
  readonly octets: Buffer
  readonly time: Millis
}

function ask(name: string, { kind, octets, time }: Page, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createConnection({ path: name, allowHalfOpen: true })
    const parts: Buffer[] = []
    let size = 0
    const over = (text: string | null): void => {
      clearTimeout(timer)
      signal.removeEventListener("abort", late)
      socket.destroy()
      resolve(text)
    }
    const late = (): void => over(null)
    const timer = setTimeout(late, time)
    signal.addEventListener("abort", late, { once: true })
    socket.on("error", late)
    socket.on("data", (part: Buffer) => {
      size += part.length
      if (size <= LONGEST_TEXT) parts.push(part)
    })
    socket.on("end", () => {
      const answer = Buffer.concat(parts).toString("utf8")
      over(answer.startsWith("1") ? answer.slice(1) : null)
    })
    socket.write(`${JSON.stringify({ kind, time })}\n`)
    socket.end(octets)
  })
}
