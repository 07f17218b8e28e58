/** Whose a mailbox is: our domains, the unit of an address, and its class. Pure. */
import { type Address, addressKey } from "../mail/address.ts"
import type { MailboxClass, MailboxEntry, Policy, Unit, UnitId } from "../mail/policy.ts"
import type { Instant } from "../mail/transaction.ts"

export interface Directory {
  isOurs(domain: string): boolean
  /** Null for a foreign mailbox. */
  unitOf(address: Address): UnitId | null
  /** "ordinary" for a mailbox of ours that no entry names, null for a foreign one. */
  classOf(address: Address): MailboxClass | null
}

/**
 * `domains` are ours without a unit naming them, so they belong to the root. Sub-domains belong to the nearest domain named. A unit
 * that is over, or yet to come, at `now` has no domains: its mailboxes are those of the unit that names the nearest one.
 */
export function createDirectory(policy: Policy, domains: readonly string[], now: Instant): Directory {
  const root = policy.units.find((unit) => unit.parent === null)?.id ?? null
  const units = new Map<string, UnitId | null>(domains.map((domain) => [domain, root]))
  for (const unit of policy.units) {
    if (isInForce(unit, now)) for (const domain of unit.domains) units.set(domain, unit.id)
  }
  // `<postmaster>` has no domain and is always a mailbox of ours. RFC 5321 §4.5.1.
  units.set("", root)
  const entryOf = entries(policy.mailboxes)
  const patternOf = entries(policy.mailboxes.filter((entry) => entry.class !== ""))

  /** Undefined: no domain of ours. */
  function owner(domain: string): UnitId | null | undefined {
    for (let rest = domain; ; rest = rest.slice(rest.indexOf(".") + 1)) {
      const unit = units.get(rest)
      if (unit !== undefined || !rest.includes(".")) return unit
    }
  }

  return {
    isOurs: (domain) => owner(domain) !== undefined,
    unitOf(address) {
      const unit = owner(address.domain)
      return unit === undefined ? null : (entryOf(address)?.unit ?? unit)
    },
    classOf(address) {
      if (owner(address.domain) === undefined) return null
      // A mailbox of the registry may leave its class to the patterns.
      const named = entryOf(address)?.class ?? "ordinary"
      return named === "" ? (patternOf(address)?.class ?? "ordinary") : named
    },
  }
}

export function isInForce({ from, until }: Pick<Unit, "from" | "until">, now: Instant): boolean {
  return (from === null || from <= now) && (until === null || now < until)
}

/** The first entry that fits. Those without a star are looked up: a province has fifteen thousand mailboxes. */
function entries(all: readonly MailboxEntry[]): (address: Address) => MailboxEntry | null {
  const exact = new Map<string, number>()
  const patterns: { readonly place: number; readonly fits: (address: Address) => boolean }[] = []
  for (const [place, entry] of all.entries()) {
    const key = entry.match.toLowerCase()
    if (key.includes("*")) patterns.push({ place, fits: matcher(entry) })
    else if (!exact.has(key)) exact.set(key, place)
  }
  return (address) => {
    const known = exact.get(addressKey(address)) ?? Infinity
    const fitting = patterns.find(({ place, fits }) => place > known || fits(address))
    return all[Math.min(known, fitting?.place ?? Infinity)] ?? null
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
