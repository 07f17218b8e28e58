/** `held release`, `held deny`, and the end of holds nobody decided: what becomes of the copies, and whom it is told. */
import { decided, type DecidedContext, type Outcome } from "../act/decided.ts"
import { deskOf } from "../act/tell.ts"
import type { Acceptance, HeldCopy } from "../mail/delivery.ts"
import type { Instant } from "../mail/transaction.ts"
import { acceptNotice, acceptReport } from "../notify/custody.ts"
import type { CopyRef, Store } from "../store/store.ts"
import type { Configuration } from "./load.ts"
import { approverOf } from "./office.ts"

export interface Decider {
  readonly store: Store
  readonly configuration: Configuration
  readonly now: Instant
  /** Who does it, for the audit trail. */
  readonly by: string
}

/** Other operators may be at the same copies. */
const TRIES = 3

/** Returns how many copies it was. */
export async function decideHeld(
  is: "released" | "denied",
  ref: CopyRef,
  decider: Decider,
  reason: string,
): Promise<number> {
  const { store, now, by, configuration } = decider
  const decision = { by, reason, at: now }
  const expiresAt = now + configuration.settings.deliver.expire
  for (let tries = 0; tries < TRIES; tries++) {
    const copies = await store.records.heldCopies(ref)
    if (copies.length === 0) return 0
    const mails = await mailsOf({ is, reason }, copies, decider)
    const done =
      is === "released"
        ? await store.records.release(copies, decision, expiresAt, mails)
        : await store.records.deny(copies, decision, mails)
    if (done) return copies.length
  }
  return 0
}

export interface Expired {
  readonly copy: HeldCopy
  readonly mails: readonly Acceptance[]
}

/** Gives up the copies whose time is over, message by message, each with its news. */
export async function expireHeld(decider: Omit<Decider, "by">): Promise<readonly Expired[]> {
  const { store, now } = decider
  const overdue = await store.records.heldCopies({ overdueAt: now })
  const ended: Expired[] = []
  for (const copies of Map.groupBy(overdue, ({ transaction }) => transaction.id).values()) {
    const mails = await mailsOf({ is: "expired", reason: "" }, copies, { ...decider, by: "system" })
    const done = await store.records.expire(copies, now, mails)
    if (done) ended.push(...copies.map((copy, index) => ({ copy, mails: index === 0 ? mails : [] })))
  }
  return ended
}

async function mailsOf(
  outcome: Outcome,
  copies: readonly HeldCopy[],
  { store, configuration, now }: Decider,
): Promise<readonly Acceptance[]> {
  const { notices, reports } = decided(outcome, copies, contextOf(configuration))
  const desk = deskOf({ office: configuration.office, bodies: store.bodies, now })
  return Promise.all([
    ...reports.map((report) => acceptReport(report, desk)),
    ...notices.map((notice) => acceptNotice(notice, desk)),
  ])
}

function contextOf({ office, inForce, settings }: Configuration): DecidedContext {
  return {
    office,
    rules: inForce.rules,
    approver: approverOf(settings),
    isOurs: (domain) => inForce.directory.isOurs(domain),
  }
}
