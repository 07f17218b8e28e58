/** Asks clamd about a stream of octets (INSTREAM of clamd(8)); only its exact words for "clean" are clean. */
import { type Socket, connect } from "node:net"
import { pipeline } from "node:stream/promises"
import { setImmediate } from "node:timers/promises"
import type { Millis } from "../../mail/transaction.ts"
import { type Octets, printableAscii, type Scan, type Scanner } from "./scan.ts"

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

/** What clamd says of itself: `ClamAV 1.4.6/27500/Wed Nov 25 08:00:00 2026`. */
export interface Version {
  readonly words: string
  /** When its signatures were made; null where it knows only local ones and tells no date. */
  readonly signaturesAt: number | null
}

/** Never rejects. */
export async function version(target: string, signal: AbortSignal): Promise<Version | { readonly why: string }> {
  const said = await command(target, "zVERSION\0", signal)
  if (said.is !== "said") return { why: said.is }
  if (!said.words.startsWith("ClamAV ")) return { why: "garbage" }
  const date = said.words.split("/")[2]
  // clamd tells its local time without a zone; half a day is nothing to an age in days.
  const at = date === undefined ? Number.NaN : Date.parse(`${date} UTC`)
  return { words: printableAscii(said.words), signaturesAt: Number.isNaN(at) ? null : at }
}

async function command(target: string, words: string, signal: AbortSignal): Promise<Answer> {
  const socket = signal.aborted ? null : dial(target)
  if (socket === null) return { is: "unreachable" }
  const answer = listen(socket, signal)
  socket.write(words)
  const said = await answer
  socket.destroy()
  return said
}

export interface ClamdOptions {
  readonly target: string
  /** Signatures older than this are out of date. */
  readonly age: Millis
  /** What that means: somebody should look, or nothing it says is believed. */
  readonly outdated: "degraded" | "failed"
  readonly now: () => number
}

/** How long what clamd said of its signatures holds, or that it said nothing. freshclam makes new ones some times a day. */
const VERSION_HOLDS: Millis = 60_000
const SILENCE_HOLDS: Millis = 10_000
/** It says so at once, or something is wrong with it. */
const VERSION_WITHIN: Millis = 1_000

export function createClamd({ target, age, outdated, now }: ClamdOptions): Scanner {
  let known: { readonly at: number; readonly version: Version | { readonly why: string } } | null = null
  const versionOf = async (signal: AbortSignal): Promise<Version | { readonly why: string }> => {
    if (known !== null && now() - known.at < ("why" in known.version ? SILENCE_HOLDS : VERSION_HOLDS))
      return known.version
    const said = await version(target, AbortSignal.any([signal, AbortSignal.timeout(VERSION_WITHIN)]))
    known = { at: now(), version: said }
    return said
  }
  const isOld = (said: Version): boolean => said.signaturesAt !== null && now() - said.signaturesAt > age
  return {
    name: "clamd",
    async scan({ octets }, signal) {
      if (outdated === "failed") {
        const said = await versionOf(signal)
        if ("why" in said) return failed(said.why)
        if (isOld(said)) return failed("out-of-date")
      }
      return scan(target, octets, signal)
    },
    async signatures(signal) {
      const said = await versionOf(signal)
      return "why" in said ? null : said.words
    },
    async health(signal) {
      const said = await version(target, signal)
      if ("why" in said) return { state: "down", why: `clamd: ${said.why}` }
      if (!isOld(said)) return { state: "ok" }
      const days = Math.floor((now() - (said.signaturesAt ?? 0)) / 86_400_000)
      return { state: outdated === "failed" ? "down" : "degraded", why: `clamd: signatures are ${days} days old` }
    },
  }
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
  if (found !== undefined) return named(printableAscii(found))
  if (words === "INSTREAM size limit exceeded. ERROR") return TOO_LARGE
  const error = /^(.*) ERROR$/.exec(words)?.[1]
  return failed(error === undefined ? "garbage" : `error: ${printableAscii(error)}`)
}

const TOO_LARGE: Scan = { is: "unscannable", found: { kind: "unscannable", why: "too-large" } }

/** What clamd's own heuristics say is no malware, but something a policy rules on. clamd.conf(5): AlertExceedsMax, AlertEncrypted, AlertOLE2Macros. */
function named(name: string): Scan {
  if (name.startsWith("Heuristics.Limits.Exceeded")) return TOO_LARGE
  if (name.startsWith("Heuristics.Encrypted.")) return { is: "unscannable", found: { kind: "encrypted", name } }
  if (name.startsWith("Heuristics.OLE2.ContainsMacros")) return { is: "suspicious", found: { kind: "macro", name } }
  return { is: "malicious", found: { kind: "malware", name } }
}
