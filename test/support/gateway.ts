/** The real program as a child process, with settings of its own in a temporary folder. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import type { EventKind } from "../../src/mail/event.ts"
import { type Ended, freePorts, runProcess, startProcess, type Running } from "./process.ts"

const ROOT = resolve(import.meta.dirname, "../..")
/** As `npm start` runs it. */
const PROGRAM = [process.execPath, "--max-semi-space-size=16", join(ROOT, "src/main.ts")]
export const START: readonly string[] = [...PROGRAM, "start"]
/** Span in ms: a cold start on a busy machine. */
const START_WITHIN = 60_000

interface Tree {
  readonly [key: string]: unknown
}

export interface GatewayOptions {
  /** Where all mail goes: a route's `to`. */
  readonly to?: string
  /** Laid over the settings that every test starts from, key by key; lists are replaced. */
  readonly settings?: Tree
  /** Text of a policy file instead of the shipped one. */
  readonly policy?: string
  /** Another way to start the program than `START`; the settings come in the environment. */
  readonly program?: readonly string[]
  /** Signals reach the whole process group, as from a terminal. */
  readonly group?: boolean
}

export interface LogLine extends Tree {
  readonly level: string
  readonly msg: string
  readonly transaction?: string
  readonly recipient?: string | null
  readonly detail?: Readonly<Record<string, unknown>>
}

export type Gateway = Awaited<ReturnType<typeof startGateway>>

export async function startGateway(options: GatewayOptions = {}) {
  const dir = await mkdtemp(join(tmpdir(), "congthu-"))
  const config = join(dir, "gateway.yaml")
  const policy = join(dir, "policy.yaml")
  const [inbound = 0, submission = 0, http = 0] = await freePorts(3)
  const settings = merged(
    {
      hostname: "mx.tuyenquang.gov.vn",
      postmaster: "postmaster@tuyenquang.gov.vn",
      publicUrl: `http://127.0.0.1:${http}`,
      domains: ["tuyenquang.gov.vn"],
      listen: {
        inbound: { port: inbound },
        submission: { port: submission, trusted: ["127.0.0.0/8"] },
        console: { port: http },
      },
      store: { path: join(dir, "data") },
      deliver: {
        routes: [{ domains: ["*"], to: options.to ?? `maildir:${join(dir, "delivered")}`, tls: "off" }],
        retry: ["200ms"],
        timeout: "5s",
      },
      policy,
      // No test asks the DNS of the machine it runs on.
      authentication: { check: false },
    },
    options.settings ?? {},
  )
  await writeFile(policy, options.policy ?? (await readFile(join(ROOT, "config/policy.yaml"))))
  await writeFile(config, JSON.stringify(settings, null, 2))

  let running: Running = launch()
  /** What runs before this one printed. */
  let before = ""
  function launch(): Running {
    const { program = START, group = false } = options
    return startProcess(program, { cwd: ROOT, env: { CONGTHU_CONFIG: config }, group })
  }
  const log = (): readonly LogLine[] => logLines(before + running.output.stdout)
  const events = (kind: EventKind): readonly LogLine[] => log().filter(({ msg }) => msg === kind)
  const started = async (): Promise<void> => {
    await running.until(
      "the gateway starts",
      () => logLines(running.output.stdout).some(({ msg }) => msg === "started"),
      START_WITHIN,
    )
  }
  /** We asked it to end; any other end is a crash that no test may overlook. */
  let asked = false
  const stop = async (): Promise<Ended> => {
    if (!asked && running.hasEnded())
      throw new Error(`the gateway crashed\n${running.output.stdout}${running.output.stderr}`)
    asked = true
    running.kill("SIGTERM")
    const timer = setTimeout(() => running.kill("SIGKILL"), START_WITHIN)
    const ended = await running.ended
    clearTimeout(timer)
    return ended
  }
  try {
    await started()
  } catch (error) {
    running.kill("SIGKILL")
    await running.ended
    await rm(dir, { recursive: true, force: true })
    throw error
  }

  return {
    inbound,
    submission,
    /** Base URL of help pages, health and metrics. */
    console: `http://127.0.0.1:${http}`,
    dir,
    config,
    policy,
    pid: () => running.pid,
    log,
    events,
    /** Everything it printed outside the log. */
    stderr: () => running.output.stderr,
    /** Resolves when `count` events of the kind have been logged. */
    waitFor(kind: EventKind, count = 1, span = 15_000): Promise<void> {
      return running.until(`${count} × ${kind}`, () => events(kind).length >= count, span)
    },
    /** Resolves when the log holds what is looked for. */
    until(what: string, holds: (log: readonly LogLine[]) => boolean): Promise<void> {
      return running.until(what, () => holds(log()))
    },
    /** Runs a command of the program with the same settings. */
    command(...args: readonly string[]): Promise<Ended> {
      return runProcess([...PROGRAM, ...args, "--config", config], { cwd: ROOT })
    },
    async configure(changes: Tree): Promise<void> {
      await writeFile(config, JSON.stringify(merged(settings, changes), null, 2))
    },
    signal(signal: NodeJS.Signals) {
      running.kill(signal)
    },
    async kill(signal: NodeJS.Signals): Promise<Ended> {
      asked = true
      running.kill(signal)
      return running.ended
    },
    /** Starts it again on the same store after `kill` or `stop`. */
    async start(): Promise<void> {
      before += running.output.stdout
      running = launch()
      asked = false
      await started()
    },
    stop,
    async [Symbol.asyncDispose]() {
      try {
        await stop()
      } finally {
        await rm(dir, { recursive: true, force: true })
      }
    },
  }
}

function logLines(stdout: string): readonly LogLine[] {
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("{") && line.endsWith("}"))
    .map((line) => JSON.parse(line) as LogLine)
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function merged(base: Tree, changes: Tree): Tree {
  const entries = Object.entries(changes).map(([key, value]) => {
    const old = base[key]
    return [key, isTree(old) && isTree(value) ? merged(old, value) : value]
  })
  return { ...base, ...Object.fromEntries(entries) }
}
