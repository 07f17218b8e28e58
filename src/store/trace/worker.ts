/** The thread that looks things up: it reads the records beside their writer, who never waits for it. */
import { DatabaseSync } from "node:sqlite"
import { isMainThread, parentPort, workerData } from "node:worker_threads"
import type { Search } from "../search.ts"
import { createTrail } from "../trail.ts"
import { createFinder } from "./find.ts"
import { createSummer } from "./sum.ts"
import { openTrace } from "./tables.ts"
import { createTaker } from "./take.ts"

export interface TraceData {
  /** `finds` keeps the index and answers about messages; `sums` reads it beside the other, for reports. */
  readonly role: "finds" | "sums"
  readonly records: string
  readonly trace: string
}

export interface Question {
  readonly id: number
  readonly name: keyof Search
  readonly args: readonly unknown[]
}
export interface Answered {
  readonly id: number
  readonly value?: unknown
  /** What went wrong, for the log. */
  readonly why?: string
}

type Methods = Readonly<Partial<Record<keyof Search, (...args: never[]) => unknown>>>

function openSums({ trace }: TraceData): Methods {
  const db = new DatabaseSync(trace, { readOnly: true, timeout: 5_000 })
  db.exec("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768")
  return { ...createSummer(db), close: () => db.close() }
}

function openFinds({ records: file, trace }: TraceData): Methods {
  const records = new DatabaseSync(file, { readOnly: true, timeout: 5_000 })
  const db = openTrace(trace)
  const finder = createFinder(db)
  const taker = createTaker(records, db)
  const old = db.prepare("SELECT row, rules FROM found WHERE at < ? LIMIT 500")
  const forgetting = [
    "DELETE FROM found WHERE row = ?",
    "DELETE FROM by_file WHERE row = ?",
    "DELETE FROM words WHERE rowid = ?",
    "DELETE FROM by_finding WHERE row = ?",
    "DELETE FROM looked_back WHERE row = ?",
  ].map((sql) => db.prepare(sql))
  const unrule = db.prepare("DELETE FROM by_rule WHERE rule IN (SELECT value FROM json_each(?)) AND row = ?")
  const counted = ["figures WHERE hour", "days WHERE day", "outcomes WHERE hour"].map((what) =>
    db.prepare(`DELETE FROM ${what} < ?`),
  )
  return {
    ...finder,
    ...createSummer(db),
    ...createTrail(records),
    catchUp: (limit: number) => taker.take(limit),
    forget: (before: number) => {
      const rows = old.all(before) as unknown as { row: number; rules: string }[]
      if (rows.length === 0) return 0
      db.exec("BEGIN")
      for (const { row, rules } of rows) {
        for (const statement of forgetting) statement.run(row)
        unrule.run(rules, row)
      }
      for (const statement of counted) statement.run(before)
      db.exec("COMMIT")
      return rows.length
    },
    close: () => {
      db.close()
      records.close()
    },
  }
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort
  const data = workerData as TraceData
  const methods = data.role === "finds" ? openFinds(data) : openSums(data)
  port.on("message", ({ id, name, args }: Question) => {
    let answered: Answered
    try {
      const method = methods[name]
      if (method === undefined) throw new Error(`${name} is asked of another thread`)
      answered = { id, value: method(...(args as never[])) }
    } catch (cause) {
      answered = { id, why: cause instanceof Error ? cause.message : "unknown" }
    }
    port.postMessage(answered)
    if (name === "close") port.close()
  })
}
