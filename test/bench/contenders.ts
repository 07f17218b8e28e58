/** The relays that the bench sets side by side, each forwarding all mail to one next hop on loopback. */
import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { connect } from "../support/client.ts"
import { START, startGateway } from "../support/gateway.ts"
import { startPostfix } from "../support/postfix.ts"
import { freePorts, startProcess } from "../support/process.ts"

export interface Relay {
  readonly port: number
  /** Parent of all its processes. */
  readonly pid: number
  /** Of its event loop since it was asked last. */
  lag?(): Promise<Lag>
  stop(): Promise<void>
}

export interface Contender {
  readonly name: string
  /** Null where it cannot be had. */
  start(nextHop: number): Promise<Relay | null>
}

/** Ms. */
export interface Lag {
  readonly p99: number
  readonly max: number
}

const PLENTY = { connections: 2_000, connectionsPerClient: 2_000, messagesPerConnection: 1_000_000 }

/** This gateway, with the shipped policy and durable commits. */
const congthu: Contender = { name: "congthu", start: (nextHop) => startOurs(nextHop) }

/** With `flags` for its runtime. */
export async function startOurs(
  nextHop: number,
  flags: readonly string[] = [],
): Promise<Relay & { lag(): Promise<Lag> }> {
  const [node = process.execPath, ...rest] = START
  const gateway = await startGateway({
    to: `smtp://127.0.0.1:${nextHop}`,
    settings: { limits: PLENTY },
    program: [node, ...flags, ...rest],
  })
  return {
    port: gateway.submission,
    pid: gateway.pid(),
    lag: () => loopLag(gateway.console),
    stop: () => gateway[Symbol.asyncDispose](),
  }
}

async function loopLag(console: string): Promise<Lag> {
  const text = await (await fetch(`${console}/metrics`)).text()
  const of = (name: string): number =>
    1_000 * Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)`, "m").exec(text)?.[1] ?? Number.NaN)
  return { p99: of("p99"), max: of("max") }
}

/** Debian's Postfix as a plain relay. */
const postfix: Contender = {
  name: "postfix",
  async start(nextHop) {
    const settings = [
      "smtpd_client_connection_count_limit = 0",
      "default_process_limit = 500",
      "smtpd_peername_lookup = no",
      "default_destination_concurrency_limit = 20",
      "in_flow_delay = 0",
    ]
    const relay = await startPostfix({ hostname: "relay.example", relayTo: nextHop, settings })
    return relay === null ? null : { port: relay.port, pid: relay.pid, stop: () => relay.stop() }
  },
}

const pipe: Contender = {
  name: "bare pipe",
  async start(nextHop) {
    const [port = 0] = await freePorts(1)
    return program([process.execPath, resolve(import.meta.dirname, "pipe.ts"), String(port), String(nextHop)], port)
  },
}

/** Haraka as a forwarder, installed by name into a temporary folder. */
const haraka: Contender = {
  name: "haraka",
  async start(nextHop) {
    const [port = 0] = await freePorts(1)
    const dir = harakaFolder()
    if (dir === null) return null
    const config = join(dir, "config")
    mkdirSync(join(dir, "queue"), { recursive: true })
    mkdirSync(config, { recursive: true })
    // Without its own greeting settings it breaks at the first connection.
    cpSync(join(dir, "node_modules/Haraka/config/connection.ini"), join(config, "connection.ini"))
    writeFileSync(join(config, "smtp.ini"), `listen=127.0.0.1:${port}\nnodes=2\n`)
    writeFileSync(join(config, "plugins"), "rcpt_to.in_host_list\nqueue/smtp_forward\n")
    writeFileSync(join(config, "smtp_forward.ini"), `host=127.0.0.1\nport=${nextHop}\n`)
    writeFileSync(join(config, "me"), "relay.example\n")
    writeFileSync(join(config, "loglevel"), "LOGERROR\n")
    writeFileSync(join(config, "host_list"), "tuyenquang.gov.vn\nhanoi.gov.vn\n")
    return program([process.execPath, join(dir, "node_modules/.bin/haraka"), "-c", dir], port)
  },
}

export const CONTENDERS: readonly Contender[] = [congthu, postfix, haraka, pipe]

let installed: string | null | undefined
function harakaFolder(): string | null {
  if (installed !== undefined) return installed
  const dir = mkdtempSync(join(tmpdir(), "congthu-haraka-"))
  process.once("exit", () => rmSync(dir, { recursive: true, force: true }))
  try {
    execFileSync("npm", ["install", "--prefix", dir, "--ignore-scripts", "--no-audit", "--no-fund", "Haraka@3.3.4"], {
      stdio: "ignore",
    })
    installed = dir
  } catch {
    installed = null
  }
  return installed
}

async function program(command: readonly string[], port: number): Promise<Relay | null> {
  const running = startProcess(command)
  for (let tries = 0; tries < 100 && !running.hasEnded(); tries++) {
    try {
      const client = await connect(port)
      const greeting = await client.reply()
      client.close()
      if (!greeting.startsWith("220")) throw new Error(greeting)
      const stop = async (): Promise<void> => {
        running.kill("SIGKILL")
        await running.ended
      }
      return { port, pid: running.pid, stop }
    } catch {
      await sleep(100)
    }
  }
  running.kill("SIGKILL")
  return null
}
