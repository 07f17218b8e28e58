/** Looks at a child again and again while it has jobs: what it uses, and whether its event loop turns. */
import type { ChildProcess } from "node:child_process"
import { readFile } from "node:fs/promises"
import type { Bytes, Millis } from "../mail/transaction.ts"

export interface Limits {
  /** Resident memory. */
  readonly memory: Bytes
  /** How long its event loop may stand still. */
  readonly stall: Millis
}

export interface Watch {
  /** The child said something. */
  heard(): void
  stop(): void
}

/** Between two looks; a child may fill some 100 MB in that time. */
const LOOK_EVERY: Millis = 100

/** `limits` answers null while the child has nothing to do; `over` is told, perhaps repeatedly, which one was passed. */
export function watch(
  child: ChildProcess,
  limits: () => Limits | null,
  over: (what: "memory" | "timeout") => void,
): Watch {
  // Counted in looks, so that a pause of our own is none of the child's.
  let silence: Millis = 0
  const look = async (): Promise<void> => {
    const now = limits()
    silence = now === null ? 0 : silence + LOOK_EVERY
    if (now === null) return
    if (silence > now.stall) over("timeout")
    if ((await residentMemory(child)) > now.memory) over("memory")
  }
  const timer = setInterval(() => void look(), LOOK_EVERY)
  return {
    heard() {
      silence = 0
    },
    stop: () => clearInterval(timer),
  }
}

/** Octets; 0 where there is no /proc. VmRSS of proc(5), since a heap limit of the runtime counts no buffers. */
async function residentMemory(child: ChildProcess): Promise<Bytes> {
  try {
    const status = await readFile(`/proc/${child.pid}/status`, "latin1")
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024
  } catch {
    return 0
  }
}
