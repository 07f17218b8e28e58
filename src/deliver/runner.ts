/** Leases due copies and attempts them, each next hop within its limits, until it is told to stop. */
import { setTimeout as sleep } from "node:timers/promises"
import type { Settings } from "../config/schema.ts"
import type { Lease } from "../mail/delivery.ts"
import type { Instant, Millis } from "../mail/transaction.ts"
import { type AttemptDeps, attempt, failed } from "./attempt.ts"
import type { Result } from "./conclude.ts"
import { temporary } from "./outcome.ts"
import { createGate, createPool } from "./pool.ts"
import { createRests } from "./rests.ts"
import { type Group, groups, nameOf } from "./route.ts"
import { type SettleDeps, settle } from "./settle.ts"

export interface RunnerDeps extends SettleDeps, Omit<AttemptDeps, "pool" | "rests"> {
  settings(): Settings
  /** How long each attempt took, for metrics. */
  readonly onAttempt?: (span: Millis) => void
}

export interface Runner {
  start(): void
  /** Something may be due now. */
  wake(): void
  /** A place for copies of a message that is being accepted; null: they wait their turn in the queue. */
  reserve(copies: number): Place | null
  /** No new attempts; those under way get a while to end, then are cut off and come again. */
  stop(): Promise<void>
}

/** Room kept for copies whose acceptance is under way. One of its two methods is called once. */
export interface Place {
  /** Until when their lease shall last. */
  readonly until: Instant
  take(lease: Lease): void
  giveUp(): void
}

/** Commands write into the same store from other processes, so the runner looks by itself. */
const LOOK: Millis = 1_000
const DRAIN: Millis = 10_000
/** How long a copy waits for a place at its next hop, and then lets the mail of others pass. */
const TURN: Millis = 2_000
const YIELD: Millis = 5_000
/** What is left of a lease for less than this is no turn. */
const SHORTEST: Millis = 50

export function createRunner(deps: RunnerDeps): Runner {
  const crew = createCrew(deps)
  const stopped = new AbortController()
  let woken = Promise.withResolvers<void>()
  let loop: Promise<void> = Promise.resolve()
  /** Copies for which a place is kept. */
  let expected = 0
  /** At the last look nothing due was left behind: who comes now passes nobody. */
  let idle = false

  /** False when nothing is due, there is no room, or the store cannot be asked. */
  async function take(): Promise<boolean> {
    const settings = deps.settings()
    // Copies that wait for a crowded route leave room for those of other routes.
    const room = roomOf(settings)
    if (room <= 0) {
      idle = false
      return false
    }
    try {
      const leases = await deps.records.lease(deps.now(), room, leaseSpan(settings))
      idle = leases.length === 0
      for (const lease of leases) crew.take(lease, settings, left)
      return leases.length > 0
    } catch (error) {
      deps.log.error("the queue could not be read", { error })
      return false
    }
  }

  /** A place is free: for what had to be left behind, if there is any. */
  function left(): void {
    if (!idle) woken.resolve()
  }

  function roomOf(settings: Settings): number {
    return 2 * settings.deliver.concurrency - crew.inHand() - expected
  }

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      if (await take()) continue
      await Promise.race([sleep(LOOK, undefined, { ref: false }), woken.promise])
      woken = Promise.withResolvers<void>()
    }
  }

  return {
    start() {
      loop = run()
    },
    wake: () => woken.resolve(),
    reserve(copies) {
      const settings = deps.settings()
      if (!idle || stopped.signal.aborted || copies === 0 || copies > roomOf(settings)) return null
      expected += copies
      return {
        until: deps.now() + leaseSpan(settings),
        take: (lease) => {
          expected -= copies
          if (stopped.signal.aborted) void giveBack(lease, lease, deps, 0)
          else crew.take(lease, settings, left)
        },
        giveUp: () => {
          expected -= copies
        },
      }
    },
    async stop() {
      stopped.abort()
      woken.resolve()
      await loop
      await crew.stop()
    },
  }
}

/** Room for a slow next hop's every command; the attempt ends one command earlier, so that settling finds the lease alive. */
function leaseSpan({ deliver }: Settings): Millis {
  return 10 * deliver.timeout
}

interface Crew {
  /** Copies leased and not yet settled. */
  inHand(): number
  take(lease: Lease, settings: Settings, done: () => void): void
  stop(): Promise<void>
}

