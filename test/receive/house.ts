/** A receiver on ports of its own with a body store in memory and an intake that tests steer. */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after } from "node:test"
import { reply } from "../../src/mail/reply.ts"
import type { Spooled, Transaction } from "../../src/mail/transaction.ts"
import type { Intake } from "../../src/receive/intake.ts"
import type { PortName, ReceiveSettings } from "../../src/receive/port.ts"
import type { Room } from "../../src/receive/load.ts"
import { createReceiver, type Receiver } from "../../src/receive/receiver.ts"
import { createProcessShared } from "../../src/store/shared/process.ts"
import type { Bodies } from "../../src/store/store.ts"

export interface Received {
  readonly transaction: Transaction
  readonly text: string
}

export interface House {
  readonly receiver: Receiver
  readonly ports: Readonly<Record<PortName, number>>
  readonly received: Received[]
  readonly logged: string[]
  /** Logins that were judged: the user and how it went. */
  readonly logins: string[]
  room: Room
  /** Bodies opened, discarded, and what of writing fails. */
  readonly bodies: { opened: number; discarded: number; fail: "write" | "finish" | null }
  /** May be replaced at any time. */
  intake: Intake
  settings: ReceiveSettings
  reload(changes: Changes): Promise<void>
}

export interface Changes {
  readonly limits?: Partial<ReceiveSettings["limits"]>
  readonly tls?: ReceiveSettings["tls"]
  readonly inbound?: Partial<ReceiveSettings["listen"]["inbound"]>
  readonly submission?: Partial<ReceiveSettings["listen"]["submission"]>
  readonly submissions?: boolean
}

const LIMITS: ReceiveSettings["limits"] = {
  messageSize: 100_000,
  recipients: 5,
  connections: 500,
  connectionsPerClient: 50,
  messagesPerConnection: 1_000,
  junkCommands: 100,
  errors: 20,
  commandLine: 2_048,
  headerSize: 10_000,
  hops: 50,
  commandTime: 60_000,
  minimumRate: 500,
  messagesInFlight: 100,
  memory: 1e12,
  freeSpace: 1,
  freeInodes: 1,
  sessionTime: 60_000,
}

function settingsOf(base: ReceiveSettings | null, changes: Changes): ReceiveSettings {
  const listener = { host: ["127.0.0.1"], port: 0, proxyFrom: [], xclientFrom: [] }
  const listen = base?.listen ?? {
    inbound: listener,
    submission: { ...listener, trusted: [], auth: null },
    submissions: null,
    console: { host: ["127.0.0.1"], port: 0, proxyFrom: [] },
  }
  const submission = { ...listen.submission, ...changes.submission }
  return {
    hostname: "mx.agency.example",
    postmaster: "postmaster@agency.example",
    limits: { ...LIMITS, ...base?.limits, ...changes.limits },
    tls: changes.tls === undefined ? (base?.tls ?? null) : changes.tls,
    listen: {
      ...listen,
      inbound: { ...listen.inbound, ...changes.inbound },
      submission,
      submissions: changes.submissions === true || listen.submissions !== null ? submission : null,
    },
  }
}

/** Started now, closed after the tests of the file. */
export async function openHouse(changes: Changes = {}): Promise<House> {
  const received: Received[] = []
  const logged: string[] = []
  const logins: string[] = []
  const bodies: House["bodies"] = { opened: 0, discarded: 0, fail: null }
  const note = (level: string) => (message: string) => void logged.push(`${level}: ${message}`)
  const settings = settingsOf(null, changes)
  const house: { current: House | null } = { current: null }
  const receiver = await createReceiver({
    settings,
    bodies: memoryBodies(bodies),
    shared: createProcessShared(),
    room: () => current().room,
    log: { info: note("info"), warn: note("warn"), error: note("error") } as never,
    intake: {
      sender: (...all) => current().intake.sender(...all),
      login: (attempt) => current().intake.login(attempt),
      recipient: (...all) => current().intake.recipient(...all),
      message: (...all) => current().intake.message(...all),
    },
  })
  const current = (): House => house.current as House
  house.current = {
    receiver,
    room: { space: Infinity, inodes: Infinity, memory: 0 },
    ports: { inbound: 0, submission: 0, submissions: 0 },
    received,
    logged,
    bodies,
    settings,
    logins,
    intake: acceptAll(received, logins),
    reload: async (next) => {
      const wanted = settingsOf(current().settings, next)
      await receiver.reload(wanted)
      current().settings = wanted
    },
  }
  for (const { listener, port } of await receiver.listen()) Object.assign(house.current.ports, { [listener]: port })
  after(() => receiver.close(0))
  return house.current
}

export function acceptAll(received: Received[], logins: string[] = []): Intake {
  return {
    sender: () => Promise.resolve(null),
    login: ({ user, succeeded }) => void logins.push(`${user} ${succeeded ? "in" : "out"}`),
    recipient: () => Promise.resolve(null),
    message: (transaction, spooled) => {
      received.push({ transaction, text: textOf(spooled) })
      return Promise.resolve(reply(250, "0.0", `[${transaction.id}] accepted`))
    },
  }
}

export function textOf(spooled: Spooled): string {
  return spooled.at.kind === "memory" ? Buffer.from(spooled.at.bytes).toString("latin1") : ""
}

function memoryBodies(state: House["bodies"]): Bodies {
  return {
    open: () => {
      const chunks: Buffer[] = []
      state.opened += 1
      return {
        write: (chunk) => {
          chunks.push(Buffer.from(chunk))
          return state.fail === "write" ? Promise.reject(new Error("disk full")) : Promise.resolve()
        },
        finish: () => {
          if (state.fail === "finish") return Promise.reject(new Error("disk full"))
          const bytes = Buffer.concat(chunks)
          const sha256 = createHash("sha256").update(bytes).digest("hex")
          const key = new Uint8Array(32)
          return Promise.resolve({ size: bytes.length, sha256, eightBit: false, key, at: { kind: "memory", bytes } })
        },
        discard: () => {
          state.discarded += 1
          return Promise.resolve()
        },
      }
    },
    read: () => {
      throw new Error("not read here")
    },
    discard: () => Promise.resolve(),
  }
}

/** A directory that goes away after the tests of the file. */
export function scratch(): string {
  const path = mkdtempSync(join(tmpdir(), "receive-"))
  after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

export function certificate(directory: string, name: string): { readonly cert: string; readonly key: string } {
  const cert = join(directory, `${name}.crt`)
  const key = join(directory, `${name}.key`)
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
  const files = ["-keyout", key, "-out", cert, "-days", "2", "-subj", `/CN=${name}`]
  execFileSync("openssl", ["req", "-x509", ...curve, ...files], { stdio: "ignore" })
  return { cert, key }
}

/** Waits until `done`, looking often. */
export async function until(done: () => boolean): Promise<void> {
  const end = Date.now() + 3_000
  while (!done()) {
    if (Date.now() > end) throw new Error("it did not come")
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
