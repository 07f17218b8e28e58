/** Asks the next hop whether a mailbox exists: RCPT under the null reverse-path, nothing sent. Answers are remembered. */
import type { Settings } from "../config/schema.ts"
import { type Address, addressKey } from "../mail/address.ts"
import type { Instant, Millis } from "../mail/transaction.ts"
import { routeOf } from "./route.ts"
import { probe } from "./smtp.ts"

export type Existence = "exists" | "unknown" | "failed"

const HOUR: Millis = 3_600_000
/** Mailboxes come more often than they go. */
const REMEMBER = { exists: HOUR, unknown: HOUR / 12 } as const
/** Entries of the cache: a dictionary attack must not fill the memory. */
const MOST_REMEMBERED = 50_000
/** A client waits for its RCPT reply; ours must come well within its five minutes (RFC 5321 §4.5.3.2.3). */
const DEADLINE: Millis = 20_000

/** `unknown`: the next hop says it is no mailbox. `failed`: it could not be asked, or would not tell. */
export function createCallout(settings: () => Settings): (address: Address) => Promise<Existence> {
  const known = new Map<string, { readonly existence: "exists" | "unknown"; readonly until: Instant }>()
  const asking = new Map<string, Promise<Existence>>()

  async function ask(key: string, address: Address): Promise<Existence> {
    const existence = await askNextHop(address, settings())
    if (existence !== "failed") {
      const [oldest] = known.keys()
      if (known.size >= MOST_REMEMBERED && oldest !== undefined) known.delete(oldest)
      known.delete(key)
      known.set(key, { existence, until: Date.now() + REMEMBER[existence] })
    }
    return existence
  }

  return async (address) => {
    const key = addressKey(address)
    const remembered = known.get(key)
    if (remembered !== undefined && remembered.until > Date.now()) return remembered.existence
    const question = asking.get(key) ?? ask(key, address).finally(() => asking.delete(key))
    asking.set(key, question)
    return question
  }
}

async function askNextHop(address: Address, settings: Settings): Promise<Existence> {
  const routed = routeOf(address, settings)
  if (routed === null) return "failed"
  const { nextHop, route } = routed
  // Every address has a maildir: the first delivery makes it.
  if (nextHop.kind === "maildir") return "exists"
  const deadline = new AbortController()
  const timeout = Math.min(DEADLINE, settings.deliver.timeout)
  const timer = setTimeout(() => deadline.abort(), timeout)
  const cause = await probe(address, { route, nextHop }, { settings, patience: { timeout, signal: deadline.signal } })
  clearTimeout(timer)
  if (cause === null) return "exists"
  // Only a word about the mailbox counts; "not from you" or "no TLS" says nothing about it. RFC 3463 §3.2.
  return cause.is === "permanent" && cause.reply !== null && /^5\.(0|1)\.\d+$/.test(cause.status) ? "unknown" : "failed"
}
