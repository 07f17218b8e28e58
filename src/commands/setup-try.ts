/** Looks at a next hop and at a scanner as they are now: what each says, step by step. Nothing is sent and nothing kept. */
import { connect } from "../deliver/connection.ts"
import { cleanReply } from "../deliver/outcome.ts"
import { nextHopOf } from "../deliver/route.ts"
import { scan, version } from "../inspect/scan/clamav.ts"
import { ascii } from "../mail/reply.ts"
import type { HopTried, NextHopChoice, ScannerTried } from "../mail/setup.ts"
import type { Millis } from "../mail/transaction.ts"

/** A person waits. */
const PATIENCE: Millis = 10_000
const COMMAND: Millis = 5_000

const NOTHING = { extensions: [], starttls: false, encrypted: false, recipient: null } as const
const PLACES = { reach: "connect", connection: "greeting", tls: "tls", "no-starttls": "starttls" } as const

/** `domain`: whose postmaster is asked for, who always exists. RFC 5321 §4.5.1. */
export async function tryHop({ to, tls }: NextHopChoice, domain: string, hostname: string): Promise<HopTried> {
  const hop = nextHopOf(to, domain)
  if (hop === null || (hop.kind !== "host" && hop.kind !== "socket")) {
    return { ...NOTHING, reached: false, failed: { at: "connect", why: "smtp://host:port" } }
  }
  const isHost = hop.kind === "host"
  const target = {
    at: isHost ? { host: hop.host, port: hop.port } : { path: hop.path },
    name: isHost ? hop.host : "localhost",
    secure: isHost && hop.secure,
    lmtp: !isHost || hop.lmtp,
    tls,
  }
  const patience = { timeout: COMMAND, signal: AbortSignal.timeout(PATIENCE) }
  const connected = await connect(target, hostname, patience)
  if (connected.is === "failed") {
    const { at, cause } = connected
    const why = [cause.why, cause.reply].filter((words) => words !== null && words !== "").join(" – ")
    return { ...NOTHING, reached: at !== "reach", failed: { at: PLACES[at], why } }
  }
  const { connection } = connected
  const ask = async (line: string): Promise<string> => cleanReply((await connection.ask(line, patience)) ?? "")
  const address = `postmaster@${domain}`
  const mail = await ask("MAIL FROM:<>")
  const reply = mail.startsWith("2") ? await ask(`RCPT TO:<${address}>`) : mail
  if (connection.isAlive()) await ask("RSET")
  connection.quit()
  return {
    reached: true,
    extensions: [...connection.extensions.keys()].map((one) => ascii(one).slice(0, 40)).slice(0, 40),
    // Once it is encrypted the next hop does not offer it again. RFC 3207 §4.2.
    starttls: connection.extensions.has("STARTTLS") || (connection.secure && !target.secure),
    encrypted: connection.secure,
    recipient: { address, reply: reply === "" ? "–" : reply, taken: reply.startsWith("2") },
    failed: null,
  }
}

export async function tryScanner(clamd: string, age: Millis): Promise<ScannerTried> {
  const signal = AbortSignal.timeout(PATIENCE)
  const said = await version(clamd, signal)
  if ("why" in said) return { works: false, version: null, signaturesAt: null, outdated: false, why: said.why }
  const scanned = await scan(clamd, () => [Buffer.from("congthu")], signal)
  return {
    works: scanned.is === "clean",
    version: said.words,
    signaturesAt: said.signaturesAt,
    outdated: said.signaturesAt !== null && Date.now() - said.signaturesAt > age,
    why: scanned.is === "clean" ? null : scanned.is === "failed" ? scanned.why : scanned.is,
  }
}
