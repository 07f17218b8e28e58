/** What follows from the outcomes of one attempt: done, again later, a report, or a person's decision. Pure. RFC 5321 §4.5.4. */
import type { Settings } from "../config/schema.ts"
import { addressKey } from "../mail/address.ts"
import {
  type Delivery,
  type Hold,
  type Lease,
  MOST_CRASHES,
  type Outcome,
  type Settlement,
  type Step,
} from "../mail/delivery.ts"
import type { EventKind, MailEvent } from "../mail/event.ts"
import type { Instant } from "../mail/transaction.ts"
import type { ReportedRecipient, ReportKind } from "../notify/report.ts"

/** What one delivery met. */
export type Result =
  | {
      readonly is: "attempted"
      readonly delivery: Delivery
      readonly outcome: Outcome
      /** Who keeps the duty to report success: the next hop that offers DSN, nobody after it, or it is final. */
      readonly success: "passed-on" | "relayed" | "delivered"
      /** The outcome is not the next hop's: something of ours broke. */
      readonly crashed?: true
    }
  /** The examination of a released copy found a reason to hold it again. */
  | { readonly is: "held"; readonly delivery: Delivery; readonly hold: Hold }
  /** The stored octets are not those that were accepted. */
  | { readonly is: "damaged"; readonly delivery: Delivery; readonly why: string }

export interface ReportPlan {
  readonly kind: ReportKind
  readonly recipients: readonly ReportedRecipient[]
  readonly retryUntil: Instant | null
}

export interface Conclusion {
  readonly settlements: readonly Settlement[]
  readonly events: readonly MailEvent[]
  readonly reports: readonly ReportPlan[]
}

export interface ConcludeContext {
  readonly settings: Pick<Settings, "deliver" | "hold">
  readonly now: Instant
  /** 0–1, for the jitter. */
  readonly random: () => number
}

interface One {
  readonly settlement: Settlement
  readonly events: readonly { readonly kind: EventKind; readonly detail: MailEvent["detail"] }[]
  readonly report: ReportKind | null
}

export function conclude(lease: Lease, results: readonly Result[], context: ConcludeContext): Conclusion {
  const ends = results.map((result) => ({ result, one: concludeOne(lease, result, context) }))
  const reports = (["failure", "delay", "relayed", "delivered"] as const).flatMap((kind): readonly ReportPlan[] => {
    const about = ends.filter(({ one }) => one.report === kind)
    const until = Math.min(...about.map(({ result }) => result.delivery.expiresAt))
    const recipients = about.map(({ result, one }) => reported(result.delivery, one.settlement.outcome))
    return about.length === 0 ? [] : [{ kind, recipients, retryUntil: kind === "delay" ? until : null }]
  })
  return {
    settlements: ends.map(({ one }) => one.settlement),
    events: ends.flatMap(({ result, one }) =>
      one.events.map(({ kind, detail }) => ({
        kind,
        at: context.now,
        transaction: lease.transaction.id,
        recipient: addressKey(result.delivery.recipient.address),
        by: "system",
        detail,
      })),
    ),
    reports,
  }
}

function concludeOne(lease: Lease, result: Result, context: ConcludeContext): One {
  const { delivery } = result
  if (result.is === "held") {
    const { hold } = result
    return {
      settlement: { delivery: delivery.id, outcome: null, step: { then: "hold", hold } },
      events: [{ kind: hold.kind === "hold" ? "held" : "quarantined", detail: { released: true } }],
      report: null,
    }
  }
  if (result.is === "damaged") {
    return {
      settlement: { delivery: delivery.id, outcome: null, step: { then: "set-aside", damaged: true } },
      events: [{ kind: "set-aside", detail: { why: result.why } }],
      report: null,
    }
  }
  const { outcome } = result
  if (outcome.is === "delivered") {
    const wanted = mayReport(lease) && delivery.recipient.notify?.includes("SUCCESS") === true
    const report = wanted && result.success !== "passed-on" ? result.success : null
    return end(delivery, outcome, { step: { then: "done" }, kind: "delivered", report })
  }
  if (result.crashed === true && delivery.crashes + 1 >= MOST_CRASHES) return setAside(delivery, outcome)
  if (outcome.is === "permanent") return fail(lease, delivery, outcome, context)
  if (context.now >= delivery.expiresAt) {
    const why = `given up after ${delivery.attempts + 1} attempts; the last: ${outcome.why}`
    return fail(lease, delivery, { ...outcome, is: "permanent", status: "5.4.7", why }, context)
  }
  const later = again(lease, delivery, outcome, context)
  return result.crashed === true ? crashed(later) : later
}

