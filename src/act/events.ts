/** What is recorded of a message when it is answered. Pure. */
import { addressKey } from "../mail/address.ts"
import type { EventKind, MailEvent } from "../mail/event.ts"
import { isSecret } from "../mail/secret.ts"
import type { Verdict } from "../mail/verdict.ts"
import { kindsOf } from "./care.ts"
import type { Judged, Judgement } from "./judgement.ts"

/** Of a recipient of a message that is taken. */
export function keptEvents(one: Judged, judgement: Judgement, isKept: boolean): readonly MailEvent[] {
  const kinds: readonly EventKind[] = isKept ? ["accepted", ...fate(one.verdict)] : ["rejected"]
  return kinds.map((kind) => event(kind, judgement, one))
}

function fate({ disposition }: Verdict): readonly EventKind[] {
  switch (disposition) {
    case "flag":
      return ["flagged"]
    case "hold":
      return ["held"]
    case "quarantine":
    case "reject":
      return ["quarantined"]
    default:
      return []
  }
}

export function event(
  kind: EventKind,
  { transaction, spooled, examination }: Judgement,
  { recipient, direction, verdict, units, rewritten }: Judged,
): MailEvent {
  const { client, envelope } = transaction
  const findings = isSecret(examination.content) ? [] : kindsOf(examination)
  return {
    kind,
    at: transaction.at,
    transaction: transaction.id,
    recipient: addressKey(recipient.address),
    by: "client",
    detail: {
      direction,
      from: envelope.from === null ? null : addressKey(envelope.from),
      client: client.ip,
      user: client.user,
      size: spooled.size,
      rules: verdict.decisive,
      policy: verdict.policyVersion,
      ...(findings.length === 0 ? {} : { findings }),
      // Under this name the message made anew is found.
      ...(rewritten === undefined ? {} : { rewritten: rewritten.transaction.id }),
      senderUnit: units.sender,
      recipientUnit: units.recipient,
    },
  }
}

/**
 * Of what is not kept the event is all that is left to answer “why?” from, and to know the message by when it comes again:
 * `content` is the keyed hash of what it says.
 */
export function explained(told: MailEvent, { contentHash }: Judgement, { verdict }: Judged): MailEvent {
  const because = { vi: verdict.because.map(({ vi }) => vi), en: verdict.because.map(({ en }) => en) }
  return { ...told, detail: { ...told.detail, ...because, content: contentHash } }
}

/** Of what may be secret nothing is recorded that tells what it said or to whom, beyond their domains. */
export function secretEvent(kind: EventKind, { transaction, spooled, judged, keyedHash }: Judgement): MailEvent {
  const { envelope } = transaction
  return {
    kind,
    at: transaction.at,
    transaction: transaction.id,
    recipient: null,
    by: "client",
    detail: {
      from: envelope.from === null ? null : addressKey(envelope.from),
      domains: [...new Set(envelope.to.map(({ address }) => address.domain))],
      size: spooled.size,
      rules: [...new Set(judged.flatMap(({ verdict }) => verdict.decisive))],
      keyedHash,
    },
  }
}
