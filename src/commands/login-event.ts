/** What the log tells of somebody who logged in over SMTP, or tried to. */
import type { MailEvent } from "../mail/event.ts"
import type { LoginAttempt } from "../receive/intake.ts"

export function loginEvent({ ip, user, succeeded }: LoginAttempt): MailEvent {
  const kind = succeeded ? "login" : "login-failed"
  return {
    kind,
    at: Date.now(),
    transaction: null,
    recipient: null,
    by: user ?? "client",
    detail: { client: ip, user },
  }
}
