/** What a reader's mail program could see in the message. Read without believing; oddities are `defects`. */
import type { Bytes } from "./transaction.ts"

/** Path in the MIME tree, then inside containers: `"2/1"` is the first part of the second part; "" is the message itself. */
export type Path = string

/** Where an address stood. `display-name`: an addr-spec written inside a display name or comment. */
export type Position =
  | "mail-from"
  | "rcpt-to"
  | "from"
  | "sender"
  | "reply-to"
  | "to"
  | "cc"
  | "bcc"
  | "resent-from"
  | "resent-sender"
  | "resent-to"
  | "resent-cc"
  | "return-path"
  | "disposition-notification-to"
  | "list"
  | "display-name"

/** One mailbox as some reading gives it; `address` is the text between the brackets, not yet canonical. */
export interface Mailbox {
  readonly position: Position
  readonly name: string
  readonly address: string
}

/** One header field with its octet range in the canonical bytes, terminator included, so that edits can replace it. */
export interface Field {
  readonly name: string
  /** Unfolded, raw octets as latin1, without the leading space. */
  readonly value: string
  readonly start: number
  readonly end: number
}

/** A part that carries a file, or any leaf that is not plain text or HTML shown inline. */
export interface Attachment {
  readonly at: Path
  /** Every name any reading gives, decoded, most likely first; empty when it has none. */
  readonly names: readonly string[]
  /** The type its sender claims, lower case, e.g. "application/zip". */
  readonly claimed: string
  /** The type its bytes show, or the claimed one where bytes have no signature. */
  readonly type: string
  /** Decoded size. */
  readonly size: Bytes
  /** Hex, of the decoded bytes. */
  readonly sha256: string
}

/** Where the text begins that a mail program shows first: octets put there stand before it. */
export interface ShownText {
  /** Octets of the message before it. */
  readonly at: Bytes
  /** Octets that belong together there and are written anew: what they say before that place, and behind it (latin1). */
  readonly remove: Bytes
  readonly around: readonly [before: string, after: string]
  /** It is also where its part begins. */
  readonly begins: boolean
  readonly is: "plain" | "html"
  readonly encoding: "identity" | "base64" | "quoted-printable"
  /** As its sender names it, lower case; "" when it does not. */
  readonly charset: string
}

export interface Message {
  /** Fields of the top header block, in order. */
  readonly fields: readonly Field[]
  /** Octets of the header block, its empty line included. */
  readonly headerSize: Bytes
  readonly subject: string
  readonly messageId: string | null
  /** Message-IDs this one answers: In-Reply-To and References. */
  readonly references: readonly string[]
  readonly mailboxes: readonly Mailbox[]
  /** RFC 3834 §5: an Auto-Submitted other than "no", or a null reverse-path companion such as multipart/report. */
  readonly autoSubmitted: boolean
  /** List-Id, List-Unsubscribe or Precedence: bulk. */
  readonly bulk: boolean
  /** Received fields: loop detection, RFC 5321 §6.3. */
  readonly hops: number
  /** The first plain text and the first HTML; none where something signed or sealed is, or where programs may disagree. */
  readonly shown: readonly ShownText[]
  /** Visible text of the inline text and HTML parts, decoded, bounded. */
  readonly text: string
  readonly attachments: readonly Attachment[]
  /** Machine-readable oddities, e.g. "duplicate-header:from". */
  readonly defects: readonly string[]
}

function plain(words: string): string {
  return words.normalize("NFC").replace(/\s+/g, " ").trim()
}

/**
 * What a message says, as one text: its subject without what programs put before it, its words whatever their spacing, the
 * files by their digests. Sent again from the outbox it is the same.
 */
export function contentOf({ subject, text, attachments }: Pick<Message, "subject" | "text" | "attachments">): string {
  const title = plain(subject).replace(/^(?:(?:re|fw|fwd|tl|trả lời|chuyển tiếp)\s*:\s*)+/i, "")
  return JSON.stringify([title, plain(text), attachments.map(({ sha256 }) => sha256).toSorted()])
}
