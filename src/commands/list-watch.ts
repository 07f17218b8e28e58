/** Watches the lists of bad files while the gateway runs: new ones come into force, and what came before is looked through with them. */
import type { Settings } from "../config/schema.ts"
import type { KeptList } from "../inspect/known-bad.ts"
import type { Log } from "../telemetry/log.ts"
import { createBadFiles } from "./bad-files.ts"

export interface ListWatch {
  /** Looks whether lists are due, and takes new ones into force. */
  look(): Promise<void>
  kept(): readonly (KeptList | null)[]
  /** `missing`: a list could not be had at all, so that nothing can be said of any file. */
  status(): { readonly missing: boolean; readonly faults: readonly string[] }
}

export interface ListWatchDeps {
  /** The directory in which they are kept. */
  readonly path: string
  readonly sources: () => Settings["scan"]["hashes"]
  readonly changed: (kept: readonly (KeptList | null)[]) => void
  /** Tells who received files with these hashes. */
  readonly lookBack: (hashes: readonly string[]) => Promise<void>
  readonly log: Log
}

export function createListWatch({ path, sources, changed, lookBack, log }: ListWatchDeps): ListWatch {
  const files = createBadFiles(path)
  let faults: readonly string[] = []
  return {
    kept: () => files.kept(),
    status: () => ({ missing: files.kept().includes(null), faults }),
    look: async () => {
      const looked = await files.look(sources(), Date.now())
      if (looked.changed) changed(files.kept())
      if (looked.faults.join() !== faults.join())
        for (const fault of looked.faults) log.error("a list of bad files cannot be used", { fault })
      faults = looked.faults
      // Mail goes on meanwhile: a first list may have millions.
      lookBack(looked.added).catch((error: unknown) => {
        log.error("a new list of bad files could not be looked back with", { error })
      })
    },
  }
}
