/** What may be known of a message that may bear a secrecy mark: that it does, and nothing it says. */
import type { Content } from "./content.ts"
import { known } from "./evidence.ts"
import { type Examination, UNSAID } from "./examination.ts"
import { UNCHECKED } from "./identity.ts"

export function isSecret({ secrecy }: Content): boolean {
  return secrecy !== "none"
}

/** A clear mark, not only a suspicion. */
export function isMarked({ secrecy }: Content): boolean {
  return secrecy !== "none" && secrecy !== "suspected"
}

/** Without names, addresses, words, features or findings: none of it may be kept, and what is not told cannot be. */
export function redacted({ content, message }: Examination): Examination {
  return {
    message: {
      fields: [],
      headerSize: message.headerSize,
      shown: [],
      subject: "",
      messageId: null,
      references: [],
      mailboxes: [],
      autoSubmitted: message.autoSubmitted,
      bulk: message.bulk,
      hops: message.hops,
      text: "",
      attachments: [],
      defects: [],
    },
    findings: known([]),
    seen: [],
    authentication: known(UNCHECKED),
    content: {
      official: { label: "official", score: 0, evidence: [] },
      circulation: "ordinary",
      secrecy: content.secrecy,
      personalData: { records: 0 },
    },
    words: UNSAID,
  }
}
