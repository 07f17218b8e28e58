/** A raw SMTP client for tests: transcripts of `C:` and `S:` lines over real sockets. */
import assert from "node:assert/strict"
import { once } from "node:events"
import { connect as connectTcp, type Socket } from "node:net"
import { connect as connectTls, type TLSSocket } from "node:tls"

const PATIENCE = 5_000

export interface Dialogue {
  /** Octets as they are. */
  send(octets: string | Uint8Array): void
  /** The next reply, all its lines joined by "\n", or "closed". */
  reply(): Promise<string>
  /** `C: line`, `S: prefix` (`*` matches the rest of a line), `S: closed`. */
  run(...lines: readonly string[]): Promise<void>
  /** After `220` to STARTTLS. `injected` goes out in clear first. */
  startTls(): Promise<void>
  tls(): TLSSocket | null
  /** Drops the connection without a word. */
  vanish(): void
  end(): void
}

export async function dial(port: number, host = "127.0.0.1"): Promise<Dialogue> {
  const socket = connectTcp({ port, host })
  await once(socket, "connect")
  return dialogue(socket)
}

export async function dialTls(port: number): Promise<Dialogue> {
  const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false })
  await once(socket, "secureConnect")
  return dialogue(socket)
}

/** One connection, one transcript; its greeting is expected first. */
export async function transcript(port: number, ...lines: readonly string[]): Promise<void> {
  const client = await dial(port)
  try {
    await client.run("S: 220", ...lines)
  } finally {
    client.end()
  }
}

function dialogue(first: Socket): Dialogue {
  let socket = first
  let buffered = ""
  let isClosed = false
  let wake: () => void = () => {}
  const listen = (): void => {
    socket.setNoDelay(true)
    socket.on("data", (chunk: Buffer) => {
      buffered += chunk.toString("latin1")
      wake()
    })
    socket.on("error", () => {})
    socket.on("close", () => {
      isClosed = true
      wake()
    })
    socket.on("end", () => {
      isClosed = true
      wake()
    })
  }
  listen()

  async function reply(): Promise<string> {
    const until = Date.now() + PATIENCE
    for (;;) {
      const match = /^(?:\d{3}-[^\r\n]*\r\n)*\d{3} ?[^\r\n]*\r\n/.exec(buffered)
      if (match !== null) {
        buffered = buffered.slice(match[0].length)
        return match[0].trimEnd().replaceAll("\r\n", "\n")
      }
      if (isClosed) return "closed"
      const left = until - Date.now()
      if (left <= 0) throw new Error(`no reply in time, so far: ${JSON.stringify(buffered)}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  const client: Dialogue = {
    send: (octets) => socket.write(octets),
    reply,
    run: async (...lines) => {
      for (const line of lines) {
        const text = line.slice(3)
        if (line.startsWith("C: ")) client.send(`${text}\r\n`)
        else {
          const said = await reply()
          assert.ok(matches(said, text), `expected ${JSON.stringify(text)}, got ${JSON.stringify(said)}`)
        }
      }
    },
    startTls: async () => {
      socket.removeAllListeners("data")
      const secure = connectTls({ socket, rejectUnauthorized: false })
      await once(secure, "secureConnect")
      socket = secure
      buffered = ""
      listen()
    },
    tls: () => ("getPeerCertificate" in socket ? (socket as TLSSocket) : null),
    vanish: () => socket.resetAndDestroy(),
    end: () => socket.destroy(),
  }
  return client
}

function matches(said: string, wanted: string): boolean {
  const [head = "", ...rest] = wanted.split("*")
  if (!said.startsWith(head)) return false
  return rest.every((part) => said.includes(part))
}
