/** Brings one message to one next hop over SMTP or LMTP: finds its hosts, connects as its TLS level asks, transmits. */
import type { Route, Settings } from "../config/schema.ts"
import type { Address } from "../mail/address.ts"
import type { Millis } from "../mail/transaction.ts"
import { connect, type Answer, type Connected, type Connection, type Patience, type Target } from "./connection.ts"
import { type Outgoing, wire } from "./envelope.ts"
import { findMx } from "./mx.ts"
import { type Cause, permanent, refused, temporary } from "./outcome.ts"
import type { Loan, Pool } from "./pool.ts"
import type { Rests } from "./rests.ts"
import type { NextHop, Routed } from "./route.ts"

export interface Mail extends Outgoing {
  readonly requireTls: boolean
  readonly body: () => AsyncIterable<Uint8Array>
}

/** What each recipient heard, in order, and from whom. */
export interface Sent {
  readonly answers: readonly Answer[]
  /** Null when none was found. */
  readonly nextHop: string | null
  /** The next hop takes over the duty of reports. RFC 3461 §5.2. */
  readonly offersDsn: boolean
}

/** How long a next hop that is not there rests at first, lest its queue holds up everybody's. */
const REST: Millis = 30_000

type Way = Exclude<NextHop, { kind: "maildir" }>

export interface Means {
  readonly settings: Settings
  readonly pool: Pool
  readonly rests: Rests
  readonly patience: Patience
}

type Asking = Pick<Means, "settings" | "patience">

/** Never rejects. Hosts are tried in order until one answers for the message. */
export async function send(
  mail: Mail,
  { route, nextHop }: Routed & { readonly nextHop: Way },
  means: Means,
): Promise<Sent> {
  const found = await targets(nextHop, tlsLevel(route, mail), means)
  if ("is" in found) return everybody(mail, found, null)
  let last = everybody(mail, temporary("4.4.1", "no host to try"), null)
  // A socket of this machine is no hop REQUIRETLS speaks of. RFC 8689 §4.2.1.
  const asked = nextHop.kind === "socket" ? { ...mail, envelope: { ...mail.envelope, requireTls: false } } : mail
  for (const target of found) {
    last = await sendTo(target, asked, means)
    const retryable = last.answers.every(
      (answer) => answer.is === "failed" && answer.cause.is === "temporary" && answer.unsent,
    )
    if (!retryable || means.patience.signal.aborted) break
  }
  return last
}

/** REQUIRETLS and the policy's demand raise a route's level, never lower it. RFC 8689 §4.2. */
function tlsLevel(route: Route, { requireTls }: Mail): Target["tls"] {
  return requireTls && route.tls !== "verified" ? "required" : route.tls
}

async function targets(
  nextHop: Way,
  tls: Target["tls"],
  { settings, patience }: Asking,
): Promise<readonly Target[] | Cause> {
  switch (nextHop.kind) {
    case "socket":
      return [{ at: { path: nextHop.path }, name: "localhost", secure: false, lmtp: true, tls: "off" }]
    case "host": {
      const { host, port, secure, lmtp } = nextHop
      return [{ at: { host, port }, name: host, secure, lmtp, tls }]
    }
    case "mx": {
      const found = await findMx(nextHop.domain, settings, patience.signal)
      if (found.is === "none") return found.cause
      const { port } = settings.deliver.mx
      return found.hosts.map(({ name, address }) => ({
        at: { host: address, port },
        name,
        secure: false,
        lmtp: false,
        tls,
      }))
    }
    default:
      return nextHop satisfies never
  }
}

