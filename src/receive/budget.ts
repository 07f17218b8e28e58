/** What one session may use up: errors, commands that move no mail, time. As Postfix bounds them. */
import type { Limits } from "../config/schema.ts"
import { type Reply, reply } from "../mail/reply.ts"
import type { Bytes } from "../mail/transaction.ts"

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
  stop(): void
}

export interface PatienceDeps {
  readonly limits: Limits
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

/** An idle timer begins anew with every octet; these deadlines are for the whole command and the whole session. */
export function createPatience({ limits, isOurTurn, late, expired }: PatienceDeps): Patience {
  let receiving: { readonly since: number; readonly size: () => Bytes } | null = null
  let isOver = false
  let deadline = setTimeout(check, limits.commandTime)
  const life = setTimeout(() => expired(tooLong), limits.sessionTime)

  function wait(span: number): void {
    clearTimeout(deadline)
    // An answer may come when the client has gone.
    if (!isOver) deadline = setTimeout(check, span)
  }

  function check(): void {
    if (isOurTurn()) {
      wait(limits.commandTime)
      return
    }
    const earned = receiving === null ? 0 : (receiving.size() * 1_000) / limits.minimumRate
    const left = receiving === null ? 0 : receiving.since + limits.commandTime + earned - Date.now()
    if (left > 0) wait(left)
    else late(tooSlow)
  }

  return {
    renew: () => {
      receiving = null
      wait(limits.commandTime)
    },
    receive: (size) => {
      receiving = { since: Date.now(), size }
      wait(limits.commandTime)
    },
    stop: () => {
      isOver = true
      clearTimeout(deadline)
      clearTimeout(life)
    },
  }
}
