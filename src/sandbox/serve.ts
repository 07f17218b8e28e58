/** The child's end of the pipe: takes orders, runs jobs side by side, ends with its parent. */
import type { Millis } from "../mail/transaction.ts"
import { BEAT, type Memory, type Outcome, type Report, type ScanSettings, type Task, isOrder } from "./protocol.ts"

/** Examines one message; the signal is its deadline. */
export type Examine = (task: Task, signal: AbortSignal) => Promise<Outcome>

/** A parent that does not answer by then knows nothing. */
const RECALL_WITHIN: Millis = 500
/** Octets of an error message that go into the log. */
const LONGEST_WHY = 200

/** Serves the parent until it goes. `prepare` is called at the start and whenever the settings change. */
export function serve(prepare: (scan: ScanSettings, shared: Memory) => Examine): void {
  const asked = new Map<number, (value: string | null) => void>()
  let asks = 0
  const shared: Memory = {
    recall: (name) =>
      new Promise((resolve) => {
        const ask = ++asks
        const timer = setTimeout(() => settle(null), RECALL_WITHIN)
        const settle = (value: string | null): void => {
          clearTimeout(timer)
          asked.delete(ask)
          resolve(value)
        }
        asked.set(ask, settle)
        report({ is: "recall", ask, name })
      }),
    remember: (name, value, span) => report({ is: "remember", name, value, span }),
  }
  let examine: Examine | null = null
  let running = 0
  setInterval(() => running > 0 && report({ is: "alive" }), BEAT)
  process.on("message", (order) => {
    if (!isOrder(order)) return
    if (order.is === "settings") {
      const first = examine === null
      examine = prepare(order.scan, shared)
      if (first) report({ is: "ready" })
    } else if (order.is === "recalled") asked.get(order.ask)?.(order.value)
    else if (examine !== null) {
      const { id, task, patience } = order
      running++
      void attempt(examine, task, patience).then((outcome) => {
        running--
        return report({ is: "done", id, outcome })
      })
    }
  })
  process.once("disconnect", () => process.exit(0))
  // The terminal signals the whole group; the parent still needs us while it drains.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {})
}

function report(message: Report): void {
  // A parent that is gone needs no answer; "disconnect" ends us.
  process.send?.(message, undefined, undefined, () => {})
}

async function attempt(examine: Examine, task: Task, patience: number): Promise<Outcome> {
  try {
    return await examine(task, AbortSignal.timeout(patience))
  } catch (error) {
    return { is: "crashed", why: because(error) }
  }
}

/** Error messages may quote the mail: one line of printable ASCII. */
export function because(error: unknown): string {
  const why = error instanceof Error ? `${error.name}: ${error.message}` : "thrown value"
  return why.replace(/[^\x20-\x7e]/g, "?").slice(0, LONGEST_WHY)
}
