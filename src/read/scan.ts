/** What the scribe is asked: what it reads in pictures that may be documents, and how pages look. */
import { createConnection } from "node:net"
import type { Millis } from "../mail/transaction.ts"

/** Reads one page; null when it cannot, or not in time. */
export type ReadScan = (kind: "image" | "pdf", octets: Buffer, signal: AbortSignal) => Promise<string | null>

/** For one page: two seconds are usual; and for all of one message, which waits. */
const TIME: Millis = 8_000
const ALL_TIME: Millis = 10_000
const MOST_PAGES = 6
const LONGEST_TEXT = 262_144

/** What an answer begins with. */
const ONE = 0x31

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
    const asked = { kind, octets, time: Math.min(times.page, budget.time), most: LONGEST_TEXT }
    const text = (await ask(name, asked, signal))?.toString("utf8") ?? null
    budget.time -= performance.now() - start
    return text
  }
}

/** Octets of one drawn page. */
const LARGEST_PAGE = 8_388_608

/** A page of a PDF; "absent": nobody here draws. Null: it could not be drawn, or there is no such page. */
export async function drawPage(
  name: string,
  { octets, page }: { readonly octets: Buffer; readonly page: number },
  signal: AbortSignal,
): Promise<{ readonly pages: number; readonly png: Uint8Array } | "absent" | null> {
  const answer = await ask(name, { kind: "draw", octets, page, time: TIME, most: LARGEST_PAGE }, signal)
  if (answer === null) return null
  const border = answer.indexOf(10)
  const pages = Number(answer.toString("latin1", 0, border))
  if (border < 0 || pages === 0) return "absent"
  return { pages, png: answer.subarray(border + 1) }
}

interface Page {
  readonly kind: "image" | "pdf" | "draw"
  readonly octets: Buffer
  readonly time: Millis
  /** Octets of the answer; a longer one is cut off. */
  readonly most: number
  readonly page?: number
}

function ask(name: string, { octets, most, ...head }: Page, signal: AbortSignal): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const socket = createConnection({ path: name, allowHalfOpen: true })
    const parts: Buffer[] = []
    let size = 0
    const over = (text: Buffer | null): void => {
      clearTimeout(timer)
      signal.removeEventListener("abort", late)
      socket.destroy()
      resolve(text)
    }
    const late = (): void => over(null)
    const timer = setTimeout(late, head.time)
    signal.addEventListener("abort", late, { once: true })
    socket.on("error", late)
    socket.on("data", (part: Buffer) => {
      size += part.length
      if (size <= most + 1) parts.push(part)
    })
    socket.on("end", () => {
      const answer = Buffer.concat(parts)
      over(answer[0] === ONE ? answer.subarray(1) : null)
    })
    socket.write(`${JSON.stringify(head)}\n`)
    socket.end(octets)
  })
}
