/** What senders ask for by the link in a notice, and the permissions that come of it. */
import type { DatabaseSync } from "node:sqlite"
import type { Acceptance, Refused } from "../mail/delivery.ts"
import type { Instant } from "../mail/transaction.ts"
import type { Appeal, Custody, Pass, Proof, Proven } from "./custody.ts"
import { createBallots } from "./ballots.ts"
import type { HeldTools } from "./held.ts"
import { createOffers } from "./offers.ts"
import type { Transitions } from "./transitions.ts"

interface AppealRow {
  readonly transaction: string
  readonly mailbox: string
  readonly kind: Appeal["kind"]
  readonly unit: string | null
  readonly until: Instant
  readonly state: Appeal["state"]
  readonly refused: string | null
  readonly category: string | null
  readonly reason: string | null
  readonly asked_at: Instant | null
  readonly approvals: string
  readonly stage: number
  readonly next_at: Instant | null
}

/** Wrong codes until a link is dead: one in two hundred thousand may guess one. */
const TRIES = 5

type Made =
  | "offer"
  | "appeal"
  | "appeals"
  | "ask"
  | "takeBack"
  | "decideAppeal"
  | "dueAppeals"
  | "escalateAppeal"
  | "passes"

export type AppealNeeds = Pick<Transitions, "accept" | "note"> & HeldTools

export function createAppeals(db: DatabaseSync, needs: AppealNeeds): Pick<Transitions, Extract<keyof Custody, Made>> {
  const { accept, note, each, close } = needs
  const offers = createOffers(db)
  const ballots = createBallots(db)
  const key = `"transaction" = :transaction AND mailbox = :mailbox`
  const byDigest = db.prepare("SELECT * FROM appeals WHERE digest = ?")
  const byKey = db.prepare(`SELECT * FROM appeals WHERE ${key}`)
  // Of held mail nothing is asked any more once it was decided.
  const list = db.prepare(`SELECT * FROM appeals WHERE state = :state
    AND (kind = 'refused' OR state <> 'requested' OR EXISTS (SELECT 1 FROM messages m JOIN copies c ON c.message = m.number
      WHERE m.id = appeals."transaction" AND c.state = 'held'))
    AND (:units IS NULL OR unit IN (SELECT value FROM json_each(:units))) ORDER BY asked_at LIMIT :limit`)
  const live = db.prepare("SELECT code FROM appeals WHERE digest = ? AND state = 'offered' AND until > ? AND tries < ?")
  const wrong = db.prepare("UPDATE appeals SET tries = tries + 1 WHERE digest = ?")
  const request =
    db.prepare(`UPDATE appeals SET state = 'requested', category = :category, reason = :reason, asked_at = :now,
    next_at = CASE kind WHEN 'refused' THEN :nextAt END WHERE digest = :digest`)
  const back = db.prepare("UPDATE appeals SET state = 'withdrawn', asked_at = ? WHERE digest = ?")
  const decide =
    db.prepare(`UPDATE appeals SET state = :state, approvals = :approvals, next_at = CASE WHEN :state = 'requested'
    THEN next_at END WHERE ${key} AND state = 'requested' AND approvals = :known`)
  const grant = db.prepare(`INSERT INTO passes ("transaction", content, sender, recipients, rules, until)
    VALUES (:transaction, :content, :sender, :recipients, :rules, :until)`)
  const due = db.prepare("SELECT * FROM appeals WHERE next_at <= ? ORDER BY next_at LIMIT ?")
  const advance = db.prepare(`UPDATE appeals SET stage = stage + 1, next_at = :nextAt
    WHERE ${key} AND state = 'requested' AND stage = :stage`)
  const passes = db.prepare("SELECT * FROM passes WHERE used_at IS NULL AND until > ?")

  /** The link lives and the code is its own; each wrong one counts. */
  function prove({ digest, code, now }: Proof): Proven {
    const found = live.get(digest, now, TRIES) as { code: string } | undefined
    if (found === undefined) return "gone"
    if (found.code === code) return "done"
    wrong.run(digest)
    return "wrong-code"
  }
  function tell(notices: readonly Acceptance[]): void {
    for (const notice of notices) accept(notice, [], null)
  }

  return {
    offer: (offer, mail, event) => {
      if (!offers.put(offer)) return false
      tell([mail])
      note([event])
      return true
    },
    appeal: (by) => {
      const row = "digest" in by ? byDigest.get(by.digest) : byKey.get({ ...by })
      return row === undefined ? null : readAppeal(row as unknown as AppealRow)
    },
    appeals: (units, state, limit) =>
      (list.all({ units: units && JSON.stringify(units), state, limit }) as unknown as AppealRow[]).map(readAppeal),
    ask: (proof, { category, reason, nextAt }, notices, event) => {
      const proven = prove(proof)
      if (proven !== "done") return proven
      request.run({ category, reason, nextAt, now: proof.now, digest: proof.digest })
      tell(notices)
      note([event])
      return "done"
    },
    takeBack: (proof, copies, by, notices) => {
      const proven = prove(proof)
      if (proven !== "done") return proven
      const deed = { kind: "discarded", by, at: proof.now, detail: { withdrawn: true }, notices } as const
      if (!each(copies, deed, close("removed"))) return "raced"
      back.run(proof.now, proof.digest)
      return "done"
    },
    decideAppeal: (appeal, { by, at, then, ballot }, pass, { notices, events }) => {
      const { transaction, mailbox } = appeal
      const known = JSON.stringify(appeal.approvals)
      const agrees = then === "more" || then === "approved"
      const approvals = agrees ? JSON.stringify([...appeal.approvals, { by, at }]) : known
      const state = then === "more" ? "requested" : then
      if (!ballots.isOpen(ballot)) return false
      if (decide.run({ transaction, mailbox, state, approvals, known }).changes === 0) return false
      ballots.spend(ballot, at)
      if (pass !== null) {
        const { recipients, rules, ...rest } = pass
        grant.run({ ...rest, recipients: JSON.stringify(recipients), rules: JSON.stringify(rules) })
      }
      tell(notices)
      note(events)
      return true
    },
    dueAppeals: (now, limit) => (due.all(now, limit) as unknown as AppealRow[]).map(readAppeal),
    escalateAppeal: ({ transaction, mailbox, stage }, nextAt, notices, event) => {
      if (advance.run({ transaction, mailbox, stage, nextAt }).changes === 0) return false
      tell(notices)
      note([event])
      return true
    },
    passes: (now) =>
      passes.all(now).map((row): Pass => {
        const { recipients, rules, used_at: _, ...rest } = row as unknown as PassRow
        return { ...rest, recipients: JSON.parse(recipients) as string[], rules: JSON.parse(rules) as string[] }
      }),
  }
}

interface PassRow extends Omit<Pass, "recipients" | "rules"> {
  readonly recipients: string
  readonly rules: string
  readonly used_at: Instant | null
}

function readAppeal(row: AppealRow): Appeal {
  const { transaction, mailbox, kind, unit, until, state, category, reason, stage } = row
  return {
    transaction,
    mailbox,
    kind,
    unit,
    until,
    state,
    category,
    reason,
    stage,
    askedAt: row.asked_at,
    nextAt: row.next_at,
    approvals: JSON.parse(row.approvals) as Appeal["approvals"],
    refused: row.refused === null ? null : (JSON.parse(row.refused) as Refused),
  }
}
