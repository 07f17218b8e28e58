/** The gateway's SMTP in every state of its protocol, over real sockets: random dialogues, and what must hold of every answer. */
import assert from "node:assert/strict"
import { connect } from "node:net"
import { connect as connectTls } from "node:tls"
import type { Random } from "../crash/random.ts"
import { mutated } from "./mutate.ts"
import { COMMANDS, DATA, MESSAGES } from "./seeds.ts"

/** Ways to each state: connected, greeted, with a sender, with a recipient, in DATA, after a message. */
const STATES: readonly (readonly string[])[] = [
  [],
  ["EHLO a"],
  ["HELO a"],
  ["EHLO a", "STARTTLS"],
  ["EHLO a", "MAIL FROM:<a@b.example>"],
  ["EHLO a", "MAIL FROM:<a@b.example>", "RCPT TO:<x@agency.example>"],
  ["EHLO a", "MAIL FROM:<a@b.example>", "RCPT TO:<x@agency.example>", "DATA"],
  ["EHLO a", "MAIL FROM:<a@b.example>", "RCPT TO:<x@agency.example>", "DATA", "From: a@b.example\r\n\r\nx\r\n."],
]
/** Words that a login ends in when they are right; fuzzing may find that out. */
const RIGHT = Buffer.from("\0an\0mat khau").toString("base64")
/** Under TLS: before, within and after a login, in each way to log in. */
const LOGINS: readonly (readonly string[])[] = [
  [],
  ["EHLO a"],
  ["EHLO a", "AUTH PLAIN"],
  ["EHLO a", "AUTH LOGIN"],
  ["EHLO a", `AUTH LOGIN ${Buffer.from("an").toString("base64")}`],
  ["EHLO a", `AUTH PLAIN ${RIGHT}`],
  ["EHLO a", `AUTH PLAIN ${RIGHT}`, "MAIL FROM:<an@agency.example>"],
  ["EHLO a", `AUTH PLAIN ${RIGHT}`, "MAIL FROM:<an@agency.example>", "RCPT TO:<x@else.example>", "DATA"],
]
const SECRETS = [
  RIGHT,
  Buffer.from("an").toString("base64"),
  "*",
  "=",
  "AA==",
  "AUTH PLAIN =",
  "AUTH CRAM-MD5",
  "AUTH LOGIN",
  "STARTTLS",
].map((one) => Buffer.from(`${one}\r\n`))
const SPEECH = [
  ...COMMANDS.map((line) => Buffer.concat([line, Buffer.from("\r\n")])),
  ...DATA,
  ...MESSAGES,
  ...[
    "RSET\r\n",
    "NOOP\r\n",
    "VRFY a\r\n",
    "HELP\r\n",
    "STARTTLS\r\n",
    "AUTH PLAIN AGEAYg==\r\n",
    "BDAT 9 LAST\r\n",
    "QUIT\r\n",
  ].map((one) => Buffer.from(one)),
]
/** RFC 5321 §4.2: nothing else may ever be said. */
const ANSWERS = /^(?:(?:\d{3}-[\x20-\x7e]*\r\n)*[2-5]\d\d(?: [\x20-\x7e]*)?\r\n)*$/
/** Span in ms in which a session that said QUIT, or left, must be over. */
const PATIENCE = 10_000

/** One dialogue. `logins`: under TLS from the first octet, where people log in. */
export async function session(random: Random, port: number, door: "mail" | "logins" = "mail"): Promise<void> {
  const to = { port, host: "127.0.0.1" }
  const socket = door === "logins" ? connectTls({ ...to, rejectUnauthorized: false }) : connect(to)
  const states = door === "logins" ? LOGINS : STATES
  const speech = door === "logins" ? [...SECRETS, ...SPEECH] : SPEECH
  let said = ""
  let heard: () => void = () => {}
  const over = Promise.withResolvers<void>()
  socket.setNoDelay(true)
  socket.on("error", () => {})
  socket.on("data", (chunk: Buffer) => {
    said += chunk.toString("latin1")
    heard()
  })
  socket.on("close", () => {
    heard()
    over.resolve()
  })
  const answer = async (): Promise<void> => {
    const before = said.length
    const timer = setTimeout(() => heard(), 500)
    if (said.length === before && !socket.closed) await new Promise<void>((resolve) => (heard = resolve))
    clearTimeout(timer)
  }
  if (random.below(10) > 0) {
    await answer()
    for (const line of random.pick(states)) {
      socket.write(`${line}\r\n`)
      await answer()
    }
  }
  for (let n = random.below(4) + 1; n > 0; n--) {
    const octets = mutated(random, speech)
    const cut = random.below(octets.length + 1)
    socket.write(octets.subarray(0, cut))
    if (random.below(3) === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    socket.write(octets.subarray(cut))
  }
  if (random.below(4) === 0) socket.destroy()
  else socket.end("\r\n.\r\nQUIT\r\n")
  const late = setTimeout(
    () => over.reject(new Error(`a session does not end: ${JSON.stringify(said.slice(-200))}`)),
    PATIENCE,
  )
  await over.promise
  clearTimeout(late)
  // Who begins TLS and then says anything else hears an alert: no words.
  const alert = said.indexOf("\x15\x03")
  assert.match(alert < 0 ? said : said.slice(0, alert), ANSWERS)
}
