/** What one MIME leaf is to those who look into it. Crosses from `parse` to `inspect` inside the child process. */
import type { Finding } from "./finding.ts"
import type { Message, Path } from "./message.ts"

/** A leaf of the MIME tree, decoded. */
export interface Part {
  readonly at: Path
  /** Every name any reading gives, decoded, most likely first; empty when it has none. */
  readonly names: readonly string[]
  /** The type its sender claims, lower case, without parameters; "text/plain" when it claims none. RFC 2045 §5.2. */
  readonly claimed: string
  readonly disposition: "attachment" | "inline" | null
  /** A mail program shows it as body text. */
  readonly isText: boolean
  /** Only some reading of a doubtful message has it, not the lenient one. */
  readonly isOther?: true
  /**
   * Decoded octets, readable once; what the reader leaves is drained. An embedded message gives its header block here,
   * and its own parts follow under its path.
   */
  readonly content: AsyncIterable<Uint8Array>
}

/** What parse knows when all parts have passed. */
export interface Parsed extends Omit<Message, "attachments"> {
  /** `unscannable`, why "too-deep", "too-many-parts" or "header-too-large" (a limit), or "not-a-message" (it only calls itself one). */
  readonly findings: readonly Finding[]
  /** `ambiguous`: who sent it can be read in more than one way. */
  readonly senders: readonly Finding[]
}
