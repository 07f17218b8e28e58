/** The way of one message: examined → identified → decided → acted on. Knows every stage and no rule. */
import { type Acceptor, act } from "./act/act.ts"
import { type Judgement, type Plan, plan, type PlanSettings } from "./act/plan.ts"
import * as replies from "./act/replies.ts"
import { decide, type Prepared } from "./decide/decide.ts"
import { direction, type Where } from "./identify/direction.ts"
import { identify } from "./identify/identify.ts"
import type { Directory } from "./identify/units.ts"
import type { Webmail } from "./identify/webmail.ts"
import { type Address, addressKey } from "./mail/address.ts"
import type { Hold, Lease } from "./mail/delivery.ts"
import { type Evidence, known, pending } from "./mail/evidence.ts"
import type { Examination } from "./mail/examination.ts"
import type { MailEvent } from "./mail/event.ts"
import type { Reply } from "./mail/reply.ts"
import type { Client, Envelope, Instant, Recipient, Spooled, Transaction, TransactionId } from "./mail/transaction.ts"
import type { Verdict } from "./mail/verdict.ts"

/** One version of policy and settings; a message is judged by one of them from end to end. */
export interface InForce extends PlanSettings {
  readonly prepared: Prepared
  readonly directory: Directory
  readonly webmail: Webmail
  /** RFC 5321 §6.3. */
  readonly hops: number
}

export interface GatewayDeps extends Acceptor {
  inForce(): InForce
  examine(spooled: Spooled): Promise<Examination>
  /** Whether a mailbox of ours exists. */
  verify(address: Address): Promise<"exists" | "unknown" | "failed">
  newId(): TransactionId
  now(): Instant
}

/** A judgement with all that `explain` prints. */
export interface Judged extends Judgement {
  readonly examination: Examination
  readonly evidence: readonly Evidence[]
}

/** One RCPT, before DATA. */
export interface Rcpt {
  readonly client: Client
  readonly from: Address | null
  readonly recipient: Recipient
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
    message: async (transaction, spooled) => {
      const judgement = await judge(deps, transaction, spooled)
      return act(plan(judgement, deps.inForce()), judgement, deps)
    },
    judge: (transaction, spooled) => judge(deps, transaction, spooled),
    plan: (judgement) => plan(judgement, deps.inForce()),
    reexamine: (lease) => reexamine(deps, lease),
  }
}

/** Relaying, unknown mailboxes, and on the inbound listener a policy whose answer nothing to come could soften. */
async function answerRecipient(deps: GatewayDeps, rcpt: Rcpt): Promise<Reply | null> {
  const { recipient } = rcpt
  const inForce = deps.inForce()
  const id = deps.newId()
  const context = { id, publicUrl: inForce.publicUrl }
  const where = direction(rcpt.client, rcpt.from, recipient.address, inForce.directory)
  const refuse = async (reply: Reply, why: string, rules: readonly string[]): Promise<Reply> => {
    const kind = reply.code < 500 ? "deferred" : "rejected"
    await deps.note([rcptEvent(kind, rcpt, { id, at: deps.now(), detail: { direction: where.direction, why, rules } })])
    return reply
  }
  if (where.direction === "relay") return refuse(replies.relayDenied(context), "relay-denied", [])
  if (where.direction !== "outbound") {
    const exists = await deps.verify(recipient.address)
    if (exists === "unknown") return refuse(replies.unknownRecipient(context), "unknown-recipient", [])
    if (exists === "failed") return refuse(replies.unverifiable(context), "recipient-unverified", [])
  }
  if (rcpt.client.listener !== "inbound") return null
  const transaction = { id, client: rcpt.client, envelope: envelopeOf(rcpt), at: deps.now() }
  const verdict = decide(inForce.prepared, beforeData(inForce, transaction, { recipient, where }))
  if (verdict === "pending" || (verdict.disposition !== "reject" && verdict.disposition !== "refuse")) return null
  return refuse(replies.refused(replies.noticeOf(verdict, inForce.rules), context), "policy", verdict.decisive)
}

function envelopeOf({ from, recipient }: Rcpt): Envelope {
  return { from, to: [recipient], body: "7BIT", smtputf8: false, requireTls: false, ret: null, envid: null }
}

interface RcptFacts {
  readonly id: TransactionId
  readonly at: Instant
  readonly detail: { readonly direction: string; readonly why: string; readonly rules: readonly string[] }
}

function rcptEvent(
  kind: "rejected" | "deferred",
  { client, from, recipient }: Rcpt,
  { id, at, detail }: RcptFacts,
): MailEvent {
  const sender = from === null ? null : addressKey(from)
  const recipientKey = addressKey(recipient.address)
  return {
    kind,
    at,
    transaction: id,
    recipient: recipientKey,
    by: "client",
    detail: { ...detail, stage: "rcpt", from: sender, client: client.ip },
  }
}

async function judge(deps: GatewayDeps, transaction: Transaction, spooled: Spooled): Promise<Judged> {
  const inForce = deps.inForce()
  const examination = await deps.examine(spooled)
  const { message, findings, content } = examination
  const identity = identify(transaction, message, inForce.webmail)
  const evidence = transaction.envelope.to.map((recipient): Evidence => {
    const where = direction(transaction.client, transaction.envelope.from, recipient.address, inForce.directory)
    return {
      ...beforeData(inForce, transaction, { recipient, where }),
      thread: known(false),
      identity: known(identity),
      message: known(message),
      size: known(spooled.size),
      findings,
      content: known(content),
    }
  })
  const judged = transaction.envelope.to.map((recipient, index) => {
    const given = evidence[index]
    if (given === undefined) throw new Error("a recipient without evidence")
    return { recipient, direction: given.direction, verdict: whole(decide(inForce.prepared, given)) }
  })
  const authenticated = evidence.some((one) => one.authenticated)
  return {
    transaction,
    spooled,
    message,
    authenticated,
    judged,
    looping: message.hops > inForce.hops,
    examination,
    evidence,
  }
}

/** After DATA no fact is pending any more. */
function whole(verdict: Verdict | "pending"): Verdict {
  if (verdict === "pending") throw new Error("a verdict is pending after DATA")
  return verdict
}

interface Party {
  readonly recipient: Recipient
  readonly where: Where
}

/** What session and envelope alone tell. */
function beforeData(inForce: InForce, transaction: Transaction, { recipient, where }: Party): Evidence {
  const { directory, webmail } = inForce
  const { from } = transaction.envelope
  return {
    transaction,
    recipient: recipient.address,
    direction: where.direction,
    senderUnit: from === null ? null : directory.unitOf(from),
    recipientUnit: directory.unitOf(recipient.address),
    senderClass: from === null ? null : directory.classOf(from),
    recipientClass: directory.classOf(recipient.address),
    senderWebmail: from === null ? null : webmail(from.domain),
    recipientWebmail: webmail(recipient.address.domain),
    authenticated: where.authenticated,
    autoForwarded: where.autoForwarded,
    thread: pending,
    identity: pending,
    message: pending,
    size: pending,
    findings: pending,
    content: pending,
  }
}

/** Malware is judged as of now, whoever released the copy. */
async function reexamine(deps: GatewayDeps, lease: Lease): Promise<"clean" | "failed" | { readonly hold: Hold }> {
  const { findings } = await deps.examine(lease.spooled)
  if (findings.state !== "known") return "failed"
  if (!findings.value.some(({ kind }) => kind === "malware" || kind === "known-bad")) return "clean"
  return { hold: { kind: "quarantine", rules: [], until: deps.now() + deps.inForce().keep.quarantine } }
}
