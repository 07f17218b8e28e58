/** A recording SMTP next hop: keeps every envelope as it was said and every message octet for octet, and misbehaves on demand. */
import { createServer, type Server, type Socket } from "node:net"
import { TLSSocket } from "node:tls"
import { once } from "node:events"

/** The moments at which a next hop speaks. `END` is after the final dot. */
export type Step = "CONNECT" | "EHLO" | "STARTTLS" | "MAIL" | "RCPT" | "DATA" | "END" | "RSET" | "QUIT"
/** Instead of a reply: cut the connection, or keep silent for ever. */
export const DROP = Symbol("drop")
export const HANG = Symbol("hang")

export interface SinkOptions {
  /** A reply other than the usual one, without CRLF; undefined: the usual one. `line` is the command as it came. */
  readonly answer?: (step: Step, line: string) => string | typeof DROP | typeof HANG | undefined
  /** What EHLO offers. */
  readonly ehlo?: readonly string[]
  /** PEM; offers STARTTLS. */
  readonly tls?: { readonly cert: string; readonly key: string }
  readonly port?: number
}

export interface Received {
  readonly helo: string
  /** The command as it came, `MAIL FROM:<a@b> SIZE=1`. */
  readonly mail: string
  readonly rcpt: readonly string[]
  /** Octets after dot-unstuffing. */
  readonly bytes: Buffer
  readonly secure: boolean
}

export type Sink = Awaited<ReturnType<typeof openSink>>

const OFFERED = ["PIPELINING", "SIZE 50000000", "8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES"]
const USUAL: Readonly<Record<Exclude<Step, "EHLO">, string>> = {
  CONNECT: "220 sink.example ESMTP",
  STARTTLS: "220 2.0.0 go on",
  MAIL: "250 2.1.0 ok",
  RCPT: "250 2.1.5 ok",
  DATA: "354 go on",
  END: "250 2.0.0 taken",
  RSET: "250 2.0.0 ok",
  QUIT: "221 2.0.0 bye",
}

