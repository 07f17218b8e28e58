/** A written condition as its editor sees it: groups, negations and questions, taken apart and put together. Pure. */
import { type Fact, isFact } from "./facts.ts"
import { isWritten, type Written } from "./written.ts"

export type Node =
  | { readonly is: "all" | "any"; readonly not: boolean; readonly of: readonly Node[] }
  | { readonly is: "fact"; readonly not: boolean; readonly fact: Fact; readonly value: unknown }
  /** Written in a way that the editor does not know: kept as it is. */
  | { readonly is: "other"; readonly not: boolean; readonly written: unknown }

export function readNode(written: unknown): Node {
  const [[key, value] = ["", null], ...more] = isWritten(written) ? Object.entries(written) : []
  if (more.length > 0) return { is: "other", not: false, written }
  if (key === "not") {
    const denied = readNode(value)
    // Twice "not" is nothing that a switch can show.
    return denied.not ? { is: "other", not: false, written } : { ...denied, not: true }
  }
  if ((key === "all" || key === "any") && Array.isArray(value)) {
    return { is: key, not: false, of: value.map(readNode) }
  }
  return isFact(key) ? { is: "fact", not: false, fact: key, value } : { is: "other", not: false, written }
}

export function writeNode(node: Node): unknown {
  const written = plain(node)
  return node.not ? { not: written } : written
}

function plain(node: Node): unknown {
  if (node.is === "fact") return { [node.fact]: node.value }
  return node.is === "other" ? node.written : { [node.is]: node.of.map(writeNode) }
}

/** The top of an editor is a group: one question alone becomes the only one of it. */
export function asGroup(written: unknown): Extract<Node, { is: "all" | "any" }> {
  const node = readNode(written)
  if ((node.is === "all" || node.is === "any") && !node.not) return node
  return { is: "all", not: false, of: [node] }
}

/** A group of one is written as that one. */
export function fromGroup(group: Extract<Node, { is: "all" | "any" }>): unknown {
  const [only, ...more] = group.of
  return only !== undefined && more.length === 0 ? writeNode(only) : writeNode(group)
}

/** One or several, as the grammar lets both be written. */
export function many(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.filter((one) => typeof one === "string")
  return typeof value === "string" ? [value] : []
}

export function oneOrMany(values: readonly string[]): string | readonly string[] {
  const [only, ...more] = values
  return only !== undefined && more.length === 0 ? only : values
}

export function inner(value: unknown): Written {
  return isWritten(value) ? value : {}
}