function createCrew(deps: RunnerDeps): Crew {
  const pool = createPool()
  const rests = createRests()
  const gate = createGate()
  const underWay = new Set<Promise<void>>()
  const deadlines = new Set<AbortController>()
  let inHand = 0

  async function handle(lease: Lease, settings: Settings): Promise<void> {
    const { routed, homeless } = groups(lease.deliveries, settings)
    const lost = homeless.map((delivery) => failed(delivery, temporary("4.3.5", "no route for this domain"), null))
    if (lost.length > 0) await settle(lease, lost, settings, deps)
    await Promise.all(routed.map((group) => handleGroup(lease, group, settings)))
  }

  async function handleGroup(lease: Lease, group: Group, settings: Settings): Promise<void> {
    const { timeout, concurrency } = settings.deliver
    const key = routeKey(group)
    if (gate.isStalled(key)) return giveBack(lease, group, deps, YIELD)
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), Math.max(0, lease.until - deps.now() - timeout))
    deadlines.add(deadline)
    const leaveRoute = await gate.enter(key, group.route.concurrency, () =>
      AbortSignal.any([deadline.signal, AbortSignal.timeout(TURN)]),
    )
    // A next hop that says nothing keeps its own places; the room behind them is for the mail of others.
    if (leaveRoute === null) gate.stall(key)
    const leave = leaveRoute === null ? null : await gate.enter("all", concurrency, () => deadline.signal)
    // The place of one that was cut off at its end may come free at ours.
    const isOver = lease.until - deps.now() < timeout + SHORTEST
    if (leave === null || isOver) await giveBack(lease, group, deps, leaveRoute === null ? YIELD : 0)
    else {
      const patience = { timeout, signal: deadline.signal }
      await settle(
        lease,
        await attempted(lease, group, { settings, patience, deps: { ...deps, pool, rests } }),
        settings,
        deps,
      )
    }
    leave?.()
    leaveRoute?.()
    deadlines.delete(deadline)
    clearTimeout(timer)
  }

  /** What breaks in our own hands is not the next hop's fault, and the message's only when it happens again and again. */
  async function attempted(
    lease: Lease,
    group: Group,
    context: Parameters<typeof attempt>[2],
  ): Promise<readonly Result[]> {
    const started = performance.now()
    try {
      return await attempt(lease, group, context)
    } catch (error) {
      deps.log.error("an attempt broke", { id: lease.transaction.id, error })
      return group.deliveries.map((delivery) => ({
        ...failed(delivery, temporary("4.3.0", "internal error"), null),
        crashed: true,
      }))
    } finally {
      deps.onAttempt?.(performance.now() - started)
    }
  }

  return {
    inHand: () => inHand,
    take(lease, settings, done) {
      inHand += lease.deliveries.length
      const work = handle(lease, settings)
        .catch((error: unknown) => deps.log.error("a lease broke", { id: lease.transaction.id, error }))
        .finally(() => {
          inHand -= lease.deliveries.length
          underWay.delete(work)
          done()
        })
      underWay.add(work)
    },
    async stop() {
      const drained = Promise.all(underWay)
      await Promise.race([drained, sleep(DRAIN, undefined, { ref: false })])
      for (const deadline of deadlines) deadline.abort()
      await drained
      pool.close()
    },
  }
}

/** Whose turn does not come now: nothing was attempted, nothing is counted, and `span` later they may be taken again. Never rejects. */
async function giveBack(
  lease: Lease,
  { deliveries }: Pick<Group, "deliveries">,
  deps: SettleDeps,
  span: Millis,
): Promise<void> {
  const earliest = span === 0 ? 0 : deps.now() + span
  const settlements = deliveries.map(({ id, dueAt, delayNoticed }) => {
    return {
      delivery: id,
      outcome: null,
      step: { then: "retry", at: Math.max(dueAt, earliest), delayNoticed },
    } as const
  })
  try {
    await deps.records.settle(lease, settlements, [], [])
  } catch (error) {
    deps.log.error("a lease could not be given back", { id: lease.transaction.id, error })
  }
}

/** Connections at once are limited for each next hop; for `mx`, each domain. */
function routeKey({ route, nextHop }: Group): string {
  return `${route.to} ${nameOf(nextHop)}`
}
