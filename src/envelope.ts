/** The way of one RCPT: what session and envelope alone tell, and whether that is enough to say no. */
import type { Refusal, Refusals } from "./act/refusals.ts"
import * as replies from "./act/replies.ts"
import { decide, type Prepared } from "./decide/decide.ts"
import { record } from "./decide/record.ts"
import { direction, type Where } from "./identify/direction.ts"
import type { Directory } from "./identify/units.ts"
import type { Webmail } from "./identify/webmail.ts"
import { type Address, addressKey } from "./mail/address.ts"
import { type Evidence, pending } from "./mail/evidence.ts"
import type { MailEvent } from "./mail/event.ts"
import type { Reply } from "./mail/reply.ts"
import type { Kept } from "./mail/version.ts"
import type { Client, Envelope, Instant, Recipient, Transaction, TransactionId } from "./mail/transaction.ts"

/** One version of the policy with what is looked up through it. */
export interface PolicyInForce {
  readonly prepared: Prepared
  readonly directory: Directory
  readonly webmail: Webmail
  /** Base of the links in replies. */
  readonly publicUrl: string
  readonly refusals: Readonly<Record<string, string>>
}

export interface EnvelopeDeps {
  inForce(): PolicyInForce
  /** Whether a mailbox of ours exists. */
  verify(address: Address): Promise<"exists" | "unknown" | "failed">
  readonly refusals: Refusals
  newId(): TransactionId
  now(): Instant
}

/** One RCPT, before DATA. */
export interface Rcpt {
  readonly client: Client
  readonly from: Address | null
  readonly recipient: Recipient
}

/** Relaying, unknown mailboxes, and on the inbound listener a policy whose answer nothing to come could soften. */
export async function answerRecipient(deps: EnvelopeDeps, rcpt: Rcpt): Promise<Reply | null> {
  const { recipient } = rcpt
  const inForce = deps.inForce()
  const id = deps.newId()
  const where = direction(rcpt.client, rcpt.from, recipient.address, inForce.directory)
  const refuse = async (say: Say, why: string, rules: readonly string[], facts?: Kept): Promise<Reply> => {
    const kind = say({ ...inForce, id }).code < 500 ? "deferred" : "rejected"
    const units = {
      senderUnit: where.authenticated && rcpt.from !== null ? inForce.directory.unitOf(rcpt.from) : null,
      recipientUnit: inForce.directory.unitOf(recipient.address),
    }
    const detail = { direction: where.direction, why, rules, ...units }
    const told = await deps.refusals.tell(rcptEvent(kind, rcpt, { id, at: deps.now(), detail }), facts)
    return say({ ...inForce, id: told })
  }
  if (where.direction === "relay") return refuse(replies.relayDenied, "relay-denied", [])
  if (where.direction !== "outbound") {
    const exists = await deps.verify(recipient.address)
    if (exists === "unknown") return refuse(replies.unknownRecipient, "unknown-recipient", [])
    if (exists === "failed") return refuse(replies.unverifiable, "recipient-unverified", [])
  }
  if (rcpt.client.listener !== "inbound") return null
  const transaction = { id, client: rcpt.client, envelope: envelopeOf(rcpt), at: deps.now() }
  const evidence = beforeData(inForce, transaction, { recipient, where })
  const verdict = decide(inForce.prepared, evidence)
  if (verdict === "pending" || (verdict.disposition !== "reject" && verdict.disposition !== "refuse")) return null
  return refuse(
    (context) => replies.refused(replies.noticeOf(verdict, inForce.prepared.policy.rules), context),
    "policy",
    verdict.decisive,
    { at: transaction.at, transaction: id, facts: record(inForce.prepared, [{ evidence, verdict }]) ?? "" },
  )
}

type Say = (context: PolicyInForce & { readonly id: TransactionId }) => Reply

function envelopeOf({ from, recipient }: Rcpt): Envelope {
  return { from, to: [recipient], body: "7BIT", smtputf8: false, requireTls: false, ret: null, envid: null }
}

interface RcptFacts {
  readonly id: TransactionId
  readonly at: Instant
  readonly detail: MailEvent["detail"]
}

function rcptEvent(
  kind: "rejected" | "deferred",
  { client, from, recipient }: Rcpt,
  { id, at, detail }: RcptFacts,
): Refusal {
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

/** One recipient, and which way the message goes for it. */
export interface Party {
  readonly recipient: Recipient
  readonly where: Where
}

/** What session and envelope alone tell. */
export function beforeData(inForce: PolicyInForce, transaction: Transaction, { recipient, where }: Party): Evidence {
  const { directory, webmail } = inForce
  const { from } = transaction.envelope
  // Whoever has not proven to be ours speaks for no unit: MAIL FROM is anybody's to write.
  const proven = where.authenticated ? from : null
  return {
    transaction,
    recipient: recipient.address,
    direction: where.direction,
    senderUnit: proven === null ? null : directory.unitOf(proven),
    recipientUnit: directory.unitOf(recipient.address),
    senderClass: proven === null ? null : directory.classOf(proven),
    recipientClass: directory.classOf(recipient.address),
    senderWebmail: from === null ? null : webmail(from.domain),
    recipientWebmail: webmail(recipient.address.domain),
    authenticated: where.authenticated,
    autoForwarded: where.autoForwarded,
    thread: pending,
    identity: pending,
    authentication: pending,
    message: pending,
    keyedHash: pending,
    size: pending,
    findings: pending,
    content: pending,
  }
}
