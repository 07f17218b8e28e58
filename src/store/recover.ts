/** What a run that was cut off had under way: free again, and counted, since one of those messages may be what ended it. */
import type { DatabaseSync } from "node:sqlite"
import { MOST_CRASHES } from "../mail/delivery.ts"
import type { Instant } from "../mail/transaction.ts"
import type { Transitions } from "./transitions.ts"

/** Only for who serves alone: nobody else's lease is left. Copies that were under way too often are set aside. */
export function recover(db: DatabaseSync, { note }: Pick<Transitions, "note">, now: Instant): void {
  const free = db.prepare(`
    UPDATE copies SET crashes = crashes + 1, lease_token = NULL, lease_until = 0
    WHERE lease_token IS NOT NULL AND state = 'queued'`)
  const poison = db.prepare(`
    UPDATE copies SET state = 'set-aside' WHERE state = 'queued' AND lane = 2 AND crashes >= ?
    RETURNING message, recipient_key, crashes`)
  const idOf = db.prepare("SELECT id FROM messages WHERE number = ?")
  db.exec("BEGIN IMMEDIATE")
  free.run()
  for (const row of poison.all(MOST_CRASHES)) {
    note([
      {
        kind: "set-aside",
        at: now,
        transaction: String(idOf.get(row["message"] ?? null)?.["id"]),
        recipient: String(row["recipient_key"]),
        by: "system",
        detail: { why: "the gateway broke each time it was under way", crashes: Number(row["crashes"]) },
      },
    ])
  }
  db.exec("COMMIT")
}
