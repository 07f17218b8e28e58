/** Those whom the gateway asks: scanners, DNS servers, next hops. Each says mutated words over a real socket, and must neither be believed nor waited for. */
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { createSocket, type Socket as Datagrams } from "node:dgram"
import { once } from "node:events"
import { type AddressInfo, createServer, type Socket } from "node:net"
import { findMx } from "../../src/deliver/mx.ts"
import { createPool } from "../../src/deliver/pool.ts"
import { createRests } from "../../src/deliver/rests.ts"
import { send } from "../../src/deliver/smtp.ts"
import { scan } from "../../src/inspect/scan/clamav.ts"
import { createIcap } from "../../src/inspect/scan/icap.ts"
import { createDns } from "../../src/identify/dns.ts"
import { address, settings } from "../deliver/house.ts"
import { transaction } from "../decide/evidence.ts"
import type { Target } from "./targets.ts"

const PRINTABLE = /^[\x20-\x7e]*$/
/** Spans in ms: of a whole conversation, and of what is waited for in it. */
const PATIENCE = 400
const TIMEOUT = 150
const latin1 = (...texts: readonly string[]): readonly Buffer[] => texts.map((text) => Buffer.from(text, "latin1"))

/** Says `words` to those who come, in pieces with `|` between: the next one at each connection, and whenever something is heard. */
async function speaker(): Promise<{ readonly port: number; readonly say: (words: Buffer) => void }> {
  let left: string[] = []
  const server = createServer((socket: Socket) => {
    const next = (): void => {
      const piece = left.shift()
      if (piece === undefined) socket.end()
      else if (piece !== "") socket.write(piece, "latin1")
    }
    socket.on("error", () => {})
    socket.on("data", next)
    next()
  })
  server.listen(0, "127.0.0.1").unref()
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  return { port, say: (said) => void (left = said.toString("latin1").split("|")) }
}

let opened: ReturnType<typeof speaker> | null = null
/** One for all: cases of one process come one after the other. */
const peer = (): ReturnType<typeof speaker> => (opened ??= speaker())

async function clamd(bytes: Buffer): Promise<void> {
  const { port, say } = await peer()
  say(bytes)
  const told = await scan(`tcp://127.0.0.1:${port}`, () => [Buffer.from("x")], AbortSignal.timeout(PATIENCE))
  if (told.is === "clean")
    assert.ok(bytes.toString("latin1").replaceAll("|", "").includes("stream: OK\0"), "clean unsaid")
  else assert.match(told.is === "failed" ? told.why : (told.found.name ?? ""), PRINTABLE)
}

async function icap(bytes: Buffer): Promise<void> {
  const { port, say } = await peer()
  say(bytes)
  const scanner = createIcap({ url: `icap://127.0.0.1:${port}/avscan`, maxSize: null }, Date.now)
  const octets = Buffer.from("harmless")
  const sha256 = createHash("sha256").update(octets).digest("hex")
  const target = { octets: () => [octets], size: octets.length, sha256, name: "a.txt" }
  const told = await scanner.scan(target, AbortSignal.timeout(PATIENCE))
  const words = bytes.toString("latin1")
  if (told.is === "clean") assert.ok(/ 204/.test(words) || words.includes("harmless"), "clean unsaid")
  else assert.match(told.is === "failed" ? told.why : (told.found.name ?? ""), PRINTABLE)
}

/** Accepted is only what the next hop answered with 2yz after it had the message. */
async function nextHop(bytes: Buffer): Promise<void> {
  const { port, say } = await peer()
  say(bytes)
  const chosen = settings({ routes: [{ domains: ["*"], to: `smtp://127.0.0.1:${port}`, tls: "off" }] })
  const [route] = chosen.deliver.routes
  if (route === undefined) throw new Error("no route")
  const recipient = { address: address("b@next.example"), notify: null, orcpt: null }
  const { envelope } = transaction("a@agency.example", ["b@next.example"])
  const mail = {
    envelope,
    recipients: [recipient],
    edits: [],
    eightBit: false,
    size: 9,
    headersAreEightBit: () => Promise.resolve(false),
  }
  async function* body(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from("A: b\r\n\r\nc"))
  }
  const way = { kind: "host", host: "127.0.0.1", port, secure: false, lmtp: false } as const
  const patience = { timeout: TIMEOUT, signal: AbortSignal.timeout(2 * PATIENCE) }
  const means = { settings: chosen, pool: createPool(), rests: createRests(), patience }
  const { answers } = await send({ ...mail, requireTls: false, body }, { route, nextHop: way }, means)
  assert.equal(answers.length, 1)
  for (const answer of answers) {
    if (answer.is === "accepted")
      assert.ok((bytes.toString("latin1").match(/(?:^|[\r\n|])2\d\d/g)?.length ?? 0) >= 3, "accepted unsaid")
    else assert.match(`${answer.cause.reply ?? ""}${answer.cause.why}`, PRINTABLE)
  }
}

