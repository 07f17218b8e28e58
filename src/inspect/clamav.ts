/** Asks clamd about a stream of octets (INSTREAM of clamd(8)); only its exact words for "clean" are clean. */
import { type Socket, connect } from "node:net"
import { pipeline } from "node:stream/promises"
import { setImmediate } from "node:timers/promises"

/** `failed`: the scanner did not do its work; nothing is known about the octets. */
export type Scan =
  | { readonly is: "clean" }
  | { readonly is: "found"; readonly name: string }
  | { readonly is: "over-limit" }
  | { readonly is: "failed"; readonly why: string }

export type Octets = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** Octets of one INSTREAM chunk. */
const CHUNK = 65_536
/** Octets of an answer; clamd's own are below 1 KiB. */
const LONGEST_ANSWER = 4_096

/**
 * Sends the octets to `target` (`tcp://host:port` or `unix:/path`) and tells what clamd said. Never rejects.
 * The signal is the deadline: a scanner that hangs is a scanner that failed.
 */
export async function scan(target: string, octets: () => Octets, signal: AbortSignal): Promise<Scan> {
  const said = await ask(target, octets(), signal)
  // clamd says "size limit exceeded" and closes on our unread octets: the reset may swallow what it said. RFC 1122 §4.2.2.13.
  return said.is === "failed" && said.why === "broken-off" ? ask(target, octets(), signal) : said
}

async function ask(target: string, octets: Octets, signal: AbortSignal): Promise<Scan> {
  if (signal.aborted) return failed("timeout")
  const socket = dial(target)
  if (socket === null) return failed("unreachable")
  const answer = listen(socket, signal)
  let sent = false
  // A scanner that has seen enough closes early: what it said before decides, and nothing said is a failure.
  const sending = pipeline(
    tell(octets, () => (sent = true)),
    socket,
    { end: false, signal },
  )
  sending.catch(() => socket.destroy())
  const said = await answer
  socket.destroy()
  return said.is === "said" ? interpret(said.words, sent) : failed(said.is)
}

/** Whether a scanner answers at `target`, or why not. Never rejects. */
export async function ping(target: string, signal: AbortSignal): Promise<"pong" | { readonly why: string }> {
  const socket = signal.aborted ? null : dial(target)
  if (socket === null) return { why: "unreachable" }
  const answer = listen(socket, signal)
  socket.write("zPING\0")
  const said = await answer
  socket.destroy()
  if (said.is !== "said") return { why: said.is }
  return said.words === "PONG" ? "pong" : { why: "garbage" }
}

function failed(why: string): Scan {
  return { is: "failed", why }
}

/** Null for a target that is none: a port out of range, a broken address. */
function dial(target: string): Socket | null {
  if (target.startsWith("unix:")) return connect({ path: target.slice("unix:".length) })
  const url = URL.parse(target)
  if (url === null) return null
  return connect({ host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port), noDelay: true })
}

/** The command, chunks behind their length, and an empty chunk for the end. */
async function* tell(octets: Octets, last: () => void): AsyncGenerator<Uint8Array> {
  yield Buffer.from("zINSTREAM\0")
  for await (const piece of octets) {
    for (let at = 0; at < piece.length; at += CHUNK) {
      const chunk = piece.subarray(at, at + CHUNK)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(chunk.length)
      yield Buffer.concat([length, chunk])
      // Lets an early answer be read before the next write meets a closed connection.
      await setImmediate()
    }
  }
  last()
  yield Buffer.alloc(4)
}

type Answer =
  | { readonly is: "said"; readonly words: string }
  | { readonly is: "timeout" | "unreachable" | "broken-off" | "garbage" }

/** The answer up to its NUL, or how the connection ended before it. */
function listen(socket: Socket, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve) => {
    let words = ""
    let connected = false
    const late = (): void => resolve({ is: "timeout" })
    signal.addEventListener("abort", late, { once: true })
    socket.once("connect", () => {
      connected = true
    })
    socket.on("data", (chunk: Buffer) => {
      words += chunk.toString("latin1")
      const end = words.indexOf("\0")
      if (end >= 0 && end === words.length - 1) resolve({ is: "said", words: words.slice(0, end) })
      else if (end >= 0 || words.length > LONGEST_ANSWER) resolve({ is: "garbage" })
    })
    // "close" follows and says the same.
    socket.on("error", () => {})
    socket.once("close", () => {
      signal.removeEventListener("abort", late)
      if (words !== "") resolve({ is: "garbage" })
      else resolve({ is: connected ? "broken-off" : "unreachable" })
    })
  })
}

/** "stream: OK" to a stream that has not ended yet is no answer to it. */
function interpret(words: string, sent: boolean): Scan {
  if (words === "stream: OK") return sent ? { is: "clean" } : failed("garbage")
  const found = /^stream: (\S.*) FOUND$/.exec(words)?.[1]
  if (found !== undefined) return { is: "found", name: clean(found) }
  if (words === "INSTREAM size limit exceeded. ERROR") return { is: "over-limit" }
  const error = /^(.*) ERROR$/.exec(words)?.[1]
  return failed(error === undefined ? "garbage" : `error: ${clean(error)}`)
}

/** Names come from signature files and errors may quote names inside archives. */
function clean(words: string): string {
  return words.replace(/[^\x20-\x7e]/g, "?").slice(0, 128)
}
