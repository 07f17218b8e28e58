/** Examinations as the gateway asks for them: timed, and a second timeout on the same octets is a finding. */
import type { Examination } from "../mail/examination.ts"
import type { Claim } from "../mail/identity.ts"
import type { Spooled } from "../mail/transaction.ts"
import { createTimeouts } from "../sandbox/timeouts.ts"
import type { Log } from "../telemetry/log.ts"
import type { Metrics } from "../telemetry/metrics.ts"

type Examine = (spooled: Spooled, claim: Claim | null) => Promise<Examination>

export function examiner(examine: Examine, metrics: Metrics, log: Log): Examine {
  const judged = createTimeouts()
  return async (spooled, claim) => {
    const end = metrics.examination.startTimer()
    try {
      const examination = judged(spooled.sha256, await examine(spooled, claim), Date.now())
      const { authentication } = examination
      if (authentication.state === "failed") log.warn("the sender could not be checked", { why: authentication.why })
      return examination
    } finally {
      end()
    }
  }
}
