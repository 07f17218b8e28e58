/** What a next hop's words and silences mean: one place turns replies and errors into outcomes. RFC 5321 §4.2, RFC 3463. */
import type { Outcome } from "../mail/delivery.ts"
import { ascii } from "../mail/reply.ts"

export type Failure = Exclude<Outcome, { is: "delivered" }>
/** A failure before it is known whose. */
export type Cause = Omit<Failure, "nextHop">

/** Characters of a reply that are kept; a hostile next hop may send a megabyte. */
const LONGEST_REPLY = 300

/** A status where the reply gives none or one of the wrong class. RFC 5248 §2, RFC 3463 §3. */
const STATUS_OF: Readonly<Record<string, string>> = {
  "421": "3.2",
  "450": "2.0",
  "451": "3.0",
  "452": "3.1",
  "500": "5.2",
  "501": "5.4",
  "502": "5.1",
  "503": "5.1",
  "504": "5.4",
  "521": "3.2",
  "530": "7.0",
  "551": "1.6",
  "552": "2.2",
  "553": "1.3",
  "555": "5.4",
  "556": "1.10",
}

/** One line, printable ASCII, bounded. */
export function cleanReply(reply: string): string {
  return ascii(reply.slice(0, 4 * LONGEST_REPLY)).slice(0, LONGEST_REPLY)
}

/** A negative reply to a command. Whatever is neither 4yz nor 5yz is nonsense, hence temporary. */
export function refused(reply: string, command: string): Cause {
  const code = reply.slice(0, 3)
  const is = /^5\d\d/.test(code) ? "permanent" : "temporary"
  const digit = is === "permanent" ? "5" : "4"
  const own = /^\d{3}[ -]([245])\.(\d{1,3}\.\d{1,3})(?!\d)/.exec(reply)
  const unknownUser = code === "550" && command === "RCPT" ? "1.1" : "0.0"
  const detail = own?.[1] === digit && own[2] !== undefined ? own[2] : (STATUS_OF[code] ?? unknownUser)
  return { is, status: `${digit}.${detail}`, reply: cleanReply(reply), why: `${command} was refused` }
}

/** Refused before there was a message: it speaks of the connection, so the mail waits even at 5yz. */
export function unwelcome(reply: string, command: string): Cause {
  return { is: "temporary", status: "4.3.2", reply: cleanReply(reply), why: `${command} was refused` }
}

export function temporary(status: `4.${number}.${number}`, why: string): Cause {
  return { is: "temporary", status, reply: null, why: cleanReply(why) }
}

export function permanent(status: `5.${number}.${number}`, why: string): Cause {
  return { is: "permanent", status, reply: null, why: cleanReply(why) }
}
