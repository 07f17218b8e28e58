/** What keeps a store fit for years: old records go in small steps, free pages go back, and what others did in it is told. */
import type { DatabaseSync } from "node:sqlite"
import type { MailEvent } from "../mail/event.ts"
import type { Instant } from "../mail/transaction.ts"
import type { Burial } from "./audit.ts"
import type { Transitions } from "./transitions.ts"

/** Events of one answer; a store that an operator's script has just emptied makes more. */
const MOST_NEWS = 1_000
/** Pages given back in one step, and how many may stay free for what comes next. */
const PAGES = 128
const SPARE = 1_024

export interface News extends Pick<Transitions, "news"> {
  /** Runs what its own caller tells of, so that `news` need not. */
  readonly telling: <T>(work: () => T) => T
}

export function createNews(db: DatabaseSync, events: (since: number, limit: number) => readonly Numbered[]): News {
  const newest = db.prepare("SELECT coalesce(max(seq), 0) AS seq FROM events")
  const last = (): number => Number(newest.get()?.["seq"])
  let seen = last()
  /** Events after `seen` that were told: from the first number up to the second. Neighbours are joined. */
  let told: { after: number; upTo: number }[] = []

  return {
    telling: (work) => {
      const after = last()
      const value = work()
      const range = told.at(-1)
      if (range?.upTo === after) range.upTo = last()
      else told.push({ after, upTo: last() })
      return value
    },
    news: () => {
      const end = last()
      const found: MailEvent[] = []
      for (const { after, upTo } of [...told, { after: end, upTo: end }]) {
        const count = Math.min(after - seen, MOST_NEWS - found.length)
        if (count > 0) found.push(...events(seen, count).filter(({ seq }) => seq <= after))
        seen = Math.max(seen, upTo)
      }
      told = []
      return found
    },
  }
}

type Numbered = MailEvent & { readonly seq: number }

interface EventRow {
  readonly seq: number
  readonly at: Instant
  readonly chain: string | null
}

export function createTidy(db: DatabaseSync, bury: Burial["bury"]): Pick<Transitions, "tidy"> {
  const firstEvents = db.prepare("SELECT seq, at, chain FROM events ORDER BY seq LIMIT ?")
  const forgetEvents = db.prepare("DELETE FROM events WHERE seq <= ?")
  const forgetEvidence = db.prepare("DELETE FROM evidence WHERE seq <= ?")
  const messages = db.prepare(
    "SELECT number, received_at, key IS NULL AS over FROM messages WHERE number > ? ORDER BY number LIMIT ?",
  )
  const copies = db.prepare("DELETE FROM copies WHERE message = ?")
  const message = db.prepare("DELETE FROM messages WHERE number = ?")
  const ballots = db.prepare("DELETE FROM ballots WHERE digest IN (SELECT digest FROM ballots WHERE until < ? LIMIT ?)")
  const free = db.prepare("PRAGMA freelist_count")
  /** Messages up to here are gone, or are kept because somebody still has to decide. */
  let passed = 0

  function oldMessages(before: Instant, rows: number): number {
    const found = messages.all(passed, rows) as unknown as { number: number; received_at: Instant; over: number }[]
    const old = found.filter((row) => row.received_at < before)
    for (const { number, over } of old) {
      if (over === 0) continue
      copies.run(number)
      message.run(number)
    }
    // From the start again once what is left is young: a clock may have been wrong, and a decision made.
    passed = old.length === rows ? (old.at(-1)?.number ?? 0) : 0
    return old.filter(({ over }) => over === 1).length
  }

  /** From the beginning without a gap, or the chain would break: what stands before an old one is old whatever its clock said. */
  function oldEvents(before: Instant, rows: number): number {
    const found = firstEvents.all(rows) as unknown as EventRow[]
    const old = found.slice(0, found.findLastIndex(({ at }) => at < before) + 1)
    const last = old.at(-1)
    if (last === undefined) return 0
    bury(old, before)
    forgetEvidence.run(last.seq)
    forgetEvents.run(last.seq)
    return old.length
  }

  return {
    tidy: (before, rows) => {
      const gone = oldEvents(before.events, rows) + oldMessages(before.messages, rows)
      ballots.run(before.messages, rows)
      if (Number(free.get()?.["freelist_count"]) > SPARE) db.exec(`PRAGMA incremental_vacuum(${PAGES})`)
      return gone
    },
  }
}
