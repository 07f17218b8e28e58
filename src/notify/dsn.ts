/** Delivery status notifications: facts of an attempt → the octets of a multipart/report. Pure. RFC 3461, RFC 3464, RFC 6522. */
import type { Address } from "../mail/address.ts"
import { mailDate } from "../mail/date.ts"
import type { NoticeName } from "../mail/notice.ts"
import { harmless } from "./markup.ts"
import { letter, type Letter, type Office, type Values } from "./letter.ts"
import { alternative, base64, field, isSevenBit } from "./mime.ts"
import { moment } from "./moment.ts"
import { head, type Stamp } from "./notice.ts"
import type { Report, ReportKind } from "./report.ts"

const KINDS: Readonly<Record<ReportKind, { readonly action: string; readonly notice: NoticeName }>> = {
  failure: { action: "failed", notice: "failed" },
  delay: { action: "delayed", notice: "delayed" },
  relayed: { action: "relayed", notice: "relayed" },
  delivered: { action: "delivered", notice: "delivered" },
}

/** 7-bit lines ended by CRLF, whatever the original, the recipients and the next hop wrote. */
export function report(about: Report, office: Office, stamp: Stamp): Uint8Array {
  const words = reportLetter(about, office)
  const boundary = `=_${stamp.id}.${about.original.transaction.id}`
  const delimiter = `--${boundary}\r\n`
  const answers = about.original.summary.messageId
  return Buffer.from(
    [
      head({ to: about.to, subject: words.subject, answers, automatic: "auto-replied" }, office, stamp),
      `Content-Type: multipart/report; report-type=delivery-status;\r\n boundary="${boundary}"\r\n`,
      field("Content-Language", "vi, en"),
      "\r\n",
      delimiter,
      alternative(words, `${boundary}.words`),
      delimiter,
      part("message/delivery-status", "7bit"),
      status(about, office),
      about.returned === null ? "" : `${delimiter}${returned(about.returned)}\r\n`,
      `--${boundary}--\r\n`,
    ].join(""),
    "latin1",
  )
}

/** What people read of it; a notice of the caller's own tells the reason better than the reply of a server. */
function reportLetter({ kind, notice, original, recipients, retryUntil }: Report, office: Office): Letter {
  const { transaction, summary } = original
  const occasion = { id: transaction.id, at: transaction.at }
  if (notice !== null) return letter(notice.name, notice.values, occasion, office)
  const values: Values = {
    ten_nguoi_gui: transaction.envelope.from?.text ?? "",
    dia_chi_nguoi_gui: transaction.envelope.from?.text ?? "",
    tieu_de: harmless(summary.subject),
    nguoi_nhan: recipients.map(({ recipient }) => harmless(recipient.address.text)),
    ma_loi_smtp: recipients.map(({ reply, why, status: code }) => harmless(reply ?? (why === "" ? code : why))),
    lan_thu_lai: recipients.map(({ attempt }) => String(attempt)),
    ...(retryUntil === null ? {} : { han_thu_lai: moment(retryUntil, office.settings.timezone) }),
  }
  return letter(KINDS[kind].notice, values, occasion, office)
}

function part(type: string, encoding: "7bit" | "base64"): string {
  return `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`
}

/** RFC 3464 §2.2 (message) and §2.3 (each recipient). */
function status(about: Report, { settings: { hostname, timezone } }: Office): string {
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
      field("Action", KINDS[about.kind].action),
      field("Status", one.status),
      one.nextHop === null ? "" : field("Remote-MTA", `dns; ${one.nextHop}`),
      one.reply === null ? "" : field("Diagnostic-Code", `smtp; ${one.reply}`),
      about.kind === "delay" && until !== null ? field("Will-Retry-Until", mailDate(until, timezone)) : "",
    ].join(""),
  )
  return `${message.join("")}${recipients.join("")}\r\n`
}

/** Whole messages may not be base64 (RFC 2046 §5.2.1), so only 7-bit ones return whole; header blocks may. */
function returned({ part: wanted, octets }: NonNullable<Report["returned"]>): string {
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

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}
