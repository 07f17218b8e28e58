/** Delivery status notifications: facts of an attempt → the octets of a multipart/report. Pure. RFC 3461, RFC 3464, RFC 6522. */
import type { Address } from "../mail/address.ts"
import { mailDate } from "../mail/date.ts"
import type { Summary } from "../mail/delivery.ts"
import type { Instant } from "../mail/transaction.ts"
import { base64, encodedWords, field, isSevenBit, printable, textField } from "./mime.ts"
import type { Report, ReportKind } from "./report.ts"
import { reportSubject, reportText } from "./words.ts"

export interface ReportContext {
  readonly hostname: string
  readonly postmaster: string
  readonly timezone: string
  readonly now: Instant
  /** Unguessable and new: names the report and separates its parts. */
  readonly id: string
}

const ACTIONS: Readonly<Record<ReportKind, string>> = {
  failure: "failed",
  delay: "delayed",
  relayed: "relayed",
  delivered: "delivered",
}

/** 7-bit lines ended by CRLF, whatever the original, the recipients and the next hop wrote. */
export function report(about: Report, context: ReportContext): Uint8Array {
  const boundary = `=_${context.id}.${about.original.transaction.id}`
  const delimiter = `--${boundary}\r\n`
  return Buffer.from(
    [
      header(about, context, boundary),
      delimiter,
      part("text/plain; charset=utf-8", "base64", "Content-Language: vi, en\r\n"),
      base64(reportText(about, context.timezone)),
      delimiter,
      part("message/delivery-status", "7bit"),
      status(about, context),
      delimiter,
      returned(about),
      `\r\n--${boundary}--\r\n`,
    ].join(""),
    "latin1",
  )
}

function header(about: Report, context: ReportContext, boundary: string): string {
  const answered = messageIdOf(about.original.summary)
  return [
    field("Date", mailDate(context.now, context.timezone)),
    `From: ${encodedWords("Hệ thống thư")} <${printable(context.postmaster)}>\r\n`,
    field("To", isAscii(about.to.text) ? about.to.text : "undisclosed-recipients:;"),
    textField("Subject", reportSubject(about)),
    field("Message-ID", `<${context.id}@${context.hostname}>`),
    answered === null ? "" : field("In-Reply-To", answered) + field("References", answered),
    // RFC 3834 §5: an answer made by a program, so that no program answers it.
    field("Auto-Submitted", "auto-replied"),
    field("MIME-Version", "1.0"),
    `Content-Type: multipart/report; report-type=delivery-status;\r\n boundary="${boundary}"\r\n`,
    "\r\n",
  ].join("")
}

function part(type: string, encoding: "7bit" | "base64", more = ""): string {
  return `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n${more}\r\n`
}

/** RFC 3464 §2.2 (message) and §2.3 (each recipient). */
function status(about: Report, { hostname, timezone }: ReportContext): string {
  const { transaction } = about.original
  const { envid } = transaction.envelope
  const message = [
    envid === null ? "" : field("Original-Envelope-Id", unxtext(envid)),
    field("Reporting-MTA", `dns; ${hostname}`),
    field("Arrival-Date", mailDate(transaction.at, timezone)),
  ]
  const until = about.retryUntil
  const recipients = about.recipients.map((one) =>
    [
      "\r\n",
      one.recipient.orcpt === null ? "" : field("Original-Recipient", originalRecipient(one.recipient.orcpt)),
      field("Final-Recipient", typed(one.recipient.address)),
      field("Action", ACTIONS[about.kind]),
      field("Status", one.status),
      one.nextHop === null ? "" : field("Remote-MTA", `dns; ${one.nextHop}`),
      one.reply === null ? "" : field("Diagnostic-Code", `smtp; ${one.reply}`),
      about.kind === "delay" && until !== null ? field("Will-Retry-Until", mailDate(until, timezone)) : "",
    ].join(""),
  )
  return `${message.join("")}${recipients.join("")}\r\n`
}

/** Whole messages may not be base64 (RFC 2046 §5.2.1), so only 7-bit ones return whole; header blocks may. */
function returned({ returned: { part: wanted, octets } }: Report): string {
  const plain = isSevenBit(octets)
  if (wanted === "message" && plain) return part("message/rfc822", "7bit") + Buffer.from(octets).toString("latin1")
  const block = wanted === "message" ? headerBlock(octets) : octets
  return isSevenBit(block)
    ? part("text/rfc822-headers", "7bit") + Buffer.from(block).toString("latin1")
    : part("text/rfc822-headers; charset=utf-8", "base64") + base64(block)
}

/** The octets up to and with the end of the last header line. */
export function headerBlock(octets: Uint8Array): Uint8Array {
  const end = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).indexOf("\r\n\r\n")
  return end === -1 ? octets : octets.subarray(0, end + 2)
}

/** RFC 3464 §2.3.2; beyond ASCII RFC 6533 §3 `utf-8-addr-xtext`, which needs no 8-bit transport. */
function typed({ text }: Address): string {
  if (isAscii(text)) return `rfc822; ${text}`
  const escaped = Array.from(text, (one) =>
    /[\x21-\x2a\x2c-\x3c\x3e-\x5b\x5d-\x7e]/.test(one) ? one : `\\x{${one.codePointAt(0)?.toString(16).toUpperCase()}}`,
  )
  return `utf-8; ${escaped.join("")}`
}

/** `rfc822;a+2Bb@c.vn` → `rfc822; a+b@c.vn`. RFC 3461 §4.2. */
function originalRecipient(orcpt: string): string {
  const at = orcpt.indexOf(";")
  return at === -1 ? unxtext(orcpt) : `${orcpt.slice(0, at)}; ${unxtext(orcpt.slice(at + 1))}`
}

/** RFC 3461 §4: `+2B` → `+`. What it hides is made printable by the field it goes into. */
function unxtext(xtext: string): string {
  return xtext.replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function messageIdOf({ messageId }: Summary): string | null {
  const id = /^<?([\x21-\x3b\x3d\x3f-\x7e]{1,900})>?$/.exec(messageId?.trim() ?? "")?.[1]
  return id === undefined ? null : `<${id}>`
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}
