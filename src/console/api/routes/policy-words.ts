/** Schemas of the policy's life, as several routes speak them. */
import { z } from "zod"
import type { Difference } from "../../../mail/change.ts"
import { DISPOSITIONS, MODES } from "../../../mail/policy.ts"
import type { VersionRow } from "../../../mail/version.ts"
import type { Put, Which } from "../policy-hands.ts"
import { Refusal } from "../route.ts"
import { bilingual, instant } from "./words.ts"

/** Characters of a policy: that of a province with all its lists is a tenth of it. */
const LONGEST = 2_000_000
export const DOCUMENT_BODY = 4 * LONGEST

export const documentText = z.string().min(1).max(LONGEST)
/** `live`, `draft` (one's own), or the number of a version. */
export const policyRef = z.string().regex(/^(live|draft|\d{1,9})$/, { error: "live, draft or the number of a version" })
export const number = z.object({ number: z.coerce.number().int().positive() })
export const days = z.number().int().min(1).max(400)

/** As it is kept, or as it stands in the editor. */
export const whichBody = { of: policyRef.default("draft"), document: documentText.optional() }

export const fate = z.enum([...DISPOSITIONS, "defer"])
export const disposition = z.enum(DISPOSITIONS)
export const mode = z.enum(MODES)

export const changeSchema = z.object({
  of: z.enum(["rule", "guarantee", "exception", "list", "unit", "mailbox", "terms"]),
  id: z.string(),
  effect: z.enum(["loosens", "tightens", "neutral"]),
  said: bilingual,
  because: bilingual.nullable(),
})
export const differenceSchema = z.object({ loosens: z.boolean(), changes: z.array(changeSchema) })

export const versionRowSchema = z.object({
  number: z.number(),
  name: z.string(),
  state: z.enum(["waiting", "published", "withdrawn"]),
  kind: z.enum(["document", "registry", "exceptions", "rollback", "file"]),
  base: z.number().nullable(),
  author: z.string(),
  reason: z.string(),
  origin: z.string().nullable(),
  draftedAt: instant,
  loosens: z.boolean(),
  changes: z.array(changeSchema),
  approver: z.string().nullable(),
  publishedAt: instant.nullable(),
})

/** `waiting`: for a second person. `stale`: somebody else was faster, look again. */
export const putSchema = z.object({
  is: z.enum(["published", "waiting", "stale", "unchanged"]),
  number: z.number().nullable(),
  ...differenceSchema.shape,
})

export function showPut({ found, ...put }: Put): z.input<typeof putSchema> {
  const made = put.is === "published" || put.is === "waiting" ? put.number : null
  return { is: put.is, number: made, ...showDifference(found) }
}
export function showDifference({ loosens, changes }: Difference): z.input<typeof differenceSchema> {
  return { loosens, changes: [...changes] }
}
export function showVersion(row: VersionRow): z.input<typeof versionRowSchema> {
  return { ...row, changes: [...row.changes] }
}

/** What an approval or a grant came to; the words of a refusal where it did not. */
export function settled(said: "published" | "stale" | "same-person" | "not-waiting"): { approved: true } {
  if (said === "published") return { approved: true }
  throw new Refusal(said === "same-person" ? "two-persons" : said === "stale" ? "conflict" : "not-found")
}

export function live(): Which {
  return { of: "live" }
}
