/** The end of a copy, and of a message with its last copy: body and key go in the same transaction. */
import type { DatabaseSync } from "node:sqlite"

export type Final = "delivered" | "failed" | "bounced" | "denied" | "removed" | "expired"

export interface Finish {
  /** Forgets the body and the key of messages of which no copy is open any more. */
  readonly erase: (messages: Iterable<number>) => void
  /** What the transactions since the last call no longer need: files to unlink, once those are committed. */
  readonly erased: () => { readonly keys: number; readonly files: readonly string[] }
}

export function createFinish(db: DatabaseSync): Finish {
  const over = db.prepare(`
    SELECT file FROM messages WHERE number = :message AND key IS NOT NULL AND NOT EXISTS
      (SELECT 1 FROM copies WHERE message = :message AND state IN ('queued', 'held', 'set-aside'))
      AND NOT EXISTS (SELECT 1 FROM cases WHERE message = :message AND legal_hold IS NOT NULL)`)
  const forget = db.prepare("UPDATE messages SET key = NULL, file = NULL, body = NULL WHERE number = ?")
  let keys = 0
  let files: string[] = []

  return {
    erase: (messages) => {
      for (const message of new Set(messages)) {
        const row = over.get({ message }) as { file: string | null } | undefined
        if (row === undefined) continue
        forget.run(message)
        keys += 1
        if (row.file !== null) files.push(row.file)
      }
    },
    erased: () => {
      const taken = { keys, files }
      keys = 0
      files = []
      return taken
    },
  }
}
