/** What the console is given to work with: the store, the tree of units, and what only other rooms can do. */
import type { Settings } from "../../config/schema.ts"
import type { Examination } from "../../mail/examination.ts"
import type { Rule, Unit } from "../../mail/policy.ts"
import type { Instant, Spooled } from "../../mail/transaction.ts"
import type { Search } from "../../store/search.ts"
import type { Bodies, Records } from "../../store/store.ts"
import type { Health } from "../../telemetry/health.ts"
import type { Log } from "../../telemetry/log.ts"
import type { Tree } from "./access.ts"
import type { Keys } from "./secret.ts"

export interface Hands {
  readonly records: Records
  readonly search: Search
  readonly bodies: Pick<Bodies, "read">
  /** What a message says, read in a child process. */
  readonly examine: (spooled: Spooled) => Promise<Examination>
  readonly rules: () => readonly Rule[]
  /** The queue has something new. */
  readonly wake: () => void
  readonly settings: () => Settings
  readonly units: () => readonly Unit[]
  readonly tree: () => Tree
  readonly policyVersion: () => string
  readonly health: Health
  readonly log: Log
  readonly keys: Keys
  readonly now: () => Instant
  /** Whether it is the secret of the link printed at start, while nobody has an account. */
  readonly isFirst: (token: string) => boolean
}
