/** Held copies: released, denied, or ended because nobody decided; what becomes of the copies, and whom it is told. */
import { decided, type DecidedContext, type Outcome } from "../act/decided.ts"
import { mayDeny, type Person, wordOn } from "../act/rights.ts"
import { deskOf } from "../act/tell.ts"
import type { Acceptance, HeldCopy } from "../mail/delivery.ts"
import type { Instant } from "../mail/transaction.ts"
import { acceptNotice, acceptReport } from "../notify/custody.ts"
import type { Word } from "../store/custody.ts"
import type { CopyRef, Store } from "../store/store.ts"
import type { Configuration } from "./assemble.ts"
import { approverOf } from "./office.ts"

export interface Decider {
  readonly store: Store
  readonly configuration: Configuration
  readonly now: Instant
  /** Who does it, for the audit trail. */
  readonly by: string
}

/** Mail that joins the step of a decision; it may tell what the decision did. */
export type Also = (done: Decided) => Promise<readonly Acceptance[]>

/** A word that came by mail, about the copies it was asked for. */
export interface ByMail {
  readonly ballot: string
  readonly concerns: (copy: HeldCopy) => boolean
  readonly also: Also
}

export interface Decided {
  readonly released: number
  /** Agreed to by this person; others must agree too. */
  readonly agreed: number
  readonly denied: number
  /** Copies that this person has spoken on already, or wrote. */
  readonly another: number
}

/** Other operators may be at the same copies. */
const TRIES = 5

const NOTHING: Decided = { released: 0, agreed: 0, denied: 0, another: 0 }

/** The operator at the machine: may do what any role may, but is one person. */
export function atTheMachine(by: string): Person {
  return { name: by, mail: null, may: () => true }
}

/** Of the copies meant, those that are this person's to decide. */
export async function decideHeld(
  is: "released" | "denied",
  ref: CopyRef,
  decider: Deciding,
  reason: string,
): Promise<Decided> {
  for (let tries = 0; tries < TRIES; tries++) {
    const all = await decider.store.records.heldCopies(ref)
    const copies = all.filter((copy) => decider.byMail?.concerns(copy) ?? true)
    const done = is === "denied" ? await deny(copies, decider, reason) : await release(copies, decider, reason)
    if (done !== null) return done
  }
  return NOTHING
}

type Deciding = Decider & { readonly person: Person; readonly byMail?: ByMail }

/** Null: somebody was faster. */
async function deny(copies: readonly HeldCopy[], decider: Deciding, reason: string): Promise<Decided | null> {
  const { store, now, by, person } = decider
  const mine = copies.filter((copy) => mayDeny(copy, person))
  if (mine.length === 0) return NOTHING
  const done = { ...NOTHING, denied: mine.length }
  const mails = await mailsOf({ is: "denied", reason }, mine, decider)
  const more = (await decider.byMail?.also(done)) ?? []
  const isDone = await store.records.deny(mine, { by, reason, at: now, ...spending(decider) }, [...mails, ...more])
  return isDone ? done : null
}

/** Null: somebody was faster. */
async function release(copies: readonly HeldCopy[], decider: Deciding, reason: string): Promise<Decided | null> {
  const { store, now, by, person, configuration } = decider
  const words = copies.map((copy) => ({ copy, word: wordOn(copy, person) }))
  const said = words.flatMap(({ copy, word }): Word[] =>
    word.is === "word"
      ? [{ copy: copy.id, rules: word.rules, release: word.release, known: copy.approvals.length }]
      : [],
  )
  const another = words.filter(({ word }) => word.is === "another").length
  if (said.length === 0) return { ...NOTHING, another }
  const going = copies.filter(({ id }) => said.some((one) => one.copy === id && one.release !== null))
  const mails = going.length === 0 ? [] : await mailsOf({ is: "released", reason }, going, decider)
  const expiresAt = now + configuration.settings.deliver.expire
  const mine = copies.filter(({ id }) => said.some((one) => one.copy === id))
  const done = { ...NOTHING, released: going.length, agreed: said.length - going.length, another }
  const more = (await decider.byMail?.also(done)) ?? []
  const decision = { by, reason, at: now, expiresAt, ...spending(decider) }
  return (await store.records.approve(mine, said, decision, [...mails, ...more])) ? done : null
}

function spending({ byMail }: Deciding): { readonly ballot?: string } {
  return byMail === undefined ? {} : { ballot: byMail.ballot }
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
