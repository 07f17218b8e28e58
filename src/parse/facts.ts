/** What the top header block says about a message as a whole. */
import type { Finding } from "../mail/finding.ts"
import type { Field, Message } from "../mail/message.ts"
import { isAddress, mailboxesOf } from "./mailboxes.ts"
import { senderFindings } from "./senders.ts"
import { decodeWords, trimWhite } from "./words.ts"

export type HeaderFacts = Pick<
  Message,
  "subject" | "messageId" | "references" | "mailboxes" | "autoSubmitted" | "bulk" | "hops" | "defects"
> & { readonly senders: readonly Finding[] }

/** Characters of a subject that are kept. RFC 5322 §2.1.1 allows no longer line. */
const LONGEST_SUBJECT = 998
/** The newest of a long thread stand last. */
const MOST_REFERENCES = 100
/** More mailboxes in one field are an attack on readers; all are read nevertheless. */
const MANY_MAILBOXES = 1_000

/** The fields of `block`; `claimed` is the type of the root part: a report is nobody's letter. RFC 6522. */
export function headerFacts(fields: readonly Field[], claimed: string, block: Uint8Array): HeaderFacts {
  const values = (...names: readonly string[]): string[] =>
    fields.filter((field) => names.includes(field.name.toLowerCase())).map((field) => field.value)
  const first = (name: string): string => trimWhite(values(name)[0] ?? "")
  const precedence = first("precedence").toLowerCase()
  const perField = fields.map(mailboxesOf)
  const mailboxes = perField.flat()
  const unlisted = mailboxes.filter(({ position, address }) => position !== "display-name" && !isAddress(address))
  const defects = new Set(unlisted.map(({ position }) => `bad-address:${position}`))
  if (perField.some((found) => found.length > MANY_MAILBOXES)) defects.add("too-many-mailboxes")
  const submitted = first("auto-submitted").toLowerCase()
  return {
    subject: decodeWords(first("subject"))
      .replace(/\p{Cc}+/gu, " ")
      .slice(0, LONGEST_SUBJECT),
    messageId: ids(first("message-id"))[0] ?? null,
    references: [...new Set(values("in-reply-to", "references").flatMap(ids))].slice(-MOST_REFERENCES),
    mailboxes,
    autoSubmitted:
      (submitted !== "" && !/^no(?![a-z-])/.test(submitted)) ||
      precedence === "auto_reply" ||
      claimed === "multipart/report",
    bulk: values("list-id", "list-unsubscribe").length > 0 || ["bulk", "list", "junk"].includes(precedence),
    hops: values("received").length,
    defects: [...defects],
    senders: senderFindings(fields, block),
  }
}

/** Message-IDs with their angle brackets. RFC 5322 §3.6.4. */
function ids(value: string): string[] {
  return value.match(/<[^<>\s]{1,996}>/g) ?? []
}
