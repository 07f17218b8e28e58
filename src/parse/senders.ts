/** Whether the fields that say who sent a message say it in one way only. RFC 5322 §3.6.2. They are refused, never repaired. */
import type { AmbiguousWhy } from "../mail/ambiguous.ts"
import type { Finding } from "../mail/finding.ts"
import type { Field } from "../mail/message.ts"
import { strictAddresses } from "./address-grammar.ts"
import { trimWhite } from "./words.ts"

/** Some mail program or other shows them as the sender, or answers to them. */
const IDENTITY = new Set([
  "from",
  "sender",
  "reply-to",
  "mail-reply-to",
  "resent-from",
  "resent-sender",
  "resent-reply-to",
  "return-path",
  "errors-to",
  "disposition-notification-to",
])
/** Trace and receipt fields are written by programs that care less, and are read for webmail all the same. */
const STRICT = new Set(["from", "sender", "reply-to", "resent-from", "resent-sender"])
const ONCE = ["from", "sender", "reply-to"]
/** RFC 5322 §2.2. */
const FIELD_NAME = /^[!-9;-~]+:/

/** `block` is the header block in which `fields` stand. */
export function senderFindings(fields: readonly Field[], block: Uint8Array): readonly Finding[] {
  const identity = fields.filter(({ name }) => IDENTITY.has(name.toLowerCase()))
  const named = (name: string): Field[] => identity.filter((field) => field.name.toLowerCase() === name)
  const whys = new Set<AmbiguousWhy>()
  if (named("from").length === 0) whys.add("sender-missing")
  if (ONCE.some((name) => named(name).length > 1)) whys.add("sender-count")
  const written = Buffer.from(block.buffer, block.byteOffset, block.byteLength)
  if (identity.some(({ start, end }) => !FIELD_NAME.test(written.toString("latin1", start, Math.min(end, start + 80)))))
    whys.add("sender-name")
  const authors = named("from").flatMap((field) => {
    const read = strictAddresses(field.value)
    return read.is === "sound" ? read.addresses : []
  })
  if (authors.length > 1 && named("sender").length === 0) whys.add("sender-several")
  if (identity.some(isFaulty)) whys.add("sender-syntax")
  return [...whys].map((why) => ({ kind: "ambiguous", at: "", why }))
}

/** An empty Reply-To says nothing; an empty From hides who it was. */
function isFaulty({ name, value }: Field): boolean {
  const lower = name.toLowerCase()
  if (!STRICT.has(lower)) return false
  if (trimWhite(value) === "") return lower === "from"
  return strictAddresses(value).is === "faulty"
}
