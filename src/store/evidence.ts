/** What was kept of verdicts, to be judged again by another policy. Its number is that of the first event it belongs to. */
import type { DatabaseSync } from "node:sqlite"
import type { EvidenceRow } from "../mail/version.ts"
import type { Transitions } from "./transitions.ts"

const COLUMNS = `SELECT seq, at, "transaction", facts FROM evidence`

export function createEvidence(db: DatabaseSync): Pick<Transitions, "evidence" | "evidenceOf"> {
  const rows = db.prepare(`${COLUMNS} WHERE seq > :after AND at >= :since ORDER BY seq LIMIT :limit`)
  // Through the events' own index: the evidence needs none, and costs less to write.
  const one = db.prepare(
    `${COLUMNS} WHERE seq IN (SELECT seq FROM events WHERE "transaction" = ?) ORDER BY seq LIMIT 1`,
  )
  return {
    evidence: ({ after, since }, limit) => rows.all({ after, since, limit }) as unknown as readonly EvidenceRow[],
    evidenceOf: (transaction) => (one.get(transaction) as unknown as EvidenceRow | undefined) ?? null,
  }
}
