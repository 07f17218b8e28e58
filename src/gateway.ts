/** The way of one message: judged → planned → acted on. Knows every stage and no rule. */
import { type Acceptor, act } from "./act/act.ts"
import { type Judgement, type Plan, plan } from "./act/plan.ts"
import { answerRecipient, type EnvelopeDeps, type Rcpt } from "./envelope.ts"
import { type InForce, judge, type JudgeDeps, type Judged } from "./judge.ts"
import type { Hold, Lease } from "./mail/delivery.ts"
import type { FindingKind } from "./mail/finding.ts"
import type { Reply } from "./mail/reply.ts"
import { isSecret } from "./mail/secret.ts"
import type { Spooled, Transaction } from "./mail/transaction.ts"

export interface GatewayDeps extends Acceptor, JudgeDeps, EnvelopeDeps {
  inForce(): InForce
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
  const bodies = [spooled]
  const spool = async (octets: Uint8Array): Promise<Spooled> => {
    const body = await deps.spool(octets)
    bodies.push(body)
    return body
  }
  try {
    const inForce = deps.inForce()
    const judgement = await judge({ ...deps, spool }, inForce, { transaction, spooled })
    const planned = plan(judgement, inForce)
    const reply = await act(planned, judgement, deps)
    const taken = planned.do === "accept" ? planned.rewritten.map(({ of }) => of.spooled) : []
    await discardAll(
      deps,
      bodies.slice(1).filter((body) => !taken.includes(body)),
    )
    return reply
  } catch (error) {
    await discardAll(deps, bodies)
    throw error
  }
}

async function discardAll(deps: Acceptor, bodies: readonly Spooled[]): Promise<void> {
  await Promise.all(bodies.map((body) => deps.discard(body)))
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
