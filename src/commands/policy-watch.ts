/** The running gateway's look at the version in force: twice a second, and when another gateway says that something changed. */
import type { Instant, Millis } from "../mail/transaction.ts"
import { turnsAt } from "./assemble.ts"
import type { Configuration } from "./assemble.ts"
import { type Settled, settle, versionInForce, withPolicy } from "./policy-source.ts"
import type { House } from "./house.ts"
import type { Study } from "./policy-study.ts"

/** A publication shall be felt within two seconds: half of one until it is seen, as long again until a large one is read. */
const LOOK: Millis = 500

type Rooms = Pick<House, "store" | "configuration" | "adopt" | "log" | "tell" | "shared" | "study">

export interface PolicyWatch {
  /** The settings with the policy that judges under them. Rejects with PolicyFault. */
  /** `by`: who reads it; at start nobody waits. */
  settle(file: Configuration, by?: Study): Promise<Configuration>
  /** Looks now. */
  look(): Promise<void>
  start(): void
  stop(): void
}

export function createPolicyWatch(house: Rooms): PolicyWatch {
  const { store, log, study } = house
  let head: number | null = null
  let turn: Instant = Infinity
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> = Promise.resolve()
  let waiting = 0
  /** A version that these settings cannot read is told of once. */
  let refused: number | null = null

  function took(settled: Settled, now: Instant): void {
    head = settled.head
    turn = turnsAt(settled.configuration, now)
    for (const warning of settled.warnings) log.warn("policy", { warning })
  }

  async function take(now: Instant): Promise<void> {
    const version = await versionInForce(store.records)
    if (version === null) return
    const read = await withPolicy(house.configuration(), version, { study, now })
    if (!read.ok) {
      if (refused !== version.number)
        log.error("policy refused; the last good one stays in force", { faults: read.faults })
      refused = version.number
      return
    }
    const before = house.configuration().inForce.prepared.policy.version
    house.adopt(read.configuration)
    took({ ...read, head: version.number }, now)
    log.info("policy in force", { policy: version.name, before })
  }

  /** One after the other: what was published while one looks, the next one sees. */
  function look(): Promise<void> {
    waiting++
    looking = looking.then(once).finally(() => waiting--)
    return looking
  }

  async function once(): Promise<void> {
    try {
      const now = Date.now()
      const newest = await store.records.policyHead()
      if (newest !== null && newest !== refused && (newest !== head || now >= turn)) {
        await take(now)
        // Whoever shares the store need not wait for its own look.
        house.shared.wake("policy")
        house.tell(await store.records.news())
      }
    } catch (error) {
      log.error("the policy could not be looked at", { error })
    }
  }

  return {
    settle: async (file, by = study) => {
      const now = Date.now()
      const settled = await settle(store.records, file, { study: by, now })
      took(settled, now)
      refused = null
      house.tell(await store.records.news())
      return settled.configuration
    },
    look,
    start: () => {
      timer = setInterval(() => {
        if (waiting === 0) void look()
      }, LOOK)
    },
    stop: () => clearInterval(timer),
  }
}
