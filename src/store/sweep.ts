/** What the records have forgotten leaves the disk too: files that none refers to, keys in old pages of the log. */
import { unlinkSync } from "node:fs"
import { join } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import type { Finish } from "./finish.ts"

export interface Sweep {
  /** Of these body files, removes those that no record refers to. */
  readonly files: (names: readonly string[]) => void
  /** After each commit: the bodies of messages it ended. */
  readonly erased: () => void
  /** Empties the write-ahead log if anything was erased since: its old pages still hold the keys. */
  readonly log: () => void
}

export function createSweep(db: DatabaseSync, bodies: string, finish: Finish): Sweep {
  const refers = db.prepare("SELECT 1 FROM messages WHERE file = ?")
  let unclean = false

  function files(names: readonly string[]): void {
    for (const name of names) {
      if (refers.get(name) !== undefined) continue
      try {
        unlinkSync(join(bodies, name))
      } catch {
        // Gone already, or for the next start: without its key it tells nothing.
        continue
      }
    }
  }

  return {
    files,
    erased: () => {
      const erased = finish.erased()
      unclean ||= erased.keys > 0
      files(erased.files)
    },
    log: () => {
      if (!unclean) return
      try {
        unclean = db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()?.["busy"] !== 0
      } catch {
        // A full disk: the next round tries again.
        unclean = true
      }
    },
  }
}
