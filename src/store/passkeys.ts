/** Passkeys of accounts, as the writer thread keeps them. */
import type { DatabaseSync } from "node:sqlite"
import type { Passkey } from "../mail/people.ts"
import type { Instant } from "../mail/transaction.ts"
import type { Known, People } from "./people.ts"
import type { Transitions } from "./transitions.ts"

interface PasskeyRow {
  readonly id: string
  readonly account: number
  readonly name: string
  readonly key: string
  readonly counter: number
  readonly created_at: Instant
  readonly used_at: Instant | null
}

export interface PasskeyNeeds extends Pick<Transitions, "note"> {
  readonly find: (by: { readonly id: number }) => Known | null
}

type Made = "passkeys" | "passkey" | "addPasskey" | "removePasskey" | "usedPasskey"

export function createPasskeys(
  db: DatabaseSync,
  { note, find }: PasskeyNeeds,
): Pick<Transitions, Extract<keyof People, Made>> {
  const byAccount = db.prepare("SELECT * FROM passkeys WHERE account = ? ORDER BY created_at")
  const byId = db.prepare("SELECT * FROM passkeys WHERE id = ?")
  const insert = db.prepare(
    "INSERT OR IGNORE INTO passkeys VALUES (:id, :account, :name, :key, :counter, :createdAt, NULL)",
  )
  const remove = db.prepare("DELETE FROM passkeys WHERE id = ? AND account = ?")
  const used = db.prepare(`UPDATE passkeys SET counter = :counter, used_at = :at
    WHERE id = :id AND (counter < :counter OR (counter = 0 AND :counter = 0))`)

  return {
    passkeys: (account) => (byAccount.all(account) as unknown as PasskeyRow[]).map(readPasskey),
    passkey: (id) => {
      const row = byId.get(id) as unknown as PasskeyRow | undefined
      const owner = row === undefined ? null : find({ id: row.account })
      return row === undefined || owner === null ? null : { passkey: readPasskey(row), known: owner }
    },
    addPasskey: (account, { id, name, key, counter, createdAt }, event) => {
      if (insert.run({ id, account, name, key, counter, createdAt }).changes === 0) return false
      note([event])
      return true
    },
    removePasskey: (account, id, event) => {
      if (remove.run(id, account).changes === 0) return false
      note([event])
      return true
    },
    usedPasskey: (id, counter, at) => used.run({ id, counter, at }).changes > 0,
  }
}

function readPasskey({ id, name, key, counter, created_at: createdAt, used_at: usedAt }: PasskeyRow): Passkey {
  return { id, name, key, counter, createdAt, usedAt }
}
