/** What gateways share: in this process alone, or in Redis where the settings name one. */
import type { Metrics } from "../telemetry/metrics.ts"
import { createProcessShared } from "../store/shared/process.ts"
import { createRedisShared } from "../store/shared/redis.ts"
import type { Shared } from "../store/shared.ts"
import type { Health } from "../telemetry/health.ts"
import type { Log } from "../telemetry/log.ts"

/** Redis may come and go: mail is taken all the same, each gateway then counts for itself. */
export function sharedOf(url: string | null, { health, log }: { readonly health: Health; readonly log: Log }): Shared {
  if (url === null) return createProcessShared()
  const report = (alone: string | null): void => {
    if (alone === null) return health.report("shared", "ok")
    log.warn("Redis does not answer: this gateway counts for itself", { why: alone })
    return health.report("shared", "degraded", "Redis does not answer: this gateway counts for itself")
  }
  report("not heard yet")
  return createRedisShared(url, report)
}

/** What it remembers of verdicts, and how often it did. */
export function counted(shared: Shared, { verdicts }: Pick<Metrics, "verdicts">): Pick<Shared, "recall" | "remember"> {
  return {
    recall: async (name) => {
      const value = await shared.recall(name)
      verdicts.inc({ outcome: value === null ? "miss" : "hit" })
      return value
    },
    remember: (name, value, span) => shared.remember(name, value, span),
  }
}
