/** What people and metrics ask. A row with an unreadable part is shown without that part: it must not hide the others. */
import type { DatabaseSync } from "node:sqlite"
import type { Hold, Outcome, QueueRow, Summary } from "../mail/delivery.ts"
import type { EventKind, MailEvent } from "../mail/event.ts"
import type { Envelope, Instant } from "../mail/transaction.ts"
import type { MessageRecord } from "./store.ts"
import type { Transitions } from "./transitions.ts"

export interface Row {
  readonly copy: number
  readonly message: number
  readonly id: string
  readonly recipient_key: string
  readonly envelope: string
  readonly summary: string
  readonly size: number
  readonly received_at: Instant
  readonly state: string
  readonly crashes: number
  readonly attempts: number
  readonly due_at: Instant
  readonly expires_at: Instant
  readonly last_outcome: string | null
  readonly hold: string | null
}
interface EventRow {
  readonly seq: number
  readonly at: Instant
  readonly kind: EventKind
  readonly transaction: string | null
  readonly recipient: string | null
  readonly by: string
  readonly detail: string
}

export const ROW_SQL = `SELECT c.id AS copy, c.message, m.id, c.recipient_key, m.envelope, m.summary, m.size, m.received_at,
  c.state, c.crashes, c.attempts, c.due_at, c.expires_at, c.last_outcome, c.hold FROM copies c JOIN messages m ON m.number = c.message`
const EVENT_SQL = `SELECT seq, at, kind, "transaction", recipient, "by", detail FROM events`

export const LIST_SQL = {
  setAside: `${ROW_SQL} WHERE c.state = 'set-aside' ORDER BY c.id LIMIT ?`,
  queued: `${ROW_SQL} WHERE c.state = 'queued' ORDER BY c.lane, c.ready_at LIMIT ?`,
  held: `${ROW_SQL} WHERE c.state = 'held' ORDER BY c.hold_until LIMIT ?`,
  show: `${ROW_SQL} WHERE m.id = ? ORDER BY c.id`,
  counts: `SELECT (SELECT copies FROM tallies WHERE state = 'queued') AS queued,
    (SELECT copies FROM tallies WHERE state = 'held') AS held`,
  events: `${EVENT_SQL} WHERE seq > ? ORDER BY seq LIMIT ?`,
  eventsOf: `${EVENT_SQL} WHERE "transaction" = ? ORDER BY seq`,
}

const PAGE_SQL = `${ROW_SQL} WHERE c.state IN ('queued', 'set-aside') AND c.id > :after
  AND (:domain IS NULL OR substr(c.recipient_key, -length(:domain) - 1) = '@' || :domain) ORDER BY c.id LIMIT :limit`
const DESTINATIONS_SQL = `SELECT substr(c.recipient_key, instr(c.recipient_key, '@') + 1) AS domain, count(*) AS copies,
  min(m.received_at) AS oldest, min(c.due_at) AS next, max(c.last_outcome) AS last_outcome
  FROM copies c JOIN messages m ON m.number = c.message WHERE c.state IN ('queued', 'set-aside')
  GROUP BY domain ORDER BY copies DESC LIMIT 500`

interface DestinationRow {
  readonly domain: string
  readonly copies: number
  readonly oldest: Instant
  readonly next: Instant
  readonly last_outcome: string | null
}

export function createList(
  db: DatabaseSync,
): Pick<Transitions, "queued" | "held" | "show" | "counts" | "events" | "queuePage" | "destinations"> {
  const page = db.prepare(PAGE_SQL)
  const destinations = db.prepare(DESTINATIONS_SQL)
  const setAside = db.prepare(LIST_SQL.setAside)
  const queued = db.prepare(LIST_SQL.queued)
  const held = db.prepare(LIST_SQL.held)
  const copiesOf = db.prepare(LIST_SQL.show)
  const verdictsOf = db.prepare("SELECT verdicts FROM messages WHERE id = ?")
  const counts = db.prepare(LIST_SQL.counts)
  const events = db.prepare(LIST_SQL.events)
  const eventsOf = db.prepare(LIST_SQL.eventsOf)

  function show(transaction: string): MessageRecord | null {
    const stored = verdictsOf.get(transaction) as { verdicts: string } | undefined
    const happened = eventsOf.all(transaction) as unknown as EventRow[]
    // A refused message has left events only.
    if (stored === undefined && happened.length === 0) return null
    return {
      rows: (copiesOf.all(transaction) as unknown as Row[]).map(queueRow),
      verdicts: (parsed(stored?.verdicts) as MessageRecord["verdicts"] | null) ?? [],
      events: happened.map((row) => event(row)),
    }
  }

  return {
    queued: (limit) => {
      const first = setAside.all(limit) as unknown as Row[]
      const rest = queued.all(limit - first.length) as unknown as Row[]
      return [...first, ...rest].map(queueRow)
    },
    held: (limit) => (held.all(limit) as unknown as Row[]).map(queueRow),
    show,
    queuePage: (domain, after, limit) =>
      (page.all({ domain, after, limit }) as unknown as Row[]).map((row) => ({
        row: queueRow(row),
        copy: row.copy,
        setAside: row.state === "set-aside",
      })),
    destinations: () =>
      (destinations.all() as unknown as DestinationRow[]).map(({ last_outcome: last, ...row }) => ({
        ...row,
        lastReply: replyOf(parsed(last) as Outcome | null),
      })),
    counts: () => ({ ...(counts.get() as { queued: number; held: number }) }),
    events: (since, limit) =>
      (events.all(since, limit) as unknown as EventRow[]).map((row) => Object.assign(event(row), { seq: row.seq })),
  }
}

export function queueRow(row: Row): QueueRow {
  const summary = parsed(row.summary) as Summary | null
  const outcome = parsed(row.last_outcome) as Outcome | null
  return {
    transaction: row.id,
    recipient: row.recipient_key,
    from: (parsed(row.envelope) as Envelope | null)?.from?.text ?? "",
    subject: summary?.subject ?? "",
    size: row.size,
    receivedAt: row.received_at,
    attempts: row.attempts,
    dueAt: row.state === "queued" ? row.due_at : null,
    expiresAt: row.expires_at,
    lastReply: row.state === "set-aside" ? whyAside(row) : replyOf(outcome),
    hold: parsed(row.hold) as Hold | null,
  }
}

function whyAside({ crashes }: Row): string {
  return crashes === 0
    ? "set aside: its record or body cannot be read"
    : `set aside: ${crashes} attempts at it broke the gateway`
}

function replyOf(outcome: Outcome | null): string | null {
  if (outcome === null) return null
  return outcome.is === "delivered" ? outcome.reply : (outcome.reply ?? outcome.why)
}

function event({ at, kind, transaction, recipient, by, detail }: EventRow): MailEvent {
  return { at, kind, transaction, recipient, by, detail: (parsed(detail) as MailEvent["detail"] | null) ?? {} }
}

function parsed(text: string | null | undefined): unknown {
  try {
    return text === null || text === undefined ? null : JSON.parse(text)
  } catch {
    return null
  }
}
