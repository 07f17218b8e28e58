/** Child processes of a test: their output kept, and ended by the kernel when the test process ends in whatever way. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:net"

export interface Ended {
  /** Exit status, or the signal that ended it. */
  readonly code: number | NodeJS.Signals
  readonly stdout: string
  readonly stderr: string
}

export type Running = ReturnType<typeof startProcess>

export interface ProcessOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string | Uint8Array
  /** Leads a process group of its own, which `kill` then signals as a whole. */
  readonly group?: boolean
}

/** Starts a program. `command` is looked up in PATH. */
export function startProcess(command: readonly string[], { cwd, env, input, group = false }: ProcessOptions = {}) {
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", ...command], {
    cwd,
    env: { ...process.env, ...env },
    detached: group,
    stdio: ["pipe", "pipe", "pipe"],
  })
  const output = { stdout: "", stderr: "" }
  let heard: () => void = () => {}
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text
      heard()
    })
  }
  child.stdin.on("error", () => {})
  child.stdin.end(input)
  const ended = once(child, "close").then(([code, signal]): Ended => ({ code: signal ?? code, ...output }))
  return {
    pid: child.pid ?? 0,
    output: output as Readonly<typeof output>,
    ended,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    kill(signal: NodeJS.Signals) {
      if (!group) child.kill(signal)
      else if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
        process.kill(-child.pid, signal)
      }
    },
    /** Resolves when `holds` does, asked whenever the program prints; rejects when it ends before, or after `span` ms. */
    async until(what: string, holds: () => boolean, span = 30_000): Promise<void> {
      const deadline = AbortSignal.timeout(span)
      while (!holds()) {
        const waited = new Promise<"heard">((resolve) => {
          heard = () => resolve("heard")
        })
        const late = once(deadline, "abort").then(() => "late" as const)
        const first = deadline.aborted ? "late" : await Promise.race([waited, late, ended])
        if (first !== "heard" && !holds()) {
          throw new Error(
            `${what}: ${first === "late" ? `not within ${span} ms` : "the program ended"}\n${tail(output)}`,
          )
        }
      }
    },
  }
}

function tail({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): string {
  return `${stdout}\n${stderr}`.slice(-4_000)
}

/** Runs a program to its end; killed after `span` ms. */
export async function runProcess(
  command: readonly string[],
  options: ProcessOptions & { readonly span?: number } = {},
): Promise<Ended> {
  const running = startProcess(command, options)
  const timer = setTimeout(() => running.kill("SIGKILL"), options.span ?? 30_000)
  try {
    return await running.ended
  } finally {
    clearTimeout(timer)
  }
}

/** Given to somebody in this process already, who may not have bound it yet. */
const given = new Set<number>()

/** Loopback ports that are free now, all different, and from those of every earlier call. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"))
  await Promise.all(servers.map((server) => once(server, "listening")))
  const ports = servers.map((server) => {
    const address = server.address()
    return typeof address === "object" && address !== null ? address.port : 0
  })
  await Promise.all(servers.map((server) => once(server.close(), "close")))
  const fresh = ports.filter((port) => !given.has(port))
  for (const port of fresh) given.add(port)
  return fresh.length === count ? ports : [...fresh, ...(await freePorts(count - fresh.length))]
}
