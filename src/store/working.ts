/** Texts of the policy that people work on: one a person, until it is put forward or dropped. */
import type { DatabaseSync } from "node:sqlite"
import { zstdCompressSync, zstdDecompressSync } from "node:zlib"
import type { Transitions } from "./transitions.ts"

type Methods = Pick<Transitions, "workingPolicy" | "workOnPolicy" | "dropWorkingPolicy">

interface Row {
  readonly document: Uint8Array
  readonly base: number | null
  readonly at: number
}

export function createWorking(db: DatabaseSync, { note }: Pick<Transitions, "note">): Methods {
  const one = db.prepare("SELECT document, base, at FROM working WHERE author = ?")
  const keep = db.prepare(`
    INSERT INTO working (author, document, base, at) VALUES (:author, :document, :base, :at)
    ON CONFLICT DO UPDATE SET document = :document, base = :base, at = :at`)
  const drop = db.prepare("DELETE FROM working WHERE author = ?")
  const tell = (did: string, by: string, at: number, base: number | null): void => {
    const detail = { what: "working", did, base }
    note([{ kind: "policy-drafted", at, by, detail, transaction: null, recipient: null }])
  }

  return {
    workingPolicy: (author) => {
      const row = one.get(author) as unknown as Row | undefined
      if (row === undefined) return null
      return { author, document: zstdDecompressSync(row.document).toString("utf8"), base: row.base, at: row.at }
    },
    workOnPolicy: ({ author, document, base, at }) => {
      keep.run({ author, document: zstdCompressSync(document), base, at })
      tell("kept", author, at, base)
    },
    dropWorkingPolicy: (author, at) => {
      if (Number(drop.run(author).changes) === 0) return false
      tell("dropped", author, at, null)
      return true
    },
  }
}
