/** Asks DNS about senders: bounded, remembered for a minute, and able to tell whose DNS is at fault. */
import { Resolver } from "node:dns/promises"
import type { Millis } from "../mail/transaction.ts"

export interface DnsSettings {
  /** `ip` or `ip:port` of a DNS server, or null for the system's. */
  readonly resolver: string | null
  /** For all questions of one message together. */
  readonly timeout: Millis
}

/** The questions of one message. */
export interface Questions {
  /** The records as node:dns gives them; rejects with an error that carries a code of node:dns. */
  readonly ask: (name: string, type: string) => Promise<readonly unknown[]>
  /** A question stayed without an answer because no server of ours gives any: nothing is said about the sender. */
  readonly unanswered: () => boolean
}

export type Dns = (signal: AbortSignal) => Questions

type Answer =
  | { readonly is: "records"; readonly records: readonly unknown[] }
  /** ENOTFOUND or ENODATA: an answer too. Anything else: somebody's DNS does not do its work. */
  | { readonly is: "none" | "failed"; readonly code: string }

/** Questions of one message: SPF may ask 10 and the hosts behind them, DMARC 8, each signature one. RFC 7208 §4.6.4, RFC 9989 §4.10. */
const MOST_QUESTIONS = 100
const REMEMBERED = 1_000
const REMEMBER: Millis = 60_000
/** A server that failed may be back soon; until then a flood from its domain does not make every message wait. */
const REMEMBER_FAILURE: Millis = 5_000

export function createDns({ resolver, timeout }: DnsSettings): Dns {
  // The second try waits twice as long as the first.
  const servers = serversOf(resolver, timeout / 3)
  const health = createHealth(resolver)
  const remembered = new Map<string, { readonly answer: Promise<Answer>; until: number }>()

  const recall = (name: string, type: string): Promise<Answer> => {
    const key = `${type} ${name}`
    const known = remembered.get(key)
    if (known !== undefined && known.until > Date.now()) return known.answer
    // Without any server each question would wait for nothing.
    if (health.isDown()) return Promise.resolve({ is: "failed", code: "ECONNREFUSED" })
    const entry = { answer: query(servers, name, type), until: Number.POSITIVE_INFINITY }
    void entry.answer.then(({ is }) => {
      entry.until = Date.now() + (is === "failed" ? REMEMBER_FAILURE : REMEMBER)
    })
    remembered.delete(key)
    remembered.set(key, entry)
    for (const [oldest] of remembered) {
      if (remembered.size <= REMEMBERED) break
      remembered.delete(oldest)
    }
    return entry.answer
  }

  return (signal) => {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeout)])
    let asked = 0
    let unanswered = false
    const ask: Questions["ask"] = async (name, type) => {
      if (!/^[\x21-\x7e]{1,253}$/.test(name)) throw dnsError("EBADNAME")
      if (++asked > MOST_QUESTIONS) throw dnsError("ESERVFAIL")
      const answer = await before(deadline, recall(name.toLowerCase(), type))
      if (answer.is === "records") return [...answer.records]
      if (answer.is === "failed" && !(await health.answers())) unanswered = true
      throw dnsError(answer.code)
    }
    return { ask, unanswered: () => unanswered }
  }
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

/** The answer, or a timeout when there is none before the deadline. */
async function before(deadline: AbortSignal, answer: Promise<Answer>): Promise<Answer> {
  const late: Answer = { is: "failed", code: "ETIMEOUT" }
  if (deadline.aborted) return late
  const { promise, resolve } = Promise.withResolvers<Answer>()
  const expire = (): void => resolve(late)
  deadline.addEventListener("abort", expire, { once: true })
  try {
    return await Promise.race([answer, promise])
  } finally {
    deadline.removeEventListener("abort", expire)
  }
}

const PROBE_EVERY: Millis = 5_000
const PROBE_TIMEOUT: Millis = 500

interface Health {
  /** Whether any server of ours answers, as far as the last few seconds tell. */
  answers(): Promise<boolean>
  /** None did, the last time; asks again on the side. */
  isDown(): boolean
}

/**
 * A sender's dead DNS and a dead resolver of ours look alike from one question. So a failure is followed by a question
 * every resolver can answer, the name servers of the root: any answer to it, even that there are none, shows the sender's fault.
 */
function createHealth(address: string | null): Health {
  const servers = serversOf(address, PROBE_TIMEOUT)
  let down = false
  let last: { readonly at: number; readonly answers: Promise<boolean> } | null = null
  const probe = async (): Promise<boolean> => {
    const answer = await query(servers, ".", "NS")
    down = answer.is === "failed"
    return !down
  }
  const answers = (): Promise<boolean> => {
    if (last === null || Date.now() - last.at > PROBE_EVERY) last = { at: Date.now(), answers: probe() }
    return last.answers
  }
  return {
    answers,
    isDown() {
      if (down) void answers()
      return down
    },
  }
}
