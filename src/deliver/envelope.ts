/** What of the envelope goes on the wire to a given next hop, and what that next hop cannot take. Pure. */
import type { Address } from "../mail/address.ts"
import type { Edit } from "../mail/delivery.ts"
import type { Envelope, Recipient } from "../mail/transaction.ts"
import { type Cause, permanent } from "./outcome.ts"

/** One message for one next hop. */
export interface Outgoing {
  readonly envelope: Envelope
  readonly recipients: readonly Recipient[]
  readonly edits: readonly Edit[]
  readonly eightBit: boolean
  /** Octets after edits. */
  readonly size: number
  /** The header block holds 8-bit octets: UTF-8 headers of RFC 6532. Asked only when it matters. */
  readonly headersAreEightBit: () => Promise<boolean>
}

export interface Offer {
  readonly secure: boolean
  readonly extensions: ReadonlyMap<string, string>
}

export interface Wire {
  readonly mail: string
  readonly rcpt: readonly string[]
}

/** The commands, or why this next hop can never take this message. */
export async function wire(outgoing: Outgoing, offer: Offer): Promise<Wire | Cause> {
  const { envelope, recipients, size } = outgoing
  const { extensions } = offer
  const paths = [...(envelope.from === null ? [] : [envelope.from]), ...recipients.map(({ address }) => address)]
  if (!paths.every(({ text }) => isSafe(text))) {
    return permanent("5.1.3", "an address cannot be written on the wire")
  }
  if (envelope.requireTls && !(offer.secure && extensions.has("REQUIRETLS"))) {
    return permanent("5.7.30", "the next hop does not offer REQUIRETLS")
  }
  const announced = Number(extensions.get("SIZE") ?? 0)
  if (announced > 0 && size > announced) return permanent("5.3.4", `the next hop takes ${announced} octets at most`)
  if (outgoing.eightBit && !extensions.has("8BITMIME")) {
    return permanent("5.6.3", "the next hop does not offer 8BITMIME")
  }
  if (!extensions.has("SMTPUTF8") && (await needsUtf8(outgoing, paths))) {
    return permanent("5.6.7", "the next hop does not offer SMTPUTF8")
  }
  return { mail: mail(outgoing, offer, paths), rcpt: recipients.map((one) => rcpt(one, extensions.has("DSN"))) }
}

/** RFC 6531 §3.4: beyond ASCII in an address we cannot write otherwise, or in the headers. */
async function needsUtf8(
  { envelope, eightBit, headersAreEightBit }: Outgoing,
  paths: readonly Address[],
): Promise<boolean> {
  if (paths.some((address) => !isAscii(written(address)))) return true
  return envelope.smtputf8 && eightBit && (await headersAreEightBit())
}

function mail({ envelope, eightBit, size }: Outgoing, { extensions }: Offer, paths: readonly Address[]): string {
  const utf8 = envelope.smtputf8 || paths.some((address) => !isAscii(written(address)))
  const dsn = extensions.has("DSN")
  const parameters = [
    extensions.has("SIZE") && size > 0 ? `SIZE=${size}` : "",
    eightBit ? "BODY=8BITMIME" : "",
    utf8 && extensions.has("SMTPUTF8") ? "SMTPUTF8" : "",
    envelope.requireTls ? "REQUIRETLS" : "",
    dsn && envelope.ret !== null ? `RET=${envelope.ret}` : "",
    dsn && isXtext(envelope.envid) ? `ENVID=${envelope.envid}` : "",
  ]
  return [`MAIL FROM:<${envelope.from === null ? "" : written(envelope.from)}>`, ...parameters.filter(Boolean)].join(
    " ",
  )
}

/** NOTIFY and ORCPT travel unchanged. RFC 3461 §5.2. */
function rcpt({ address, notify, orcpt }: Recipient, dsn: boolean): string {
  const parameters = [
    dsn && notify !== null ? `NOTIFY=${notify.join(",")}` : "",
    dsn && isXtext(orcpt) ? `ORCPT=${orcpt}` : "",
  ]
  return [`RCPT TO:<${written(address)}>`, ...parameters.filter(Boolean)].join(" ")
}

/** As it came; a U-label domain in A-labels where that spares the next hop SMTPUTF8. */
function written({ local, domain, text }: Address): string {
  return isAscii(text) || !isAscii(local) ? text : `${local}@${domain}`
}

/** Nothing in it ends the path or the line; brackets and spaces only inside quotes. RFC 5321 §4.1.2. */
function isSafe(text: string): boolean {
  return !/\p{Cc}/u.test(text) && !/[<>\s]/u.test(text.replace(/"(?:[^"\\]|\\.)*"/gu, '""'))
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}

/** One parameter value: nothing that ends it or the line. RFC 3461 §4. */
function isXtext(value: string | null): boolean {
  return value !== null && /^[\x21-\x7e]+$/.test(value)
}
