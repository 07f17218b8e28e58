/** SMTP in: opens the listeners of the settings, reloads them without dropping a session, drains and closes them. */
import { isIPv6 } from "node:net"
import type { Millis } from "../mail/transaction.ts"
import type { Shared } from "../store/shared.ts"
import type { Bodies } from "../store/store.ts"
import type { Connection } from "./connection.ts"
import { createGate } from "./gate.ts"
import { clientKey } from "./network.ts"
import type { Log } from "../telemetry/log.ts"
import type { Intake } from "./intake.ts"
import { PORT_NAMES, type PortName, type ReceiveSettings, readRules, type Rules } from "./port.ts"
import { createLoad, type Room } from "./load.ts"
import { Listener } from "./server.ts"
import { createLogin } from "./login.ts"

export interface ReceiverDeps {
  readonly settings: ReceiveSettings
  readonly intake: Intake
  readonly bodies: Bodies
  readonly shared: Shared
  readonly log: Log
  /** What the machine has left now. */
  readonly room: () => Room
}

export interface ListeningAt {
  readonly listener: PortName
  readonly host: string
  readonly port: number
}

export interface Receiver {
  /** Rejects when a file cannot be read or an address not be listened on; then nothing is open. */
  listen(): Promise<readonly ListeningAt[]>
  /** Certificate, users, networks, limits and texts. Addresses and ports stay. Rejects with all faults, and then nothing has changed. */
  reload(settings: ReceiveSettings): Promise<void>
  /** New clients get 421, sessions finish their transaction; what lasts longer than `drain` is cut. */
  close(drain: Millis): Promise<void>
  /** Sessions open now. */
  connections(): number
}

export async function createReceiver({ settings, room, ...given }: ReceiverDeps): Promise<Receiver> {
  let rules: Rules = await readRules(settings)
  let isClosing = false
  const listeners: Listener[] = []
  const alive = (): readonly Connection[] => listeners.flatMap((one) => [...one.alive])
  const gate = createGate(
    () => rules.limits,
    given.shared,
    (client) => yieldPlace(alive(), client),
  )
  const login = createLogin({ gate, log: given.log, tried: (attempt) => given.intake.login(attempt) })
  const load = createLoad(() => rules.limits, room)

  async function open(name: PortName, host: string, port: number): Promise<ListeningAt> {
    const deps = { ...given, gate, login, load, rules: () => rules, isClosing: () => isClosing }
    const listener = new Listener(deps, name)
    const bound = await bind(listener, host, port)
    listeners.push(listener)
    return { listener: name, host, port: bound }
  }

  return {
    listen: async () => {
      const bound: ListeningAt[] = []
      try {
        for (const name of PORT_NAMES) {
          const port = rules.ports[name]
          for (const host of port?.host ?? []) bound.push(await open(name, host, port?.port ?? 0))
        }
      } catch (error) {
        await Promise.all(listeners.map((one) => one.shut()))
        throw error
      }
      return bound
    },
    reload: async (next) => {
      const read = await readRules(next)
      // Listeners neither come nor go before a restart.
      if ((read.ports.submissions === null) !== (rules.ports.submissions === null)) {
        throw new Error("listen.submissions: expected a restart for listeners to come or go")
      }
      rules = read
      for (const listener of listeners) listener.reload()
    },
    close: async (drain) => {
      isClosing = true
      for (const session of alive()) session.leave()
      const until = Date.now() + drain
      while (gate.size() > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50))
      for (const session of alive()) session.cut()
      await Promise.all(listeners.map((one) => one.shut()))
    },
    connections: () => gate.size(),
  }
}

/** Nobody who waits less has to go: so long an honest client's network may take. */
const SHORTEST_WAIT: Millis = 1_000

function yieldPlace(sessions: readonly Connection[], client: string | null): boolean {
  const theirs = client === null ? sessions : sessions.filter((one) => clientKey(one.remoteAddress) === client)
  const slowest = theirs.toSorted((a, b) => b.waited() - a.waited()).at(0)
  if (slowest === undefined || slowest.waited() < SHORTEST_WAIT) return false
  slowest.yield()
  return true
}

/** `::` alone must not take the IPv4 port too, or a list of both could not be opened. */
function bind(listener: Listener, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.server.once("error", reject)
    listener.listen({ host, port, ipv6Only: isIPv6(host) }, () => {
      listener.server.off("error", reject)
      const address = listener.server.address()
      resolve(typeof address === "object" && address !== null ? address.port : port)
    })
  })
}
