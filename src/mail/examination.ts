/** What the child processes tell about the bytes of one message. */
import type { Content } from "./content.ts"
import type { Urgency } from "./delivery.ts"
import type { Fact } from "./evidence.ts"
import type { SeenFile } from "./file.ts"
import type { Finding } from "./finding.ts"
import { type Authentication, UNCHECKED } from "./identity.ts"
import type { Message } from "./message.ts"

/** What is known of a text where the text itself is not: it stays with who read it. */
export interface Words {
  /** SHA-256 of `contentOf`: the same words and files again are known by it. Empty: nobody could read them. */
  readonly digest: string
  readonly urgency: Urgency
}

export const UNSAID: Words = { digest: "", urgency: "ordinary" }

export interface Examination {
  readonly message: Message
  /** Failed: a scanner of ours could not be reached, timed out or answered nonsense. */
  readonly findings: Fact<readonly Finding[]>
  /** Everything that was found, also when a scanner failed and `findings` could not be known to be all. */
  readonly seen: readonly Finding[]
  /** Failed: our own resolver does not answer. */
  readonly authentication: Fact<Authentication>
  readonly content: Content
  readonly words: Words
  /** Every file it holds, also inside others; nothing of what may be secret. */
  readonly files?: readonly SeenFile[]
}

/** Stands in for a message that no child survived reading: everything a policy needs, nothing invented. */
export function unreadable(why: "timeout" | "memory" | "crashed", content: Content): Examination {
  return {
    message: {
      fields: [],
      headerSize: 0,
      shown: [],
      subject: "",
      messageId: null,
      references: [],
      mailboxes: [],
      autoSubmitted: false,
      bulk: false,
      hops: 0,
      text: "",
      attachments: [],
      defects: [`unreadable:${why}`],
    },
    findings: { state: "known", value: [{ kind: "unscannable", at: "", why }] },
    seen: [{ kind: "unscannable", at: "", why }],
    authentication: { state: "known", value: UNCHECKED },
    content,
    words: UNSAID,
  }
}
