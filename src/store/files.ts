/** Which files came with which message: hashes and names, for the day when one of them turns out to be bad. */
import type { DatabaseSync } from "node:sqlite"
import type { SeenFile, Sighting } from "../mail/file.ts"
import type { Instant } from "../mail/transaction.ts"

export interface Files {
  readonly remember: (message: number | bigint, files: readonly SeenFile[]) => void
  readonly sightings: (sha256s: readonly string[]) => readonly Sighting[]
}

/** Copies told of one hash; more are one incident all the same. */
const MOST = 10_000

interface Row {
  readonly name: string
  readonly at: string
  readonly transaction: string
  readonly sender: string | null
  readonly received_at: Instant
  readonly recipient: string
  readonly state: string
}

export const SIGHTINGS_SQL = `SELECT f.name, f.at, m.id AS "transaction", m.envelope ->> '$.from.text' AS sender, m.received_at,
  c.recipient_key AS recipient, c.state FROM files f JOIN messages m ON m.number = f.message JOIN copies c ON c.message = m.number
  WHERE f.sha256 = ? ORDER BY m.received_at, c.id LIMIT ${MOST}`

export function createFiles(db: DatabaseSync): Files {
  const insert = db.prepare("INSERT INTO files (message, sha256, at, name) VALUES (?, ?, ?, ?)")
  const find = db.prepare(SIGHTINGS_SQL)
  return {
    remember(message, files) {
      for (const { sha256, at, name } of files) insert.run(message, Buffer.from(sha256, "hex"), at, name)
    },
    sightings: (sha256s) =>
      sha256s.flatMap((sha256) =>
        (find.all(Buffer.from(sha256, "hex")) as unknown as Row[]).map((row) => ({
          sha256,
          name: row.name,
          at: row.at,
          transaction: row.transaction,
          from: row.sender,
          recipient: row.recipient,
          receivedAt: row.received_at,
          state: row.state,
        })),
      ),
  }
}
