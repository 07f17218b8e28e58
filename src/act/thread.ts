/** By what an answer to an accepted message from outside will be known. Pure. */
import { addressKey, parseAddress } from "../mail/address.ts"
import type { Copy, Thread } from "../mail/delivery.ts"
import type { Judgement } from "./judgement.ts"

/** Authors of one message: more is no letter a clerk would answer, and each costs a row for every recipient. */
const MOST_AUTHORS = 4

/** Null for what nobody can answer: delivery reports, messages without an id, mail of our own people. */
export function threadOf({ transaction, message, judged }: Judgement, copies: readonly Copy[]): Thread | null {
  const { from } = transaction.envelope
  const { messageId } = message
  const mailboxes = copies.flatMap(({ recipient }) => {
    const isInbound = judged.some((one) => one.recipient === recipient && one.direction === "inbound")
    return isInbound ? [addressKey(recipient.address)] : []
  })
  if (from === null || messageId === null || mailboxes.length === 0) return null
  const authors = message.mailboxes.flatMap(({ position, address }) => {
    const author = position === "from" ? parseAddress(address) : null
    return author === null ? [] : [addressKey(author)]
  })
  const correspondents = [...new Set([addressKey(from), ...authors.slice(0, MOST_AUTHORS)])]
  return { messageId, correspondents, mailboxes: [...new Set(mailboxes)] }
}
