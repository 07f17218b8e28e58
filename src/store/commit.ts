/** Group commit: what many callers wait for is synced to the disk once. */
import type { DatabaseSync } from "node:sqlite"

export type Answer =
  | { readonly is: "done"; readonly value: unknown }
  | { readonly is: "failed"; readonly cause: unknown }
export type Commit = (lock: "read" | "write", operations: readonly (() => unknown)[]) => readonly Answer[]

export function createCommit(db: DatabaseSync): Commit {
  const begin = { read: db.prepare("BEGIN"), write: db.prepare("BEGIN IMMEDIATE") }
  const commit = db.prepare("COMMIT")
  const save = db.prepare("SAVEPOINT operation")
  const undo = db.prepare("ROLLBACK TO operation")
  const release = db.prepare("RELEASE operation")

  /** A bad operation fails alone. */
  function attempt(operation: () => unknown): Answer {
    save.run()
    try {
      const value = operation()
      release.run()
      return { is: "done", value }
    } catch (cause) {
      // After a full disk or an I/O error SQLite gives up the whole transaction, and so must we.
      if (!db.isTransaction) throw cause
      undo.run()
      release.run()
      return { is: "failed", cause }
    }
  }

  return (lock, operations) => {
    try {
      begin[lock].run()
      const answers = operations.map(attempt)
      commit.run()
      return answers
    } catch (cause) {
      if (db.isTransaction) db.exec("ROLLBACK")
      return operations.map(() => ({ is: "failed", cause }))
    }
  }
}
