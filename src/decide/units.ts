/** The tree of units: who is above whom. Pure. */
import type { Unit, UnitId } from "../mail/policy.ts"

export interface UnitTree {
  readonly root: UnitId
  /** True for the unit itself and for every unit below `ancestor`. */
  isWithin(unit: UnitId, ancestor: UnitId): boolean
  /** The unit and all above it, nearest first; none for a unit that is not there. */
  above(unit: UnitId): readonly UnitId[]
}

/** Builds the tree; each unit's chain is worked out once. A cycle, which the loader refuses, ends the chain here. */
export function unitTree(units: readonly Unit[]): UnitTree {
  const parents = new Map(units.map((unit) => [unit.id, unit.parent]))
  const chains = new Map<UnitId, ReadonlySet<UnitId>>()
  for (const { id } of units) {
    const chain = new Set<UnitId>()
    for (let at: UnitId | null = id; at !== null && !chain.has(at); at = parents.get(at) ?? null) chain.add(at)
    chains.set(id, chain)
  }
  const lists = new Map([...chains].map(([id, chain]) => [id, [...chain]]))
  return {
    root: units.find((unit) => unit.parent === null)?.id ?? "",
    isWithin: (unit, ancestor) => chains.get(unit)?.has(ancestor) ?? false,
    above: (unit) => lists.get(unit) ?? [],
  }
}