export async function openSink(options: SinkOptions = {}) {
  const received: Received[] = []
  const sockets = new Set<Socket>()
  const waiting = new Set<() => void>()
  let script = options
  let connections = 0

  const server: Server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket))
    serve(
      socket,
      () => script,
      (message) => {
        received.push(message)
        for (const wake of waiting) wake()
      },
    )
  })
  server.listen(options.port ?? 0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0

  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    await once(server.close(), "close")
  }
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    /** Every message taken, in order of its final dot. */
    received: received as readonly Received[],
    connections: () => connections,
    /** From the next command on it behaves so. */
    script(next: SinkOptions) {
      script = next
    },
    /** Resolves once `count` messages have been taken; rejects after `span` ms. */
    waitFor(count: number, span = 10_000): Promise<readonly Received[]> {
      return new Promise((resolve, reject) => {
        const done = () => {
          if (received.length < count) return
          clearTimeout(timer)
          waiting.delete(done)
          resolve(received)
        }
        const timer = setTimeout(() => {
          waiting.delete(done)
          reject(new Error(`the sink has ${received.length} messages, not ${count}, after ${span} ms`))
        }, span)
        waiting.add(done)
        done()
      })
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** The mailbox of a MAIL or RCPT command, `a@b` of `RCPT TO:<a@b> NOTIFY=NEVER`. */
export function pathOf(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? ""
}

interface Session {
  helo: string
  mail: string
  rcpt: string[]
}

function serve(first: Socket, script: () => SinkOptions, take: (message: Received) => void): void {
  const session: Session = { helo: "", mail: "", rcpt: [] }
  let socket: Socket = first
  let buffered = Buffer.alloc(0)
  let body: Buffer[] | null = null

  const usual = (step: Step): string => {
    // A client that says all three at once hears of a refusal three times. RFC 2920 §3.1.
    if (step === "RCPT" && session.mail === "") return "503 5.5.1 MAIL first"
    if (step === "DATA" && session.rcpt.length === 0) return "503 5.5.1 RCPT first"
    if (step !== "EHLO") return USUAL[step]
    const { ehlo = OFFERED, tls } = script()
    const offered = [...ehlo, ...(tls === undefined || socket instanceof TLSSocket ? [] : ["STARTTLS"])]
    return ["sink.example", ...offered].map((line, i) => `250${i < offered.length ? "-" : " "}${line}`).join("\r\n")
  }
  /** What was answered, null when nothing was. */
  const speak = (step: Step, line: string): string | null => {
    const reply = script().answer?.(step, line) ?? usual(step)
    if (reply === DROP) socket.destroy()
    if (typeof reply !== "string") return null
    socket.write(`${reply}\r\n`)
    return reply
  }
  const command = (line: string): void => {
    const step = stepOf(line)
    if (step === null) {
      socket.write("502 5.5.1 what?\r\n")
      return
    }
    const positive = /^[23]/.test(speak(step, line) ?? "")
    if (step === "EHLO") session.helo = line.replace(/^\S+\s*/, "")
    if (step === "EHLO" || step === "RSET") [session.mail, session.rcpt] = ["", []]
    if (step === "MAIL") [session.mail, session.rcpt] = [positive ? line : "", []]
    if (step === "RCPT" && positive) session.rcpt.push(line)
    if (step === "DATA" && positive) body = []
    if (step === "QUIT") socket.end()
    if (step === "STARTTLS" && positive) secure()
  }
  const end = (raw: Buffer): void => {
    body = null
    const bytes = Buffer.from(raw.toString("latin1").replace(/(^|\r\n)\./g, "$1"), "latin1")
    const message = { ...session, rcpt: [...session.rcpt], bytes, secure: socket instanceof TLSSocket }
    ;[session.mail, session.rcpt] = ["", []]
    if ((speak("END", "") ?? "").startsWith("2")) take(message)
  }
  const read = (chunk: Buffer): void => {
    buffered = Buffer.concat([buffered, chunk])
    while (buffered.length > 0 && !socket.destroyed) {
      const isBody = body !== null
      const at = isBody ? endOfData(body ?? [], buffered) : buffered.indexOf("\r\n")
      if (at < 0) break
      const rest = buffered.subarray(at + (isBody ? 0 : 2))
      const taken = buffered.subarray(0, at)
      buffered = rest
      if (isBody) end(withoutDot(Buffer.concat([...(body ?? []), taken])))
      else command(taken.toString("latin1"))
    }
    if (body !== null && buffered.length > 0) {
      body.push(buffered)
      buffered = Buffer.alloc(0)
    }
  }
  const listen = (): void => {
    socket.on("data", read)
    socket.on("error", () => socket.destroy())
  }
  const secure = (): void => {
    first.removeAllListeners("data")
    socket = new TLSSocket(first, { isServer: true, ...script().tls })
    listen()
  }
  listen()
  speak("CONNECT", "")
}

function stepOf(line: string): Step | null {
  const verb = line.split(/\s/, 1)[0]?.toUpperCase()
  switch (verb) {
    case "HELO":
    case "LHLO":
    case "EHLO":
      return "EHLO"
    case "MAIL":
    case "RCPT":
    case "DATA":
    case "RSET":
    case "QUIT":
    case "STARTTLS":
      return verb
    default:
      return null
  }
}

/** Octets of `chunk` up to and with the final dot line, -1 when it has not come; the dot line may begin in what came before. */
function endOfData(before: readonly Buffer[], chunk: Buffer): number {
  const tail = before.length === 0 ? Buffer.from("\r\n") : Buffer.concat(before.slice(-5)).subarray(-5)
  const at = Buffer.concat([tail, chunk]).indexOf("\r\n.\r\n")
  return at < 0 ? -1 : at + 5 - tail.length
}

function withoutDot(raw: Buffer): Buffer {
  return raw.subarray(0, raw.length - 3)
}