/** Answers every question with the octets it was given, under the question's own number. */
async function nameServer(): Promise<{ readonly port: number; readonly say: (words: Buffer) => void }> {
  let words: Buffer = Buffer.alloc(0)
  const socket: Datagrams = createSocket("udp4")
  socket.on("error", () => {})
  socket.on("message", (question, from) => {
    const name = question.subarray(12, question.indexOf(0, 12) + 5)
    const answer = Buffer.concat([question.subarray(0, 2), words.subarray(0, 10), name, words.subarray(10)])
    socket.send(answer.subarray(0, 4_096), from.port, from.address)
  })
  socket.bind(0, "127.0.0.1")
  await once(socket, "listening")
  socket.unref()
  return { port: socket.address().port, say: (said) => void (words = said) }
}

let named: ReturnType<typeof nameServer> | null = null

async function dns(bytes: Buffer): Promise<void> {
  const { port, say } = await (named ??= nameServer())
  say(bytes)
  const resolver = `127.0.0.1:${port}`
  const chosen = settings({ routes: [{ domains: ["*"], to: "mx" }], mx: { port: 25, resolver, allowPrivate: false } })
  const found = await findMx("next.example", chosen, AbortSignal.timeout(PATIENCE))
  if (found.is === "none") assert.match(`${found.cause.why}${found.cause.status}`, PRINTABLE)
  else for (const { address: at } of found.hosts) assert.doesNotMatch(at, /^(?:127\.|10\.|192\.168\.|0\.|::1$|fe80:)/)
  const { ask } = createDns({ resolver, timeout: TIMEOUT })(AbortSignal.timeout(PATIENCE), TIMEOUT)
  for (const type of ["TXT", "MX", "A"]) {
    const answer = await ask("next.example", type).catch(
      (error: Error & { code?: string }) => error.code ?? assert.fail(error),
    )
    assert.ok(typeof answer === "string" || Array.isArray(answer))
  }
}

const OFFER = 'ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\nISTag: "x"\r\nAllow: 204\r\nEncapsulated: null-body=0\r\n\r\n'
const FOUND =
  "ICAP/1.0 200 OK\r\nX-Infection-Found: Type=0; Resolution=2; Threat=Eicar;\r\nEncapsulated: res-hdr=0, res-body=19\r\n\r\nHTTP/1.1 403 No\r\n\r\n3\r\nno!\r\n0\r\n\r\n"
/** Flags and counts of an answer, then one record that points to the question's name. */
const record = (type: number, data: string): string =>
  `\x81\x80\0\x01\0\x01\0\0\0\0\xc0\x0c\0${String.fromCharCode(type)}\0\x01\0\0\0\x3c\0${String.fromCharCode(data.length)}${data}`

export const PEERS: readonly Target[] = [
  {
    name: "clamd",
    seeds: latin1("|stream: OK\0", "||stream: Eicar FOUND\0", "|INSTREAM size limit exceeded. ERROR\0"),
    run: clamd,
  },
  {
    name: "icap",
    seeds: latin1(`|${OFFER}`, `|${OFFER}||ICAP/1.0 204 No\r\n\r\n`, `|${FOUND}`, `||${FOUND}`),
    run: icap,
  },
  {
    name: "next-hop",
    seeds: latin1(
      "220 x\r\n|250-x\r\n250 PIPELINING\r\n|250 ok\r\n250 ok\r\n354 go\r\n||250 taken\r\n|221 bye\r\n",
      "220 x\r\n|250 x\r\n|250 ok\r\n|250 ok\r\n|354 go\r\n|250 taken\r\n",
      "220-x\r\n220 y\r\n|250-SIZE 1\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n|550 5.1.1 no\r\n|550-a\r\n550 b\r\n",
      "421 4.3.2 later\r\n",
    ),
    run: nextHop,
  },
  {
    name: "dns",
    seeds: latin1(
      record(15, "\0\x0a\x02mx\xc0\x0c"),
      record(1, "\xc0\0\x02\x01"),
      record(16, "\x06v=spf1"),
      record(5, "\x01a\xc0\x0c"),
      "\x81\x83\0\x01\0\0\0\0\0\0",
    ),
    run: dns,
  },
]
