/** How often one address may ask: a token bucket for each, in bounded memory. */
import type { Instant } from "../../mail/transaction.ts"

export interface Allowance {
  /** Takes one token; false when there is none. */
  take(key: string, now: Instant): boolean
}

interface Bucket {
  readonly tokens: number
  readonly at: Instant
}

/** Up to `burst` at once, then `perSecond`; of more than `keys` addresses the one that came first is forgotten. */
export function createAllowance(limits: { burst: number; perSecond: number; keys: number }): Allowance {
  const buckets = new Map<string, Bucket>()
  return {
    take(key, now) {
      const bucket = buckets.get(key) ?? { tokens: limits.burst, at: now }
      const refilled = bucket.tokens + ((now - bucket.at) / 1_000) * limits.perSecond
      const tokens = Math.min(limits.burst, refilled)
      if (tokens < 1) return false
      buckets.delete(key)
      buckets.set(key, { tokens: tokens - 1, at: now })
      const [oldest] = buckets.keys()
      if (buckets.size > limits.keys && oldest !== undefined) buckets.delete(oldest)
      return true
    },
  }
}
