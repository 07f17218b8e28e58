/** The audit trail for the console: verified and anchored as `audit …` does. */
import { createPublicKey } from "node:crypto"
import type { AuditHands } from "../console/api/unit-hands.ts"
import type { Instant } from "../mail/transaction.ts"
import type { Records } from "../store/store.ts"
import type { Configuration } from "./assemble.ts"
import { anchorLine, anchorsIn, readKey, sentence } from "./audit.ts"

export interface AuditHandsDeps {
  readonly records: Pick<Records, "auditHead" | "audit">
  readonly configuration: () => Pick<Configuration, "settings">
  readonly now: () => Instant
}

export function auditHandsOf({ records, configuration, now }: AuditHandsDeps): AuditHands {
  const keyOf = () => {
    const { key } = configuration().settings.audit
    return key === null ? null : readKey(key, "private")
  }
  return {
    anchor: async () => {
      const head = await records.auditHead()
      return head === null ? null : anchorLine(head, now(), keyOf())
    },
    verify: async (written) => {
      const key = keyOf()
      const { anchors, forged } = anchorsIn(written, key === null ? null : createPublicKey(key))
      const { flaws, records: count, before, buried } = await records.audit(anchors)
      const told = [
        ...flaws.map(sentence),
        ...forged.map((line) => `mốc có chữ ký sai / an anchor with a wrong signature: ${line}`),
      ]
      return { whole: told.length === 0, records: count, before, buried, anchors: anchors.length, flaws: told }
    },
  }
}
