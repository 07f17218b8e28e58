/** Whose session a request belongs to, and what the session may do now. */
import type { Account, Door, Session } from "../../mail/people.ts"
import type { MailEvent } from "../../mail/event.ts"
import type { Instant, Millis } from "../../mail/transaction.ts"
import type { Known } from "../../store/people.ts"
import { isAdministrator } from "./access.ts"
import type { Hands } from "./hands.ts"
import { type RefusalCode } from "./route.ts"
import { digestOf, newSecret } from "./secret.ts"

const MINUTE: Millis = 60_000
const DAY: Millis = 86_400_000

/** TCVN 14423:2026 x.5, x.6. */
export const LIMITS = {
  /** Nothing was done: the session is locked until the password is given again. */
  idle: { administrator: 5 * MINUTE, other: 15 * MINUTE },
  /** Then it ends, whatever is done. */
  lifetime: 12 * 60 * MINUTE,
  /** For the second factor to follow the first. */
  halfway: 5 * MINUTE,
  /** Failures in a row, and for how long nobody may try then. */
  failures: 10,
  lock: 30 * MINUTE,
  /** An administrator's password, and an account nobody uses. */
  passwordAge: 60 * DAY,
  dormant: 45 * DAY,
  invitation: 3 * DAY,
} as const

/** `seen` is written down at most so often. */
const SEEN: Millis = 20_000

export interface Found {
  readonly session: Session
  readonly known: Known
  readonly secret: string
  /** What stands in the way; null: nothing. */
  readonly lacks: Extract<RefusalCode, "locked" | "second-factor" | "enrol-first" | "password-first"> | null
}

/** Null: no session, an old one, or one of an account that is no more. */
export async function findSession(hands: Hands, secret: string | null): Promise<Found | null> {
  if (secret === null) return null
  const found = await hands.records.session(digestOf(secret))
  if (found === null) return null
  const now = hands.now()
  const { session, known } = found
  const lifetime = session.stage === "password" && hasFactor(known.account) ? LIMITS.halfway : LIMITS.lifetime
  const isOver = session.openedAt + lifetime <= now || known.account.disabledAt !== null
  if (!isOver) return { session, known, secret, lacks: lacks(session, known.account, now) }
  await hands.records.endSessions([session.id])
  return null
}

function lacks(session: Session, account: Account, now: Instant): Found["lacks"] {
  if (hasFactor(account) && session.stage !== "full") return "second-factor"
  const { idle } = LIMITS
  if (session.seenAt + (isAdministrator(account) ? idle.administrator : idle.other) <= now) return "locked"
  if (session.door === "password" && isPasswordOld(account, now)) return "password-first"
  // The single sign-on that showed both factors itself is believed.
  return hasFactor(account) || (session.door === "single-sign-on" && session.stage === "full") ? null : "enrol-first"
}

export function hasFactor({ hasTotp, passkeys }: Pick<Account, "hasTotp" | "passkeys">): boolean {
  return hasTotp || passkeys > 0
}

/** Disabled, or nobody used it for long. */
export function isClosed({ disabledAt, lastLoginAt, createdAt }: Account, now: Instant): boolean {
  return disabledAt !== null || (lastLoginAt ?? createdAt) + LIMITS.dormant <= now
}

function isPasswordOld(account: Account, now: Instant): boolean {
  if (account.passwordAt === null) return true
  return isAdministrator(account) && account.passwordAt + LIMITS.passwordAge <= now
}

/** What a person did; a page that asks by itself does not keep the session awake. */
export async function touch(hands: Hands, { session, lacks: lack }: Found): Promise<void> {
  const now = hands.now()
  if (lack !== "locked" && session.seenAt + SEEN <= now) await hands.records.seen(session.id, now)
}

export interface Browser {
  readonly client: string
  readonly agent: string
}

export interface CameIn extends Browser {
  readonly door: Door
  /** Both factors were shown already. */
  readonly isWhole?: boolean
}

/** Opens a session and returns its secret. */
export async function openSession(hands: Hands, account: Account, cameIn: CameIn): Promise<string> {
  const { client, agent, door, isWhole = false } = cameIn
  const secret = newSecret()
  const now = hands.now()
  const session: Session = {
    id: digestOf(secret),
    account: account.id,
    // Without a second factor the first is all there is: what then may be done is to set one up.
    stage: isWhole || (!hasFactor(account) && door !== "single-sign-on") ? "full" : "password",
    door,
    openedAt: now,
    seenAt: now,
    client,
    agent,
  }
  await hands.records.loggedIn(
    session,
    personEvent(hands, "login", account, { client, agent, door, step: session.stage }),
  )
  return secret
}

/** An event about a person's own doing. */
export function personEvent(
  { now }: Pick<Hands, "now">,
  kind: MailEvent["kind"],
  { name }: Pick<Account, "name">,
  detail: MailEvent["detail"],
): MailEvent {
  return { kind, at: now(), transaction: null, recipient: null, by: name, detail }
}
