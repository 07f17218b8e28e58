/** Copies that wait for a person: let go, given up, or given up by time. People are told in the same transaction. */
import type { DatabaseSync } from "node:sqlite"
import type { Acceptance, Approval, HeldCopy, Hold, NamedFinding, Summary } from "../mail/delivery.ts"
import type { EventKind, MailEvent } from "../mail/event.ts"
import { addressKey } from "../mail/address.ts"
import type { Client, Envelope, Instant, Recipient } from "../mail/transaction.ts"
import { createBallots } from "./ballots.ts"
import type { Final, Finish } from "./finish.ts"
import type { Decision } from "./store.ts"
import type { Transitions } from "./transitions.ts"

export interface HeldRow {
  readonly copy: number
  readonly id: string
  readonly received_at: Instant
  readonly client: string
  readonly envelope: string
  readonly summary: string
  readonly bounceable: number
  readonly recipient: string
  readonly hold: string
  readonly size: number
  readonly approvals: string
  readonly legal_hold: string | null
}

export interface HeldNeeds extends Pick<Transitions, "accept" | "note"> {
  readonly finish: Finish
}

/** For whoever ends holds in another way. */
export interface HeldTools {
  readonly each: (copies: readonly HeldCopy[], deed: Deed, change: (id: number) => void) => boolean
  readonly close: (as: Final) => (id: number) => void
}

/** Overdue holds of one call; the rest waits for the next, so that mail coming in need not. */
const AT_ONCE = 500

export const COLUMNS = `SELECT c.id AS copy, m.id, m.received_at, m.client, m.envelope, m.summary, m.bounceable, c.recipient, c.hold,
  m.size, (SELECT json_group_array(json_object('rule', rule, 'by', "by", 'at', at)) FROM approvals WHERE copy = c.id) AS approvals,
  (SELECT legal_hold FROM cases WHERE message = m.number) AS legal_hold
  FROM copies c JOIN messages m ON m.number = c.message`
export const HELD_SQL = {
  overdue: `${COLUMNS} WHERE c.state = 'held' AND c.hold_until <= ?
    AND NOT EXISTS (SELECT 1 FROM cases WHERE message = c.message AND cases.legal_hold IS NOT NULL)
    ORDER BY c.hold_until LIMIT ${AT_ONCE}`,
  ofMessage: `${COLUMNS} WHERE m.id = :transaction AND c.state = 'held' AND (:recipient IS NULL OR c.recipient_key = :recipient)
    ORDER BY c.id`,
}

