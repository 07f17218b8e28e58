/** Whose a mailbox is: our domains, the unit of an address, and its class. Pure. */
import type { Address } from "../mail/address.ts"
import type { MailboxClass, MailboxEntry, Policy, UnitId } from "../mail/policy.ts"

export interface Directory {
  isOurs(domain: string): boolean
  /** Null for a foreign mailbox. */
  unitOf(address: Address): UnitId | null
  /** "ordinary" for a mailbox of ours that no entry names, null for a foreign one. */
  classOf(address: Address): MailboxClass | null
}

/** `domains` are ours without a unit naming them, so they belong to the root. Sub-domains belong to the nearest domain named. */
export function createDirectory(policy: Policy, domains: readonly string[]): Directory {
  const root = policy.units.find((unit) => unit.parent === null)?.id ?? null
  const units = new Map<string, UnitId | null>(domains.map((domain) => [domain, root]))
  for (const unit of policy.units) for (const domain of unit.domains) units.set(domain, unit.id)
  // `<postmaster>` has no domain and is always a mailbox of ours. RFC 5321 §4.5.1.
  units.set("", root)
  const entries = policy.mailboxes.map((entry) => ({ ...entry, fits: matcher(entry) }))

  /** Undefined: no domain of ours. */
  function owner(domain: string): UnitId | null | undefined {
    for (let rest = domain; ; rest = rest.slice(rest.indexOf(".") + 1)) {
      const unit = units.get(rest)
      if (unit !== undefined || !rest.includes(".")) return unit
    }
  }
  const entryOf = (address: Address): MailboxEntry | null => entries.find(({ fits }) => fits(address)) ?? null

  return {
    isOurs: (domain) => owner(domain) !== undefined,
    unitOf(address) {
      const unit = owner(address.domain)
      return unit === undefined ? null : (entryOf(address)?.unit ?? unit)
    },
    classOf(address) {
      return owner(address.domain) === undefined ? null : (entryOf(address)?.class ?? "ordinary")
    },
  }
}

/** `local@domain`, `*@domain`, `local@*`; `*` inside the local part matches any run, case does not count. */
function matcher({ match }: MailboxEntry): (address: Address) => boolean {
  const at = match.lastIndexOf("@")
  const domain = match.slice(at + 1).toLowerCase()
  const pieces = match.slice(0, at).toLowerCase().split("*")
  return (address) => (domain === "*" || domain === address.domain) && fitsPieces(address.local.toLowerCase(), pieces)
}

/** The first piece begins the text, the last ends it, the others follow one another: linear. */
function fitsPieces(text: string, pieces: readonly string[]): boolean {
  const [first = "", ...rest] = pieces
  const last = rest.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let from = first.length
  for (const piece of rest) {
    const found = text.indexOf(piece, from)
    if (found === -1) return false
    from = found + piece.length
  }
  return text.length - last.length >= from && text.endsWith(last)
}
