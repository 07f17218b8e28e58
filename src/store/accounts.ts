/** Accounts, sessions and invitations as the writer thread keeps them. */
import type { DatabaseSync, SQLInputValue } from "node:sqlite"
import type { Account, Grant } from "../mail/people.ts"
import type { Instant } from "../mail/transaction.ts"
import type { AccountChange, Known, People } from "./people.ts"
import { createPasskeys } from "./passkeys.ts"
import { createSessions } from "./sessions.ts"
import type { Transitions } from "./transitions.ts"

export interface AccountRow {
  readonly id: number
  readonly name: string
  readonly title: string
  readonly mail: string | null
  readonly grants: string
  readonly created_at: Instant
  readonly last_login_at: Instant | null
  readonly password: string | null
  readonly password_at: Instant | null
  readonly earlier: string
  readonly totp: string | null
  readonly recovery: string
  readonly locked_until: Instant | null
  readonly disabled_at: Instant | null
  readonly source: Account["source"]
  readonly passkeys: number
}

const ROW = "SELECT accounts.*, (SELECT count(*) FROM passkeys WHERE account = accounts.id) AS passkeys FROM accounts"

/** Passwords that may not come back. */
const EARLIER = 10

type Plain = Pick<Transitions, keyof People>

export function createAccounts(db: DatabaseSync, { note }: Pick<Transitions, "note">): Plain {
  const all = db.prepare(`${ROW} ORDER BY name`)
  const byId = db.prepare(`${ROW} WHERE id = ?`)
  const byName = db.prepare(`${ROW} WHERE name = ?`)
  const count = db.prepare("SELECT count(*) AS count FROM accounts")
  const insert = db.prepare(`INSERT INTO accounts (name, title, mail, grants, created_at, password, password_at, source)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
  const failed = db.prepare(`UPDATE accounts SET failures = failures + 1,
    locked_until = CASE WHEN failures + 1 >= :most THEN :until ELSE locked_until END WHERE name = :name`)
  const noPasskeys = db.prepare("DELETE FROM passkeys WHERE account = ?")
  const endSessions = db.prepare("DELETE FROM sessions WHERE account = ? AND id <> ?")

  function find(by: { readonly id: number } | { readonly name: string }): Known | null {
    const row = "id" in by ? byId.get(by.id) : byName.get(by.name)
    return row === undefined ? null : known(row as unknown as AccountRow)
  }
  function change(id: number, wanted: AccountChange): boolean {
    const before = find({ id })
    if (before === null) return false
    for (const [column, value] of columns(wanted, before)) {
      db.prepare(`UPDATE accounts SET ${column} = ? WHERE id = ?`).run(value, id)
    }
    if (wanted.passkeys === "none") noPasskeys.run(id)
    if (wanted.endSessions !== undefined) endSessions.run(id, wanted.endSessions)
    return true
  }

  return {
    ...createSessions(db, { note, find, change }),
    ...createPasskeys(db, { note, find }),
    accounts: () => (all.all() as unknown as AccountRow[]).map((row) => known(row).account),
    account: find,
    addAccount: ({ name, title, mail, grants, createdAt, password, source = "local" }, event, onlyFirst) => {
      if (onlyFirst && Number(count.get()?.["count"]) > 0) return null
      if (byName.get(name) !== undefined) return null
      const setAt = password === null ? null : createdAt
      const written = JSON.stringify(grants)
      const { lastInsertRowid } = insert.run(name, title, mail, written, createdAt, password, setAt, source)
      note([event])
      return Number(lastInsertRowid)
    },
    changeAccount: (id, wanted, event) => {
      const done = change(id, wanted)
      if (done) note([event])
      return done
    },
    loginFailed: (name, { most, until }, event) => {
      failed.run({ name, most, until })
      note([event])
    },
  }
}

/** The columns are named here, never by who asks. */
function columns(wanted: AccountChange, { credentials }: Known): readonly (readonly [string, SQLInputValue])[] {
  const { password, totp, recovery } = wanted
  const rows: (readonly [string, SQLInputValue | undefined])[] = [
    ["title", wanted.title],
    ["mail", wanted.mail],
    ["grants", wanted.grants && JSON.stringify(wanted.grants)],
    ["disabled_at", wanted.disabledAt],
    ["locked_until", wanted.lockedUntil],
    ["failures", wanted.lockedUntil === null ? 0 : undefined],
  ]
  if (password !== undefined) {
    const earlier = credentials.password === null ? [] : [credentials.password]
    rows.push(["password", password.hash], ["password_at", password.at], ["failures", 0], ["locked_until", null])
    rows.push(["earlier", JSON.stringify([...earlier, ...credentials.earlier].slice(0, EARLIER))])
  }
  if (totp !== undefined) {
    rows.push(["totp", totp && totp.sealed], ["totp_step", 0], ["recovery", JSON.stringify(totp?.recovery ?? [])])
  }
  if (recovery !== undefined) rows.push(["recovery", JSON.stringify(recovery)])
  return rows.flatMap(([column, value]) => (value === undefined ? [] : [[column, value] as const]))
}

export function known(row: AccountRow): Known {
  const account: Account = {
    id: row.id,
    name: row.name,
    title: row.title,
    mail: row.mail,
    grants: JSON.parse(row.grants) as Grant[],
    createdAt: row.created_at,
    lastLoginAt: row.last_login_at,
    passwordAt: row.password_at,
    hasTotp: row.totp !== null,
    passkeys: row.passkeys,
    source: row.source,
    lockedUntil: row.locked_until,
    disabledAt: row.disabled_at,
  }
  const credentials = {
    password: row.password,
    earlier: JSON.parse(row.earlier) as string[],
    totp: row.totp,
    recovery: JSON.parse(row.recovery) as string[],
  }
  return { account, credentials }
}
