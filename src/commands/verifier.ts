/** Which mailboxes of ours exist, as the settings say that it is found out. */
import { createCallout } from "../deliver/callout.ts"
import { createLdapRecipients } from "../identify/ldap.ts"
import { readRecipients } from "../identify/recipients.ts"
import type { Address } from "../mail/address.ts"
import type { Configuration } from "./assemble.ts"

type Verify = (address: Address) => Promise<"exists" | "unknown" | "failed">

/** Recipient verification as the settings ask: any, a list, or the next hop's own word. */
export async function verifier(configuration: Configuration): Promise<Verify> {
  const verify = await listOrCallout(configuration)
  const postmaster = configuration.settings.postmaster.toLowerCase()
  // Whoever else exists, this mailbox does. RFC 5321 §4.5.1.
  return (address) => (address.text.toLowerCase() === postmaster ? Promise.resolve("exists") : verify(address))
}

async function listOrCallout({ settings }: Configuration): Promise<Verify> {
  if (settings.recipients === "any") return () => Promise.resolve("exists")
  if (settings.recipients === "callout") return createCallout(() => settings)
  const { directory } = settings
  if (settings.recipients === "ldap" && directory !== null) return createLdapRecipients(() => directory, Date.now)
  const isListed = await readRecipients(settings.recipients.slice("list:".length))
  return (address) => Promise.resolve(isListed(address) ? "exists" : "unknown")
}
