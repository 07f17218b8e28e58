/** Writes down what an attempt taught, in one durable step with the reports it gives rise to. Never rejects. */
import { setTimeout as sleep } from "node:timers/promises"
import type { Settings } from "../config/schema.ts"
import type { Acceptance, Lease } from "../mail/delivery.ts"
import { edited, editedSize } from "../mail/edit.ts"
import type { MailEvent } from "../mail/event.ts"
import type { Instant, Millis } from "../mail/transaction.ts"
import { headerBlock } from "../notify/dsn.ts"
import { acceptReport } from "../notify/custody.ts"
import type { Office } from "../notify/letter.ts"
import type { Report } from "../notify/report.ts"
import type { Bodies, Records } from "../store/store.ts"
import type { Log } from "../telemetry/log.ts"
import { conclude, type ReportPlan, type Result } from "./conclude.ts"

export interface SettleDeps {
  readonly records: Records
  readonly bodies: Bodies
  readonly log: Pick<Log, "error">
  now(): Instant
  /** Whose name and words reports bear. */
  office(): Office
  /** Each event once it is durable, for log and metrics. */
  readonly onEvent?: (event: MailEvent) => void
}

/** Settling is what keeps a delivered message from going out twice: worth a second and third try. */
const TRIES = 3
const PAUSE: Millis = 1_000
/** Octets of an original that a RET=FULL report returns whole. */
const MOST_RETURNED = 50_000

export async function settle(
  lease: Lease,
  results: readonly Result[],
  settings: Settings,
  deps: SettleDeps,
): Promise<void> {
  const { settlements, events, reports } = conclude(lease, results, {
    settings,
    now: deps.now(),
    random: Math.random,
  })
  const { id } = lease.transaction
  for (let tries = 1; tries <= TRIES; tries++) {
    try {
      const accepted = await Promise.all(reports.map((plan) => accept(lease, plan, deps)))
      const settled = await deps.records.settle(lease, settlements, accepted, events)
      if (settled) return tell([...events, ...accepted.flatMap((report) => report.events)], deps)
      return deps.log.error("lease lost, its copies will be attempted again", { id })
    } catch (error) {
      deps.log.error("an attempt could not be settled", { id, tries, error })
      if (tries < TRIES) await sleep(PAUSE)
    }
  }
}

function tell(events: readonly MailEvent[], { log, onEvent }: SettleDeps): void {
  for (const event of events) {
    if (event.kind === "undeliverable") {
      const { transaction, recipient, detail } = event
      log.error("undeliverable mail waits for a decision", { id: transaction, recipient, ...detail })
    }
    onEvent?.(event)
  }
}

async function accept(lease: Lease, plan: ReportPlan, deps: SettleDeps): Promise<Acceptance> {
  const { transaction, summary } = lease
  const { from } = transaction.envelope
  if (from === null) throw new Error("a report to the null reverse-path")
  const original = { transaction, summary }
  const about: Report = { ...plan, to: from, original, notice: null, returned: await returned(lease, deps) }
  return acceptReport(about, {
    office: deps.office(),
    now: deps.now(),
    spool: async (octets) => {
      const writer = deps.bodies.open()
      await writer.write(octets)
      return writer.finish()
    },
  })
}

/** RET=FULL returns small originals whole, all others their header block (RFC 3461 §4.3); REQUIRETLS never the text (RFC 8689 §5). */
async function returned({ transaction, spooled, deliveries }: Lease, deps: SettleDeps): Promise<Report["returned"]> {
  const { ret, requireTls } = transaction.envelope
  const edits = deliveries[0]?.edits ?? []
  const full = ret === "FULL" && !requireTls && editedSize(spooled.size, edits) <= MOST_RETURNED
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of edited(deps.bodies.read(spooled), edits)) {
      chunks.push(chunk)
      length += chunk.length
      if (length > MOST_RETURNED) break
    }
  } catch (error) {
    // The news matters more than the copy of what it is about.
    deps.log.error("the body of a reported message could not be read", { id: transaction.id, error })
    return { part: "headers", octets: new Uint8Array() }
  }
  const octets = Buffer.concat(chunks).subarray(0, MOST_RETURNED)
  return full ? { part: "message", octets } : { part: "headers", octets: headerBlock(octets) }
}
