/** What people do to copies, and what time does to holds. Copies under a lease are on the wire just now and are left alone. */
import type { DatabaseSync } from "node:sqlite"
import type { Hold, QueueRow } from "../mail/delivery.ts"
import type { EventKind, MailEvent } from "../mail/event.ts"
import type { Instant } from "../mail/transaction.ts"
import type { Final, Finish } from "./finish.ts"
import { queueRow, ROW_SQL, type Row } from "./list.ts"
import type { CopyRef } from "./store.ts"
import type { Transitions } from "./transitions.ts"

interface CopyRow {
  readonly id: number
  readonly message: number
  readonly recipient_key: string
  readonly state: string
}
/** Who did what, when: the event of every copy it changes. */
interface Deed {
  readonly kind: EventKind
  readonly by: string
  readonly at: Instant
  readonly detail: MailEvent["detail"]
}

export interface OperateNeeds extends Pick<Transitions, "note"> {
  readonly finish: Finish
}

/** Holds expired by one call; the rest waits for the next, so that mail coming in need not. */
const EXPIRE_AT_ONCE = 500

export const EXPIRED_SQL = `${ROW_SQL} WHERE c.state = 'held' AND c.hold_until <= ? ORDER BY c.hold_until LIMIT ${EXPIRE_AT_ONCE}`

export function createOperate(
  db: DatabaseSync,
  { note, finish }: OperateNeeds,
): Pick<Transitions, "retry" | "hold" | "release" | "deny" | "remove" | "expire"> {
  const find = db.prepare(`
    SELECT c.id, c.message, c.recipient_key, c.state FROM messages m JOIN copies c ON c.message = m.number
    WHERE m.id = :transaction AND (:recipient IS NULL OR c.recipient_key = :recipient) AND c.lease_until <= :now`)
  const requeue = db.prepare("UPDATE copies SET state = 'queued', due_at = ?, lease_token = NULL WHERE id = ?")
  const setHold = db.prepare(
    "UPDATE copies SET state = 'held', hold = ?, hold_until = ?, lease_token = NULL WHERE id = ?",
  )
  const letGo = db.prepare(`
    UPDATE copies SET state = 'queued', due_at = ?, expires_at = ?, reexamine = 1, attempts = 0, delay_noticed = 0,
      hold = NULL, hold_until = NULL WHERE id = ?`)
  const end = db.prepare("UPDATE copies SET state = ?, hold = NULL, hold_until = NULL, lease_token = NULL WHERE id = ?")
  const expired = db.prepare(EXPIRED_SQL)

  function each(ref: CopyRef, states: readonly string[], deed: Deed, change: (id: number) => void): number {
    const all = find.all({ ...ref, now: deed.at }) as unknown as CopyRow[]
    const copies = all.filter((copy) => states.includes(copy.state))
    for (const copy of copies) {
      change(copy.id)
      note([{ ...deed, transaction: ref.transaction, recipient: copy.recipient_key }])
    }
    finish.erase(copies.map((copy) => copy.message))
    return copies.length
  }
  function close(as: Final): (id: number) => void {
    return (id) => end.run(as, id)
  }

  return {
    retry: (ref, by, now) =>
      each(ref, ["queued", "set-aside"], { kind: "retried", by, at: now, detail: {} }, (id) => requeue.run(now, id)),
    hold: (ref, by, now, until) => {
      const hold: Hold = { rules: [], kind: "hold", until }
      const deed: Deed = { kind: "held", by, at: now, detail: { until } }
      return each(ref, ["queued"], deed, (id) => setHold.run(JSON.stringify(hold), until, id))
    },
    release: (ref, by, reason, now, expiresAt) =>
      each(ref, ["held"], { kind: "released", by, at: now, detail: { reason } }, (id) => letGo.run(now, expiresAt, id)),
    deny: (ref, by, reason, now) =>
      each(ref, ["held"], { kind: "denied", by, at: now, detail: { reason } }, close("denied")),
    remove: (ref, by, now) =>
      each(ref, ["queued", "set-aside"], { kind: "discarded", by, at: now, detail: {} }, close("removed")),
    expire: (now) => {
      const rows = expired.all(now) as unknown as Row[]
      const told = rows.map(queueRow)
      for (const row of rows) {
        end.run("expired" satisfies Final, row.copy)
        note([expiredEvent(row, now)])
      }
      finish.erase(rows.map((row) => row.message))
      return told satisfies readonly QueueRow[]
    },
  }
}

function expiredEvent(row: Row, at: Instant): MailEvent {
  return { kind: "expired", at, transaction: row.id, recipient: row.recipient_key, by: "system", detail: {} }
}
