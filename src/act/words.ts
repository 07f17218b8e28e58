/** What of a message and of a rule is put into lists and notices. Pure. */
import { type Address, addressKey, parseAddress } from "../mail/address.ts"
import type { Summary } from "../mail/delivery.ts"
import type { Examination } from "../mail/examination.ts"
import type { FindingKind } from "../mail/finding.ts"
import type { Attachment, Message } from "../mail/message.ts"
import type { Bilingual, Rule, RuleId } from "../mail/policy.ts"
import type { Recipient } from "../mail/transaction.ts"
import type { Values } from "../notify/letter.ts"
import { harmless } from "../notify/markup.ts"
import type { Judgement } from "./judgement.ts"

/** How the sender is addressed: by the name it uses, where that stands beside its own address. */
export function nameOf(from: Address, message: Message): string {
  const own = message.mailboxes.find(({ position, address, name }) => {
    const parsed = position === "from" && name.trim() !== "" ? parseAddress(address) : null
    return parsed !== null && addressKey(parsed) === addressKey(from)
  })
  return harmless(own?.name ?? from.text)
}

/** Whether its failure shall be reported. RFC 3461 §4.1. */
export function wantsFailure({ notify }: Recipient): boolean {
  return notify === null || notify.includes("FAILURE")
}

export function addresses(recipients: readonly Recipient[]): readonly string[] {
  return recipients.map(({ address }) => harmless(address.text))
}

/** What rules are called; a rule that is gone, and an operator's own hold, have no name. */
export function titles(rules: readonly RuleId[], all: readonly Rule[]): readonly Bilingual[] {
  const named = [...new Set(rules)].flatMap((id) => all.find((rule) => rule.id === id)?.title ?? [])
  return named.length > 0 ? named : [{ vi: "theo quy định của cơ quan", en: "under the agency's rules" }]
}

const TOLD: ReadonlySet<FindingKind> = new Set(["malware", "known-bad", "forbidden-type", "disguised", "encrypted"])

/** The files that gave the findings people are told of, and what was found in them. */
export function files({ message, findings }: Examination): Values {
  const told = findings.state === "known" ? findings.value.filter(({ kind }) => TOLD.has(kind)) : []
  const named = message.attachments.filter(({ at }) => told.some((finding) => isWithin(at, finding.at)))
  const malware = told.filter(({ kind }) => kind === "malware" || kind === "known-bad")
  return {
    so_tep: String(named.length),
    ten_tep: named.flatMap(({ names }) => names.slice(0, 1).map(harmless)),
    ten_mau_doc: [...new Set(malware.flatMap(({ name }) => (name === undefined ? [] : [harmless(name)])))],
  }
}

/** Paths in the MIME tree, then inside containers. */
function isWithin(attachment: string, found: string): boolean {
  return found === attachment || found.startsWith(`${attachment}/`)
}

/** Files of a message that can be looked for. */
const MOST_FILES = 50

function fileOf({ names: [name = ""], sha256 }: Attachment): { readonly name: string; readonly sha256: string } {
  return { name: name.slice(0, 255), sha256 }
}

/** What lists show; bounded, since the message's author wrote it. */
export function summary({ message, transaction }: Judgement): Summary {
  const from =
    message.mailboxes.find(({ position }) => position === "from")?.address ?? transaction.envelope.from?.text ?? ""
  return {
    subject: message.subject.slice(0, 500),
    from: from.slice(0, 320),
    messageId: message.messageId?.slice(0, 998) ?? null,
    ...(message.attachments.length === 0 ? {} : { files: message.attachments.slice(0, MOST_FILES).map(fileOf) }),
  }
}
