/** The way of one message: judged → planned → acted on. Knows every stage and no rule. */
import { type Acceptor, act, PerhapsTaken } from "./act/act.ts"
import type { Judgement } from "./act/judgement.ts"
import { type Plan, plan } from "./act/plan.ts"
import { createRefusals } from "./act/refusals.ts"
import type { Told } from "./act/tell.ts"
import { answerRecipient, type EnvelopeDeps, type Rcpt } from "./envelope.ts"
import { type InForce, judge, type JudgeDeps, type Judged } from "./judge.ts"
import { dueAt } from "./mail/calendar.ts"
import type { Hold, Lease, NamedFinding } from "./mail/delivery.ts"
import type { Finding, FindingKind } from "./mail/finding.ts"
import type { Reply } from "./mail/reply.ts"
import type { Rule } from "./mail/policy.ts"
import { isSecret } from "./mail/secret.ts"
import type { Spooled, Transaction } from "./mail/transaction.ts"

export interface GatewayDeps extends Omit<Acceptor, "tell">, JudgeDeps, Omit<EnvelopeDeps, "refusals"> {
  inForce(): InForce
  /** People are told by the rules that judged, whatever is in force by then. */
  tell(judgement: Judgement, plan: Extract<Plan, { do: "accept" }>, rules: readonly Rule[]): Promise<Told>
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
  reexamine(lease: Lease, lifted: readonly NamedFinding[]): Promise<"clean" | "failed" | { readonly hold: Hold }>
}

export function createGateway(deps: GatewayDeps): Gateway {
  const refusals = createRefusals((events, facts) => deps.note(events, facts))
  return {
    recipient: (rcpt) => answerRecipient({ ...deps, refusals }, rcpt),
    message: (transaction, spooled) => answerMessage(deps, transaction, spooled),
    judge: (transaction, spooled) => judge(deps, deps.inForce(), { transaction, spooled }),
    plan: (judgement) => plan(judgement, deps.inForce()),
    reexamine: (lease, lifted) => reexamine(deps, lease, lifted),
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
    const reply = await act(planned, judgement, {
      ...deps,
      tell: (said, accepting) => deps.tell(said, accepting, inForce.rules),
    })
    const taken = planned.do === "accept" ? planned.rewritten.map(({ of }) => of.spooled) : []
    await discardAll(
      deps,
      bodies.slice(1).filter((body) => !taken.includes(body)),
    )
    return reply
  } catch (error) {
    if (!(error instanceof PerhapsTaken)) await discardAll(deps, bodies)
    throw error
  }
}

async function discardAll(deps: Pick<Acceptor, "discard">, bodies: readonly Spooled[]): Promise<void> {
  await Promise.all(bodies.map((body) => deps.discard(body)))
}

/**
 * A released copy is looked at as of now: its release lifted what was found when it was held, by name. Malware of another name,
 * a mark of secrecy, or a danger that was not seen then holds it anew. What cannot be judged waits.
 */
async function reexamine(
  deps: GatewayDeps,
  lease: Lease,
  lifted: readonly NamedFinding[],
): Promise<"clean" | "failed" | { readonly hold: Hold }> {
  const { findings, content, seen, words } = await deps.examine(lease.spooled, null)
  if (findings.state !== "known") return "failed"
  const inForce = deps.inForce()
  const fresh = findings.value.filter((one) => !isLifted(one, lifted) && ALWAYS.has(one.kind))
  if (fresh.length > 0 || isSecret(content)) {
    const at = deps.now()
    const care = {
      unit: null,
      direction: "inbound" as const,
      urgency: words.urgency,
      due: dueAt(at, words.urgency, inForce.calendar),
      findings: seen.map(({ kind, name }) => ({ kind, name: name ?? null })),
    }
    const hold = { kind: "quarantine" as const, rules: [], until: at + inForce.keep.quarantine, care }
    return { hold: isSecret(content) ? { ...hold, secret: true } : hold }
  }
  return findings.value.some(({ kind, why }) => kind === "unscannable" && why === "timeout") ? "failed" : "clean"
}

/** What nobody's release lets pass unseen; other findings were the policy's matter when it was held. */
const ALWAYS: ReadonlySet<FindingKind> = new Set(["malware", "known-bad"])

function isLifted({ kind, name }: Finding, lifted: readonly NamedFinding[]): boolean {
  return lifted.some((one) => one.kind === kind && one.name === (name ?? null))
}
