/** What of a policy a branch of the units may change, and what of it binds that branch and may be seen there. Pure. */
import type { Condition, Policy, UnitId } from "../mail/policy.ts"
import { listsIn } from "./lint-lists.ts"

/** `owns`: of the branch itself. `binds`: of it, or of a unit above it, whose rules hold there too. */
export interface Share {
  readonly owns: (unit: UnitId) => boolean
  readonly binds: (unit: UnitId) => boolean
}

type Kind = "rules" | "guarantees" | "exceptions"
const KINDS: readonly Kind[] = ["rules", "guarantees", "exceptions"]

interface Item {
  readonly id: string
  readonly owner: UnitId
  readonly when: Condition
}

/** What a change touches that is not the branch's own, by name; empty: it keeps to its share. */
export function trespasses(before: Policy, after: Policy, { owns }: Pick<Share, "owns">): readonly string[] {
  const items = KINDS.flatMap((kind) => {
    const [was, is] = [byId(before[kind]), byId(after[kind])]
    return [...new Set([...was.keys(), ...is.keys()])].flatMap((id) => {
      const [old, next] = [was.get(id), is.get(id)]
      if (isSame(old, next)) return []
      return [old, next].every((one) => one === undefined || owns(one.owner)) ? [] : [`${kind} ${id}`]
    })
  })
  const lists = [...new Set([...Object.keys(before.lists), ...Object.keys(after.lists)])].flatMap((name) => {
    if (isSame(before.lists[name], after.lists[name])) return []
    const askers = [before, after].flatMap((policy) => askersOf(policy, name))
    const isNew = before.lists[name] === undefined
    return (isNew || askers.length > 0) && askers.every(({ owner }) => owns(owner)) ? [] : [`lists ${name}`]
  })
  const rest = isSame(surroundings(before), surroundings(after)) ? [] : ["units, mailboxes and terms"]
  return [...items, ...lists, ...rest]
}

/** Names of rules, guarantees, exceptions and lists that bind the branch, as changes and lints name them. */
export function bindingNames(policy: Policy, { binds }: Pick<Share, "binds">): ReadonlySet<string> {
  const items = KINDS.flatMap((kind) => policy[kind].filter(({ owner }) => binds(owner)))
  return new Set([...items.map(({ id }) => id), ...items.flatMap(({ when }) => listsIn(when))])
}

function byId(all: readonly Item[]): ReadonlyMap<string, Item> {
  return new Map(all.map((one) => [one.id, one]))
}

function askersOf(policy: Policy, list: string): readonly Item[] {
  return KINDS.flatMap((kind): readonly Item[] => policy[kind]).filter(({ when }) => listsIn(when).includes(list))
}

/** All that belongs to no unit alone. */
function surroundings(policy: Policy): Policy {
  return { ...policy, version: "", rules: [], guarantees: [], exceptions: [], lists: {} }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
