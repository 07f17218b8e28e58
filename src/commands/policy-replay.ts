/** Replays that run beside the mail: in slices, so that no session waits; kept a while for who asked. */
import type { ReplayJob, ReplayTold, Tally as Told } from "../console/api/policy-hands.ts"
import { type Again } from "../decide/record.ts"
import { createReplay, type Replay, type Tally } from "../decide/replay.ts"
import { type Instant, type Millis, newTransactionId } from "../mail/transaction.ts"
import type { Records } from "../store/store.ts"
import type { Log } from "../telemetry/log.ts"
import { DAY } from "./policy-life.ts"
import { standingOf } from "./policy-source.ts"
import type { Configuration } from "./assemble.ts"
import { slices } from "./slices.ts"

/** Rows of one question to the store. */
const PAGE = 500
/** Changed verdicts that are told one by one. */
const MOST_TURNED = 500
const KEPT: Millis = 3_600_000
/** Of all people together. */
const AT_ONCE = 3

interface Job extends ReplayJob {
  readonly by: string
  readonly at: Instant
}

export interface ReplayWanted {
  readonly configuration: Configuration
  readonly name: string
  readonly days: number
  readonly by: string
  /** Whose mail it tells of. */
  readonly sees: (...units: readonly (string | null)[]) => boolean
}

export interface Replays {
  /** Null: too many run already. */
  start(wanted: ReplayWanted, now: Instant): string | null
  find(id: string, by: string): ReplayJob | null
  cancel(id: string, by: string): boolean
}

export function createReplays(records: Pick<Records, "evidence">, log: Pick<Log, "error">): Replays {
  const jobs = new Map<string, Job>()
  const set = (id: string, change: Partial<ReplayJob>): void => {
    const job = jobs.get(id)
    if (job !== undefined) jobs.set(id, { ...job, ...change })
  }

  async function run(id: string, { configuration, name, days, sees }: ReplayWanted, now: Instant): Promise<void> {
    const since = now - days * DAY
    const isSeen = ({ evidence: { senderUnit, recipientUnit } }: Again): boolean => sees(senderUnit, recipientUnit)
    const replayer = createReplay(standingOf(configuration), MOST_TURNED, isSeen)
    const rest = slices()
    for (let after = 0; jobs.has(id); ) {
      const rows = await records.evidence({ after, since }, PAGE)
      for (const row of rows) {
        replayer.add(row)
        const wait = rest()
        if (wait !== null) await wait
      }
      const last = rows.at(-1)
      if (last === undefined) return set(id, { state: "done", progress: 1, result: toldOf(name, replayer.done()) })
      after = last.seq
      set(id, { progress: Math.max(0, Math.min(0.99, (last.at - since) / (now - since))) })
    }
  }

  return {
    start: (wanted, now) => {
      for (const [id, { at }] of jobs) if (now - at > KEPT) jobs.delete(id)
      if ([...jobs.values()].filter(({ state }) => state === "running").length >= AT_ONCE) return null
      const id = newTransactionId()
      jobs.set(id, { id, by: wanted.by, at: now, state: "running", days: wanted.days, progress: 0, result: null })
      run(id, wanted, now).catch((error: unknown) => {
        log.error("a replay broke", { error })
        set(id, { state: "failed" })
      })
      return id
    },
    find: (id, by) => {
      const job = jobs.get(id)
      return job?.by === by ? job : null
    },
    cancel: (id, by) => jobs.get(id)?.by === by && jobs.delete(id),
  }
}

function toldOf(name: string, { judged, same, changed, lost, turned, ...tallies }: Replay): ReplayTold {
  return {
    name,
    judged,
    same,
    changed,
    lost,
    turned,
    byRule: tallied(tallies.byRule),
    byUnit: tallied(tallies.byUnit),
    byDirection: tallied(tallies.byDirection),
    byTurn: [...tallies.byTurn].map(([turn, count]) => ({ turn, count })),
  }
}

/** What changes most first. */
function tallied(of: ReadonlyMap<string, Tally>): readonly Told[] {
  const all = [...of].map(([key, { stricter, milder }]) => ({ key, stricter, milder }))
  return all.toSorted((a, b) => b.stricter + b.milder - a.stricter - a.milder)
}
