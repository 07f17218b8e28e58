/** The tree of units as this viewer may see it. */
import { useQuery } from "@tanstack/react-query"
import { said } from "../words/words.ts"
import { type Answer, ask } from "./client.ts"

export type Unit = Answer<"GET /api/units">[number]

export function useUnits() {
  return useQuery({ queryKey: ["units"], queryFn: () => ask("GET /api/units", {}), staleTime: 60_000 })
}

/** A unit's name in the reader's language; its id where it is not ours to see. */
export function useUnitName(): (id: string | null) => string {
  const { data } = useUnits()
  return (id) => {
    if (id === null) return "–"
    const found = data?.find((unit) => unit.id === id)
    return found === undefined ? id : said(found.name)
  }
}

/** Đ after D. */
const COLLATOR = new Intl.Collator("vi")

export interface Branch {
  readonly unit: Unit
  readonly depth: number
}

/** In the order of the tree, each below its parent; what hangs on nothing that is seen stands at the top. */
export function branches(units: readonly Unit[]): readonly Branch[] {
  const seen = new Set(units.map(({ id }) => id))
  const below = (parent: string | null, depth: number): readonly Branch[] =>
    units
      .filter((unit) => (parent === null ? unit.parent === null || !seen.has(unit.parent) : unit.parent === parent))
      .toSorted((a, b) => COLLATOR.compare(said(a.name), said(b.name)))
      .flatMap((unit) => [{ unit, depth }, ...below(unit.id, depth + 1)])
  return below(null, 0)
}
