/** Every address of a message under every name a reader could take it for, and which of them are free webmail. Pure. */
import { type Address, addressKey, parseAddress } from "../mail/address.ts"
import type { Identity, WebmailHit } from "../mail/identity.ts"
import type { Message, Position } from "../mail/message.ts"
import type { Transaction } from "../mail/transaction.ts"
import type { Webmail } from "./webmail.ts"

/** Envelope first. A mailbox whose domain is none cannot be listed; the message carries the defect `bad-address` for it. */
export function identify(transaction: Transaction, message: Pick<Message, "mailboxes">, webmail: Webmail): Identity {
  const { from, to } = transaction.envelope
  const addresses = new Map<string, Identity["addresses"][number]>()
  const hits = new Map<string, WebmailHit>()
  const add = (position: Position, address: Address | null): void => {
    if (address === null) return
    const key = addressKey(address)
    const once = `${position} ${key}`
    if (addresses.has(once)) return
    addresses.set(once, { position, key, domain: address.domain })
    const provider = webmail(address.domain)
    if (provider !== null) hits.set(once, { position, address: key, provider })
  }
  add("mail-from", from)
  for (const recipient of to) add("rcpt-to", recipient.address)
  for (const { position, address } of message.mailboxes) add(position, parseAddress(address))
  return { webmail: [...hits.values()], addresses: [...addresses.values()] }
}
