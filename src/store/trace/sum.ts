/** Sums of whole periods for reports: of long ones the whole days are read, of messages those that rules had a word about. */
import type { DatabaseSync } from "node:sqlite"
import type { ActiveUnit, FoundBad, Judged, LookedBack, Period, Repeated, Source, Sums, Total } from "../search.ts"
import { COLUMNS, found, type FoundRow, listed } from "./find.ts"

const DAY = 86_400_000
const YEAR = 366 * DAY

/** What was stopped, and went on because somebody agreed. */
const PASSED = "f.outcome IN ('queued', 'delivered', 'bounced', 'undeliverable', 'set-aside')"
const OURS =
  "(:units IS NULL OR f.sender_unit IN (SELECT value FROM json_each(:units)) OR f.recipient_unit IN (SELECT value FROM json_each(:units)))"
/** Rows grow with time, and `by_rule` is ordered by them. */
const BY_RULES = `(SELECT DISTINCT row FROM by_rule WHERE rule IN (SELECT value FROM json_each(:rules)) AND row >= :first AND row < :beyond) x
  JOIN found f ON f.row = x.row`

const TOTALS = `SELECT unit, direction, kind, rule, sum(count) AS count FROM (
    SELECT unit, direction, kind, rule, count FROM days WHERE day >= :firstDay AND day < :lastDay
    UNION ALL SELECT unit, direction, kind, rule, count FROM figures WHERE hour >= :since AND hour < :firstDay
    UNION ALL SELECT unit, direction, kind, rule, count FROM figures WHERE hour >= :lastDay AND hour < :until)
  WHERE (CASE WHEN :units IS NULL THEN 1 ELSE unit IN (SELECT value FROM json_each(:units)) END) AND (rule <> '') = :byRule
  GROUP BY unit, direction, kind, rule`

const JUDGED = `SELECT f.sender_unit AS senderUnit, f.recipient_unit AS recipientUnit, coalesce(f.direction, '') AS direction, f.judged,
    f.judged <> 'flagged' AND ${PASSED} AS passed, count(*) AS count
  FROM ${BY_RULES} WHERE f.judged IS NOT NULL AND ${OURS} GROUP BY 1, 2, 3, 4, 5`

const REPEATED = `SELECT f.sender, f.sender_unit AS unit, sum(f.row >= :begin) AS count, sum(f.row >= :begin AND ${PASSED}) AS passed,
    sum(f.row < :begin) AS earlier, max(f.at) AS last
  FROM ${BY_RULES} WHERE f.sender IS NOT NULL AND f.direction = 'outbound' AND f.judged IN ('held', 'quarantined', 'rejected', 'refused')
    AND (:units IS NULL OR f.sender_unit IN (SELECT value FROM json_each(:units)))
  GROUP BY f.sender HAVING count > 0 ORDER BY count DESC, f.sender LIMIT :limit`

const SOURCES = `SELECT coalesce(f.sender_domain, '') AS domain, b.rule, count(*) AS count, count(DISTINCT f.recipient) AS recipients,
    sum(f.judged = 'flagged' OR ${PASSED}) AS passed
  FROM by_rule b JOIN found f ON f.row = b.row
  WHERE b.rule IN (SELECT value FROM json_each(:rules)) AND b.row >= :first AND b.row < :beyond AND f.judged IS NOT NULL AND ${OURS}
  GROUP BY 1, 2 ORDER BY count DESC, domain, b.rule LIMIT :limit`

const FOUND_BAD = `SELECT b.finding, coalesce(f.direction, '') AS direction, count(*) AS count,
    sum(f.judged IS NULL OR f.judged = 'flagged' OR ${PASSED}) AS passed
  FROM by_finding b JOIN found f ON f.row = b.row
  WHERE b.row >= :first AND b.row < :beyond AND ${OURS} GROUP BY 1, 2 ORDER BY count DESC, b.finding, direction`

const LOOKED_BACK = `SELECT l.at, f.tx AS "transaction", f.sender, f.recipient, coalesce(f.recipient_unit, f.sender_unit) AS unit,
    l.sha256, l.name, l.received, l.state
  FROM looked_back l JOIN found f ON f.row = l.row
  WHERE l.at >= :since AND l.at < :until AND ${OURS} ORDER BY l.at, l.seq LIMIT :limit`

