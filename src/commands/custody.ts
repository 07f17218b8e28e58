/** Taking into custody, and straight on to the first attempt. */
import { PerhapsTaken } from "../act/act.ts"
import type { Acceptance } from "../mail/delivery.ts"
import type { Runner } from "../deliver/runner.ts"
import { StoreError, type StoreFault } from "../store/error.ts"
import type { Records } from "../store/store.ts"

/** Mail of people that nobody waits before goes from the commit straight to its first attempt. */
export async function accept(
  acceptance: Acceptance,
  reports: readonly Acceptance[],
  { records, runner }: { readonly records: Records; readonly runner: Runner },
): Promise<void> {
  const due = acceptance.copies.filter(({ hold }) => hold === null).length
  const place = acceptance.bulk ? null : runner.reserve(due)
  try {
    const lease = await records.accept(acceptance, reports, place?.until ?? null)
    if (lease === null) place?.giveUp()
    else place?.take(lease)
  } catch (error) {
    place?.giveUp()
    throw isCertain(error)
      ? error
      : new PerhapsTaken("the store could not say whether it took the message", { cause: error })
  }
  if (place === null || reports.length > 0) runner.wake()
}

/** Whether nothing was taken for certain. A log that could not be synced may be read back all the same. */
function isCertain(error: unknown): boolean {
  return error instanceof StoreError && !UNCERTAIN.has(error.fault)
}

const UNCERTAIN: ReadonlySet<StoreFault> = new Set(["io", "closed", "corrupt"])
