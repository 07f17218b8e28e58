/** Who is at the keyboard is asked again before what is sensitive, and wrong answers count towards the lock. ASVS 7.5.1, 7.5.3. */
import type { Account } from "../../mail/people.ts"
import type { Millis } from "../../mail/transaction.ts"
import { createAllowance } from "./allowance.ts"
import type { Hands } from "./hands.ts"
import { verifyPassword } from "./password.ts"
import { type Asked, type AskedBy, Refusal } from "./route.ts"
import { LIMITS, personEvent } from "./sessions.ts"
import { createTurns } from "./turns.ts"

/** Attempts of one address. */
const ATTEMPTS = { burst: 20, perSecond: 1 / 6, keys: 10_000 } as const
/** Whoever has no password that we could ask for has come in within this time. */
const JUST_NOW: Millis = 300_000

/** Counts towards the lock of whoever has the name. */
export async function failed(
  hands: Hands,
  name: string,
  asked: Pick<Asked, "now" | "client" | "agent">,
): Promise<void> {
  const lock = { most: LIMITS.failures, until: asked.now + LIMITS.lock }
  const detail = { client: asked.client, agent: asked.agent }
  await hands.records.loginFailed(name, lock, personEvent(hands, "login-failed", { name }, detail))
}

export function checkLock({ lockedUntil }: Account, { now }: Pick<Asked, "now">): void {
  if (lockedUntil !== null && lockedUntil > now) throw new Refusal("account-locked")
}

/** By what is known now, not when the request came. */
export async function checkLockNow(hands: Hands, asked: AskedBy): Promise<void> {
  const known = await hands.records.account({ id: asked.viewer.account.id })
  checkLock(known?.account ?? asked.viewer.account, asked)
}

/** Whether it is this person's password: ours, or the directory's. */
export async function isPassword(hands: Hands, account: Account, given: string): Promise<boolean> {
  if (account.source === "directory") {
    const said = await hands.directory(account.name, given)
    if (said.is === "away") throw new Refusal("directory-away")
    return said.is === "known"
  }
  const known = await hands.records.account({ id: account.id })
  return verifyPassword(known?.credentials.password ?? null, given)
}

/** A guess at what proves who somebody is: one at a time for each account, so that each is counted before the next. */
export type Guess = <T>(name: string, work: () => Promise<T>) => Promise<T>

export function createGuess(): Guess {
  const turns = createTurns()
  return (name, work) => turns(name, work, () => new Refusal("too-many"))
}

export function createConfirm(hands: Hands, guess: Guess): (given: string, asked: AskedBy) => Promise<void> {
  const attempts = createAllowance(ATTEMPTS)
  return (given, asked) => {
    const { account, session } = asked.viewer
    return guess(account.name, async () => {
      if (!attempts.take(asked.client, asked.now)) throw new Refusal("too-many")
      await checkLockNow(hands, asked)
      if (account.source === "local" && account.passwordAt === null) {
        if (session.openedAt + JUST_NOW > asked.now) return
        throw new Refusal("log-in-again")
      }
      if (await isPassword(hands, account, given)) return
      await failed(hands, account.name, asked)
      throw new Refusal("wrong-login")
    })
  }
}
