/**
 * Conditions made ready: equal ones are one entry, answered at most once for one decision, the cheap ones first. A policy of a
 * thousand rules asks the same few things of a message again and again. Pure.
 */
import type { Evidence } from "../mail/evidence.ts"
import type { Combination, Condition } from "../mail/policy.ts"
import { type Answer, answer, type Context } from "./condition.ts"

/** The place of a condition in its book. */
export type Entry = number

/** One decision: what is asked of this evidence, and what was answered so far. */
export interface Sheet {
  ask(entry: Entry): Answer
}

export interface Book {
  enter(condition: Condition): Entry
  /** `recorded`: answers from when the message was here, by `recordedKey`; null while it is. */
  open(evidence: Evidence, recorded?: Recorded | null): Sheet
  /** Every question about text in it, by its `recordedKey`, with the answer while the text is there. */
  text(evidence: Evidence): readonly (readonly [string, boolean])[]
}

/** Answers to questions about the text of fields, kept in place of the text. */
export type Recorded = ReadonlyMap<string, boolean>

type Leaf = Exclude<Condition, Combination>
type Line =
  | { readonly is: "leaf"; readonly leaf: Leaf; readonly key: string | null; readonly cost: number }
  | { readonly is: "all" | "any" | "not"; readonly of: readonly Entry[]; readonly cost: number }
  | { readonly is: "always"; readonly cost: number }

/** In the order in which `all` prefers them; `any` prefers the other end. Zero is not asked yet. */
const NO = 1
const FAILED = 2
const PENDING = 3
const YES = 4
const WORDS: readonly Answer[] = ["no", "no", "failed", "pending", "yes"]
const CODES: Readonly<Record<Answer, number>> = { no: NO, failed: FAILED, pending: PENDING, yes: YES }

export function createBook(context: Context): Book {
  const lines: Line[] = []
  const known = new Map<string, Entry>()

  function put(key: string, make: () => Line): Entry {
    const found = known.get(key)
    if (found !== undefined) return found
    known.set(key, lines.length)
    return lines.push(make()) - 1
  }
  function enter(condition: Condition): Entry {
    switch (condition.is) {
      case "always":
        return put("always", () => ({ is: "always", cost: 0 }))
      case "not":
        return combined("not", [enter(condition.of)])
      case "all":
      case "any":
        return combined(condition.is, condition.of.map(enter))
      default:
        return single(condition)
    }
  }
  function single(leaf: Leaf): Entry {
    return put(JSON.stringify(leaf), () => ({ is: "leaf", leaf, key: recordedKey(leaf), cost: costOf(leaf) }))
  }
  /** Asked in another order the answer is the same: every reason not to know is outweighed alike. */
  function combined(is: "all" | "any" | "not", of: readonly Entry[]): Entry {
    const sorted = [...new Set(of)].toSorted((a, b) => costAt(a) - costAt(b) || a - b)
    const cost = 1 + sorted.reduce((sum, entry) => sum + costAt(entry), 0)
    return put(`${is}:${sorted.join(",")}`, () => ({ is, of: sorted, cost }))
  }
  function costAt(entry: Entry): number {
    return lines[entry]?.cost ?? 0
  }

  return {
    enter,
    text: (evidence) =>
      lines.flatMap((line) => {
        if (line.is !== "leaf" || line.key === null || line.leaf.is === "attachment") return []
        return [[line.key, answer(line.leaf, evidence, context) === "yes"] as const]
      }),
    open: (evidence, recorded = null) => {
      const answers = new Uint8Array(lines.length)
      const code = (entry: Entry): number => {
        const before = answers[entry] ?? 0
        if (before !== 0) return before
        const line = lines[entry]
        const now = line === undefined ? NO : read(line)
        answers[entry] = now
        return now
      }
      const read = (line: Line): number => {
        switch (line.is) {
          case "always":
            return YES
          case "leaf":
            if (line.key === null || recorded === null) return CODES[answer(line.leaf, evidence, context)]
            return fromRecord(recorded.get(line.key))
          case "not":
            return negated(code(line.of[0] ?? -1))
          case "all":
            return every(line.of, code)
          case "any":
            return some(line.of, code)
          default:
            return line satisfies never
        }
      }
      return { ask: (entry) => WORDS[code(entry)] ?? "no" }
    },
  }
}

function fromRecord(said: boolean | undefined): number {
  if (said === undefined) return FAILED
  return said ? YES : NO
}

function negated(code: number): number {
  if (code === YES) return NO
  return code === NO ? YES : code
}

function every(of: readonly Entry[], code: (entry: Entry) => number): number {
  let lowest = YES
  for (const entry of of) {
    const one = code(entry)
    if (one === NO) return NO
    if (one < lowest) lowest = one
  }
  return lowest
}

function some(of: readonly Entry[], code: (entry: Entry) => number): number {
  let so = NO
  for (const entry of of) {
    const one = code(entry)
    if (one === YES) return YES
    if (one !== NO && (so === NO || one < so)) so = one
  }
  return so
}

/** What is kept of a message in place of its text: only whether it fits what a policy asks. Null: another kind of question. */
export function recordedKey(leaf: Condition): string | null {
  switch (leaf.is) {
    case "subject":
      return shortened(`subject ${JSON.stringify(leaf.matches)}`)
    case "header":
      return shortened(`header ${leaf.name.toLowerCase()} ${JSON.stringify(leaf.matches)}`)
    case "attachment":
      return leaf.value ? ATTACHED : UNATTACHED
    default:
      return null
  }
}
export const ATTACHED = "attachment"
export const UNATTACHED = "no attachment"

/** Two halves of FNV-1a with different beginnings: 64 bits, since every message has one of these for every question. */
function shortened(text: string): string {
  const half = (start: number): string => {
    let state = start
    for (let index = 0; index < text.length; index += 1) state = Math.imul(state ^ text.charCodeAt(index), 0x01000193)
    return (state >>> 0).toString(36)
  }
  return `${half(0x811c9dc5)}.${half(0x050c5d1f)}`
}

/** Roughly, in steps: a comparison 1, a look at every address or finding 4, text 30. */
function costOf(leaf: Leaf): number {
  switch (leaf.is) {
    case "subject":
    case "header":
    case "time":
      return 30
    case "address":
    case "address-domain":
    case "address-list":
    case "webmail":
    case "finding":
      return 4
    default:
      return 1
  }
}
