/** What we add to and take from a message, as byte-range replacements: trace fields, authentication results, annotations. */
import { mailDate } from "../mail/date.ts"
import { addressKey } from "../mail/address.ts"
import type { Edit } from "../mail/delivery.ts"
import type { Authentication } from "../mail/identity.ts"
import type { Field, Message } from "../mail/message.ts"
import { type Annotation, type Bilingual, type Warning, WARNINGS } from "../mail/policy.ts"
import type { Transaction, TransactionId } from "../mail/transaction.ts"
import { encodedWords } from "../notify/mime.ts"
import { bannerEdits } from "./banner.ts"
import { authenticationResults } from "./authentication-results.ts"

export interface Stamp {
  readonly transaction: Transaction
  /** Null: it could not be checked. */
  readonly authentication: Authentication | null
  readonly hostname: string
  readonly timezone: string
  /** What a banner says of mail of this author. */
  readonly warning: (warns: Warning, author: string | null) => Bilingual
  /** The transaction in which the message came that this one was made of. */
  readonly madeOf: TransactionId | null
}

/** Sorted and without overlap, as `edited()` asks. */
export function edits(message: Message, annotations: readonly Annotation[], stamp: Stamp): readonly Edit[] {
  const subject = message.fields.find((field) => field.name.toLowerCase() === "subject") ?? null
  const tags = [...new Set(annotations.flatMap((one) => (one.do === "subject-tag" ? [one.tag] : [])))].filter(
    (tag) => !message.subject.startsWith(tag),
  )
  const added = [
    received(stamp),
    results(stamp),
    ...annotations.flatMap((one) => (one.do === "header" ? [headerField(one.name, one.value)] : [])),
    ...(tags.length > 0 && subject === null ? [`Subject: ${tags.map(word).join(" ")}\r\n`] : []),
  ]
  const removed = message.fields.filter((one) => isForged(one, stamp.hostname)).map(({ start, end }) => cut(start, end))
  const tagged = tags.length > 0 && subject !== null ? tagSubject(subject, tags) : []
  const warned = banner(message, annotations, stamp)
  const rest = [...removed, ...tagged, ...warned].toSorted((a, b) => a.at - b.at)
  const [first] = rest
  const head = [...new Set(added)].join("")
  // A replacement at octet 0 and our own insertion there are one edit.
  if (first?.at === 0) return [{ at: 0, remove: first.remove, insert: head + first.insert }, ...rest.slice(1)]
  return [{ at: 0, remove: 0, insert: head }, ...rest]
}

/** One at most: that somebody may write in another's name says more than that the mail comes from outside. */
function banner(
  message: Message,
  annotations: readonly Annotation[],
  { transaction, warning }: Stamp,
): readonly Edit[] {
  const asked = new Set(annotations.flatMap((one) => (one.do === "banner" ? [one.warns] : [])))
  const warns = WARNINGS.findLast((one) => asked.has(one))
  if (warns === undefined || message.shown.length === 0) return []
  const { from } = transaction.envelope
  const author = message.mailboxes.find(({ position }) => position === "from")?.address
  return bannerEdits(message.shown, warning(warns, author ?? (from === null ? null : addressKey(from))))
}

/** What was proven was proven on the octets as they came: a message made anew says so, since its signatures no longer fit. */
function results({ hostname, transaction, authentication, madeOf }: Stamp): string {
  const field = authenticationResults(hostname, transaction.client.user, authentication)
  if (madeOf === null) return field
  return `${field.trimEnd()}\r\n\t(verified as it came, id ${madeOf}; made anew by this gateway)\r\n`
}

function cut(start: number, end: number): Edit {
  return { at: start, remove: end - start, insert: "" }
}

/** Fields only this gateway may write: results under our own name (RFC 8601 §5) and our annotations. */
function isForged({ name, value }: Field, hostname: string): boolean {
  const lower = name.toLowerCase()
  if (lower.startsWith("x-congthu-")) return true
  if (lower !== "authentication-results") return false
  // Anywhere in the field: comments nest and quote, and whoever reads them differently must not see our name.
  return value
    .replace(/[\\"\s]/g, "")
    .toLowerCase()
    .includes(hostname)
}

/** RFC 5321 §4.4; the `with` words are those of RFC 3848 and RFC 6531 §4.3. No `for`: it would tell one recipient of another. */
function received({ transaction, hostname, timezone }: Stamp): string {
  const { client, envelope, id, at } = transaction
  const extended = `${envelope.smtputf8 ? "UTF8SMTP" : "ESMTP"}${client.tls === null ? "" : "S"}${client.user === null ? "" : "A"}`
  const protocol = client.plain === true ? "SMTP" : extended
  const literal = client.ip.includes(":") ? `[IPv6:${client.ip}]` : `[${client.ip}]`
  const helo = token(client.helo) === "" ? "unknown" : token(client.helo)
  return `Received: from ${helo} (${literal})\r\n\tby ${hostname} (Congthu) with ${protocol} id ${id};\r\n\t${mailDate(at, timezone)}\r\n`
}

/** What the client said about itself, without anything that could end the field or a comment. */
function token(text: string): string {
  return text.replace(/[^\x21-\x7e]|[()\\;]/g, "").slice(0, 255)
}

function headerField(name: string, value: string): string {
  return `${name}: ${word(value)}\r\n`
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}

/** ASCII stays as it is, other text becomes encoded-words. RFC 2047 §2. */
function word(text: string): string {
  const clean = text.replace(/\p{Cc}+/gu, " ")
  return isAscii(clean) && clean.length <= 900 ? clean : encodedWords(clean)
}

/** The tag stands before the subject as its sender wrote it. A subject of absurd length is left alone. */
function tagSubject({ start, end, value }: Field, tags: readonly string[]): readonly Edit[] {
  if (value.length > 900) return []
  // White space between two encoded-words is not shown (RFC 2047 §6.2), so the space belongs into the word.
  const tag = tags.map((one) => (isAscii(one) ? one : word(`${one} `))).join(" ")
  return [{ at: start, remove: end - start, insert: `Subject: ${tag}\r\n ${value}\r\n` }]
}
