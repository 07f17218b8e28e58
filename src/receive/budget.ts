/** What one session may use up: errors, commands that move no mail, time. As Postfix bounds them. */
import type { Limits } from "../config/schema.ts"
import { type Reply, reply } from "../mail/reply.ts"
import type { Bytes, Millis } from "../mail/transaction.ts"

export interface Budget {
  /** A command comes; says when it is one too many, or one that is never served. */
  command(verb: string): Reply | null
  /** A 4yz or 5yz reply went out. */
  error(): void
  /** A message was accepted: errors and idle commands before it are forgiven. */
  forgive(): void
}

export interface Patience {
  /** The client's time for the next command begins. */
  renew(): void
  /** DATA runs: time grows with the octets that came, until `renew`. */
  receive(size: () => Bytes): void
  /** How long the client has kept us waiting, beyond what its octets have earned; 0 while we owe the answer. */
  waited(): Millis
  stop(): void
}

export interface PatienceDeps {
  readonly limits: Limits
  /** So many clients are here that nobody may take his time. */
  readonly isCrowded: () => boolean
  /** We owe the client an answer: it is not late. */
  readonly isOurTurn: () => boolean
  /** A command, or a piece of DATA, took too long. */
  readonly late: (why: Reply) => void
  /** The whole session did. */
  readonly expired: (why: Reply) => void
}

/** Commands that move no mail; only so many between two messages. */
const JUNK = new Set(["HELO", "EHLO", "NOOP", "RSET", "HELP", "VRFY", "EXPN"])
/** They would tell strangers who works here. RFC 5321 §7.3. */
const PROBES = new Set(["VRFY", "EXPN"])

const notImplemented = reply(502, "5.1", "Lenh khong duoc ho tro. Command not implemented.")
const tooLong = reply(421, "4.2", "Phien lam viec qua lau. Session lasted too long.")
const tooSlow = reply(421, "4.2", "Qua thoi gian cho. Timeout.")
const tooManyErrors = reply(421, "7.0", "Qua nhieu loi. Too many errors.")
const tooMuchJunk = reply(421, "7.0", "Qua nhieu lenh khong gui thu. Too many commands without mail.")

export function createBudget(limits: Limits): Budget {
  let errors = 0
  let junk = 0
  return {
    command: (verb) => {
      if (JUNK.has(verb)) junk += 1
      if (verb === "QUIT") return null
      if (errors >= limits.errors) return tooManyErrors
      if (junk > limits.junkCommands) return tooMuchJunk
      return PROBES.has(verb) ? notImplemented : null
    },
    error: () => {
      errors += 1
    },
    forgive: () => {
      errors = 0
      junk = 0
    },
  }
}

/** Of a command, while it is crowded; also how often we look whether it is. As Postfix does under stress. */
const CROWDED_TIME: Millis = 10_000

/** An idle timer begins anew with every octet; these deadlines are for the whole command and the whole session. */
export function createPatience({ limits, isCrowded, isOurTurn, late, expired }: PatienceDeps): Patience {
  let since = Date.now()
  let size: (() => Bytes) | null = null
  let isOver = false
  const look = Math.min(limits.commandTime, CROWDED_TIME)
  let deadline = setTimeout(check, look)
  const life = setTimeout(() => expired(tooLong), limits.sessionTime)

  function wait(span: number): void {
    clearTimeout(deadline)
    // An answer may come when the client has gone.
    if (!isOver) deadline = setTimeout(check, span)
  }

  function check(): void {
    const allowed = isCrowded() ? look : limits.commandTime
    const left = isOurTurn() ? allowed : allowed - waited()
    if (left > 0) wait(Math.min(left, look))
    else late(tooSlow)
  }

  function waited(): Millis {
    if (isOurTurn()) return 0
    const earned = size === null ? 0 : (size() * 1_000) / limits.minimumRate
    return Math.max(0, Date.now() - since - earned)
  }

  return {
    renew: () => {
      since = Date.now()
      size = null
      wait(look)
    },
    receive: (octets) => {
      since = Date.now()
      size = octets
      wait(look)
    },
    waited,
    stop: () => {
      isOver = true
      clearTimeout(deadline)
      clearTimeout(life)
    },
  }
}
