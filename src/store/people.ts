/** The port of who works in the console. Every method that changes something leaves its event in the same step. */
import type { Account, Credentials, Passkey, Session } from "../mail/people.ts"
import type { MailEvent } from "../mail/event.ts"
import type { Instant } from "../mail/transaction.ts"

export interface Known {
  readonly account: Account
  readonly credentials: Credentials
}

export interface NewAccount extends Pick<Account, "name" | "title" | "mail" | "grants" | "createdAt"> {
  readonly password: string | null
  /** `local` when not given. */
  readonly source?: Account["source"]
}

/** What of an account is set anew; what is left out stays. */
export interface AccountChange
  extends Partial<Pick<Account, "title" | "mail" | "grants" | "disabledAt" | "lockedUntil">> {
  /** With the moment; the one before it joins the earlier ones. */
  readonly password?: { readonly hash: string; readonly at: Instant }
  readonly totp?: { readonly sealed: string; readonly recovery: readonly string[] } | null
  readonly recovery?: readonly string[]
  /** Forgets all its passkeys. */
  readonly passkeys?: "none"
  /** All its sessions end but this one; "all" of them. */
  readonly endSessions?: string
}

export interface People {
  accounts(): Promise<readonly Account[]>
  account(by: { readonly id: number } | { readonly name: string }): Promise<Known | null>
  /** Null: the name is taken; or, with `onlyFirst`, somebody has an account already. */
  addAccount(account: NewAccount, event: MailEvent, onlyFirst: boolean): Promise<number | null>
  /** False: there is no such account. */
  changeAccount(id: number, change: AccountChange, event: MailEvent): Promise<boolean>
  /** Counts towards the lock: at `most` failures in a row the account is locked until `until`. */
  loginFailed(name: string, lock: { readonly most: number; readonly until: Instant }, event: MailEvent): Promise<void>
  /** Forgets failures and opens the session. */
  loggedIn(session: Session, event: MailEvent): Promise<void>
  /** The session has the second factor. False: the code's time step was used before, or there is no such session. */
  provenTotp(session: string, step: number, at: Instant, event: MailEvent): Promise<boolean>
  /** The same with a recovery code, which is then used up. */
  provenRecovery(session: string, digest: string, at: Instant, event: MailEvent): Promise<boolean>
  /** The same by a passkey, whose signature was checked. */
  provenPasskey(session: string, at: Instant, event: MailEvent): Promise<boolean>
  passkeys(account: number): Promise<readonly Passkey[]>
  passkey(id: string): Promise<{ readonly passkey: Passkey; readonly known: Known } | null>
  /** False: somebody has a key of this identifier. */
  addPasskey(account: number, passkey: Passkey, event: MailEvent): Promise<boolean>
  removePasskey(account: number, id: string, event: MailEvent): Promise<boolean>
  /** False: the counter went back, as that of a copy does; two at once with one counter have one outcome. */
  usedPasskey(id: string, counter: number, at: Instant): Promise<boolean>
  session(id: string): Promise<{ readonly session: Session; readonly known: Known } | null>
  seen(session: string, at: Instant): Promise<void>
  sessions(account: number | null): Promise<readonly Session[]>
  /** How many ended. */
  endSessions(ids: readonly string[]): Promise<number>
  /** Sessions that were opened before, and links nobody used until now, are forgotten. */
  tidyPeople(openedBefore: Instant, now: Instant): Promise<number>
  /** A link to set a first password, by the digest of its secret; an account has one at most. */
  invite(account: number, digest: string, until: Instant, event: MailEvent): Promise<void>
  /** Uses the link up: sets the password. Null: there is none, or its time is over. */
  join(digest: string, password: { readonly hash: string; readonly at: Instant }): Promise<Known | null>
  invited(digest: string, now: Instant): Promise<Account | null>
}
