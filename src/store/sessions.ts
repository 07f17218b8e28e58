/** Who is logged in from where, and links to set a first password. */
import type { DatabaseSync } from "node:sqlite"
import type { Session } from "../mail/people.ts"
import type { Instant } from "../mail/transaction.ts"
import type { AccountChange, Known, People } from "./people.ts"
import type { Transitions } from "./transitions.ts"

interface SessionRow {
  readonly id: string
  readonly account: number
  readonly stage: Session["stage"]
  readonly opened_at: Instant
  readonly seen_at: Instant
  readonly client: string
  readonly agent: string
  readonly door: Session["door"]
}

export interface SessionNeeds extends Pick<Transitions, "note"> {
  readonly find: (by: { readonly id: number }) => Known | null
  readonly change: (id: number, wanted: AccountChange) => boolean
}

type Made =
  | "loggedIn"
  | "provenTotp"
  | "provenRecovery"
  | "provenPasskey"
  | "session"
  | "seen"
  | "sessions"
  | "endSessions"
  | "tidyPeople"
  | "invite"
  | "join"
  | "invited"

export function createSessions(
  db: DatabaseSync,
  { note, find, change }: SessionNeeds,
): Pick<Transitions, Extract<keyof People, Made>> {
  const insert = db.prepare(
    "INSERT INTO sessions VALUES (:id, :account, :stage, :openedAt, :seenAt, :client, :agent, :door)",
  )
  const welcome = db.prepare("UPDATE accounts SET failures = 0, locked_until = NULL WHERE id = ?")
  const byId = db.prepare("SELECT * FROM sessions WHERE id = ?")
  const full = db.prepare("UPDATE sessions SET stage = 'full', seen_at = ? WHERE id = ?")
  const step = db.prepare("UPDATE accounts SET totp_step = :step WHERE id = :id AND totp_step < :step")
  const loginAt = db.prepare("UPDATE accounts SET last_login_at = ? WHERE id = ?")
  const seen = db.prepare("UPDATE sessions SET seen_at = ? WHERE id = ?")
  const list = db.prepare("SELECT * FROM sessions WHERE :account IS NULL OR account = :account ORDER BY seen_at DESC")
  const end = db.prepare("DELETE FROM sessions WHERE id = ?")
  const old = db.prepare("DELETE FROM sessions WHERE opened_at < ?")
  const invite = db.prepare("INSERT OR REPLACE INTO invitations VALUES (?, ?, ?)")
  const invited = db.prepare("SELECT account FROM invitations WHERE digest = ? AND until > ?")
  const useUp = db.prepare("DELETE FROM invitations WHERE digest = ?")
  const lapsed = db.prepare("DELETE FROM invitations WHERE until <= ?")

  function session(id: string): Session | null {
    const row = byId.get(id) as unknown as SessionRow | undefined
    return row === undefined ? null : readSession(row)
  }
  function proven(id: string, account: number, at: Instant): void {
    full.run(at, id)
    welcome.run(account)
    loginAt.run(at, account)
  }
  function invitedAccount(digest: string, now: Instant): number | null {
    return (invited.get(digest, now) as { account: number } | undefined)?.account ?? null
  }

  return {
    loggedIn: (opened, event) => {
      insert.run({ ...opened })
      // With a second factor to come, only that forgives failures: else a known password would unlock guessing codes.
      if (opened.stage === "full") proven(opened.id, opened.account, opened.openedAt)
      note([event])
    },
    provenTotp: (id, used, at, event) => {
      const account = session(id)?.account
      if (account === undefined || step.run({ id: account, step: used }).changes === 0) return false
      proven(id, account, at)
      note([event])
      return true
    },
    provenRecovery: (id, digest, at, event) => {
      const account = session(id)?.account
      const left = account === undefined ? null : find({ id: account })
      if (left === null || !left.credentials.recovery.includes(digest)) return false
      change(left.account.id, { recovery: left.credentials.recovery.filter((one) => one !== digest) })
      proven(id, left.account.id, at)
      note([event])
      return true
    },
    provenPasskey: (id, at, event) => {
      const account = session(id)?.account
      if (account === undefined) return false
      proven(id, account, at)
      note([event])
      return true
    },
    session: (id) => {
      const found = session(id)
      const owner = found === null ? null : find({ id: found.account })
      return found === null || owner === null ? null : { session: found, known: owner }
    },
    seen: (id, at) => void seen.run(at, id),
    sessions: (account) => (list.all({ account }) as unknown as SessionRow[]).map(readSession),
    endSessions: (ids) => ids.reduce((ended, id) => ended + Number(end.run(id).changes), 0),
    tidyPeople: (openedBefore, now) => Number(old.run(openedBefore).changes) + Number(lapsed.run(now).changes),
    invite: (account, digest, until, event) => {
      invite.run(account, digest, until)
      note([event])
    },
    join: (digest, password) => {
      const account = invitedAccount(digest, password.at)
      if (account === null) return null
      useUp.run(digest)
      change(account, { password, endSessions: "all" })
      return find({ id: account })
    },
    invited: (digest, now) => {
      const account = invitedAccount(digest, now)
      return account === null ? null : (find({ id: account })?.account ?? null)
    },
  }
}

function readSession(row: SessionRow): Session {
  const { id, account, stage, door, client, agent } = row
  return { id, account, stage, door, client, agent, openedAt: row.opened_at, seenAt: row.seen_at }
}