/** A kept connection the next hop has dropped meanwhile proves nothing: once more on a fresh one. */
async function sendTo(target: Target, mail: Mail, means: Means): Promise<Sent> {
  const key = JSON.stringify(target)
  const kept = means.pool.take(key)
  if (kept !== null) {
    const sent = await over(kept, target, mail, means)
    const dropped = sent.answers.every(
      (one) => one.is === "failed" && one.unsent && one.cause.reply === null && one.cause.is === "temporary",
    )
    if (!dropped) means.rests.answered(key)
    if (!dropped || means.patience.signal.aborted) return sent
  }
  const hindrance = means.rests.hindered(key, Date.now())
  if (hindrance !== null) return everybody(mail, hindrance, target.name)
  const connected = await connectAs(target, means)
  if (connected.is === "failed") {
    const { cause, at } = connected
    const nobody = at === "reach" || at === "connection"
    if (nobody && !means.patience.signal.aborted) means.rests.failed(key, cause, Date.now(), firstRest(means.settings))
    return everybody(
      mail,
      at === "no-starttls" && mail.envelope.requireTls ? permanent("5.7.10", cause.why) : cause,
      target.name,
    )
  }
  means.rests.answered(key)
  return over({ connection: connected.connection, carried: 0 }, target, mail, means)
}

/** Half the first wait, so that a retry always looks for itself. */
function firstRest({ deliver }: Settings): Millis {
  return Math.min(REST, (deliver.retry[0] ?? REST) / 2)
}

/** Opportunistic TLS whose handshake fails gives way to clear text: a broken certificate must not stop mail. RFC 7435. */
async function connectAs(target: Target, { settings, patience }: Asking): Promise<Connected> {
  const { hostname } = settings
  const first = await connect(target, hostname, patience)
  const clear = first.is === "failed" && first.at === "tls" && target.tls === "opportunistic" && !target.secure
  return clear ? connect({ ...target, tls: "off" }, hostname, patience) : first
}

async function over(loan: Loan, target: Target, mail: Mail, { pool, patience }: Means): Promise<Sent> {
  const { connection } = loan
  const key = JSON.stringify(target)
  const commands = await wire(mail, connection)
  if ("is" in commands) {
    pool.keep(key, loan)
    return everybody(mail, commands, target.name)
  }
  const answers = await connection.transmit({ ...commands, body: mail.body }, patience)
  // After an accepted message the next hop has no transaction open; otherwise RSET ends it. RFC 5321 §4.1.1.5.
  const clean =
    answers.some(({ is }) => is === "accepted") || (await connection.ask("RSET", patience))?.startsWith("2") === true
  if (clean) pool.keep(key, loan)
  else connection.quit()
  return { answers, nextHop: target.name, offersDsn: connection.extensions.has("DSN") }
}

/** Null when the next hop would take mail for the address; the conversation ends before DATA. Never rejects. */
export async function probe(
  address: Address,
  { route, nextHop }: Routed & { readonly nextHop: Way },
  { settings, patience }: Asking,
): Promise<Cause | null> {
  const found = await targets(nextHop, route.tls, { settings, patience })
  if ("is" in found) return found
  let last: Cause | null = temporary("4.4.1", "no host to try")
  for (const target of found) {
    const connected = await connectAs(target, { settings, patience })
    last = connected.is === "failed" ? connected.cause : await ask(connected.connection, address, patience)
    if (last?.is !== "temporary" || patience.signal.aborted) break
  }
  return last
}

async function ask(connection: Connection, address: Address, patience: Patience): Promise<Cause | null> {
  const commands = await wire(question(address), connection)
  if ("is" in commands) {
    connection.quit()
    return commands
  }
  for (const [name, line] of [
    ["MAIL", commands.mail],
    ["RCPT", commands.rcpt[0] ?? ""],
  ] as const) {
    const reply = await connection.ask(line, patience)
    if (reply === null) return temporary("4.4.2", `lost after ${name}`)
    if (reply.startsWith("2")) continue
    connection.quit()
    return refused(reply, name)
  }
  connection.quit()
  return null
}

function question(address: Address): Outgoing {
  const to = { address, notify: null, orcpt: null }
  return {
    envelope: { from: null, to: [to], body: "7BIT", smtputf8: false, requireTls: false, ret: null, envid: null },
    recipients: [to],
    edits: [],
    size: 0,
    eightBit: false,
    headersAreEightBit: () => Promise.resolve(false),
  }
}

function everybody(mail: Mail, cause: Cause, nextHop: string | null): Sent {
  return {
    answers: mail.recipients.map(() => ({ is: "failed", cause, unsent: true })),
    nextHop,
    offersDsn: false,
  }
}
