/** One mail transaction on an open connection: MAIL, RCPT, DATA, the message, and what was said to each. RFC 5321 §3.3, RFC 2920. */
import type { Socket } from "node:net"
import type { Millis } from "../mail/transaction.ts"
import type { Client } from "./client.ts"
import { createDataWriter } from "./data.ts"

/** MAIL and RCPT as they go on the wire, parameters included. */
export interface Commands {
  readonly mail: string
  readonly rcpt: readonly string[]
}

export interface Manner {
  /** The next hop takes MAIL, RCPT and DATA at once. RFC 2920. */
  readonly pipelined: boolean
  /** The message is answered once for each accepted recipient. RFC 2033 §4.2. */
  readonly lmtp: boolean
  /** Of each reply; the end of DATA gets twice as much. RFC 5321 §4.5.3.2. */
  readonly timeout: Millis
}

/** Whose turn it was when the conversation broke off. */
export type Verb = "MAIL" | "RCPT" | "DATA"

/** Replies in full; null where none came. */
export interface Heard {
  readonly mail: string | null
  readonly rcpt: readonly (string | null)[]
  readonly data: string | null
  /** To the message: for each recipient that was accepted, in order; over SMTP the same one for all. */
  readonly message: readonly (string | null)[]
  /** The message was asked for. */
  readonly begun: boolean
  /** Nobody knows where the conversation stands, and why; null: all is answered. */
  readonly broken: { readonly after: Verb; readonly why: string } | null
}

/** Octets gathered for one write; larger pieces go as they are, and are written before the next one is asked for: they may be lent. */
const GATHERED = 65_536

/** Never rejects. `body` is read when the next hop asks for the message; one that throws ends the connection without the dot. */
export async function transact(
  client: Client,
  { mail, rcpt, body }: Commands & { readonly body: () => AsyncIterable<Uint8Array> },
  { pipelined, lmtp, timeout }: Manner,
): Promise<Heard> {
  const talk = converse(client, 2 * timeout)
  const said = { mail: null as string | null, rcpt: [] as (string | null)[], data: null as string | null }
  const over = (more: Partial<Heard> = {}): Heard => {
    talk.end()
    return { ...said, message: [], begun: false, broken: talk.broken(), ...more }
  }
  if (pipelined) {
    const replies = talk.say([mail, ...rcpt, "DATA"])
    talk.awaits("MAIL")
    said.mail = await (replies[0] ?? null)
    talk.awaits("RCPT")
    for (const reply of replies.slice(1, -1)) said.rcpt.push(await reply)
    talk.awaits("DATA")
    said.data = await (replies.at(-1) ?? null)
  } else {
    const ask = async (verb: Verb, line: string): Promise<string | null> => {
      talk.awaits(verb)
      return (await talk.say([line])[0]) ?? null
    }
    said.mail = await ask("MAIL", mail)
    if (!isOk(said.mail)) return over()
    for (const line of rcpt) said.rcpt.push(await ask("RCPT", line))
    if (!said.rcpt.some(isOk)) return over()
    said.data = await ask("DATA", "DATA")
  }
  if (said.data?.startsWith("3") !== true) return over()
  const taken = isOk(said.mail) ? said.rcpt.filter(isOk).length : 0
  if (taken === 0) {
    // Asked for a message that is for nobody: RFC 2920 §3.1 has us send an empty one.
    const [answer] = talk.say(["."])
    await answer
    return over()
  }
  client.waitAtMost(timeout)
  talk.rest()
  const answers = talk.expect(lmtp ? taken : 1)
  const why = await sendMessage(client, body(), { early: answers[0], timeout })
  talk.hurry()
  // Of half a message nothing can be accepted.
  const replies = (await Promise.all(answers)).map((reply) => (why !== null && isOk(reply) ? null : reply))
  client.waitAtMost(timeout)
  const message = lmtp ? replies : Array.from({ length: taken }, () => replies[0] ?? null)
  const broken: Heard["broken"] = why === null ? talk.broken() : { after: "DATA", why }
  return over({ message, begun: true, broken })
}

export function isOk(reply: string | null): boolean {
  return reply?.startsWith("2") === true
}

interface Talk {
  /** All lines in one write; a reply each, null when the connection breaks first. */
  say(lines: readonly string[]): readonly Promise<string | null>[]
  expect(replies: number): readonly Promise<string | null>[]
  awaits(verb: Verb): void
  broken(): Heard["broken"]
  /** From now on a whole reply must come within the patience, however many octets of it drip in. */
  hurry(): void
  /** The message is on its way, which takes as long as it takes. */
  rest(): void
  end(): void
}

