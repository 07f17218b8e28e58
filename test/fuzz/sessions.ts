/** The gateway's SMTP in every state of its protocol, over real sockets: random dialogues, and what must hold of every answer. */
import assert from "node:assert/strict"
import { connect } from "node:net"
import type { Random } from "../crash/random.ts"
import { mutated } from "./mutate.ts"
import { COMMANDS, DATA, MESSAGES } from "./seeds.ts"

/** Ways to each state: connected, greeted, with a sender, with a recipient, in DATA, after a message. */
const STATES: readonly (readonly string[])[] = [
  [],
  ["EHLO a"],
  ["HELO a"],
  ["EHLO a", "MAIL FROM:<a@b.example>"],
  ["EHLO a", "MAIL FROM:<a@b.example>", "RCPT TO:<x@agency.example>"],
  ["EHLO a", "MAIL FROM:<a@b.example>", "RCPT TO:<x@agency.example>", "DATA"],
  ["EHLO a", "MAIL FROM:<a@b.example>", "RCPT TO:<x@agency.example>", "DATA", "From: a@b.example\r\n\r\nx\r\n."],
]
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

/** One dialogue. */
export async function session(random: Random, port: number): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1" })
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
    for (const line of random.pick(STATES)) {
      socket.write(`${line}\r\n`)
      await answer()
    }
  }
  for (let n = random.below(4) + 1; n > 0; n--) {
    const octets = mutated(random, SPEECH)
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
  assert.match(said, ANSWERS)
}
