/** The list behind `recipients: list:FILE`: which mailboxes of ours exist. */
import { readFile } from "node:fs/promises"
import { type Address, addressKey, canonicalDomain, parseAddress } from "../mail/address.ts"

/** One address a line, `@domain` for every mailbox of a domain, `#` for comments. Rejects with every faulty line. */
export async function readRecipients(file: string): Promise<(address: Address) => boolean> {
  const keys = new Set<string>()
  const faults: string[] = []
  for (const [index, line] of (await readFile(file, "utf8")).split(/\r?\n/).entries()) {
    const text = line
      .replace(/^\uFEFF/, "")
      .replace(/\s*#.*$/, "")
      .trim()
    if (text === "") continue
    const key = text.startsWith("@") ? wholeDomain(text.slice(1)) : oneMailbox(text)
    if (key === null)
      faults.push(`${file}:${index + 1}: expected a mail address or @domain, got ${JSON.stringify(text)}`)
    else keys.add(key)
  }
  if (faults.length > 0) throw new Error(faults.join("\n"))
  // RFC 5321 §4.5.1: postmaster is always there.
  return (address) =>
    address.local.toLowerCase() === "postmaster" || keys.has(addressKey(address)) || keys.has(`@${address.domain}`)
}

function wholeDomain(text: string): string | null {
  const domain = canonicalDomain(text)
  return domain === null ? null : `@${domain}`
}

function oneMailbox(text: string): string | null {
  const address = parseAddress(text)
  return address === null || address.domain === "" ? null : addressKey(address)
}
