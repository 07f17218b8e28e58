/** Events of the records → rows of the index and figures by the hour. */
import type { DatabaseSync } from "node:sqlite"
import type { Summary } from "../../mail/delivery.ts"
import type { EventKind, MailEvent } from "../../mail/event.ts"
import { fold } from "./fold.ts"

interface EventRow {
  readonly seq: number
  readonly at: number
  readonly kind: EventKind
  readonly transaction: string
  readonly recipient: string | null
  readonly detail: string
}

/** What a kind of event makes of a copy; kinds that are not here change nothing. */
const OUTCOMES: Partial<Readonly<Record<EventKind, string>>> = {
  accepted: "queued",
  released: "queued",
  retried: "queued",
  deferred: "deferred",
  rejected: "rejected",
  refused: "refused",
  held: "held",
  quarantined: "quarantined",
  denied: "denied",
  discarded: "discarded",
  expired: "expired",
  delivered: "delivered",
  bounced: "bounced",
  undeliverable: "undeliverable",
  "set-aside": "set-aside",
}
/** Events that say by which rules. */
const JUDGED: ReadonlySet<EventKind> = new Set(["flagged", "held", "quarantined", "rejected", "refused"])
const HOUR = 3_600_000

export interface Taker {
  /** Takes in at most so many events that are new. Returns how many. */
  take(limit: number): number
}

interface KnownRow {
  readonly row: number
  readonly direction: string | null
  readonly sender_unit: string | null
  readonly recipient_unit: string | null
}

export function createTaker(records: DatabaseSync, db: DatabaseSync): Taker {
  const news = records.prepare(
    `SELECT seq, at, kind, "transaction", recipient, detail FROM events WHERE seq > ? ORDER BY seq LIMIT ?`,
  )
  const summaryOf = records.prepare("SELECT summary FROM messages WHERE id = ?")
  const progress = db.prepare("SELECT seq FROM progress")
  const advance = db.prepare("UPDATE progress SET seq = ?")
  const known = db.prepare(
    "SELECT row, direction, sender_unit, recipient_unit FROM found WHERE tx = ? AND recipient = ?",
  )
  const insert =
    db.prepare(`INSERT INTO found VALUES (:row, :tx, :at, :sender, :recipient, :senderDomain, :recipientDomain,
    :direction, :outcome, :stage, :subject, :size, :rules, :senderUnit, :recipientUnit)`)
  const turn = db.prepare("UPDATE found SET outcome = ? WHERE row = ?")
  const addRule = db.prepare("INSERT OR IGNORE INTO by_rule VALUES (?, ?)")
  const addFile = db.prepare("INSERT OR IGNORE INTO by_file VALUES (?, ?)")
  const addWords = db.prepare("INSERT INTO words (rowid, text) VALUES (?, ?)")
  const count = db.prepare(`INSERT INTO figures VALUES (?, ?, ?, ?, ?, 1)
    ON CONFLICT DO UPDATE SET count = count + 1`)

  function summary(transaction: string): Summary | null {
    const stored = summaryOf.get(transaction) as { summary: string } | undefined
    return stored === undefined ? null : (parsed(stored.summary) as Summary | null)
  }
  function add(event: EventRow, detail: MailEvent["detail"], outcome: string): KnownRow {
    const said = event.kind === "accepted" ? summary(event.transaction) : null
    const sender = text(detail["from"])
    const row = {
      row: event.seq,
      tx: event.transaction,
      at: event.at,
      sender,
      recipient: event.recipient ?? "",
      senderDomain: sender === null ? null : domainOf(sender),
      recipientDomain: event.recipient === null ? null : domainOf(event.recipient),
      direction: text(detail["direction"]),
      outcome,
      stage: text(detail["stage"]) ?? "data",
      subject: said?.subject ?? null,
      size: typeof detail["size"] === "number" ? detail["size"] : null,
      rules: JSON.stringify(rulesOf(detail)),
      senderUnit: text(detail["senderUnit"]),
      recipientUnit: text(detail["recipientUnit"]),
    }
    insert.run(row)
    const files = said?.files ?? []
    for (const { sha256 } of files) addFile.run(Buffer.from(sha256, "hex"), row.row)
    const words = fold([said?.subject ?? "", ...files.map(({ name }) => name)].join(" "))
    if (words.trim() !== "") addWords.run(row.row, words)
    const { direction, senderUnit, recipientUnit } = row
    return { row: row.row, direction, sender_unit: senderUnit, recipient_unit: recipientUnit }
  }
  function takeOne(event: EventRow): void {
    const detail = (parsed(event.detail) as MailEvent["detail"] | null) ?? {}
    const outcome = OUTCOMES[event.kind]
    const before = known.get(event.transaction, event.recipient ?? "") as unknown as KnownRow | undefined
    if (before !== undefined && outcome !== undefined) turn.run(outcome, before.row)
    const row = before ?? (outcome === undefined ? null : add(event, detail, outcome))
    if (row === null) return
    const rules = JUDGED.has(event.kind) || event.kind === "accepted" ? rulesOf(detail) : []
    for (const rule of rules) addRule.run(rule, row.row)
    const hour = event.at - (event.at % HOUR)
    const units = new Set([row.sender_unit, row.recipient_unit].filter((unit) => unit !== null))
    const direction = row.direction ?? ""
    for (const unit of units.size === 0 ? [""] : units) {
      count.run(hour, unit, direction, event.kind, "")
      if (JUDGED.has(event.kind)) for (const rule of rules) count.run(hour, unit, direction, event.kind, rule)
    }
    // The whole house, where a message between two of its units counts once.
    count.run(hour, "*", direction, event.kind, "")
    if (JUDGED.has(event.kind)) for (const rule of rules) count.run(hour, "*", direction, event.kind, rule)
  }

  return {
    take: (limit) => {
      const since = Number(progress.get()?.["seq"])
      const events = news.all(since, limit) as unknown as EventRow[]
      const last = events.at(-1)
      if (last === undefined) return 0
      db.exec("BEGIN")
      try {
        for (const event of events) if (event.transaction !== null) takeOne(event)
        advance.run(last.seq)
        db.exec("COMMIT")
      } catch (cause) {
        if (db.isTransaction) db.exec("ROLLBACK")
        throw cause
      }
      return events.length
    },
  }
}

function rulesOf({ rules }: MailEvent["detail"]): readonly string[] {
  return Array.isArray(rules) ? rules : []
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1)
}

function parsed(written: string): unknown {
  try {
    return JSON.parse(written)
  } catch {
    return null
  }
}