export function createHeld(
  db: DatabaseSync,
  { accept, note, finish }: HeldNeeds,
): Pick<Transitions, "heldCopies" | "release" | "deny" | "expire" | "approve" | "found"> &
  Pick<HeldTools, "each" | "close"> {
  const ofMessage = db.prepare(HELD_SQL.ofMessage)
  const overdue = db.prepare(HELD_SQL.overdue)
  const held = db.prepare("SELECT message FROM copies WHERE id = ? AND state = 'held'")
  const letGo = db.prepare(`
    UPDATE copies SET state = 'queued', due_at = ?, expires_at = ?, reexamine = 1, attempts = 0, delay_noticed = 0,
      hold = NULL, hold_until = NULL WHERE id = ?`)
  const words = db.prepare("SELECT count(*) AS count FROM approvals WHERE copy = ?")
  const agree = db.prepare("INSERT OR IGNORE INTO approvals VALUES (?, ?, ?, ?)")
  const setLifted = db.prepare("UPDATE copies SET lifted = ? WHERE id = ?")
  const setHold = db.prepare("UPDATE copies SET hold = ? WHERE id = ?")
  const end = db.prepare("UPDATE copies SET state = ?, hold = NULL, hold_until = NULL, lease_token = NULL WHERE id = ?")

  const ballots = createBallots(db)

  function each(copies: readonly HeldCopy[], deed: Deed, change: (id: number) => void): boolean {
    const messages: number[] = []
    for (const { id } of copies) {
      const row = held.get(id) as { message: number } | undefined
      if (row === undefined) return false
      messages.push(row.message)
    }
    for (const copy of copies) {
      change(copy.id)
      note([eventOf(copy, deed)])
    }
    for (const notice of deed.notices) accept(notice, [], null)
    finish.erase(messages)
    return true
  }
  function close(as: Final): (id: number) => void {
    return (id) => end.run(as, id)
  }

  return {
    each,
    close,
    approve: (copies, given, decision, notices) => {
      const { by, at, expiresAt } = decision
      for (const { copy, known } of given) {
        if (held.get(copy) === undefined || Number(words.get(copy)?.["count"]) !== known) return false
      }
      if (!ballots.isOpen(decision.ballot)) return false
      for (const { copy, rules, release } of given) {
        const one = copies.find(({ id }) => id === copy)
        if (one === undefined) throw new Error("a word on a copy that was not named")
        for (const rule of rules) agree.run(copy, rule, by, at)
        // The last word needed is the release itself.
        if (release === null) note([eventOf(one, { kind: "approved", at, by, detail: { ...said(decision), rules } })])
      }
      ballots.spend(decision.ballot, at)
      for (const { copy, release } of given) if (release !== null) setLifted.run(JSON.stringify(release), copy)
      const going = copies.filter(({ id }) => given.some(({ copy, release }) => copy === id && release !== null))
      return each(going, decided("released", decision, notices), (id) => letGo.run(at, expiresAt, id))
    },
    found: (copies, found, { by, reason, at, secret }) => {
      const holds = new Map(copies.map((copy) => [copy.id, withMore(copy.hold, found, secret)]))
      const detail = { did: "password", reason, findings: found.map(({ kind }) => kind) }
      return each(copies, { kind: "held", by, at, detail, notices: [] }, (id) =>
        setHold.run(JSON.stringify(holds.get(id)), id),
      )
    },
    heldCopies: (of) => {
      const rows = "overdueAt" in of ? overdue.all(of.overdueAt) : ofMessage.all({ ...of })
      return (rows as unknown as HeldRow[]).flatMap(heldCopy)
    },
    release: (copies, decision, expiresAt, notices) =>
      each(copies, decided("released", decision, notices), (id) => letGo.run(decision.at, expiresAt, id)),
    deny: (copies, decision, notices) => {
      if (!ballots.isOpen(decision.ballot)) return false
      const done = each(copies, decided("denied", decision, notices), close("denied"))
      if (done) ballots.spend(decision.ballot, decision.at)
      return done
    },
    expire: (copies, at, notices) =>
      each(copies, { kind: "expired", by: "system", at, detail: {}, notices }, close("expired")),
  }
}

/** A hold nobody wrote a care for is looked at by whoever looks at holds without one. */
function withMore(hold: Hold, found: readonly NamedFinding[], secret: boolean): Hold {
  const { care } = hold
  const more = care === undefined ? {} : { care: { ...care, findings: [...care.findings, ...found] } }
  return { ...hold, ...more, ...(secret ? { secret: true as const } : {}) }
}

/** Who did what, when: the event of every copy it changes; and what people are told of it. */
export interface Deed {
  readonly kind: EventKind
  readonly by: string
  readonly at: Instant
  readonly detail: MailEvent["detail"]
  readonly notices: readonly Acceptance[]
}

function eventOf({ transaction, recipient }: HeldCopy, { kind, at, by, detail }: Omit<Deed, "notices">): MailEvent {
  return { kind, at, by, detail, transaction: transaction.id, recipient: addressKey(recipient.address) }
}

function decided(kind: EventKind, decision: Decision, notices: readonly Acceptance[]): Deed {
  const { by, at } = decision
  return { kind, by, at, detail: said(decision), notices }
}

function said({ reason, ballot }: Decision): MailEvent["detail"] {
  return ballot === undefined ? { reason } : { reason, byMail: true }
}

/** One damaged record must not keep the others from being decided. */
export function heldCopy(row: HeldRow): readonly HeldCopy[] {
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
    approvals: JSON.parse(row.approvals) as Approval[],
    legalHold: row.legal_hold,
    size: row.size,
  }
}
