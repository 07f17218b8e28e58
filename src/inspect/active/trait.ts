/** What a file can do to whoever opens it: the shape in which every reader of this folder tells it. */
import type { FindingKind } from "../../mail/finding.ts"

export interface Trait {
  readonly kind: Extract<
    FindingKind,
    "macro" | "active-content" | "external-reference" | "embedded-file" | "unscannable"
  >
  /** Machine word, e.g. "auto-run", "dde", "remote-template". The policy asks for it. */
  readonly why: string
  /** What a person looks for: names of procedures and calls, targets, file names. */
  readonly name?: string
}

/** Longest list of names that is told, in characters. */
const LONGEST = 200

/** The trait with its names in one bounded line, or nothing when there are no names. */
export function named(kind: Trait["kind"], why: string, names: Iterable<string>): readonly Trait[] {
  const told = [...new Set(names)]
  return told.length === 0 ? [] : [{ kind, why, name: shorten(told.join(", ")) }]
}

export function shorten(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}]+/gu, " ").trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}

/** One of each kind and reason; of several the first that has a name. */
export function distinct(traits: readonly Trait[]): readonly Trait[] {
  const kept = new Map<string, Trait>()
  for (const trait of traits) {
    const key = `${trait.kind} ${trait.why}`
    if (kept.get(key)?.name === undefined) kept.set(key, trait)
  }
  return [...kept.values()]
}
