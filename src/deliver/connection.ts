/** One SMTP or LMTP connection to a next hop: opened with its deadline, spoken to, closed; nothing here rejects. */
import { connect as dial, type Socket } from "node:net"
import type { Millis } from "../mail/transaction.ts"
import { Client } from "./client.ts"
import { type Cause, refused, temporary, unwelcome } from "./outcome.ts"
import { codeOf, type Commands, type Heard, isOk, type Manner, transact } from "./transaction.ts"

export interface Target {
  readonly at: { readonly host: string; readonly port: number } | { readonly path: string }
  /** What a verified certificate must show. */
  readonly name: string
  /** TLS from the first octet. */
  readonly secure: boolean
  readonly lmtp: boolean
  readonly tls: "off" | "opportunistic" | "required" | "verified"
}

export interface Patience {
  /** Of each command; the end of DATA gets twice as much. RFC 5321 §4.5.3.2. */
  readonly timeout: Millis
  /** Ends the attempt as a whole. */
  readonly signal: AbortSignal
}

export interface Transmission extends Commands {
  /** Called when the next hop asks for the message; an iterable that throws ends the connection without the dot. */
  readonly body: () => AsyncIterable<Uint8Array>
}

/** What one recipient heard. `unsent`: the connection broke before the message was asked for. */
export type Answer =
  | { readonly is: "accepted"; readonly reply: string }
  | { readonly is: "failed"; readonly cause: Cause; readonly unsent: boolean }

export interface Connection {
  readonly secure: boolean
  /** EHLO keywords in capitals with their parameters. */
  readonly extensions: ReadonlyMap<string, string>
  isAlive(): boolean
  /** One answer for each `rcpt`, in order. Never rejects. */
  transmit(transmission: Transmission, patience: Patience): Promise<readonly Answer[]>
  /** One command outside of any message, and its reply; null when none came. */
  ask(line: string, patience: Patience): Promise<string | null>
  quit(): void
}

export type Connected =
  | { readonly is: "connected"; readonly connection: Connection }
  /** `reach`: nobody is there. `tls`: the handshake failed, so clear text might do where that is allowed. */
  | { readonly is: "failed"; readonly cause: Cause; readonly at: "reach" | "connection" | "tls" | "no-starttls" }

/** Octets of one reply. Real ones have some hundred. */
const LONGEST_REPLY = 65_536
/** Hosts that are there answer within seconds; one that is not must not hold up mail for others. */
const CONNECT: Millis = 30_000
/** A next hop that does not close after QUIT is closed. */
const FAREWELL: Millis = 1_000

export async function connect(target: Target, hostname: string, patience: Patience): Promise<Connected> {
  const socket = await open(target, patience)
  if ("is" in socket) return { is: "failed", cause: socket, at: "reach" }
  const client = new Client({
    connection: socket,
    name: hostname,
    host: target.name,
    secure: target.secure,
    lmtp: target.lmtp,
    ignoreTLS: target.tls === "off",
    opportunisticTLS: target.tls === "opportunistic",
    requireTLS: !target.secure && (target.tls === "required" || target.tls === "verified"),
    tls: { rejectUnauthorized: target.tls === "verified" },
    greetingTimeout: patience.timeout,
    connectionTimeout: 4 * patience.timeout,
    socketTimeout: patience.timeout,
    socketCloseTimeout: FAREWELL,
    maxResponseSize: LONGEST_REPLY,
  })
  const failure = await handshake(client, patience.signal)
  if (failure === null) return { is: "connected", connection: connection(client, target.lmtp) }
  client.close()
  socket.destroy()
  return { is: "failed", ...failure }
}

/** TCP or the Unix socket; names of configured next hops are resolved by the system. */
async function open({ at }: Target, { timeout, signal }: Patience): Promise<Socket | Cause> {
  const { promise, resolve } = Promise.withResolvers<Socket | Cause>()
  const socket = dial({ ...at, noDelay: true })
  const fail = (why: string): void => {
    socket.destroy()
    resolve(temporary("4.4.1", why))
  }
  const aborted = (): void => fail("connecting took too long")
  const failed = (error: Error): void => fail(`could not connect: ${codeOf(error)}`)
  const timer = setTimeout(aborted, Math.min(timeout, CONNECT))
  signal.addEventListener("abort", aborted, { once: true })
  socket.once("error", failed)
  socket.once("connect", () => {
    // Nodemailer puts its own listener on in the same turn; an error between must still find one.
    socket.once("error", () => socket.destroy())
    socket.off("error", failed)
    resolve(socket)
  })
  if (signal.aborted) aborted()
  const opened = await promise
  clearTimeout(timer)
  signal.removeEventListener("abort", aborted)
  return opened
}

