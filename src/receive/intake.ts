/** What an SMTP session asks of those behind it; every answer has a deadline here, and what breaks becomes 451. */
import type { Address } from "../mail/address.ts"
import { type Reply, reply } from "../mail/reply.ts"
import type { Client, Millis, Recipient, Spooled, Transaction } from "../mail/transaction.ts"
import type { Log } from "../telemetry/log.ts"

/** `user` is null where the name is nobody's. */
export interface LoginAttempt {
  readonly ip: string
  readonly user: string | null
  readonly succeeded: boolean
}

export interface Intake {
  /** Answers MAIL; null lets it pass. */
  sender(client: Client, from: Address | null): Promise<Reply | null>
  /** Answers one RCPT; null lets it pass. */
  recipient(client: Client, from: Address | null, recipient: Recipient): Promise<Reply | null>
  /** Answers DATA. 250 means taken into custody: the body is no longer ours to discard. */
  message(transaction: Transaction, spooled: Spooled): Promise<Reply>
  /** Told of every login that was judged; nobody waits for it. */
  login(attempt: LoginAttempt): void
}

/** Clients wait 5 minutes for the answer to MAIL and RCPT, 10 for the one to DATA. RFC 5321 §4.5.3.2. */
export const ENVELOPE_TIME: Millis = 120_000
export const MESSAGE_TIME: Millis = 420_000

export const INTERNAL_ERROR = reply(451, "3.0", "Loi tam thoi, vui long thu lai sau. Internal error, try again later.")

/** The answer of `work`, or 451 when it threw or has none within `time`. Never rejects. */
export async function answerWithin<T extends Reply | null>(
  work: () => Promise<T>,
  time: Millis,
  log: Log,
): Promise<T | Reply> {
  const late = Promise.withResolvers<Reply>()
  const timer = setTimeout(() => {
    log.error("no answer to an SMTP command in time", { time })
    late.resolve(INTERNAL_ERROR)
  }, time)
  try {
    return await Promise.race([answerOf(work, log), late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** The answer of `work`, or 451 when it threw. Never rejects. */
export async function answerOf<T extends Reply | null>(work: () => Promise<T>, log: Log): Promise<T | Reply> {
  try {
    return await work()
  } catch (error) {
    log.error("an SMTP command could not be answered", { error })
    return INTERNAL_ERROR
  }
}
