/** One SMTP or LMTP connection to a next hop: opened with its deadline, spoken to, closed; nothing here rejects. */
import { connect as dial, type Socket } from "node:net"
import { Readable } from "node:stream"
import type { Millis } from "../mail/transaction.ts"
import { Client, type Commands } from "./client.ts"
import { type Cause, refused, temporary, unwelcome } from "./outcome.ts"

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
  if (failure === null) return { is: "connected", connection: connection(client) }
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

function connection(client: Client): Connection {
  return {
    secure: client.secure,
    extensions: client.extensions(),
    isAlive: () => client.isWritable(),
    transmit: (transmission, patience) => transmit(client, transmission, patience),
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

async function transmit(client: Client, transmission: Transmission, patience: Patience): Promise<readonly Answer[]> {
  const { promise, resolve } = Promise.withResolvers<{ error: Error | null; reply: string }>()
  let unsent = true
  const body = Readable.from(
    begun(transmission.body, () => (unsent = false)),
    { objectMode: false },
  )
  // Whatever breaks it reaches us through the client; a late error must only not be nobody's.
  body.on("error", () => undefined)
  body.once("end", () => client.waitAtMost(2 * patience.timeout))
  const aborted = (): void => resolve({ error: new Error("the attempt took too long"), reply: "" })
  patience.signal.addEventListener("abort", aborted, { once: true })
  if (patience.signal.aborted) aborted()
  else client.deliver(transmission, body, (error, reply) => resolve({ error, reply }))
  const { error, reply } = await promise
  patience.signal.removeEventListener("abort", aborted)
  body.destroy()
  client.waitAtMost(patience.timeout)
  // Without a reply to go by nobody knows where the conversation stands.
  if (error !== null && answerIn(error) === null) client.close()
  return transmission.rcpt.map((_, number) => answerOf(client, number, { error, reply, unsent }))
}

async function* begun(body: Transmission["body"], begin: () => void): AsyncGenerator<Uint8Array> {
  begin()
  for await (const chunk of body()) if (chunk.length > 0) yield chunk
}

/** A refused RCPT keeps its own reply, whatever became of the others. */
function answerOf(
  client: Client,
  number: number,
  { error, reply, unsent }: { readonly error: Error | null; readonly reply: string; readonly unsent: boolean },
): Answer {
  const refusal = client.refusalOf(number)
  if (refusal !== null) return { is: "failed", cause: refused(refusal.reply, refusal.command), unsent }
  const accepted = client.lmtpReplyOf(number)
  if (accepted !== null) return { is: "accepted", reply: accepted }
  if (error === null) return { is: "accepted", reply }
  const response = answerIn(error)
  if (response === null) {
    return { is: "failed", cause: temporary("4.4.2", `lost after ${client.command}: ${codeOf(error)}`), unsent }
  }
  const command = "command" in error && error.command === "MAIL FROM" ? "MAIL" : "DATA"
  return { is: "failed", cause: refused(response, command), unsent }
}

/** The reply to one of our commands; not what came unasked or was cut off, whatever its first digit. */
function answerIn(error: Error): string | null {
  const response = responseOf(error)
  return codeOf(error) === "EENVELOPE" || codeOf(error) === "EMESSAGE" || response?.startsWith("421") === true
    ? response
    : null
}

function responseOf(error: Error): string | null {
  return "response" in error && typeof error.response === "string" ? error.response : null
}

/** `ECONNREFUSED` says more than nodemailer's `ESOCKET`. */
function codeOf(error: Error): string {
  if ("originalCode" in error && typeof error.originalCode === "string") return error.originalCode
  return "code" in error && typeof error.code === "string" ? error.code : error.message
}