type HandshakeFailure = Omit<Extract<Connected, { is: "failed" }>, "is">

/** Greeting, EHLO, STARTTLS as the target asks; null when all went well. */
async function handshake(client: Client, signal: AbortSignal): Promise<HandshakeFailure | null> {
  const { promise, resolve } = Promise.withResolvers<HandshakeFailure | null>()
  const aborted = (): void =>
    resolve({ cause: temporary("4.4.2", "the next hop took too long to greet"), at: "connection" })
  client.on("error", (error: Error) => resolve(handshakeFailure(error, client)))
  client.once("end", () => resolve({ cause: temporary("4.4.2", "the connection was closed"), at: "connection" }))
  signal.addEventListener("abort", aborted, { once: true })
  client.connect((error) => resolve(error === undefined ? null : handshakeFailure(error, client)))
  const failure = await promise
  signal.removeEventListener("abort", aborted)
  return failure
}

function handshakeFailure(error: Error, client: Client): HandshakeFailure {
  const response = responseOf(error)
  // A socket error during the handshake is one of TLS: nodemailer tells them apart by this flag only.
  if (client.upgrading === true) return { cause: temporary("4.7.5", `TLS failed: ${codeOf(error)}`), at: "tls" }
  if (codeOf(error) === "ETLS") {
    return {
      cause: { ...temporary("4.7.4", "STARTTLS is needed but not offered"), reply: response },
      at: "no-starttls",
    }
  }
  const command = client.command === "CONNECT" ? "the connection" : client.command
  return {
    cause:
      response === null
        ? temporary("4.4.2", `lost before the message: ${codeOf(error)}`)
        : unwelcome(response, command),
    at: "connection",
  }
}

function connection(client: Client, lmtp: boolean): Connection {
  const extensions = client.extensions()
  const pipelined = extensions.has("PIPELINING")
  return {
    secure: client.secure,
    extensions,
    isAlive: () => client.isWritable(),
    transmit: (transmission, { timeout, signal }) =>
      transmit(client, transmission, { pipelined, lmtp, timeout }, signal),
    ask: (line, patience) => ask(client, line, patience),
    quit: () => {
      if (client.isWritable()) client.quit()
      // QUIT's answer changes nothing; a next hop that never gives it would keep the socket.
      setTimeout(() => client.close(), FAREWELL).unref()
    },
  }
}

async function ask(client: Client, line: string, { timeout, signal }: Patience): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>()
  const fail = (): void => resolve(null)
  const timer = setTimeout(fail, timeout)
  client.once("end", fail)
  signal.addEventListener("abort", fail, { once: true })
  if (signal.aborted || !client.isWritable()) fail()
  else client.ask(line, resolve)
  const reply = await promise
  clearTimeout(timer)
  client.off("end", fail)
  signal.removeEventListener("abort", fail)
  if (reply === null) client.close()
  return reply
}

async function transmit(
  client: Client,
  transmission: Transmission,
  manner: Manner,
  signal: AbortSignal,
): Promise<readonly Answer[]> {
  const stop = (): void => client.close()
  signal.addEventListener("abort", stop, { once: true })
  if (signal.aborted) stop()
  const heard = await transact(client, transmission, manner)
  signal.removeEventListener("abort", stop)
  if (heard.broken !== null) client.close()
  const why = signal.aborted ? "the attempt took too long" : heard.broken?.why
  const lost = temporary("4.4.2", `lost after ${heard.broken?.after ?? "DATA"}: ${why ?? "no answer"}`)
  let taken = 0
  return transmission.rcpt.map((_, number): Answer => {
    const [before, reply] = [refusal(heard, number), isTaken(heard, number) ? heard.message[taken++] : null]
    if (before !== null) return { is: "failed", cause: before, unsent: true }
    if (reply === null || reply === undefined) return { is: "failed", cause: lost, unsent: !heard.begun }
    return isOk(reply) ? { is: "accepted", reply } : { is: "failed", cause: refused(reply, "DATA"), unsent: false }
  })
}

function isTaken({ mail, rcpt }: Heard, number: number): boolean {
  return isOk(mail) && isOk(rcpt[number] ?? null)
}

/** What kept the message from being asked for on this recipient's behalf: its own RCPT, whatever became of the others. */
function refusal({ mail, rcpt, data }: Heard, number: number): Cause | null {
  if (mail !== null && !isOk(mail)) return refused(mail, "MAIL")
  const own = rcpt[number] ?? null
  if (own !== null && !isOk(own)) return refused(own, "RCPT")
  return own !== null && data !== null && !data.startsWith("3") ? refused(data, "DATA") : null
}

function responseOf(error: Error): string | null {
  return "response" in error && typeof error.response === "string" ? error.response : null
}
