/**
 * Events as a chain: each record's link is a digest over the one before and all that the record says, computed by who writes it
 * within the same transaction. Whoever changes, takes out, swaps or adds a record breaks it from there on; whoever cuts off its
 * end is found by an anchor kept elsewhere, or by the count that SQLite keeps.
 */
import { hash } from "node:crypto"
import type { DatabaseSync } from "node:sqlite"
import type { Anchor, ChainPage, ChainRow, Flaw, Head, Tombstone, Verified } from "../mail/audit.ts"
import type { MailEvent } from "../mail/event.ts"
import type { Instant } from "../mail/transaction.ts"
import type { Transitions } from "./transitions.ts"

/** The link of the record before the first. */
const ORIGIN = hash("sha256", "congthu audit 1", "base64")
const DAY = 86_400_000

interface Link {
  readonly seq: number
  readonly chain: string
}

export interface Chain {
  /** Writes the events; answers the number of the first. */
  readonly append: (events: readonly MailEvent[]) => number
}

export function createChain(db: DatabaseSync): Chain {
  const last = db.prepare("SELECT seq, chain FROM events ORDER BY seq DESC LIMIT 1")
  const count = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'events'")
  const buried = db.prepare("SELECT chain FROM tombstones ORDER BY last DESC LIMIT 1")
  const insert = db.prepare(`
    INSERT INTO events (seq, at, kind, "transaction", recipient, "by", detail, chain) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)

  function newest(): Link {
    const row = last.get() as { seq: number; chain: string | null } | undefined
    if (row !== undefined) return { seq: row.seq, chain: row.chain ?? ORIGIN }
    const seq = (count.get() as { seq: number } | undefined)?.seq ?? 0
    const grave = buried.get() as { chain: string | null } | undefined
    return { seq, chain: grave?.chain ?? ORIGIN }
  }

  return {
    append: (events) => {
      let { seq, chain } = newest()
      const first = seq + 1
      for (const { at, kind, transaction, recipient, by, detail } of events) {
        seq += 1
        const written = JSON.stringify(detail)
        chain = link(chain, [seq, at, kind, transaction, recipient, by], written)
        insert.run(seq, at, kind, transaction, recipient, by, written, chain)
      }
      return first
    },
  }
}

type Columns = readonly (string | number | null)[]

/** `rest` is JSON or empty, so that where the columns end is plain. */
function link(before: string, columns: Columns, rest = ""): string {
  return hash("sha256", `${before}${JSON.stringify(columns)}${rest}`, "base64")
}

/** Flaws that are told; a cut-up trail has no end of them. */
const MOST_FLAWS = 100

export function createAudit(db: DatabaseSync): Pick<Transitions, "auditHead" | "chain"> & Burial {
  const stretch = db.prepare(
    `SELECT seq, at, kind, "transaction", recipient, "by", detail, chain FROM events WHERE seq > ? ORDER BY seq LIMIT ?`,
  )
  const last = db.prepare("SELECT seq, chain FROM events WHERE chain IS NOT NULL ORDER BY seq DESC LIMIT 1")
  const count = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'events'")
  const graves = db.prepare("SELECT day, first, last, count, chain, seal FROM tombstones ORDER BY last")
  const latest = db.prepare("SELECT day, first, last, count, chain, seal FROM tombstones ORDER BY last DESC LIMIT 2")
  const bury = db.prepare("INSERT INTO tombstones (day, first, last, count, chain, seal) VALUES (?, ?, ?, ?, ?, ?)")
  const extend = db.prepare("UPDATE tombstones SET last = ?, count = ?, chain = ?, seal = ? WHERE day = ?")

  function auditHead(): Head | null {
    const row = last.get() as { seq: number; chain: string } | undefined
    const [grave] = latest.all() as unknown as Tombstone[]
    const buried = grave === undefined ? null : { upTo: grave.last, seal: grave.seal }
    if (row !== undefined) return { seq: row.seq, chain: row.chain, buried }
    return grave === undefined ? null : { seq: grave.last, chain: grave.chain, buried }
  }

  return {
    auditHead,
    chain: (after, limit) => {
      const rows = stretch.all(after, limit) as unknown as ChainRow[]
      const told = (count.get() as { seq: number } | undefined)?.seq ?? 0
      return { rows, stones: graves.all() as unknown as Tombstone[], told, head: auditHead() }
    },
    bury: (rows, at) => {
      const [first] = rows
      const end = rows.at(-1)
      if (first === undefined || end === undefined) return
      const day = Math.floor(at / DAY)
      const [grave, earlier] = latest.all() as unknown as Tombstone[]
      const chain = end.chain ?? grave?.chain ?? ORIGIN
      if (grave?.day === day) {
        const total = grave.count + rows.length
        extend.run(end.seq, total, chain, seal(earlier, [day, grave.first, end.seq, total, chain]), day)
      } else
        bury.run(
          day,
          first.seq,
          end.seq,
          rows.length,
          chain,
          seal(grave, [day, first.seq, end.seq, rows.length, chain]),
        )
    },
  }
}

export interface Burial {
  /** What retention takes leaves one stone a day, which carries the chain on. The rows are the oldest, in order. */
  readonly bury: (rows: readonly { readonly seq: number; readonly chain: string | null }[], at: Instant) => void
}

/** Records of one question to the writer: some 20 ms of its time. */
const STRETCH = 5_000
/** Retention that takes what was about to be walked along makes the walk begin anew; it takes a few hundred at a time. */
const MOST_BEGINNINGS = 100

/** Walks all of it, a stretch at a time: between them the writer does its work. */
export async function verifyChain(
  page: (after: number, limit: number) => Promise<ChainPage>,
  anchors: readonly Anchor[],
): Promise<Verified> {
  for (let begun = 0; ; begun += 1) {
    const found = await walkOnce(page, anchors)
    if (found !== null) return found
    if (begun === MOST_BEGINNINGS) throw new Error("the audit trail changes faster than it can be read")
  }
}

/** Null: what was to come was taken meanwhile. */
async function walkOnce(
  page: (after: number, limit: number) => Promise<ChainPage>,
  anchors: readonly Anchor[],
): Promise<Verified | null> {
  const { stones } = await page(Number.MAX_SAFE_INTEGER, 0)
  const walk = createWalk(stones, anchors)
  for (let after = stones.at(-1)?.last ?? 0; ; ) {
    const { rows, stones: now, told, head } = await page(after, STRETCH)
    if ((now.at(-1)?.last ?? 0) > after) return null
    for (const row of rows) walk.step(row)
    const last = rows.at(-1)
    if (rows.length < STRETCH || last === undefined) return { ...walk.end(told), head }
    after = last.seq
  }
}

/** Along the chain from where retention left it, record by record. */
function createWalk(stones: readonly Tombstone[], anchors: readonly Anchor[]) {
  const flaws = [...tombstoneFlaws(stones)]
  const open = new Map(anchors.map((anchor) => [anchor.seq, anchor.chain]))
  const grave = stones.at(-1)
  const oldest = grave?.last ?? 0
  let at: Link = grave === undefined ? { seq: 0, chain: ORIGIN } : { seq: grave.last, chain: grave.chain }
  let chained = grave !== undefined && grave.chain !== ORIGIN
  let records = 0
  let before = 0
  for (const stone of stones) check(open, stone.last, stone.chain, flaws)
  const found = (flaw: Flaw): void => {
    if (flaws.length < MOST_FLAWS) flaws.push(flaw)
  }

  return {
    step: (row: ChainRow): void => {
      const { seq, chain } = row
      records += 1
      if (seq !== at.seq + 1) found({ is: "missing", seq: at.seq + 1, at: row.at })
      if (chain === null) {
        before += 1
        if (chained) found({ is: "unchained", seq, at: row.at })
        at = { seq, chain: ORIGIN }
        return
      }
      chained = true
      const right = link(at.chain, [seq, row.at, row.kind, row.transaction, row.recipient, row.by], row.detail)
      if (right !== chain) found({ is: "changed", seq, at: row.at })
      check(open, seq, chain, flaws)
      at = { seq, chain }
    },
    /** `told`: how many records SQLite ever gave a number. */
    end: (told: number): Omit<Verified, "head"> => {
      if (told > at.seq) found({ is: "cut", seq: at.seq, until: told })
      // What retention took since is past proving, one by one.
      for (const seq of open.keys()) if (seq > oldest) found({ is: "anchor", seq })
      return { records, before, buried: stones.reduce((sum, stone) => sum + stone.count, 0), flaws }
    },
  }
}

/** An anchor that was met is done with. */
function check(under: Map<number, string>, seq: number, chain: string, flaws: Flaw[]): void {
  const wanted = under.get(seq)
  if (wanted === undefined) return
  under.delete(seq)
  if (wanted !== chain) flaws.push({ is: "anchor", seq })
}

function tombstoneFlaws(stones: readonly Tombstone[]): readonly Flaw[] {
  return stones.flatMap((stone, index) => {
    const { day, first, last, count, chain } = stone
    const before = stones[index - 1]
    const right = seal(before, [day, first, last, count, chain])
    const whole = right === stone.seal && first === (before?.last ?? 0) + 1 && count === last - first + 1
    return whole ? [] : [{ is: "tombstone" as const, seq: last }]
  })
}

function seal(before: Tombstone | undefined, columns: Columns): string {
  return link(before?.seal ?? ORIGIN, columns)
}
