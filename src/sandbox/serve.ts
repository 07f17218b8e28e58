/** The child's end of the pipe: takes orders, runs jobs side by side, ends with its parent. */
import { BEAT, type Outcome, type Report, type ScanSettings, type Task, isOrder } from "./protocol.ts"

/** Examines one message; the signal is its deadline. */
export type Examine = (task: Task, signal: AbortSignal) => Promise<Outcome>

/** Octets of an error message that go into the log. */
const LONGEST_WHY = 200

/** Serves the parent until it goes. `prepare` is called at the start and whenever the settings change. */
export function serve(prepare: (scan: ScanSettings) => Examine): void {
  let examine: Examine | null = null
  let running = 0
  setInterval(() => running > 0 && report({ is: "alive" }), BEAT)
  process.on("message", (order) => {
    if (!isOrder(order)) return
    if (order.is === "settings") {
      const first = examine === null
      examine = prepare(order.scan)
      if (first) report({ is: "ready" })
    } else if (examine !== null) {
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
