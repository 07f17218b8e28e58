/** The audit trail read by people, beside its writer: by who, what, when and unit, the newest first, a stretch at a time. */
import type { DatabaseSync } from "node:sqlite"
import type { TrailFilter, TrailPage, TrailRow } from "../mail/audit.ts"
import type { EventKind, MailEvent } from "../mail/event.ts"

/** Records that one question reads, some 20 ms of the thread that looks things up. */
const STRETCH = 10_000

interface Row {
  readonly seq: number
  readonly at: number
  readonly kind: EventKind
  readonly transaction: string | null
  readonly recipient: string | null
  readonly by: string
  readonly detail: string
}

export interface Trail {
  trail(filter: TrailFilter, before: number | null, limit: number): TrailPage
}

export function createTrail(db: DatabaseSync): Trail {
  const newest = db.prepare("SELECT max(seq) AS seq FROM events")
  const below = db.prepare("SELECT max(seq) AS seq FROM events WHERE seq < ?")
  const find = db.prepare(`
    SELECT seq, at, kind, "transaction", recipient, "by", detail FROM events
    WHERE seq < :before AND seq >= :from
      AND (:by IS NULL OR "by" = :by) AND (:kind IS NULL OR kind = :kind)
      AND (:transaction IS NULL OR "transaction" = :transaction)
      AND at >= :since AND at < :until
      AND (:units IS NULL OR "by" IN (SELECT value FROM json_each(:people))
        OR detail ->> 'unit' IN (SELECT value FROM json_each(:units))
        OR detail ->> 'senderUnit' IN (SELECT value FROM json_each(:units))
        OR detail ->> 'recipientUnit' IN (SELECT value FROM json_each(:units)))
    ORDER BY seq DESC LIMIT :limit`)

  return {
    trail: (filter, before, limit) => {
      const top = before ?? ((newest.get() as { seq: number | null }).seq ?? 0) + 1
      const from = Math.max(0, top - STRETCH)
      const rows = find.all({
        before: top,
        from,
        limit,
        by: filter.by ?? null,
        kind: filter.kind ?? null,
        transaction: filter.transaction ?? null,
        since: filter.since ?? 0,
        until: filter.until ?? Number.MAX_SAFE_INTEGER,
        units: filter.units === null ? null : JSON.stringify(filter.units),
        people: JSON.stringify(filter.people),
      }) as unknown as Row[]
      const last = rows.length === limit ? (rows.at(-1)?.seq ?? from) : from
      const left = (below.get(last) as { seq: number | null }).seq
      return { rows: rows.map(shown), next: left === null ? null : last }
    },
  }
}

function shown({ detail, ...row }: Row): TrailRow {
  return { ...row, detail: JSON.parse(detail) as MailEvent["detail"] }
}
