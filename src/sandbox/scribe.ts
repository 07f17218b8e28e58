/** Keeps one process that reads and draws pages, for all children; where the system has neither tesseract nor poppler there is none. */
import { type ChildProcess, fork } from "node:child_process"
import { randomBytes } from "node:crypto"
import type { Millis } from "../mail/transaction.ts"

export interface Scribe {
  /** Where it is asked: an abstract socket of unix(7), no file. Whoever asks while nobody listens is told nothing. */
  readonly name: string
  /** Resolves when it reads: true; or when nobody here can. */
  readonly settled: Promise<boolean>
  stop(): void
}

/** It may start programs and read files; it never sees a line of ours but its own. */
const RESTRAINTS = [
  "--disallow-code-generation-from-strings",
  "--permission",
  "--allow-fs-read=*",
  "--allow-child-process",
]
const PAUSE: Millis = 5_000
const LONGEST_START: Millis = 5_000
const MODULE = new URL("./scribe-child.ts", import.meta.url)

export function startScribe(): Scribe {
  const name = `\0congthu-scribe-${randomBytes(16).toString("hex")}`
  const settled = Promise.withResolvers<boolean>()
  let child: ChildProcess | null = null
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  const start = (): void => {
    const one = fork(MODULE, { execArgv: RESTRAINTS, env: {}, stdio: ["ignore", "ignore", "ignore", "ipc"] })
    child = one
    one.on("message", (said) => {
      const able = isReady(said)
      settled.resolve(able && said.reads)
      // Nobody here can do anything: that stays so until the next start.
      if (!able) stop()
    })
    one.on("error", () => {})
    one.once("exit", () => {
      child = null
      settled.resolve(false)
      if (!stopped) timer = setTimeout(start, PAUSE).unref()
    })
    one.send(name, () => {})
  }
  const stop = (): void => {
    stopped = true
    clearTimeout(timer)
    child?.kill("SIGKILL")
  }
  start()
  // Whoever waits for it does not wait for ever.
  setTimeout(() => settled.resolve(false), LONGEST_START).unref()
  return { name, settled: settled.promise, stop }
}

function isReady(said: unknown): said is { readonly reads: boolean } {
  return typeof said === "object" && said !== null && "is" in said && said.is === "ready" && "reads" in said
}
