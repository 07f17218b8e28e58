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
/** Events that tell what became of a judgement: counted by the rules that were its reasons. */
const SETTLED: ReadonlySet<EventKind> = new Set(["released", "denied", "expired"])
const HOUR = 3_600_000
const DAY = 86_400_000

export interface Taker {
  /** Takes in at most so many events that are new. Returns how many. */
  take(limit: number): number
}

interface KnownRow {
  readonly row: number
  readonly at: number
  readonly outcome: string
  readonly judged: string | null
  readonly rules: string
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
    "SELECT row, at, outcome, judged, rules, direction, sender_unit, recipient_unit FROM found WHERE tx = ? AND recipient = ?",
  )
  const insert =
    db.prepare(`INSERT INTO found VALUES (:row, :tx, :at, :sender, :recipient, :senderDomain, :recipientDomain,
    :direction, :outcome, :stage, :subject, :size, :rules, :senderUnit, :recipientUnit, :judged)`)
  const turn = db.prepare("UPDATE found SET outcome = ? WHERE row = ?")
  const addRule = db.prepare("INSERT OR IGNORE INTO by_rule VALUES (?, ?)")
  const addFile = db.prepare("INSERT OR IGNORE INTO by_file VALUES (?, ?)")
  const judge = db.prepare("UPDATE found SET judged = ?, rules = ? WHERE row = ?")
  const addFinding = db.prepare("INSERT OR IGNORE INTO by_finding VALUES (?, ?)")
  const addLookedBack = db.prepare(
    "INSERT INTO looked_back VALUES (:seq, :at, :row, :sha256, :name, :received, :state)",
  )
  const addWords = db.prepare("INSERT INTO words (rowid, text) VALUES (?, ?)")
  const count = db.prepare(`INSERT INTO figures VALUES (?, ?, ?, ?, ?, 1)
    ON CONFLICT DO UPDATE SET count = count + 1`)
  const countDay = db.prepare(`INSERT INTO days VALUES (?, ?, ?, ?, ?, 1)
    ON CONFLICT DO UPDATE SET count = count + 1`)
  const come = db.prepare(`INSERT INTO outcomes VALUES (?, ?, ?, ?, 1)
    ON CONFLICT DO UPDATE SET count = count + 1`)
  const go = db.prepare(
    "UPDATE outcomes SET count = count - 1 WHERE hour = ? AND unit = ? AND direction = ? AND outcome = ?",
  )

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
      judged: JUDGED.has(event.kind) ? event.kind : null,
    }
    insert.run(row)
    const files = said?.files ?? []
    for (const { sha256 } of files) addFile.run(Buffer.from(sha256, "hex"), row.row)
    const words = fold([said?.subject ?? "", ...files.map(({ name }) => name)].join(" "))
    if (words.trim() !== "") addWords.run(row.row, words)
    const { at, direction, senderUnit, recipientUnit, judged, rules } = row
    const told = { row: row.row, at, outcome, judged, rules, direction }
    const added = { ...told, sender_unit: senderUnit, recipient_unit: recipientUnit }
    for (const unit of placesOf(added)) come.run(hourOf(at), unit, direction ?? "", outcome)
    return added
  }
  /** It stands differently now: its hour has one less of the old outcome, and one more of the new. */
  function change(row: KnownRow, outcome: string): void {
    if (row.outcome === outcome) return
    turn.run(outcome, row.row)
    for (const unit of placesOf(row)) {
      go.run(hourOf(row.at), unit, row.direction ?? "", row.outcome)
      come.run(hourOf(row.at), unit, row.direction ?? "", outcome)
    }
  }
  function countIn(event: EventRow, row: KnownRow, rules: readonly string[]): void {
    const byRule = JUDGED.has(event.kind) || SETTLED.has(event.kind) ? rules : []
    const day = event.at - (event.at % DAY)
    for (const unit of placesOf(row)) {
      for (const rule of ["", ...byRule]) {
        count.run(hourOf(event.at), unit, row.direction ?? "", event.kind, rule)
        countDay.run(day, unit, row.direction ?? "", event.kind, rule)
      }
    }
  }
  function takeOne(event: EventRow): void {
    const detail = (parsed(event.detail) as MailEvent["detail"] | null) ?? {}
    const outcome = OUTCOMES[event.kind]
    const before = known.get(event.transaction, event.recipient ?? "") as unknown as KnownRow | undefined
    if (before !== undefined && outcome !== undefined) change(before, outcome)
    const row = before ?? (outcome === undefined ? null : add(event, detail, outcome))
    if (row === null) return
    const rules = rulesOf(detail)
    const isJudged = JUDGED.has(event.kind) && Array.isArray(detail["rules"])
    if (before !== undefined && before.judged === null && isJudged)
      judge.run(event.kind, JSON.stringify(rules), row.row)
    if (JUDGED.has(event.kind) || event.kind === "accepted") {
      for (const rule of rules) addRule.run(rule, row.row)
      for (const finding of listOf(detail["findings"])) addFinding.run(finding, row.row)
    }
    if (event.kind === "look-back")
      addLookedBack.run({ seq: event.seq, at: event.at, row: row.row, ...sightingOf(detail) })
    countIn(event, row, SETTLED.has(event.kind) ? listOf(parsed(row.rules)) : rules)
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

function hourOf(at: number): number {
  return at - (at % HOUR)
}

/** Where it counts: in each of its units, and once in the whole house. */
function placesOf(row: Pick<KnownRow, "sender_unit" | "recipient_unit">): readonly string[] {
  const units = new Set([row.sender_unit, row.recipient_unit].filter((unit) => unit !== null))
  return [...(units.size === 0 ? [""] : units), "*"]
}

function rulesOf({ rules }: MailEvent["detail"]): readonly string[] {
  return listOf(rules)
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : []
}

function sightingOf(detail: MailEvent["detail"]): Readonly<Record<"sha256" | "name" | "received" | "state", string>> {
  const word = (key: string): string => text(detail[key]) ?? ""
  return { sha256: word("sha256"), name: word("name"), received: word("received"), state: word("state") }
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
