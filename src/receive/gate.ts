/** Counts of clients, over all listeners and gateways: connections open now, logins failed of late. */
import type { Limits } from "../config/schema.ts"
import { type Reply, reply } from "../mail/reply.ts"
import type { Millis } from "../mail/transaction.ts"
import type { Shared } from "../store/shared.ts"
import { clientKey } from "./network.ts"

/** A connection counted: the answer to it, and its end, which may be said twice. */
export interface Place {
  /** Null: it may be. Else why not, and then it is not counted any more. Never rejects. */
  readonly refusal: Promise<Reply | null>
  leave(): void
}

export interface Gate {
  /** Counts a connection of `ip` at once. */
  enter(ip: string): Place
  /** Connections open now. */
  size(): number
  /** More than half of all places are taken. */
  isCrowded(): boolean
  loginFailed(ip: string): Promise<void>
  /** Why `ip` may not try to log in now, or null. */
  loginBarred(ip: string): Promise<Reply | null>
}

/** Failed logins of one client within `LOGIN_MEMORY`, however many connections and gateways they take. */
const LOGIN_FAILURES = 10
const LOGIN_MEMORY: Millis = 600_000

const crowded = reply(421, "7.0", "May chu qua tai, vui long thu lai sau. Too many connections, try again later.")
const crowding = reply(421, "7.0", "Qua nhieu ket noi tu may cua ban. Too many connections from your address.")
const guessing = reply(421, "7.0", "Dang nhap sai qua nhieu lan. Too many failed logins, try again later.")

/** Ends the session that keeps us waiting longest, of this client or of all (null); false when none waits long. */
export type Yield = (client: string | null) => boolean

/**
 * Clients are counted by all gateways together; connections in all by each for itself, since they fill its own memory.
 * Where there is no place left, whoever does nothing with his gives it up.
 */
export function createGate(limits: () => Limits, shared: Shared, yieldPlace: Yield = () => false): Gate {
  let total = 0

  function enter(client: string): Place {
    const room = `client:${client}`
    let isHere = true
    const leave = (): void => {
      if (!isHere) return
      isHere = false
      total -= 1
      shared.leave(room)
    }
    const judge = async (): Promise<Reply | null> => {
      const taken = await shared.enter(room)
      if (taken <= limits().connectionsPerClient || yieldPlace(client)) return null
      leave()
      return crowding
    }
    total += 1
    return { refusal: judge(), leave }
  }

  return {
    enter: (ip) =>
      total < limits().connections || yieldPlace(null)
        ? enter(clientKey(ip))
        : { refusal: Promise.resolve(crowded), leave: () => {} },
    size: () => total,
    isCrowded: () => 2 * total > limits().connections,
    loginFailed: async (ip) => {
      await shared.count(`login:${clientKey(ip)}`, LOGIN_MEMORY)
    },
    loginBarred: async (ip) => {
      return (await shared.counted(`login:${clientKey(ip)}`)) < LOGIN_FAILURES ? null : guessing
    },
  }
}
