/** Counts of clients, over all listeners: connections open now, logins failed of late. */
import type { Limits } from "../config/schema.ts"
import { type Reply, reply } from "../mail/reply.ts"
import type { Instant, Millis } from "../mail/transaction.ts"
import { clientKey } from "./network.ts"

export interface Gate {
  /** Counts a connection of `ip`, or says why it may not be. Who was admitted must leave. */
  enter(ip: string): Reply | null
  leave(ip: string): void
  /** Connections open now. */
  size(): number
  loginFailed(ip: string, now: Instant): void
  /** Says why `ip` may not try to log in now. */
  loginBarred(ip: string, now: Instant): Reply | null
}

/** Failed logins of one client in a row of `LOGIN_MEMORY`, however many connections they take. */
const LOGIN_FAILURES = 10
const LOGIN_MEMORY: Millis = 600_000
/** Clients whose failures are remembered; beyond it the oldest is forgotten. */
const LOGIN_CLIENTS = 10_000

const crowded = reply(421, "7.0", "May chu qua tai, vui long thu lai sau. Too many connections, try again later.")
const crowding = reply(421, "7.0", "Qua nhieu ket noi tu may cua ban. Too many connections from your address.")
const guessing = reply(421, "7.0", "Dang nhap sai qua nhieu lan. Too many failed logins, try again later.")

export function createGate(limits: () => Limits): Gate {
  const open = new Map<string, number>()
  const failures = new Map<string, { readonly since: Instant; readonly count: number }>()
  let total = 0

  return {
    enter: (ip) => {
      const key = clientKey(ip)
      const count = open.get(key) ?? 0
      if (total >= limits().connections) return crowded
      if (count >= limits().connectionsPerClient) return crowding
      open.set(key, count + 1)
      total += 1
      return null
    },
    leave: (ip) => {
      const key = clientKey(ip)
      const count = (open.get(key) ?? 1) - 1
      if (count === 0) open.delete(key)
      else open.set(key, count)
      total -= 1
    },
    size: () => total,
    loginFailed: (ip, now) => {
      const key = clientKey(ip)
      const last = failures.get(key)
      const isFresh = last !== undefined && now - last.since < LOGIN_MEMORY
      failures.delete(key)
      failures.set(key, isFresh ? { since: last.since, count: last.count + 1 } : { since: now, count: 1 })
      const [oldest] = failures.keys()
      if (failures.size > LOGIN_CLIENTS && oldest !== undefined) failures.delete(oldest)
    },
    loginBarred: (ip, now) => {
      const last = failures.get(clientKey(ip))
      if (last === undefined || last.count < LOGIN_FAILURES) return null
      return now - last.since < LOGIN_MEMORY ? guessing : null
    },
  }
}
