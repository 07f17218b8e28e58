/** The way of one message: examined → identified → decided → acted on. Knows every stage and no rule. */
import { type Acceptor, act } from "./act/act.ts"
import { type Judgement, type Plan, plan, type PlanSettings } from "./act/plan.ts"
import { decide } from "./decide/decide.ts"
import {
  answerRecipient,
  beforeData,
  type EnvelopeDeps,
  type Party,
  type PolicyInForce,
  type Rcpt,
} from "./envelope.ts"
import { claimOf, direction } from "./identify/direction.ts"
import { identify } from "./identify/identify.ts"
import { addressKey } from "./mail/address.ts"
import type { Hold, Lease } from "./mail/delivery.ts"
import { type Evidence, type Fact, failed, known } from "./mail/evidence.ts"
import type { Examination } from "./mail/examination.ts"
import type { Claim, Identity } from "./mail/identity.ts"
import type { FindingKind } from "./mail/finding.ts"
import type { Message } from "./mail/message.ts"
import type { Reply } from "./mail/reply.ts"
import { isSecret } from "./mail/secret.ts"
import type { Instant, Spooled, Transaction } from "./mail/transaction.ts"
import type { Verdict } from "./mail/verdict.ts"
import type { Answer } from "./store/store.ts"

/** One version of policy and settings; a message is judged by one of them from end to end. */
export interface InForce extends PlanSettings, PolicyInForce {
  /** RFC 5321 §6.3. */
  readonly hops: number
}

export interface GatewayDeps extends Acceptor, EnvelopeDeps {
  inForce(): InForce
  /** `claim` is who sent it when that is to be proven. */
  /** Of the SHA-256 of a message, under a key that stays here. */
  keyedHash(sha256: string): string
  examine(spooled: Spooled, claim: Claim | null): Promise<Examination>
  /** Whether a mailbox of ours answers what a correspondent sent it. Rejects when the records cannot be asked. */
  isReply(answer: Answer, now: Instant): Promise<boolean>
}

/** A judgement with all that `explain` prints. */
export interface Judged extends Judgement {
  readonly examination: Examination
  readonly identity: Identity
}

interface Given {
  readonly transaction: Transaction
  readonly spooled: Spooled
}

export interface Gateway {
  /** Answers one RCPT; null lets it pass. */
  recipient(rcpt: Rcpt): Promise<Reply | null>
  /** Answers DATA. */
  message(transaction: Transaction, spooled: Spooled): Promise<Reply>
  /** Everything up to the plan; nothing is kept. */
  judge(transaction: Transaction, spooled: Spooled): Promise<Judged>
  plan(judgement: Judgement): Plan
  /** A released copy, judged again as of now on what no release may lift. */
  reexamine(lease: Lease): Promise<"clean" | "failed" | { readonly hold: Hold }>
}

export function createGateway(deps: GatewayDeps): Gateway {
  return {
    recipient: (rcpt) => answerRecipient(deps, rcpt),
    message: (transaction, spooled) => answerMessage(deps, transaction, spooled),
    judge: (transaction, spooled) => judge(deps, deps.inForce(), { transaction, spooled }),
    plan: (judgement) => plan(judgement, deps.inForce()),
    reexamine: (lease) => reexamine(deps, lease),
  }
}

/** Whatever breaks on the way, nothing is kept: the session answers 451 and the client still has the message. */
async function answerMessage(deps: GatewayDeps, transaction: Transaction, spooled: Spooled): Promise<Reply> {
  try {
    const inForce = deps.inForce()
    const judgement = await judge(deps, inForce, { transaction, spooled })
    return await act(plan(judgement, inForce), judgement, deps)
  } catch (error) {
    await deps.discard(spooled)
    throw error
  }
}

async function judge(deps: GatewayDeps, inForce: InForce, { transaction, spooled }: Given): Promise<Judged> {
  const { client, envelope } = transaction
  const examination = await deps.examine(spooled, claimOf(transaction))
  const { message, findings, authentication, content } = examination
  const identity = identify(transaction, message, inForce.webmail)
  const parties = envelope.to.map((recipient) => {
    return { recipient, where: direction(client, envelope.from, recipient.address, inForce.directory) }
  })
  const threads = await Promise.all(parties.map((party) => isReply(deps, transaction, { ...party, message })))
  const judged = parties.map(({ recipient, where }, index) => {
    const evidence: Evidence = {
      ...beforeData(inForce, transaction, { recipient, where }),
      thread: threads[index] ?? known(false),
      identity: known(identity),
      authentication,
      message: known(message),
      size: known(spooled.size),
      findings,
      content: known(content),
    }
    return { recipient, ...where, verdict: whole(decide(inForce.prepared, evidence)) }
  })
  const authenticated = judged.some((one) => one.authenticated)
  const looping = message.hops > inForce.hops
  const proven = authentication.state === "known" ? authentication.value : null
  return {
    transaction,
    spooled,
    keyedHash: deps.keyedHash(spooled.sha256),
    message,
    authenticated,
    authentication: proven,
    looping,
    judged,
    examination,
    identity,
  }
}

/** A clerk answers what a citizen sent: only mail that leaves us can. */
async function isReply(
  deps: GatewayDeps,
  { envelope, at }: Transaction,
  { recipient, where, message }: Party & { readonly message: Message },
): Promise<Fact<boolean>> {
  if (where.direction !== "outbound" || envelope.from === null) return known(false)
  const answer = {
    mailbox: addressKey(envelope.from),
    correspondent: addressKey(recipient.address),
    messageIds: message.references,
  }
  try {
    return known(await deps.isReply(answer, at))
  } catch (error) {
    return failed(error instanceof Error ? error.message : "unknown")
  }
}

/** After DATA no fact is pending any more. */
function whole(verdict: Verdict | "pending"): Verdict {
  if (verdict === "pending") throw new Error("a verdict is pending after DATA")
  return verdict
}

/** What no release lifts is judged as of now, whoever released the copy; what cannot be judged waits. */
async function reexamine(deps: GatewayDeps, lease: Lease): Promise<"clean" | "failed" | { readonly hold: Hold }> {
  const { findings, content } = await deps.examine(lease.spooled, null)
  if (findings.state !== "known") return "failed"
  const found = (kind: FindingKind, why?: string): boolean =>
    findings.value.some((one) => one.kind === kind && (why === undefined || one.why === why))
  if (found("malware") || found("known-bad") || isSecret(content)) {
    return { hold: { kind: "quarantine", rules: [], until: deps.now() + deps.inForce().keep.quarantine } }
  }
  return found("unscannable", "timeout") ? "failed" : "clean"
}
