/** Questions to the index: each begins at the most telling thing asked for, and walks from the newest back. */
import type { DatabaseSync, SQLInputValue } from "node:sqlite"
import type { Figure, Filter, Found, Period, Search, Standing } from "../search.ts"
import { query } from "./fold.ts"

export interface FoundRow {
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

export const COLUMNS = `f.row, f.tx, f.at, f.sender, f.recipient, f.direction, f.outcome, f.stage, f.subject, f.size, f.rules,
  f.sender_unit, f.recipient_unit`

/** One index walked from the newest back: all rows it gives have what was asked for. */
interface Walk {
  readonly from: string
  readonly where: string
  readonly order: string
  readonly value: SQLInputValue
}
/** One thing asked for: how to walk all that has it, and how to ask a row that another walk gave. */
interface Dimension {
  readonly walks: readonly Walk[]
  readonly sifts: { readonly sql: string; readonly values: readonly SQLInputValue[] }
}

/** Rows that are counted to see which of two things asked for is rarer. */
const ENOUGH = 5_000
/** More units than these are walked by no index: most of the house is among them. */
const MOST_UNITS = 60

function column(name: string, value: SQLInputValue): Walk {
  return { from: "found f", where: `f.${name} = ?`, order: "f.row", value }
}

/** `+` keeps the planner from an index: the walk has chosen. */
function equal(name: string, value: SQLInputValue | undefined): Dimension[] {
  if (value === undefined) return []
  return [{ walks: [column(name, value)], sifts: { sql: `+f.${name} = ?`, values: [value] } }]
}

function joined(table: string, name: string, value: SQLInputValue | undefined): Dimension[] {
  if (value === undefined) return []
  const from = `${table} x JOIN found f ON f.row = x.row`
  const sql = `EXISTS (SELECT 1 FROM ${table} x WHERE x.${name} = ? AND x.row = f.row)`
  return [{ walks: [{ from, where: `x.${name} = ?`, order: "x.row", value }], sifts: { sql, values: [value] } }]
}

function dimensions(filter: Filter): readonly Dimension[] {
  const { domain } = filter
  return [
    ...equal("tx", filter.transaction),
    ...equal("sender", filter.sender),
    ...equal("recipient", filter.recipient),
    ...joined("by_file", "sha256", filter.file === undefined ? undefined : Buffer.from(filter.file, "hex")),
    ...words(filter.words),
    // Of two things that many rows have, a unit is the rarer: what is asked for within a unit is common in it.
    ...ofUnits(filter.units),
    ...joined("by_rule", "rule", filter.rule),
    ...joined("by_finding", "finding", filter.finding),
    ...anyRule(filter.rules),
    ...(domain === undefined
      ? []
      : [
          {
            walks: [column("sender_domain", domain), column("recipient_domain", domain)],
            sifts: { sql: "(+f.sender_domain = ? OR +f.recipient_domain = ?)", values: [domain, domain] },
          },
        ]),
    ...equal("outcome", filter.outcome),
  ]
}

function words(given: string | undefined): Dimension[] {
  const match = given === undefined ? null : query(given)
  if (match === null) return []
  const from = "words w JOIN found f ON f.row = w.rowid"
  const sql = "f.row IN (SELECT rowid FROM words WHERE words MATCH ?)"
  return [
    { walks: [{ from, where: "words MATCH ?", order: "w.rowid", value: match }], sifts: { sql, values: [match] } },
  ]
}

function anyRule(rules: readonly string[] | undefined): Dimension[] {
  if (rules === undefined) return []
  const sql = "EXISTS (SELECT 1 FROM by_rule x WHERE x.rule IN (SELECT value FROM json_each(?)) AND x.row = f.row)"
  const walks = rules.flatMap((rule) => joined("by_rule", "rule", rule).flatMap((one) => one.walks))
  return [{ walks, sifts: { sql, values: [JSON.stringify(rules)] } }]
}

function ofUnits(wanted: Filter["units"]): Dimension[] {
  if (wanted === null) return []
  const list = JSON.stringify(wanted)
  const sql =
    "(f.sender_unit IN (SELECT value FROM json_each(?)) OR f.recipient_unit IN (SELECT value FROM json_each(?)))"
  const walks = wanted.flatMap((unit) => [column("sender_unit", unit), column("recipient_unit", unit)])
  return [
    {
      walks: wanted.length > MOST_UNITS ? [] : walks,
      sifts: { sql: sql.replaceAll("f.", "+f."), values: [list, list] },
    },
  ]
}

/** By hour, and by unit; a message between two units counts in each, in `*` once. */
const FIGURES = `SELECT hour, unit, direction, kind, rule, count FROM figures
  WHERE hour >= :since AND hour < :until AND (CASE WHEN :units IS NULL THEN unit = '*' ELSE unit IN (SELECT value FROM json_each(:units)) END)
    AND (rule <> '') = :byRule ORDER BY hour`

/** Of the whole house, or of one unit. */
const STANDINGS = `SELECT hour, direction, outcome, count FROM outcomes
  WHERE hour >= :since AND hour < :until AND unit = :unit AND count > 0 ORDER BY hour`
/** A message between two units of a branch counts once in it: the messages themselves are counted. */
const BRANCH_STANDINGS = `SELECT at - at % 3600000 AS hour, coalesce(direction, '') AS direction, outcome, count(*) AS count
  FROM found INDEXED BY found_at WHERE at >= :since AND at < :until
    AND (sender_unit IN (SELECT value FROM json_each(:units)) OR recipient_unit IN (SELECT value FROM json_each(:units)))
  GROUP BY 1, 2, 3 ORDER BY 1`

type Synchronous = Pick<Search, "find" | "of" | "figures" | "standings" | "senders">
export type Finder = {
  readonly [Name in keyof Synchronous]: (
    ...args: Parameters<Synchronous[Name]>
  ) => Awaited<ReturnType<Synchronous[Name]>>
}

export function listed(units: Period["units"]): string | null {
  return units === null ? null : JSON.stringify(units)
}

/** Every row, the newest first. */
const EVERYTHING: Walk = { from: "found f", where: "1 = ?", order: "f.row", value: 1 }
const LAST = Number.MAX_SAFE_INTEGER

export function createFinder(db: DatabaseSync): Finder {
  const firstSince = db.prepare("SELECT row FROM found WHERE at >= ? ORDER BY at LIMIT 1")
  const firstAfter = db.prepare("SELECT row FROM found WHERE at > ? ORDER BY at LIMIT 1")

  /** The thing asked for that fewest rows have, as far as a short look tells; of equals the first. */
  function rarest(all: readonly Dimension[]): Dimension | null {
    const walkable = all.filter(({ walks }) => walks.length > 0)
    if (walkable.length < 2) return walkable[0] ?? null
    const counted = walkable.map((one) => ({
      one,
      count: one.walks.reduce((sum, walk) => (sum >= ENOUGH ? sum : sum + tally(walk)), 0),
    }))
    return counted.reduce((least, next) => (next.count < least.count ? next : least)).one
  }
  function tally({ from, where, value }: Walk): number {
    const sql = `SELECT count(*) AS count FROM (SELECT 1 FROM ${from} WHERE ${where} LIMIT ${ENOUGH})`
    return Number(db.prepare(sql).get(value)?.["count"])
  }
  /** Rows grow with time. */
  function boundsOf(
    { since, until }: Filter,
    before: number | null,
  ): { readonly first: number; readonly beyond: number } {
    const first = since === undefined ? 0 : Number(firstSince.get(since)?.["row"] ?? LAST)
    const beyond = until === undefined ? LAST : Number(firstAfter.get(until)?.["row"] ?? LAST)
    return { first, beyond: Math.min(beyond, before ?? LAST) }
  }
  const of = db.prepare(`SELECT ${COLUMNS} FROM found f WHERE f.tx = ? ORDER BY f.row`)
  const figures = db.prepare(FIGURES)
  const standings = db.prepare(STANDINGS)
  const branchStandings = db.prepare(BRANCH_STANDINGS)
  const senders = db.prepare(`SELECT sender, count(*) AS count FROM found INDEXED BY found_at
    WHERE at >= :since AND at < :until AND sender IS NOT NULL AND outcome IN (SELECT value FROM json_each(:outcomes))
      AND (:units IS NULL OR sender_unit IN (SELECT value FROM json_each(:units)))
    GROUP BY sender ORDER BY count DESC, sender LIMIT :limit`)

  return {
    find: (filter, before, limit) => {
      if (filter.words !== undefined && query(filter.words) === null) return []
      if (filter.units?.length === 0 || filter.rules?.length === 0) return []
      const all = dimensions(filter)
      const driver = rarest(all)
      const walks = driver?.walks ?? [EVERYTHING]
      const bounds = boundsOf(filter, before)
      const sifts = [
        ...all.filter((one) => one !== driver).map((one) => one.sifts),
        ...(filter.direction === undefined ? [] : [{ sql: "+f.direction = ?", values: [filter.direction] }]),
        ...(filter.until === undefined ? [] : [{ sql: "+f.at < ?", values: [filter.until] }]),
      ]
      const rows = new Map<number, FoundRow>()
      for (const { from, where, order, value } of walks) {
        const conditions = [where, `${order} >= ?`, `${order} < ?`, ...sifts.map(({ sql }) => sql)]
        const statement = db.prepare(
          `SELECT ${COLUMNS} FROM ${from} WHERE ${conditions.join(" AND ")} ORDER BY ${order} DESC LIMIT ?`,
        )
        const given = [value, bounds.first, bounds.beyond, ...sifts.flatMap(({ values }) => values), limit]
        for (const row of statement.all(...given) as unknown as FoundRow[]) rows.set(row.row, row)
      }
      return [...rows.values()]
        .toSorted((one, other) => other.row - one.row)
        .slice(0, limit)
        .map(found)
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
    standings: ({ units, since, until }) => {
      const [unit = "", ...more] = units ?? ["*"]
      const rows =
        more.length === 0
          ? standings.all({ unit, since, until })
          : branchStandings.all({ units: listed(units), since, until })
      return rows as unknown as Standing[]
    },
    senders: ({ units, since, until }, outcomes, limit) => {
      const rows = senders.all({ units: listed(units), since, until, outcomes: JSON.stringify(outcomes), limit })
      return (rows as unknown as { sender: string; count: number }[]).map(({ sender, count }) => ({ sender, count }))
    },
  }
}

export function found(row: FoundRow): Found {
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
