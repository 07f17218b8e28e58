/** What operators do to queued copies. Copies under a lease are on the wire just now and are left alone. */
import type { DatabaseSync } from "node:sqlite"
import type { Hold } from "../mail/delivery.ts"
import type { EventKind, MailEvent } from "../mail/event.ts"
import type { Instant } from "../mail/transaction.ts"
import type { Finish } from "./finish.ts"
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

export function createOperate(
  db: DatabaseSync,
  { note, finish }: OperateNeeds,
): Pick<Transitions, "retry" | "hold" | "remove" | "reroute"> {
  const find = db.prepare(`
    SELECT c.id, c.message, c.recipient_key, c.state FROM messages m JOIN copies c ON c.message = m.number
    WHERE m.id = :transaction AND (:recipient IS NULL OR c.recipient_key = :recipient) AND c.lease_until <= :now`)
  const requeue = db.prepare(
    "UPDATE copies SET state = 'queued', due_at = ?, crashes = 0, lease_token = NULL WHERE id = ?",
  )
  const setHold = db.prepare(
    "UPDATE copies SET state = 'held', hold = ?, hold_until = ?, lease_token = NULL WHERE id = ?",
  )
  const setRoute = db.prepare("UPDATE copies SET route = ? WHERE id = ?")
  const end = db.prepare(
    "UPDATE copies SET state = 'removed', hold = NULL, hold_until = NULL, lease_token = NULL WHERE id = ?",
  )

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
  return {
    retry: (ref, by, now, reason) =>
      each(ref, ["queued", "set-aside"], { kind: "retried", by, at: now, detail: because(reason) }, (id) =>
        requeue.run(now, id),
      ),
    hold: (ref, by, now, until, reason) => {
      const hold: Hold = { rules: [], kind: "hold", until }
      const deed: Deed = { kind: "held", by, at: now, detail: { until, ...because(reason) } }
      return each(ref, ["queued"], deed, (id) => setHold.run(JSON.stringify(hold), until, id))
    },
    remove: (ref, by, now, reason) =>
      each(ref, ["queued", "set-aside"], { kind: "discarded", by, at: now, detail: because(reason) }, (id) =>
        end.run(id),
      ),
    reroute: (ref, to, { by, reason, at }) =>
      each(
        ref,
        ["queued", "set-aside"],
        { kind: "retried", by, at, detail: { route: to, ...because(reason) } },
        (id) => {
          setRoute.run(to, id)
          requeue.run(at, id)
        },
      ),
  }
}

function because(reason: string | undefined): MailEvent["detail"] {
  return reason === undefined || reason === "" ? {} : { reason }
}
