/** Asks an ICAP server (the antivirus gateways that agencies own) about some octets, as if they were an answer from the web. RFC 3507. */
import { createHash } from "node:crypto"
import { type Socket, connect } from "node:net"
import type { Millis } from "../../mail/transaction.ts"
import { type IcapResponse, readResponse } from "./icap-response.ts"
import { judge, nothingSeen } from "./icap-verdict.ts"
import { createReader, type Reader } from "./reader.ts"
import type { Scan, Scanner, Target } from "./scan.ts"

export interface IcapOptions {
  /** `icap://host:port/service`. */
  readonly url: string
  /** Octets beyond which the server lets things pass unread (its own setting); null where it has no such limit. */
  readonly maxSize: number | null
}

/** What the server offers; asked again when its word has run out. RFC 3507 §4.10. */
interface Offer {
  readonly preview: boolean
  /** ISTag: changes with every update of its signatures. RFC 3507 §4.7. */
  readonly tag: string
  readonly until: number
}

/** Where the server does not say for how long its offer holds. */
const OFFER_HOLDS: Millis = 60_000
/** RFC 3507 §4.1. */
const PORT = 1344

export function createIcap({ url, maxSize }: IcapOptions, now: () => number): Scanner {
  const place = new URL(url)
  let offered: Offer | null = null

  const offer = async (signal: AbortSignal): Promise<Offer | string> => {
    if (offered !== null && offered.until > now()) return offered
    const response = await exchange(place, signal, (send) => send(head("OPTIONS", place, [])))
    if (typeof response === "string") return response
    const { status, headers } = response
    if (status !== 200) return `status ${status}`
    if (!/\bRESPMOD\b/i.test(headers.get("methods") ?? "")) return "no RESPMOD"
    const ttl = Number(headers.get("options-ttl") ?? Number.NaN)
    const until = now() + (Number.isSafeInteger(ttl) && ttl > 0 ? Math.min(ttl * 1_000, OFFER_HOLDS) : OFFER_HOLDS)
    offered = { preview: headers.has("preview"), tag: headers.get("istag") ?? "", until }
    return offered
  }

  return {
    name: "icap",
    async scan(target, signal) {
      if (maxSize !== null && target.size > maxSize)
        return { is: "unscannable", found: { kind: "unscannable", why: "too-large" } }
      const server = await offer(signal)
      if (typeof server === "string") return { is: "failed", why: server }
      return respmod(place, target, { preview: server.preview, signal })
    },
    async signatures(signal) {
      const server = await offer(signal)
      return typeof server === "string" || server.tag === "" ? null : `${url} ${server.tag}`
    },
    async health(signal) {
      offered = null
      const server = await offer(signal)
      return typeof server === "string" ? { state: "down", why: `icap: ${server}` } : { state: "ok" }
    },
  }
}

interface Asking {
  readonly preview: boolean
  readonly signal: AbortSignal
}

/** The whole body goes out before any word but "no" counts: what has not been seen is not clean. */
async function respmod(place: URL, { octets, size, name }: Target, { preview, signal }: Asking): Promise<Scan> {
  const hash = createHash("sha256")
  const request = httpRequest(name)
  const answer = httpAnswer(size)
  const fields = [
    "Allow: 204",
    ...(preview ? ["Preview: 0"] : []),
    `Encapsulated: req-hdr=0, res-hdr=${request.length}, res-body=${request.length + answer.length}`,
  ]
  let sent = false
  const response = await exchange(place, signal, async (send, reader, listen) => {
    await send(`${head("RESPMOD", place, fields)}${request}${answer}${preview ? "0\r\n\r\n" : ""}`)
    // The server reads the beginning first, here nothing, and says whether it wants the rest. RFC 3507 §4.5.
    if (preview && !(await reader.continues())) return
    listen()
    for await (const chunk of octets()) {
      if (chunk.length === 0) continue
      hash.update(chunk)
      await send(`${chunk.length.toString(16)}\r\n`)
      await send(chunk)
      await send("\r\n")
    }
    sent = true
    await send("0\r\n\r\n")
  })
  if (typeof response === "string") return { is: "failed", why: response }
  return judge(response, sent ? { size, sha256: hash.digest("hex") } : nothingSeen)
}

/** A name for the server's eyes: products choose what they look at by its extension, so it gets none it could skip. */
function httpRequest(name: string): string {
  const file = encodeURIComponent(name.slice(-100).toWellFormed()).replace(/[^\w.%-]/g, "_")
  return `GET http://congthu.invalid/${file === "" ? "message.eml" : file} HTTP/1.1\r\nHost: congthu.invalid\r\n\r\n`
}

function httpAnswer(size: number): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: ${size}\r\n\r\n`
}

function head(method: string, { host, pathname }: URL, fields: readonly string[]): string {
  return `${[`${method} icap://${host}${pathname} ICAP/1.0`, `Host: ${host}`, "User-Agent: Congthu", "Connection: close", ...fields].join("\r\n")}\r\n\r\n`
}

type Send = (octets: string | Uint8Array) => Promise<void>

/** One connection, one request: what came back, or how it failed. Never rejects. */
async function exchange(
  place: URL,
  signal: AbortSignal,
  tell: (send: Send, reader: Reader, listen: () => void) => Promise<void>,
): Promise<IcapResponse | string> {
  if (signal.aborted) return "timeout"
  const socket = connect({
    host: place.hostname.replace(/^\[|\]$/g, ""),
    port: Number(place.port || PORT),
    noDelay: true,
  })
  const reader = createReader(socket, signal)
  // A server that has seen enough answers and closes: what it said decides, and nothing said is a failure.
  const listening = Promise.withResolvers<void>()
  tell(sender(socket, signal), reader, listening.resolve)
    .catch(() => {})
    .finally(listening.resolve)
  await listening.promise
  const response = await readResponse(reader)
  socket.destroy()
  return response
}

function sender(socket: Socket, signal: AbortSignal): Send {
  return (octets) =>
    new Promise((resolve, reject) => {
      if (signal.aborted || socket.destroyed) return reject(new Error("closed"))
      const over = (): void => reject(new Error("closed"))
      socket.once("close", over)
      socket.write(octets, (error) => {
        socket.off("close", over)
        if (error) reject(error)
        else resolve()
      })
    })
}
