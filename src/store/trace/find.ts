/** Questions to the index: each begins at the most telling thing asked for, and walks from the newest back. */
import type { DatabaseSync, SQLInputValue } from "node:sqlite"
import type { Figure, Filter, Found, Period, Search } from "../search.ts"
import { query } from "./fold.ts"

interface FoundRow {
  readonly row: number
  readonly tx: string
  readonly at: number
  readonly sender: string | null
  readonly recipient: string
  readonly direction: string | null
  readonly outcome: string
  readonly stage: string
  readonly subject: string | null
  readonly size: number | null
  readonly rules: string
  readonly sender_unit: string | null
  readonly recipient_unit: string | null
}

interface Clause {
  readonly sql: string
  readonly values: readonly SQLInputValue[]
}

const COLUMNS = `f.row, f.tx, f.at, f.sender, f.recipient, f.direction, f.outcome, f.stage, f.subject, f.size, f.rules,
  f.sender_unit, f.recipient_unit`

function test(sql: string, value: SQLInputValue | undefined): Clause[] {
  return value === undefined ? [] : [{ sql, values: [value] }]
}

/** `+` keeps the planner from an index where another one tells more. */
function clauses(filter: Filter, before: number | null): readonly Clause[] {
  const words = filter.words === undefined ? null : query(filter.words)
  return [
    ...test("f.tx = ?", filter.transaction),
    ...test("f.sender = ?", filter.sender),
    ...test("f.recipient = ?", filter.recipient),
    ...test("f.row IN (SELECT row FROM by_file WHERE sha256 = ?)", sha256(filter.file)),
    ...test(
      "f.row IN (SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT 20000)",
      words ?? undefined,
    ),
    ...(filter.domain === undefined ? [] : [domainClause(filter.domain)]),
    ...test("f.row IN (SELECT row FROM by_rule WHERE rule = ?)", filter.rule),
    ...test(telling(filter) ? "+f.outcome = ?" : "f.outcome = ?", filter.outcome),
    ...test("+f.direction = ?", filter.direction),
    ...test("f.row >= (SELECT coalesce(min(row), 9e18) FROM found WHERE at >= ?)", filter.since),
    ...test("+f.at < ?", filter.until),
    ...test("f.row < ?", before ?? undefined),
  ]
}

function telling({ transaction, sender, recipient, words, file, domain, rule }: Filter): boolean {
  return [transaction, sender, recipient, words, file, domain, rule].some((one) => one !== undefined)
}

function sha256(hex: string | undefined): Buffer | undefined {
  return hex === undefined ? undefined : Buffer.from(hex, "hex")
}

function domainClause(domain: string): Clause {
  const sql = `f.row IN (SELECT row FROM found WHERE sender_domain = ?
    UNION SELECT row FROM found WHERE recipient_domain = ?)`
  return { sql, values: [domain, domain] }
}

/** Where nothing else tells more, the units themselves are walked; else they only sift. */
function unitClause(filter: Filter): Clause[] {
  if (filter.units === null) return []
  const list = JSON.stringify(filter.units)
  if (telling(filter) || filter.outcome !== undefined) {
    const sql = `(+f.sender_unit IN (SELECT value FROM json_each(?)) OR +f.recipient_unit IN (SELECT value FROM json_each(?)))`
    return [{ sql, values: [list, list] }]
  }
  const sql = `f.row IN (SELECT row FROM found WHERE sender_unit IN (SELECT value FROM json_each(?))
    UNION SELECT row FROM found WHERE recipient_unit IN (SELECT value FROM json_each(?)))`
  return [{ sql, values: [list, list] }]
}

/** By hour, and by unit; a message between two units counts in each, in `*` once. */
const FIGURES = `SELECT hour, unit, direction, kind, rule, count FROM figures
  WHERE hour >= :since AND hour < :until AND (CASE WHEN :units IS NULL THEN unit = '*' ELSE unit IN (SELECT value FROM json_each(:units)) END)
    AND (rule <> '') = :byRule ORDER BY hour`

type Synchronous = Pick<Search, "find" | "of" | "figures" | "senders">
export type Finder = {
  readonly [Name in keyof Synchronous]: (
    ...args: Parameters<Synchronous[Name]>
  ) => Awaited<ReturnType<Synchronous[Name]>>
}

function listed(units: Period["units"]): string | null {
  return units === null ? null : JSON.stringify(units)
}

export function createFinder(db: DatabaseSync): Finder {
  const of = db.prepare(`SELECT ${COLUMNS} FROM found f WHERE f.tx = ? ORDER BY f.row`)
  const figures = db.prepare(FIGURES)
  const senders = db.prepare(`SELECT sender, count(*) AS count FROM found INDEXED BY found_at
    WHERE at >= :since AND at < :until AND sender IS NOT NULL AND outcome IN (SELECT value FROM json_each(:outcomes))
      AND (:units IS NULL OR sender_unit IN (SELECT value FROM json_each(:units)))
    GROUP BY sender ORDER BY count DESC, sender LIMIT :limit`)

  return {
    find: (filter, before, limit) => {
      if (filter.words !== undefined && query(filter.words) === null) return []
      const all = [...clauses(filter, before), ...unitClause(filter)]
      const where = all.length === 0 ? "" : `WHERE ${all.map(({ sql }) => sql).join(" AND ")}`
      const statement = db.prepare(`SELECT ${COLUMNS} FROM found f ${where} ORDER BY f.row DESC LIMIT ?`)
      const rows = statement.all(...all.flatMap(({ values }) => values), limit)
      return (rows as unknown as FoundRow[]).map(found)
    },
    of: (transaction) => (of.all(transaction) as unknown as FoundRow[]).map(found),
    figures: ({ units, since, until }, by) => {
      const rows = figures.all({ units: listed(units), since, until, byRule: Number(by === "rule") })
      return (rows as unknown as Figure[]).map(({ hour, unit, direction, kind, rule, count }) => ({
        hour,
        unit,
        direction,
        kind,
        rule: rule === "" ? null : rule,
        count,
      }))
    },
    senders: ({ units, since, until }, outcomes, limit) => {
      const rows = senders.all({ units: listed(units), since, until, outcomes: JSON.stringify(outcomes), limit })
      return (rows as unknown as { sender: string; count: number }[]).map(({ sender, count }) => ({ sender, count }))
    },
  }
}

function found(row: FoundRow): Found {
  return {
    row: row.row,
    transaction: row.tx,
    at: row.at,
    sender: row.sender,
    recipient: row.recipient,
    direction: row.direction,
    outcome: row.outcome,
    stage: row.stage,
    subject: row.subject,
    size: row.size,
    rules: JSON.parse(row.rules) as string[],
    senderUnit: row.sender_unit,
    recipientUnit: row.recipient_unit,
  }
}
