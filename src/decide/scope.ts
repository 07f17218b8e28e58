/**
 * Thousands of exceptions, of which a message concerns a few: each is filed under the one mailbox, domain or unit that its
 * condition cannot do without. Pure.
 */
import { addressKey, type Address } from "../mail/address.ts"
import type { Evidence } from "../mail/evidence.ts"
import type { Condition } from "../mail/policy.ts"
import type { UnitTree } from "./units.ts"

export interface Files<T> {
  /** Those that may concern this evidence, in the order in which they were filed. */
  of(keys: readonly string[]): readonly T[]
}

interface Filed<T> {
  readonly place: number
  readonly one: T
}

/** One after the other, so that whoever prepares may rest between them. */
export function* file<T>(all: readonly T[], conditionOf: (one: T) => Condition): Generator<void, Files<T>> {
  const under = new Map<string, Filed<T>[]>()
  const everywhere: Filed<T>[] = []
  for (const [place, one] of all.entries()) {
    const keys = keysOf(conditionOf(one))
    if (keys === null) everywhere.push({ place, one })
    for (const key of new Set(keys ?? [])) {
      const filed = under.get(key)
      if (filed === undefined) under.set(key, [{ place, one }])
      else filed.push({ place, one })
    }
    yield
  }
  const general = everywhere.map(({ one }) => one)
  return {
    of: (keys) => {
      if (under.size === 0) return general
      const found: Filed<T>[] = []
      for (const key of keys) {
        const filed = under.get(key)
        if (filed !== undefined) found.push(...filed)
      }
      if (found.length === 0) return general
      const places = new Map([...everywhere, ...found].map((one) => [one.place, one]))
      return [...places.values()].toSorted((a, b) => a.place - b.place).map(({ one }) => one)
    },
  }
}

/** Every key under which something that concerns this evidence may be filed. */
export function keysFor(evidence: Evidence, units: UnitTree): readonly string[] {
  const { from } = evidence.transaction.envelope
  return [
    ...(from === null ? [] : addressKeys("from", from)),
    ...addressKeys("to", evidence.recipient),
    ...unitKeys("sender", evidence.senderUnit, units),
    ...unitKeys("recipient", evidence.recipientUnit, units),
  ]
}

function addressKeys(side: "from" | "to", address: Address): readonly string[] {
  const { domain } = address
  const keys = [
    `${side} ${addressKey(address)}`,
    `${side} ${domain}`,
    `${side} ${address.local.toLowerCase()}@*`,
    `${side} .${domain}`,
  ]
  for (let at = domain.indexOf("."); at >= 0; at = domain.indexOf(".", at + 1)) keys.push(`${side} ${domain.slice(at)}`)
  return keys
}

function unitKeys(side: "sender" | "recipient", unit: string | null, units: UnitTree): readonly string[] {
  return unit === null ? [] : units.above(unit).map((one) => `${side} ${one}`)
}

/** Keys one of which any evidence that fits the condition has; null: none can be named. */
function keysOf(condition: Condition): readonly string[] | null {
  switch (condition.is) {
    case "all":
      return condition.of.map(keysOf).find((keys) => keys !== null) ?? null
    case "unit":
      return condition.in.map((unit) => `${condition.of} ${unit}`)
    case "address":
      return condition.at.length === 1 ? sided(condition.at[0], condition.in) : null
    case "address-domain":
      return condition.at.length === 1
        ? sided(
            condition.at[0],
            condition.in.map((domain) => `.${domain}`),
          )
        : null
    default:
      return null
  }
}

function sided(at: string | undefined, entries: readonly string[]): readonly string[] | null {
  if (at === "mail-from") return entries.map((entry) => `from ${entry}`)
  return at === "rcpt-to" ? entries.map((entry) => `to ${entry}`) : null
}
