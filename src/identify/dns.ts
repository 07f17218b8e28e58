/** Asks DNS about senders: bounded, remembered for a minute, and able to tell whose DNS is at fault. */
import { Resolver } from "node:dns/promises"
import type { Instant, Millis } from "../mail/transaction.ts"

export interface DnsSettings {
  /** `ip` or `ip:port` of a DNS server, or null for the system's. */
  readonly resolver: string | null
  /** For one question, all tries together. */
  readonly timeout: Millis
}

/** Some questions about one message. */
export interface Questions {
  /** The records as node:dns gives them; rejects with an error that carries a code of node:dns. */
  readonly ask: (name: string, type: string) => Promise<readonly unknown[]>
  /** A question stayed without an answer because no server of ours gives any: nothing is said about the sender. */
  readonly unanswered: () => boolean
}

/** `time` is for waiting, all questions together: what reading a large message takes does not count. */
export type Dns = (signal: AbortSignal, time: Millis) => Questions

type Answer =
  | { readonly is: "records"; readonly records: readonly unknown[] }
  /** ENOTFOUND or ENODATA: an answer too. */
  | { readonly is: "none"; readonly code: string }
  /** Somebody's DNS does not do its work: the sender's, or ours. */
  | { readonly is: "failed" | "unanswered"; readonly code: string }

interface Remembered {
  readonly answer: Promise<Answer>
  until: Instant
}

/** SPF may ask 10 and the hosts behind them, DMARC 8, each signature one. RFC 7208 §4.6.4, RFC 9989 §4.10. */
const MOST_QUESTIONS = 100
const REMEMBERED = 1_000
const REMEMBER: Millis = 60_000
/** A server that failed may be back soon; until then a flood from its domain does not make every message wait. */
const REMEMBER_FAILURE: Millis = 5_000

export function createDns({ resolver, timeout }: DnsSettings): Dns {
  // The second try waits twice as long as the first.
  const servers = serversOf(resolver, timeout / 3)
  const health = createHealth(resolver)
  const remembered = new Map<string, Remembered>()

  const asked = async (name: string, type: string): Promise<Answer> => {
    const since = Date.now()
    const answer = await query(servers, name, type)
    return answer.is === "failed" ? health.blame(answer.code, since) : answer
  }
  const recall = (name: string, type: string): Promise<Answer> => {
    const key = `${type} ${name}`
    const known = remembered.get(key)
    if (known !== undefined && known.until > Date.now()) return known.answer
    // Without any server each question would wait for nothing.
    if (health.isDown()) return Promise.resolve({ is: "unanswered", code: "ECONNREFUSED" })
    const entry = { answer: asked(name, type), until: Number.POSITIVE_INFINITY }
    void expire(entry)
    remembered.delete(key)
    remembered.set(key, entry)
    for (const [oldest] of remembered) {
      if (remembered.size <= REMEMBERED) break
      remembered.delete(oldest)
    }
    return entry.answer
  }

  return (signal, time) => {
    let count = 0
    let unanswered = false
    let left = time
    let pending = 0
    let since = 0
    const ask: Questions["ask"] = async (name, type) => {
      if (!/^[\x21-\x7e]{1,253}$/.test(name)) throw dnsError("EBADNAME")
      if (++count > MOST_QUESTIONS) throw dnsError("ESERVFAIL")
      const began = Date.now()
      if (pending++ === 0) since = began
      const inTime = await within(left - (began - since), signal, recall(name.toLowerCase(), type))
      if (--pending === 0) left -= Date.now() - since
      const answer = inTime ?? (await health.blame("ETIMEOUT", began))
      if (answer.is === "records") return [...answer.records]
      if (answer.is === "unanswered") unanswered = true
      throw dnsError(answer.code)
    }
    return { ask, unanswered: () => unanswered }
  }
}

/** From the moment it came on. */
async function expire(entry: Remembered): Promise<void> {
  const { is } = await entry.answer
  entry.until = Date.now() + (is === "records" || is === "none" ? REMEMBER : REMEMBER_FAILURE)
}

function serversOf(address: string | null, timeout: Millis): Resolver {
  const servers = new Resolver({ timeout: Math.ceil(timeout), tries: 2 })
  if (address !== null) servers.setServers([address])
  return servers
}

async function query(servers: Resolver, name: string, type: string): Promise<Answer> {
  try {
    const records: unknown = await servers.resolve(name, type)
    return { is: "records", records: Array.isArray(records) ? records : [records] }
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "EBADRESP"
    return { is: code === "ENOTFOUND" || code === "ENODATA" || code === "EBADNAME" ? "none" : "failed", code }
  }
}

function dnsError(code: string): Error {
  return Object.assign(new Error(`DNS: ${code}`), { code })
}

/** The answer, or null when it takes longer. */
async function within<T>(time: Millis, signal: AbortSignal, answer: Promise<T>): Promise<T | null> {
  const late = Promise.withResolvers<null>()
  const giveUp = (): void => late.resolve(null)
  const timer = setTimeout(giveUp, Math.max(0, time))
  signal.addEventListener("abort", giveUp, { once: true })
  if (signal.aborted) giveUp()
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener("abort", giveUp)
  }
}

/** While no server of ours answers: the pause between two tries. */
const PROBE_EVERY: Millis = 5_000
const PROBE_TIMEOUT: Millis = 500

interface Health {
  /** Whose fault it is that a question asked at `since` had no answer. */
  blame(code: string, since: Instant): Promise<Answer>
  /** No server of ours answered, the last time; asks again on the side. */
  isDown(): boolean
}

/**
 * A sender's dead DNS and a dead resolver of ours look alike from one question. So a failure is followed by a question
 * every resolver can answer, the name servers of the root: any answer to it, even that there are none, shows the sender's fault.
 */
function createHealth(address: string | null): Health {
  const servers = serversOf(address, PROBE_TIMEOUT)
  let down = false
  let last: { readonly at: Instant; readonly answers: Promise<boolean> } | null = null
  const probe = async (): Promise<boolean> => {
    const answer = await query(servers, ".", "NS")
    down = answer.is === "failed"
    return !down
  }
  const answers = (since: Instant): Promise<boolean> => {
    if (last === null || last.at < since) last = { at: Date.now(), answers: probe() }
    return last.answers
  }
  return {
    blame: async (code, since) => ({ is: (await answers(since)) ? "failed" : "unanswered", code }),
    isDown() {
      if (down) void answers(Date.now() - PROBE_EVERY)
      return down
    },
  }
}
