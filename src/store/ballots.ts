/** Addresses to which approvers answer by mail: put with the notice that names them, spent with the decision they bring. */
import type { DatabaseSync } from "node:sqlite"
import type { Ballot } from "../mail/delivery.ts"
import type { Instant } from "../mail/transaction.ts"
import type { BallotState, Custody } from "./custody.ts"
import type { Transitions } from "./transitions.ts"

/** The step of the schema that brought them. What holds a copy anew makes void what was told of it before. */
export const BALLOT_STEP = `
  CREATE TABLE ballots (
    digest TEXT PRIMARY KEY,
    "transaction" TEXT NOT NULL,
    voter TEXT NOT NULL,
    appeal TEXT,
    recipients TEXT NOT NULL,
    until INTEGER NOT NULL,
    -- When it brought a decision, or became void; null: it still may.
    spent_at INTEGER,
    -- Answers that nobody could understand.
    tries INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX ballots_transaction ON ballots ("transaction");
  CREATE INDEX ballots_until ON ballots (until);
  CREATE TRIGGER ballots_turn AFTER UPDATE OF state, hold ON copies
    WHEN new.state = 'held' AND old.hold IS NOT new.hold BEGIN
    UPDATE ballots SET spent_at = 0 WHERE spent_at IS NULL AND appeal IS NULL
      AND "transaction" = (SELECT id FROM messages WHERE number = new.message);
  END;
`

export interface Ballots {
  readonly put: (ballot: Ballot) => void
  /** What did not come by mail has none to spend. */
  readonly isOpen: (digest: string | undefined) => boolean
  readonly spend: (digest: string | undefined, at: Instant) => void
}

export function createBallots(db: DatabaseSync): Ballots {
  const put = db.prepare(`INSERT INTO ballots (digest, "transaction", voter, appeal, recipients, until)
    VALUES (:digest, :transaction, :voter, :appeal, :recipients, :until)`)
  const open = db.prepare("SELECT 1 FROM ballots WHERE digest = ? AND spent_at IS NULL")
  const spend = db.prepare("UPDATE ballots SET spent_at = ? WHERE digest = ? AND spent_at IS NULL")
  return {
    put: (ballot) => put.run({ ...ballot, recipients: JSON.stringify(ballot.recipients) }),
    isOpen: (digest) => digest === undefined || open.get(digest) !== undefined,
    spend: (digest, at) => {
      if (digest !== undefined) spend.run(at, digest)
    },
  }
}

interface BallotRow extends Omit<Ballot, "recipients"> {
  readonly recipients: string
  readonly spent_at: Instant | null
  readonly tries: number
}

type Made = "ballot" | "misread"

export function createBallotBox(
  db: DatabaseSync,
  { accept, note }: Pick<Transitions, "accept" | "note">,
): Pick<Transitions, Extract<keyof Custody, Made>> {
  const one = db.prepare("SELECT * FROM ballots WHERE digest = ?")
  const misread = db.prepare("UPDATE ballots SET tries = tries + 1 WHERE digest = ? AND tries < ?")
  return {
    ballot: (digest): BallotState | null => {
      const row = one.get(digest) as unknown as BallotRow | undefined
      if (row === undefined) return null
      const { spent_at: spentAt, recipients, ...rest } = row
      return { ...rest, spentAt, recipients: JSON.parse(recipients) as string[] }
    },
    misread: (digest, most, mails, event) => {
      const isTold = misread.run(digest, most).changes > 0
      if (isTold) for (const mail of mails) accept(mail, [], null)
      note([event])
      return isTold
    },
  }
}
