/** Schemas that several routes speak: accounts, names, moments, pages of a list. */
import { z } from "zod"
import { addressKey, parseAddress } from "../../../mail/address.ts"
import { type Account, ROLES } from "../../../mail/people.ts"

export const loginName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._-]{1,63}$/, { error: "2 to 64 of a-z, 0-9, dot, dash and underscore" })

const LINE = "one line of text"
/** One line that people read. */
export const line = z
  .string({ error: LINE })
  .trim()
  .min(1, { error: LINE })
  .max(200, { error: "at most 200 characters" })
  .regex(/^[^\p{Cc}\p{Cf}]*$/u, { error: LINE })
export const title = line

/** Why somebody does something; kept in the audit trail. */
export const reason = z
  .string()
  .trim()
  .min(3, { error: "a reason of at least 3 characters" })
  .max(1_000)
  .regex(/^[^\p{Cc}\p{Cf}]*$/u, { error: "text without control characters" })

export const mailbox = z.string().transform((text, context) => {
  const address = parseAddress(text.trim())
  if (address !== null && address.domain !== "" && text.length <= 320) return addressKey(address)
  context.addIssue({ code: "custom", message: "a mail address" })
  return z.NEVER
})

export const code = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{8,16}$/, { error: "an event code" })

export const unitId = z.string().min(1).max(100)
export const grantSchema = z.object({ role: z.enum(ROLES), unit: unitId, deputy: z.boolean().default(false) })

export const instant = z.number().int()
export const bilingual = z.object({ vi: z.string(), en: z.string() })

export const accountSchema = z.object({
  id: z.number(),
  name: z.string(),
  title: z.string(),
  mail: z.string().nullable(),
  grants: z.array(grantSchema),
  createdAt: instant,
  lastLoginAt: instant.nullable(),
  passwordAt: instant.nullable(),
  hasTotp: z.boolean(),
  passkeys: z.number(),
  source: z.enum(["local", "directory"]),
  lockedUntil: instant.nullable(),
  disabledAt: instant.nullable(),
})

/** The schema strips what it does not name. */
export function showAccount(account: Account): z.input<typeof accountSchema> {
  return { ...account, grants: [...account.grants] }
}