const ACTIVE = `SELECT unit, count(*) AS mailboxes FROM (
    SELECT sender_unit AS unit, sender AS mailbox FROM found INDEXED BY found_at
      WHERE at >= :since AND at < :until AND sender_unit IS NOT NULL AND sender IS NOT NULL
    UNION SELECT recipient_unit, recipient FROM found INDEXED BY found_at
      WHERE at >= :since AND at < :until AND recipient_unit IS NOT NULL AND stage <> 'rcpt')
  WHERE (:units IS NULL OR unit IN (SELECT value FROM json_each(:units))) GROUP BY unit`

/** Knuth's multiplier scatters the rows: the same period gives the same sample. */
const SAMPLE = `SELECT ${COLUMNS} FROM found f WHERE f.row >= :first AND f.row < :beyond AND f.stage <> 'rcpt' AND ${OURS}
  ORDER BY (f.row * 2654435761) % 4294967296 LIMIT :limit`

const LAST = Number.MAX_SAFE_INTEGER

type JudgedRow = Omit<Judged, "passed"> & { readonly passed: number }

export type Summer = {
  readonly [Name in keyof Sums]: (...args: Parameters<Sums[Name]>) => Awaited<ReturnType<Sums[Name]>>
}

export function createSummer(db: DatabaseSync): Summer {
  const [totals, judged, repeated, sources, foundBad, lookedBack, active, sample] = [
    TOTALS,
    JUDGED,
    REPEATED,
    SOURCES,
    FOUND_BAD,
    LOOKED_BACK,
    ACTIVE,
    SAMPLE,
  ].map((sql) => db.prepare(sql))
  const firstSince = db.prepare("SELECT row FROM found WHERE at >= ? ORDER BY at LIMIT 1")
  const rowAt = (at: number): number => Number(firstSince.get(at)?.["row"] ?? LAST)
  const rowsOf = ({ since, until }: Period): { readonly first: number; readonly beyond: number } => ({
    first: rowAt(since),
    beyond: rowAt(until),
  })
  /** Names that a statement does not have are left out: it would refuse them. */
  function all(statement: typeof totals, given: Readonly<Record<string, string | number | null>>): unknown {
    return statement?.all(given) ?? []
  }

  return {
    totals: ({ units, since, until }, by) => {
      const firstDay = Math.min(Math.ceil(since / DAY) * DAY, until)
      const lastDay = Math.max(Math.floor(until / DAY) * DAY, firstDay)
      const given = { units: listed(units), since, until, firstDay, lastDay, byRule: Number(by === "rule") }
      return (all(totals, given) as readonly Total[]).map((row) => ({
        ...row,
        rule: row.rule === "" ? null : row.rule,
      }))
    },
    judged: (period, rules) => {
      const rows = all(judged, { units: listed(period.units), rules: JSON.stringify(rules), ...rowsOf(period) })
      return (rows as readonly JudgedRow[]).map((row) => ({ ...row, passed: row.passed === 1 }))
    },
    repeated: (period, rules, limit) => {
      const { first: begin, beyond } = rowsOf(period)
      const first = rowAt(period.since - YEAR)
      const given = { units: listed(period.units), rules: JSON.stringify(rules), first, begin, beyond, limit }
      return all(repeated, given) as readonly Repeated[]
    },
    sources: (period, rules, limit) => {
      const given = { units: listed(period.units), rules: JSON.stringify(rules), ...rowsOf(period), limit }
      return all(sources, given) as readonly Source[]
    },
    foundBad: (period) => all(foundBad, { units: listed(period.units), ...rowsOf(period) }) as readonly FoundBad[],
    lookedBack: ({ units, since, until }, limit) =>
      all(lookedBack, { units: listed(units), since, until, limit }) as readonly LookedBack[],
    active: ({ units, since, until }) => all(active, { units: listed(units), since, until }) as readonly ActiveUnit[],
    sample: (period, limit) => {
      const rows = all(sample, { units: listed(period.units), ...rowsOf(period), limit })
      return (rows as readonly FoundRow[]).map(found)
    },
  }
}
