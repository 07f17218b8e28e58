/** The second timeout on the same octets is the message's own doing: it becomes a finding, on which every policy rules. */
import type { Examination } from "../mail/examination.ts"
import type { Finding } from "../mail/finding.ts"
import { known } from "../mail/evidence.ts"
import type { Instant } from "../mail/transaction.ts"

/** Messages remembered; the oldest is forgotten first. */
const MOST = 1_000

/** Passes examinations on; `sha256` names the message. */
export type Timeouts = (sha256: string, examination: Examination, now: Instant) => Examination

export function createTimeouts(): Timeouts {
  const timedOut = new Map<string, Instant>()
  /** When a scanner last answered about some other message: it is not the scanner that hangs. */
  let answered: Instant = 0

  return (sha256, examination, now) => {
    const { findings } = examination
    if (findings.state === "known") {
      answered = now
      timedOut.delete(sha256)
    }
    if (findings.state !== "failed" || findings.why !== "timeout") return examination
    const first = timedOut.get(sha256)
    if (first !== undefined && answered > first) {
      const seen: readonly Finding[] = [...examination.seen, { kind: "unscannable", at: "", why: "timeout" }]
      return { ...examination, findings: known(seen), seen }
    }
    timedOut.set(sha256, first ?? now)
    const [oldest] = timedOut.keys()
    if (timedOut.size > MOST && oldest !== undefined) timedOut.delete(oldest)
    return examination
  }
}
