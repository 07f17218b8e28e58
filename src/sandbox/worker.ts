/** One child process as the pool sees it: started, given jobs, watched, killed when it takes too long or too much. */
import { type ChildProcess, fork } from "node:child_process"
import { setPriority } from "node:os"
import type { Bytes, Millis } from "../mail/transaction.ts"
import { type Memory, type Order, type Outcome, type ScanSettings, type Task, isReport } from "./protocol.ts"
import { watch } from "./watch.ts"

/** Why a child was killed; `crashed` when it ended by itself. */
export type Death = "timeout" | "memory" | "crashed"

export type Fate = Outcome | { readonly is: "died"; readonly why: Death }

export interface Worker {
  /** Resolves when it takes jobs: true; or when it ended before: false. */
  readonly ready: Promise<boolean>
  /** Resolves when the process is gone, with the beginning of what it complained; `stopped` when we wanted it to end. */
  readonly ended: Promise<{ readonly why: Death | "stopped"; readonly said: string }>
  /** Jobs it has; infinite while it takes none: it starts, or it ends. */
  load(): number
  /** Octets of the messages it has. */
  octets(): Bytes
  run(task: Task, time: Millis): Promise<Fate>
  configure(scan: ScanSettings): void
  /** Ends it when its last job is done. */
  retire(): void
  /** Ends it now; its jobs fail. */
  stop(): void
}

/** No JavaScript from strings; may read files, but neither write one nor start a process. MiB of young objects: V8 would take 64. */
const RESTRAINTS = [
  "--max-semi-space-size=16",
  "--disallow-code-generation-from-strings",
  "--permission",
  "--allow-fs-read=*",
]
/** The engine of YARA rules is a native module. */
const WITH_ENGINE = [...RESTRAINTS, "--allow-addons", "--disable-warning=PERM0001"]
/** The child gives up on scanners at this share of its time, so that a slow scanner is told apart from a slow message. */
const PATIENCE = 0.85
const START_WITHIN: Millis = 20_000
/** Below the SMTP loop, which must never wait for a reader. */
const NICENESS = 5
const LONGEST_COMPLAINT = 500

/** `stall`: how long its event loop may stand still while it has jobs. */
export function startWorker(
  module: URL,
  scan: ScanSettings,
  { stall, shared }: { readonly stall: Millis; readonly shared: Memory },
): Worker {
  const child = launch(module, scan.yara !== null)
  const jobs = new Map<number, (fate: Fate) => void>()
  let memory = scan.memory
  let octets: Bytes = 0
  let lastId = 0
  let retired = false
  let doom: Death | "stopped" | null = null
  let able = false
  /** What becomes of a job now that it is gone. */
  let gone: Fate | null = null

  const kill = (why: Death | "stopped"): void => {
    doom ??= why
    able = false
    child.kill("SIGKILL")
  }
  const send = (order: Order): void => {
    // A closed pipe belongs to a child that is ending: its end settles the job.
    child.send(order, () => {})
  }
  const recall = async (ask: number, name: string): Promise<void> => {
    const value = await shared.recall(name)
    if (gone === null) send({ is: "recalled", ask, value })
  }
  const started = Promise.withResolvers<boolean>()
  const startTimer = setTimeout(() => kill("timeout"), START_WITHIN)
  const watching = watch(child, () => (jobs.size > 0 ? { memory, stall } : null), kill)
  const ended = end(child).then((said) => {
    clearTimeout(startTimer)
    watching.stop()
    able = false
    started.resolve(false)
    const why = doom ?? "crashed"
    gone = why === "stopped" ? { is: "failed", why } : { is: "died", why }
    for (const settle of jobs.values()) settle(gone)
    return { why, said }
  })
  child.on("message", (report) => {
    if (!isReport(report)) return
    watching.heard()
    if (report.is === "done") jobs.get(report.id)?.(report.outcome)
    if (report.is === "recall") void recall(report.ask, report.name)
    if (report.is === "remember") shared.remember(report.name, report.value, report.span)
    if (report.is !== "ready") return
    clearTimeout(startTimer)
    able = doom === null
    started.resolve(able)
  })
  send({ is: "settings", scan })

  const run = async (task: Task, time: Millis): Promise<Fate> => {
    if (gone !== null) return gone
    const id = ++lastId
    const job = Promise.withResolvers<Fate>()
    jobs.set(id, job.resolve)
    octets += task.spooled.size
    const timer = setTimeout(() => kill("timeout"), time)
    send({ is: "job", id, task, patience: Math.floor(time * PATIENCE) })
    try {
      return await job.promise
    } finally {
      clearTimeout(timer)
      jobs.delete(id)
      octets -= task.spooled.size
      if (retired && jobs.size === 0) kill("stopped")
    }
  }

  return {
    ready: started.promise,
    ended,
    load: () => (able ? jobs.size : Number.POSITIVE_INFINITY),
    octets: () => octets,
    run,
    configure(next) {
      memory = next.memory
      send({ is: "settings", scan: next })
    },
    retire() {
      retired = true
      if (jobs.size === 0) kill("stopped")
    },
    stop: () => kill("stopped"),
  }
}

/** Resolves at the end of the process, or when there never was one. */
function end(child: ChildProcess): Promise<string> {
  let said = ""
  child.stderr?.on("data", (words: Buffer) => {
    said = (said + words.toString("latin1")).slice(0, LONGEST_COMPLAINT)
  })
  return new Promise((resolve) => {
    const over = (): void => resolve(said.replace(/[^\x20-\x7e]+/g, " ").trim())
    child.once("exit", over)
    child.on("error", (error) => {
      said ||= error.message
      if (child.pid === undefined) over()
    })
  })
}

function launch(module: URL, withEngine: boolean): ChildProcess {
  // Nothing of the environment is a reader's business. One arena: what large mail took goes back, 10 MiB in each.
  const child = fork(module, {
    serialization: "advanced",
    execArgv: withEngine ? WITH_ENGINE : RESTRAINTS,
    env: { MALLOC_ARENA_MAX: "1" },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  })
  try {
    if (child.pid !== undefined) setPriority(child.pid, NICENESS)
  } catch {
    // Already gone: its end tells.
  }
  return child
}
