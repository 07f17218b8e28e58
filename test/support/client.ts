/** An SMTP client that says exactly what it is told, for dialogues with a listener. */
import { connect as connectTcp, type Socket } from "node:net"
import { connect as connectTls } from "node:tls"
import { once } from "node:events"
import assert from "node:assert/strict"

/** Span in ms to wait for one reply. */
const PATIENCE = 20_000

export interface ConnectOptions {
  readonly host?: string
  readonly localAddress?: string
  /** TLS from the first octet. */
  readonly implicitTls?: boolean
  /** Ms to wait for one reply. */
  readonly patience?: number
}

export type Client = Awaited<ReturnType<typeof connect>>

export async function connect(
  port: number,
  { host = "127.0.0.1", localAddress, implicitTls, patience = PATIENCE }: ConnectOptions = {},
) {
  const target = { host, port, ...(localAddress === undefined ? {} : { localAddress }) }
  let socket: Socket = implicitTls ? connectTls({ ...target, rejectUnauthorized: false }) : connectTcp(target)
  let text = ""
  let closed = false
  let wake: () => void = () => {}
  const listen = (): void => {
    socket.setNoDelay(true)
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1")
      wake()
    })
    socket.on("error", () => {})
    socket.on("close", () => {
      closed = true
      wake()
    })
  }
  listen()
  await once(socket, implicitTls ? "secureConnect" : "connect")

  /** One whole reply, its lines joined by "\n", without CRLF. "" when the peer closed instead. */
  const reply = async (): Promise<string> => {
    const deadline = AbortSignal.timeout(patience)
    for (;;) {
      const whole = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\r?\n/.exec(text)?.[0]
      if (whole !== undefined) {
        text = text.slice(whole.length)
        return whole.replaceAll("\r", "").trimEnd()
      }
      if (closed) return ""
      if (deadline.aborted) throw new Error(`no reply after ${patience} ms, only ${JSON.stringify(text)}`)
      await new Promise<void>((resolve) => {
        wake = resolve
        deadline.addEventListener("abort", () => resolve(), { once: true })
      })
    }
  }

  const client = {
    reply,
    /** The next reply, which must match. */
    async expect(pattern: RegExp): Promise<string> {
      const got = await reply()
      assert.match(got, pattern)
      return got
    },
    /** Octets as they are. */
    write(raw: string | Uint8Array) {
      socket.write(typeof raw === "string" ? Buffer.from(raw, "latin1") : raw)
    },
    /** One command, and its reply; a pattern must match it. */
    async say(line: string, pattern?: RegExp): Promise<string> {
      client.write(`${line}\r\n`)
      return pattern === undefined ? reply() : client.expect(pattern)
    },
    /** After 354: the message dot-stuffed, the final dot, and the reply to it. */
    async send(message: Uint8Array, pattern?: RegExp): Promise<string> {
      client.write(stuffed(message))
      return pattern === undefined ? reply() : client.expect(pattern)
    },
    /** One whole transaction; the replies to each RCPT and, when one was taken, to the message. */
    async transact({ from, to, message }: Transaction): Promise<{ rcpt: string[]; reply: string }> {
      const mail = await client.say(`MAIL FROM:${parameters(from)}`)
      if (!mail.startsWith("250")) return { rcpt: [], reply: mail }
      const rcpt: string[] = []
      for (const recipient of to) rcpt.push(await client.say(`RCPT TO:${parameters(recipient)}`))
      if (!rcpt.some((line) => line.startsWith("250"))) return { rcpt, reply: rcpt.at(-1) ?? "" }
      const go = await client.say("DATA")
      return { rcpt, reply: go.startsWith("354") ? await client.send(message) : go }
    },
    async startTls(): Promise<void> {
      await client.say("STARTTLS", /^220/)
      socket.removeAllListeners("data")
      socket = connectTls({ socket, rejectUnauthorized: false })
      listen()
      await once(socket, "secureConnect")
    },
    async login(user: string, password: string): Promise<string> {
      return client.say(`AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString("base64")}`)
    },
    /** Resolves when the peer has closed. */
    async closed(): Promise<void> {
      if (!closed) await once(socket, "close", { signal: AbortSignal.timeout(PATIENCE) })
    },
    close() {
      socket.destroy()
    },
  }
  return client
}

export interface Transaction {
  /** An address, or `<address> PARAMETER=…` as it shall be said. */
  readonly from: string
  readonly to: readonly string[]
  readonly message: Uint8Array
}

/** Connects, greets, makes one transaction, quits. */
export async function sendMail(port: number, transaction: Transaction): Promise<{ rcpt: string[]; reply: string }> {
  const client = await connect(port)
  try {
    await client.expect(/^220/)
    await client.say("EHLO client.example", /^250/)
    const result = await client.transact(transaction)
    await client.say("QUIT")
    return result
  } finally {
    client.close()
  }
}

function parameters(path: string): string {
  return path.startsWith("<") ? path : `<${path}>`
}

/** RFC 5321 §4.5.2, with the final dot. */
export function stuffed(message: Uint8Array): Buffer {
  const text = Buffer.from(message)
    .toString("latin1")
    .replace(/(^|\r\n)\./g, "$1..")
  return Buffer.from(`${text}${text === "" || text.endsWith("\r\n") ? "" : "\r\n"}.\r\n`, "latin1")
}
