/** Remembers what a scanner said of the same octets with the same signatures. Failures are not remembered. */
import type { Millis } from "../../mail/transaction.ts"
import type { Scan } from "./scan.ts"

/** Answers remembered by one process; some 200 octets each. */
const MOST = 10_000

export interface Cache {
  get(key: string): Scan | null
  put(key: string, scan: Scan): void
}

export function createCache(span: Millis, now: () => number): Cache {
  const known = new Map<string, { readonly until: number; readonly scan: Scan }>()
  return {
    get(key) {
      const found = known.get(key)
      return found !== undefined && found.until > now() ? found.scan : null
    },
    put(key, scan) {
      if (scan.is === "failed" || span === 0) return
      known.delete(key)
      known.set(key, { until: now() + span, scan })
      const [oldest] = known.keys()
      if (known.size > MOST && oldest !== undefined) known.delete(oldest)
    },
  }
}
