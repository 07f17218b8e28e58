/** Held mail as lists show it, by unit; and the case that a message with held copies is: its stage, and whether it must be kept. */
import type { DatabaseSync } from "node:sqlite"
import type { Instant } from "../mail/transaction.ts"
import type { Custody } from "./custody.ts"
import type { Finish } from "./finish.ts"
import { COLUMNS, heldCopy, type HeldRow } from "./held.ts"
import type { Transitions } from "./transitions.ts"

export interface CaseNeeds extends Pick<Transitions, "accept" | "note" | "heldCopies"> {
  readonly finish: Finish
}

const DAY = 86_400_000
/** Sums of nothing are null. */
type WaitingRow = { readonly waiting: number; readonly oldest: Instant | null } & Readonly<
  Record<"overdue" | "day" | "three" | "week", number | null>
>
const AFTER = "WHERE c.state = 'held' AND (c.care_due, c.id) > (:due, :after)"

type Made = "heldPage" | "waiting" | "legalHold" | "dueCases" | "escalate"

export function createCases(db: DatabaseSync, needs: CaseNeeds): Pick<Transitions, Extract<keyof Custody, Made>> {
  const { accept, note, heldCopies, finish } = needs
  const page = db.prepare(`${COLUMNS} ${AFTER} ORDER BY c.care_due, c.id LIMIT :limit`)
  const unitPage = db.prepare(`${COLUMNS} ${AFTER}
    AND c.unit IN (SELECT value FROM json_each(:units)) ORDER BY c.care_due, c.id LIMIT :limit`)
  const dueOf = db.prepare("SELECT care_due FROM copies WHERE id = ?")
  const countAll = db.prepare(`SELECT count(*) AS waiting, sum(care_due <= :now) AS overdue, min(care_due) AS oldest,
      sum(m.received_at > :now - ${DAY}) AS day, sum(m.received_at > :now - ${3 * DAY}) AS three,
      sum(m.received_at > :now - ${7 * DAY}) AS week
    FROM copies c JOIN messages m ON m.number = c.message WHERE c.state = 'held' AND (:units IS NULL OR unit IN (SELECT value FROM json_each(:units)))`)
  const numberOf = db.prepare("SELECT number FROM messages WHERE id = ? AND key IS NOT NULL")
  const setLegal = db.prepare(`INSERT INTO cases (message, legal_hold) VALUES (:message, :why)
    ON CONFLICT DO UPDATE SET legal_hold = :why`)
  const overCase = db.prepare(`DELETE FROM cases WHERE message = ? AND legal_hold IS NULL
    AND NOT EXISTS (SELECT 1 FROM copies c WHERE c.message = cases.message AND c.state = 'held')`)
  const due = db.prepare(`SELECT m.id AS "transaction", s.stage FROM cases s JOIN messages m ON m.number = s.message
    WHERE s.next_at <= ? ORDER BY s.next_at LIMIT ?`)
  const advance = db.prepare(`UPDATE cases SET stage = stage + 1, next_at = ?
    WHERE message = (SELECT number FROM messages WHERE id = ?) AND stage = ?`)

  return {
    heldPage: (units, after, limit) => {
      const since = after === null ? 0 : Number(dueOf.get(after)?.["care_due"] ?? 0)
      const from = { due: since, after: after ?? 0, limit }
      const rows = units === null ? page.all(from) : unitPage.all({ ...from, units: JSON.stringify(units) })
      return (rows as unknown as HeldRow[]).flatMap(heldCopy)
    },
    waiting: (units, now) => {
      const row = countAll.get({ now, units: units && JSON.stringify(units) }) as Partial<WaitingRow> | undefined
      const { waiting = 0, overdue, oldest = null, day, three, week } = row ?? {}
      const [one, few, seven] = [day ?? 0, three ?? 0, week ?? 0]
      return { waiting, overdue: overdue ?? 0, oldest, ages: [one, few - one, seven - few, waiting - seven] }
    },
    legalHold: (transaction, why, event) => {
      const message = (numberOf.get(transaction) as { number: number } | undefined)?.number
      if (message === undefined) return false
      setLegal.run({ message, why })
      note([event])
      if (why !== null) return true
      overCase.run(message)
      finish.erase([message])
      return true
    },
    dueCases: (now, limit) =>
      (due.all(now, limit) as unknown as { transaction: string; stage: number }[]).map((one) => ({
        ...one,
        copies: heldCopies({ transaction: one.transaction, recipient: null }),
      })),
    escalate: ({ transaction, stage }, nextAt, notices, event) => {
      if (advance.run(nextAt, transaction, stage).changes === 0) return false
      for (const notice of notices) accept(notice, [], null)
      note([event])
      return true
    },
  }
}
