/** Carries out a plan: one durable step, then the reply. Nothing answers 250 before the commit. */
import type { Acceptance } from "../mail/delivery.ts"
import { addressKey } from "../mail/address.ts"
import type { MailEvent } from "../mail/event.ts"
import type { Reply } from "../mail/reply.ts"
import type { Spooled, Transaction } from "../mail/transaction.ts"
import type { Kept } from "../mail/version.ts"
import type { Judgement } from "./judgement.ts"
import type { Plan } from "./plan.ts"
import type { Told } from "./tell.ts"
import { threadOf } from "./thread.ts"
import { summary } from "./words.ts"

/** Recipients of what people write to one another; more make a mailing. */
const MOST_INTERACTIVE = 20

type Accepting = Extract<Plan, { do: "accept" }>

/**
 * Nobody knows whether the message was taken: the store ended before it could say. The client still has it; its body stays all the same,
 * since a record may name it. Bodies that none does are swept up at the next start.
 */
export class PerhapsTaken extends Error {
  override readonly name = "PerhapsTaken"
}

/** Takes into custody; every method resolves once it is durable. */
export interface Acceptor {
  /** Rejects with PerhapsTaken where it cannot tell, otherwise only when nothing was taken. */
  accept(acceptance: Acceptance, reports: readonly Acceptance[]): Promise<void>
  note(events: readonly MailEvent[], evidence?: Kept): Promise<void>
  discard(spooled: Spooled): Promise<void>
  /** With its last edits: signatures. */
  seal(judgement: Judgement, acceptance: Acceptance): Promise<Acceptance>
  /** Reports and notices of what was rejected beside accepted recipients, and of what waits. */
  tell(judgement: Judgement, plan: Accepting): Promise<Told>
}

/** The reply to DATA. Rejects when the store fails: nothing is kept, the session answers 451 and the client still has it. */
export async function act(plan: Plan, judgement: Judgement, into: Acceptor): Promise<Reply> {
  if (plan.do === "answer") {
    await into.note(plan.events, kept(judgement).evidence)
    await into.discard(judgement.spooled)
    return plan.reply
  }
  const told = await into.tell(judgement, plan)
  const first = acceptance(plan, judgement)
  const [taken, ...anew] = await Promise.all([
    into.seal(judgement, first),
    ...plan.rewritten.map((one) => into.seal(judgement, rewritten(first, one))),
  ])
  const whole = { ...taken, ...kept(judgement), events: [...taken.events, ...told.events] }
  await into.accept(whole, [...anew, ...told.mails])
  return plan.reply
}

function kept({ transaction: { id, at }, facts = null }: Judgement): { readonly evidence?: Kept } {
  return facts === null ? {} : { evidence: { at, transaction: id, facts } }
}

/** It stands beside the message as it came, which tells of it and answers for it. */
function rewritten(taken: Acceptance, { of, copies }: Accepting["rewritten"][number]): Acceptance {
  const { transaction, spooled } = of
  return { ...taken, transaction, spooled, copies, thread: null, events: [] }
}

function acceptance(plan: Accepting, judgement: Judgement): Acceptance {
  const { transaction, spooled, judged, uses = [] } = judgement
  return {
    transaction,
    spooled,
    bounceable: judgement.authenticated || judgement.authentication?.provesMailFrom === true,
    summary: summary(judgement),
    bulk: judgement.message.bulk || judged.length > MOST_INTERACTIVE,
    copies: plan.copies,
    verdicts: judged.map(({ recipient, verdict }) => ({ recipient: addressKey(recipient.address), verdict })),
    thread: threadOf(judgement, plan.copies),
    files: judgement.examination.files ?? [],
    events: [...plan.events, ...uses.map((pass) => used(pass, transaction))],
    ...(uses.length === 0 ? {} : { uses }),
  }
}

/** A permission for a resend passes once. */
function used(pass: number, { id, at }: Transaction): MailEvent {
  const detail = { why: "used", resend: true, pass }
  return { kind: "exception-ended", at, transaction: id, recipient: null, by: "client", detail }
}
