/** Who wrote what to which mailbox of ours, so that an answer is known as one. Ids are kept hashed: they may name people and matters. */
import { createHash } from "node:crypto"
import type { DatabaseSync } from "node:sqlite"
import type { Thread } from "../mail/delivery.ts"
import type { Instant, Millis } from "../mail/transaction.ts"
import type { Answer } from "./store.ts"

export interface Threads {
  readonly remember: (thread: Thread, at: Instant) => void
  readonly isReply: (answer: Answer, now: Instant) => boolean
}

/** An answer that takes longer than this is no longer known as one. */
const KEPT: Millis = 90 * 86_400_000

export function createThreads(db: DatabaseSync): Threads {
  const insert = db.prepare(`
    INSERT INTO threads (mailbox, correspondent, message, at) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET at = max(at, excluded.at)`)
  const find = db.prepare(
    "SELECT 1 FROM threads WHERE mailbox = ? AND correspondent = ? AND message = ? AND at >= ? LIMIT 1",
  )
  // Twice as many as come in: what is over goes sooner or later, and no commit waits for all of it. The limit is no parameter:
  // SQLite plans by its value, and so would compile the statement anew for every message.
  const forget = db.prepare("DELETE FROM threads WHERE id IN (SELECT id FROM threads WHERE at < ? ORDER BY at LIMIT 2)")

  return {
    remember: ({ messageId, correspondents, mailboxes }, at) => {
      const message = digest(messageId)
      for (const mailbox of mailboxes) {
        for (const correspondent of correspondents) {
          insert.run(mailbox, correspondent, message, at)
          forget.run(at - KEPT)
        }
      }
    },
    isReply: ({ mailbox, correspondent, messageIds }, now) =>
      messageIds.some((id) => find.get(mailbox, correspondent, digest(id), now - KEPT) !== undefined),
  }
}

function digest(id: string): Uint8Array {
  return createHash("sha256").update(id).digest()
}
