/**
 * Slow clients against an SMTP server, and an honest one beside them.
 * `npm run slow-loris -- --port 2525 --connections 500 --seconds 60 --every 10000 --to b@tuyenquang.gov.vn` against a running gateway.
 */
import { connect, type Socket } from "node:net"
import { parseArgs } from "node:util"

export interface Attack {
  readonly connections: number
  readonly seconds: number
  /** Span in ms between two octets of one connection. */
  readonly every: number
  readonly to?: string
}

/** Spans in ms. */
export interface Told {
  readonly transactions: number
  readonly refused: number
  readonly median: number
  readonly p99: number
  readonly slowest: number
  /** Slow connections that the server ended, and the longest life of one. */
  readonly cut: number
  readonly longest: number
  readonly alive: number
}

export async function slowLoris(port: number, { connections, seconds, every, to }: Attack): Promise<Told> {
  const lives: number[] = []
  const open = new Set<Socket>()
  const attack = (): void => {
    const socket = connect({ port, host: "127.0.0.1" })
    const began = Date.now()
    open.add(socket)
    const drip = setInterval(() => socket.write("N"), every)
    const first = setTimeout(() => socket.write("N"), Math.random() * every)
    socket.on("error", () => {})
    socket.on("data", () => {})
    socket.on("close", () => {
      clearInterval(drip)
      clearTimeout(first)
      if (open.delete(socket)) lives.push(Date.now() - began)
    })
  }
  for (let n = 0; n < connections; n++) attack()
  const spans: number[] = []
  let refused = 0
  const until = Date.now() + seconds * 1_000
  while (Date.now() < until) {
    const began = Date.now()
    if (await transaction(port, to ?? "x@agency.example")) spans.push(Date.now() - began)
    else refused++
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const alive = open.size
  for (const socket of open) {
    open.delete(socket)
    socket.destroy()
  }
  spans.sort((a, b) => a - b)
  const at = (share: number): number => spans[Math.min(spans.length - 1, Math.floor(spans.length * share))] ?? 0
  const longest = Math.max(0, ...lives)
  return {
    transactions: spans.length,
    refused,
    median: at(0.5),
    p99: at(0.99),
    slowest: at(1),
    cut: lives.length,
    longest,
    alive,
  }
}

const MESSAGE = "From: a@b.example\r\nTo: x@agency.example\r\nSubject: honest\r\n\r\nhi\r\n"

/** One whole session; false when the server did not take the message. */
function transaction(port: number, to: string): Promise<boolean> {
  const lines = ["EHLO honest.example", "MAIL FROM:<a@b.example>", `RCPT TO:<${to}>`, "DATA", `${MESSAGE}.`, "QUIT"]
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" })
    let taken = false
    let text = ""
    socket.setTimeout(30_000, () => socket.destroy())
    socket.on("error", () => {})
    socket.on("close", () => resolve(taken))
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1")
      if (!/^(?:\d{3}-.*\r\n)*\d{3} .*\r\n$/.test(text)) return
      const positive = /^[23]/.test(text)
      text = ""
      if (!positive) socket.destroy()
      if (lines.length === 1) taken = positive
      const next = lines.shift()
      if (next !== undefined && positive) socket.write(`${next}\r\n`)
    })
  })
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "2525" },
      connections: { type: "string", default: "500" },
      seconds: { type: "string", default: "60" },
      every: { type: "string", default: "10000" },
      to: { type: "string", default: "b@tuyenquang.gov.vn" },
    },
  })
  const { port, connections, seconds, every, to } = values
  const attack = { connections: Number(connections), seconds: Number(seconds), every: Number(every), to }
  process.stdout.write(`${JSON.stringify(await slowLoris(Number(port), attack))}\n`)
}