/** `patience`: for each whole reply; the socket's own timer begins anew with every octet. */
function converse(client: Client, patience: Millis): Talk {
  let verb: Verb = "MAIL"
  let broken: Heard["broken"] = null
  const waiting = new Set<(reply: string | null) => void>()
  const failed = (error: Error): void => {
    broken ??= { after: verb, why: codeOf(error) }
  }
  let isLost = false
  const lost = (): void => {
    isLost = true
    if (waiting.size > 0) broken ??= { after: verb, why: "ECONNECTION" }
    for (const resolve of waiting) resolve(null)
    waiting.clear()
  }
  let timer: NodeJS.Timeout | null = null
  const rest = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
  }
  const hurry = (): void => {
    rest()
    timer = setTimeout(() => {
      broken ??= { after: verb, why: "ETIMEDOUT" }
      client.close()
      lost()
    }, patience)
  }
  client.on("error", failed)
  client.once("end", lost)
  const expect = (replies: number): readonly Promise<string | null>[] =>
    Array.from({ length: replies }, () => {
      const { promise, resolve } = Promise.withResolvers<string | null>()
      // That a connection has ended is told once, perhaps before anybody here listened.
      if (isLost || client.wire() === null) {
        broken ??= { after: verb, why: "ECONNECTION" }
        resolve(null)
        return promise
      }
      waiting.add(resolve)
      client.expect((reply) => {
        waiting.delete(resolve)
        if (timer !== null) hurry()
        resolve(reply)
      })
      return promise
    })
  return {
    say(lines) {
      const replies = expect(lines.length)
      hurry()
      const wire = client.wire()
      if (wire === null) lost()
      else wire.write(`${lines.join("\r\n")}\r\n`)
      return replies
    },
    expect,
    awaits(next) {
      verb = next
    },
    broken: () => broken,
    hurry,
    rest,
    end() {
      rest()
      client.off("error", failed)
      client.off("end", lost)
    },
  }
}

/** Null, or why the message is not whole at the next hop. An answer that comes before the end of the message ends it. */
async function sendMessage(
  client: Client,
  body: AsyncIterable<Uint8Array>,
  { early, timeout }: { readonly early: Promise<string | null> | undefined; readonly timeout: Millis },
): Promise<string | null> {
  let answered = false
  const listen = async (): Promise<void> => {
    await early
    answered = true
  }
  void listen()
  const data = createDataWriter()
  let pieces: Buffer[] = []
  let size = 0
  const add = (piece: Buffer): void => {
    if (piece.length > 0) pieces.push(piece.length < GATHERED ? Buffer.from(piece) : piece)
    size += piece.length
  }
  const send = (): Promise<boolean> => {
    const all = pieces
    pieces = []
    size = 0
    return write(client.wire(), all)
  }
  try {
    for await (const octets of body) {
      add(data.next(octets))
      if (answered || (size >= GATHERED && !(await send()))) break
    }
    if (answered) return drop(client, "an answer before the end of the message")
    add(data.end())
    client.waitAtMost(2 * timeout)
    return (await send()) ? null : drop(client, "ECONNECTION")
  } catch {
    return drop(client, "the stored message could not be read")
  }
}

/** What it has of the message must not look whole. */
function drop(client: Client, why: string): string {
  client.close()
  return why
}

/**
 * One write for what is small, so that it is one packet, one TLS record; what is large has left us when this resolves, since it
 * may be lent. False: the connection is gone.
 */
async function write(wire: Socket | null, pieces: readonly Buffer[]): Promise<boolean> {
  if (wire === null) return false
  const size = pieces.reduce((sum, { length }) => sum + length, 0)
  const [first = Buffer.alloc(0)] = pieces
  const all = pieces.length === 1 ? [first] : size < 2 * GATHERED ? [Buffer.concat(pieces)] : pieces
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const written = (error?: Error | null): void => resolve(error === undefined || error === null)
  const closed = (): void => resolve(false)
  wire.cork()
  for (const [index, piece] of all.entries()) wire.write(piece, index === all.length - 1 ? written : undefined)
  wire.uncork()
  if (size < GATHERED && !wire.writableNeedDrain) return true
  wire.once("close", closed)
  const alive = await promise
  wire.off("close", closed)
  return alive
}

/** `ECONNREFUSED` says more than nodemailer's `ESOCKET`. */
export function codeOf(error: Error): string {
  if ("originalCode" in error && typeof error.originalCode === "string") return error.originalCode
  return "code" in error && typeof error.code === "string" ? error.code : error.message
}