/** It breaks us whenever it is attempted: an operator has to look. */
function setAside(delivery: Delivery, outcome: Outcome): One {
  return end(delivery, outcome, { step: { then: "set-aside" }, kind: "set-aside", report: null })
}

function crashed(one: One): One {
  const { settlement } = one
  const { step } = settlement
  return step.then === "retry" ? { ...one, settlement: { ...settlement, step: { ...step, crashed: true } } } : one
}

/** The last attempt is made when time is up, so that nobody waits longer than promised. */
function again(lease: Lease, delivery: Delivery, outcome: Outcome, { settings, now, random }: ConcludeContext): One {
  const { retry, delayNotice } = settings.deliver
  const wait = retry[Math.min(delivery.attempts, retry.length - 1)] ?? 0
  // ±10 %: what failed together does not come back together.
  const at = Math.min(now + Math.round(wait * (0.9 + 0.2 * random())), delivery.expiresAt)
  // Who asked for nothing is told as well, as RFC 3461 §4.1 leaves it to us: nobody shall wait five days for a word.
  const notice =
    !delivery.delayNoticed &&
    mayReport(lease) &&
    (delivery.recipient.notify?.includes("DELAY") ?? true) &&
    now - lease.transaction.at >= delayNotice
  const delayNoticed = delivery.delayNoticed || notice
  return end(delivery, outcome, {
    step: { then: "retry", at, delayNoticed },
    kind: "retried",
    report: notice ? "delay" : null,
  })
}

/** The sender hears of it where MAIL FROM is proven and wants to; else a person does. RFC 3461 §5.2, RFC 3834 §2. */
function fail(lease: Lease, delivery: Delivery, outcome: Outcome, { settings, now }: ConcludeContext): One {
  const { notify } = delivery.recipient
  if (notify?.includes("NEVER") === true || (mayReport(lease) && notify?.includes("FAILURE") === false)) {
    return end(delivery, outcome, { step: { then: "bounced" }, kind: "bounced", report: null })
  }
  if (mayReport(lease)) return end(delivery, outcome, { step: { then: "bounced" }, kind: "bounced", report: "failure" })
  const hold: Hold = { rules: [], kind: "undeliverable", until: now + settings.hold.quarantine }
  return end(delivery, outcome, { step: { then: "hold", hold }, kind: "undeliverable", report: null })
}

/** Reports never answer reports, nor addresses nobody has proven. */
function mayReport({ bounceable, transaction }: Lease): boolean {
  return bounceable && transaction.envelope.from !== null
}

function end(
  delivery: Delivery,
  outcome: Outcome,
  { step, kind, report }: { readonly step: Step; readonly kind: EventKind; readonly report: ReportKind | null },
): One {
  const failed = outcome.is !== "delivered"
  const facts = {
    nextHop: outcome.nextHop,
    status: failed ? outcome.status : null,
    reply: outcome.reply,
    why: failed ? outcome.why : null,
  }
  const events = [
    { kind: "attempted", detail: { ...facts, attempt: delivery.attempts + 1 } },
    {
      kind,
      detail: { ...facts, ...(step.then === "retry" ? { at: step.at } : {}), ...(report === null ? {} : { report }) },
    },
  ] as const
  // A bounce says itself that it was told.
  const noticed = report === null || report === "failure" ? [] : ([{ kind: "noticed", detail: { report } }] as const)
  return {
    settlement: { delivery: delivery.id, outcome, step },
    events: [...events, ...noticed],
    report,
  }
}

function reported({ recipient, attempts }: Delivery, outcome: Outcome | null): ReportedRecipient {
  const attempt = attempts + 1
  if (outcome === null || outcome.is === "delivered") {
    return {
      recipient,
      attempt,
      status: "2.0.0",
      reply: outcome?.reply ?? null,
      nextHop: outcome?.nextHop ?? null,
      why: "",
    }
  }
  const { status, reply, nextHop, why } = outcome
  return { recipient, attempt, status, reply, nextHop, why }
}
