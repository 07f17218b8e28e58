/** One notice to one person about one message → the octets of a mail. Pure. RFC 5322, RFC 3834. */
import type { Address } from "../mail/address.ts"
import { mailDate } from "../mail/date.ts"
import type { Ballot } from "../mail/delivery.ts"
import type { NoticeName } from "../mail/notice.ts"
import type { Instant, TransactionId } from "../mail/transaction.ts"
import { letter, type Office, type Values } from "./letter.ts"
import { alternative, encodedWords, field, printable, textField } from "./mime.ts"

export interface Notice {
  readonly name: NoticeName
  readonly to: Address
  readonly about: {
    readonly id: TransactionId
    readonly at: Instant
    /** Of the message, for the reader's program to file the notice beside it; null where the reader never had it. */
    readonly messageId: string | null
    /** RFC 8689 §5: what a REQUIRETLS message was about is not told in clear either. */
    readonly requireTls: boolean
  }
  readonly values: Values
  /** Its reader may decide by answering it; else nobody reads answers. */
  readonly invites?: Invitation | null
  /** The address of an earlier invitation that still holds. */
  readonly replyTo?: string
}
export type Invitation = Pick<Ballot, "appeal" | "recipients" | "until">

/** The mail's own name and time. */
export interface Stamp {
  /** Unguessable and new: names the mail and separates its parts. */
  readonly id: string
  readonly now: Instant
  /** Where answers go; absent: to its author, who reads none. */
  readonly replyTo?: string | undefined
}

/** 7-bit lines ended by CRLF, whatever the message's author wrote. */
export function noticeMail(
  { name, to, about, values }: Notice,
  office: Office,
  { id, now, replyTo }: Stamp,
): Uint8Array {
  const words = letter(name, values, about, office)
  return Buffer.from(
    [
      head({ to, subject: words.subject, answers: about.messageId, automatic: "auto-generated" }, office, {
        id,
        now,
        replyTo,
      }),
      alternative(words, `=_${id}.${about.id}`),
    ].join(""),
    "latin1",
  )
}

export interface Head {
  readonly to: Address
  readonly subject: string
  readonly answers: string | null
  /** RFC 3834 §5, so that no program answers it. */
  readonly automatic: "auto-generated" | "auto-replied"
}

/** The fields every mail of ours begins with; Content-Type follows. */
export function head(mail: Head, { settings }: Office, { id, now, replyTo }: Stamp): string {
  const answers = messageIdOf(mail.answers)
  return [
    field("Date", mailDate(now, settings.timezone)),
    `From: ${encodedWords(settings.agency.name.vi)}\r\n <${printable(settings.postmaster)}>\r\n`,
    field("To", /^[\x20-\x7e]*$/.test(mail.to.text) ? mail.to.text : "undisclosed-recipients:;"),
    replyTo === undefined ? "" : field("Reply-To", replyTo),
    textField("Subject", mail.subject),
    field("Message-ID", `<${id}@${settings.hostname}>`),
    answers === null ? "" : field("In-Reply-To", answers) + field("References", answers),
    field("Auto-Submitted", mail.automatic),
    field("MIME-Version", "1.0"),
  ].join("")
}

function messageIdOf(written: string | null): string | null {
  const id = /^<?([\x21-\x3b\x3d\x3f-\x7e]{1,900})>?$/.exec(written?.trim() ?? "")?.[1]
  return id === undefined ? null : `<${id}>`
}
