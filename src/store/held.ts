/** Copies that wait for a person: let go, given up, or given up by time. People are told in the same transaction. */
import type { DatabaseSync } from "node:sqlite"
import type { Acceptance, HeldCopy, Hold, Summary } from "../mail/delivery.ts"
import type { EventKind } from "../mail/event.ts"
import { addressKey } from "../mail/address.ts"
import type { Client, Envelope, Instant, Recipient } from "../mail/transaction.ts"
import type { Final, Finish } from "./finish.ts"
import type { Decision } from "./store.ts"
import type { Transitions } from "./transitions.ts"

interface HeldRow {
  readonly copy: number
  readonly id: string
  readonly received_at: Instant
  readonly client: string
  readonly envelope: string
  readonly summary: string
  readonly bounceable: number
  readonly recipient: string
  readonly hold: string
}

export interface HeldNeeds extends Pick<Transitions, "accept" | "note"> {
  readonly finish: Finish
}

/** Overdue holds of one call; the rest waits for the next, so that mail coming in need not. */
const AT_ONCE = 500

const COLUMNS = `SELECT c.id AS copy, m.id, m.received_at, m.client, m.envelope, m.summary, m.bounceable, c.recipient, c.hold
  FROM copies c JOIN messages m ON m.number = c.message`
export const HELD_SQL = {
  overdue: `${COLUMNS} WHERE c.state = 'held' AND c.hold_until <= ? ORDER BY c.hold_until LIMIT ${AT_ONCE}`,
  ofMessage: `${COLUMNS} WHERE m.id = :transaction AND c.state = 'held' AND (:recipient IS NULL OR c.recipient_key = :recipient)
    ORDER BY c.id`,
}

export function createHeld(
  db: DatabaseSync,
  { accept, note, finish }: HeldNeeds,
): Pick<Transitions, "heldCopies" | "release" | "deny" | "expire"> {
  const ofMessage = db.prepare(HELD_SQL.ofMessage)
  const overdue = db.prepare(HELD_SQL.overdue)
  const held = db.prepare("SELECT message FROM copies WHERE id = ? AND state = 'held'")
  const letGo = db.prepare(`
    UPDATE copies SET state = 'queued', due_at = ?, expires_at = ?, reexamine = 1, attempts = 0, delay_noticed = 0,
      hold = NULL, hold_until = NULL WHERE id = ?`)
  const end = db.prepare("UPDATE copies SET state = ?, hold = NULL, hold_until = NULL, lease_token = NULL WHERE id = ?")

  function each(copies: readonly HeldCopy[], deed: Deed, change: (id: number) => void): boolean {
    const messages: number[] = []
    for (const { id } of copies) {
      const row = held.get(id) as { message: number } | undefined
      if (row === undefined) return false
      messages.push(row.message)
    }
    for (const copy of copies) {
      change(copy.id)
      const { kind, at, by, detail } = deed
      note([{ kind, at, by, detail, transaction: copy.transaction.id, recipient: addressKey(copy.recipient.address) }])
    }
    for (const notice of deed.notices) accept(notice, [], null)
    finish.erase(messages)
    return true
  }
  function close(as: Final): (id: number) => void {
    return (id) => end.run(as, id)
  }

  return {
    heldCopies: (of) => {
      const rows = "overdueAt" in of ? overdue.all(of.overdueAt) : ofMessage.all({ ...of })
      return (rows as unknown as HeldRow[]).flatMap(heldCopy)
    },
    release: (copies, decision, expiresAt, notices) =>
      each(copies, decided("released", decision, notices), (id) => letGo.run(decision.at, expiresAt, id)),
    deny: (copies, decision, notices) => each(copies, decided("denied", decision, notices), close("denied")),
    expire: (copies, at, notices) =>
      each(copies, { kind: "expired", by: "system", at, detail: {}, notices }, close("expired")),
  }
}

/** Who did what, when: the event of every copy it changes; and what people are told of it. */
interface Deed {
  readonly kind: EventKind
  readonly by: string
  readonly at: Instant
  readonly detail: Readonly<Record<string, string>>
  readonly notices: readonly Acceptance[]
}

function decided(kind: EventKind, { by, reason, at }: Decision, notices: readonly Acceptance[]): Deed {
  return { kind, by, at, detail: { reason }, notices }
}

/** One damaged record must not keep the others from being decided. */
function heldCopy(row: HeldRow): readonly HeldCopy[] {
  try {
    return [readHeldCopy(row)]
  } catch {
    return []
  }
}

function readHeldCopy(row: HeldRow): HeldCopy {
  return {
    id: row.copy,
    transaction: {
      id: row.id,
      client: JSON.parse(row.client) as Client,
      envelope: JSON.parse(row.envelope) as Envelope,
      at: row.received_at,
    },
    bounceable: row.bounceable === 1,
    summary: JSON.parse(row.summary) as Summary,
    recipient: JSON.parse(row.recipient) as Recipient,
    hold: JSON.parse(row.hold) as Hold,
  }
}
