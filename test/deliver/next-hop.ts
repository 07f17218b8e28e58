/** A scriptable next hop on a real socket: what it answers, drops or leaves unanswered at each command, and what it got. */
import { once } from "node:events"
import { createServer, type Server, type Socket } from "node:net"
import { TLSSocket } from "node:tls"

/** A reply line (without CRLF), `drop` the connection, `cut …`: these words without their end, `drip …`: these, octet by octet, for ever, `silent`: nothing more from now on. */
export type Say = string

export interface Script {
  /** Without the greeting line; default all that we use but TLS. */
  readonly ehlo?: readonly string[]
  /** `CONNECT EHLO MAIL RCPT DATA . RSET QUIT STARTTLS`: what it says, or a list used up one by one, the last for ever. */
  readonly say?: Readonly<Record<string, Say | readonly Say[]>>
  readonly tls?: { readonly cert: string; readonly key: string }
  /** TLS from the first octet. */
  readonly implicit?: boolean
  /** STARTTLS is answered 220, then nonsense instead of a handshake. */
  readonly brokenTls?: boolean
  readonly lmtp?: boolean
  readonly path?: string
  readonly port?: number
}

export interface Received {
  readonly mail: string
  readonly rcpt: readonly string[]
  /** After dot-unstuffing. */
  readonly data: Buffer
  readonly secure: boolean
}

export interface NextHop {
  readonly port: number
  readonly received: Received[]
  readonly commands: string[]
  connections(): number
  close(): Promise<void>
}

export const EHLO = ["PIPELINING", "8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES", "SIZE 100000000"]

export async function nextHop(script: Script = {}): Promise<NextHop> {
  const sockets = new Set<Socket>()
  const hop = { port: 0, received: [] as Received[], commands: [] as string[] }
  const uses = new Map<string, number>()
  let connections = 0
  const say = (command: string, fallback: Say): Say => {
    const scripted = script.say?.[command]
    if (scripted === undefined || typeof scripted === "string") return scripted ?? fallback
    const use = uses.get(command) ?? 0
    uses.set(command, use + 1)
    return scripted[Math.min(use, scripted.length - 1)] ?? fallback
  }
  const server: Server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on("close", () => sockets.delete(socket))
    socket.on("error", () => undefined)
    const first = script.implicit === true && script.tls !== undefined ? secured(socket, script.tls) : socket
    converse(first, { script, say, hop })
  })
  server.listen(script.path ?? { port: script.port ?? 0, host: "127.0.0.1" })
  await once(server, "listening")
  const address = server.address()
  hop.port = typeof address === "object" && address !== null ? address.port : 0
  return {
    ...hop,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, "close")
    },
  }
}

/** The words again and again, an octet each 50 ms, until the other side has gone. */
function drip(socket: Socket, words: string): void {
  let at = 0
  const timer = setInterval(() => socket.write(words[at++ % words.length] ?? ""), 50)
  socket.on("close", () => clearInterval(timer))
}

function secured(socket: Socket, tls: { cert: string; key: string }): Socket {
  const wrapped = new TLSSocket(socket, { isServer: true, ...tls })
  wrapped.on("error", () => socket.destroy())
  return wrapped
}

interface Conversation {
  readonly script: Script
  readonly say: (command: string, fallback: Say) => Say
  readonly hop: { readonly received: Received[]; readonly commands: string[] }
}

const END = Buffer.from("\r\n.\r\n")

function converse(socket: Socket, { script, say, hop }: Conversation, greet = true): void {
  let buffer = Buffer.alloc(0)
  let mute = false
  let [pieces, tail]: [Buffer[], Buffer] = [[], Buffer.alloc(0)]
  let [mail, rcpt, inData]: [string, string[], boolean] = ["", [], false]
  const speak = (words: Say): void => {
    if (words === "silent") mute = true
    if (words === "drop") socket.destroy()
    else if (words.startsWith("cut ")) socket.end(words.slice(4))
    else if (words.startsWith("drip ") && !mute) {
      mute = true
      drip(socket, words.slice(5))
    } else if (!mute) socket.write(`${words}\r\n`)
  }
  const ehlo = [
    ...(script.ehlo ?? EHLO),
    ...(script.tls !== undefined && !(socket instanceof TLSSocket) ? ["STARTTLS"] : []),
  ]
  const respond = (line: string): void => {
    hop.commands.push(line)
    const command = line.split(/[ :]/, 1)[0]?.toUpperCase() ?? ""
    switch (command) {
      case "EHLO":
      case "LHLO":
        return speak(
          say(
            command,
            ["next.example", ...ehlo].map((text, i) => `250${i === ehlo.length ? " " : "-"}${text}`).join("\r\n"),
          ),
        )
      case "MAIL":
        ;[mail, rcpt] = [line, []]
        return speak(say(command, "250 2.1.0 ok"))
      case "RCPT": {
        const words = say(command, "250 2.1.5 ok")
        if (words.startsWith("2")) rcpt.push(line)
        return speak(words)
      }
      case "DATA": {
        const words = say(command, rcpt.length === 0 ? "503 5.5.1 no recipients" : "354 go on")
        inData = words.startsWith("354")
        ;[pieces, tail] = [[], Buffer.from("\r\n")]
        return speak(words)
      }
      case "STARTTLS":
        if (script.tls === undefined) return speak("502 5.5.1 no TLS here")
        if (script.say?.["STARTTLS"] !== undefined) return speak(say(command, ""))
        speak("220 go on")
        socket.removeAllListeners("data")
        if (script.brokenTls === true) socket.write("this is no handshake\r\n")
        else converse(secured(socket, script.tls), { script, say, hop }, false)
        return undefined
      case "QUIT":
        speak(say(command, "221 2.0.0 bye"))
        return void socket.end()
      default:
        return speak(say(command, "250 2.0.0 ok"))
    }
  }
  socket.on("error", () => undefined)
  socket.on("data", (chunk) => {
    buffer = Buffer.concat([buffer, chunk])
    for (;;) {
      if (inData) {
        // The client waits for the reply to its dot, so the dot ends what has come.
        pieces.push(buffer)
        tail = Buffer.concat([tail, buffer]).subarray(-5)
        buffer = Buffer.alloc(0)
        if (!tail.equals(END)) return
        const stuffed = Buffer.concat(pieces).toString("latin1").slice(0, -3)
        inData = false
        hop.received.push({
          mail,
          rcpt,
          data: Buffer.from(stuffed.replace(/(^|\r\n)\./g, "$1"), "latin1"),
          secure: socket instanceof TLSSocket,
        })
        for (const _ of script.lmtp === true ? rcpt : [""]) speak(say(".", "250 2.0.0 queued"))
        continue
      }
      const eol = buffer.indexOf("\r\n")
      if (eol === -1) return
      const line = buffer.subarray(0, eol).toString()
      buffer = buffer.subarray(eol + 2)
      respond(line)
    }
  })
  if (greet) speak(say("CONNECT", "220 next.example ESMTP"))
}
