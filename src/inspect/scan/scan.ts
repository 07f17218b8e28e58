/** What a scanner says about some octets, how several answers join, and the one interface that all scanners have. */
import { type Finding, FINDING_KINDS } from "../../mail/finding.ts"

export type Octets = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** From harmless to worst. */
export const GRADES = ["clean", "suspicious", "unscannable", "malicious"] as const

/** What is found, without the place, which the scanner does not know. */
export type Found = Omit<Finding, "at">

export type Scan =
  | { readonly is: "clean" }
  | { readonly is: "suspicious" | "unscannable" | "malicious"; readonly found: Found }
  /** The scanner did not do its work; nothing is known about the octets. */
  | { readonly is: "failed"; readonly why: string }

/** Some octets to be looked at. */
export interface Target {
  readonly octets: () => Octets
  readonly size: number
  /** Hex; names them in the cache. */
  readonly sha256: string
  /** Its own name, for scanners that go by it; "" when it has none. */
  readonly name: string
}

export interface Scanner {
  /** For the log and for people: `clamd`, `icap`, `yara`. Never told to senders. */
  readonly name: string
  /** Never rejects. The signal is the deadline: a scanner that hangs is a scanner that failed. */
  scan(target: Target, signal: AbortSignal): Promise<Scan>
  /** Names the signatures in use; what was found with others may be different now. Null: it cannot be told, nothing is remembered. */
  signatures(signal: AbortSignal): Promise<string | null>
  /** Whether it answers and may be believed. Never rejects. */
  health(signal: AbortSignal): Promise<Health>
}

export type Health =
  | { readonly state: "ok" }
  /** `degraded`: it works, and somebody should look. `down`: mail waits. */
  | { readonly state: "degraded" | "down"; readonly why: string }

/** The worst of several answers; a failure stands unless something malicious was found, since nothing worse could be. */
export function join(scans: readonly Scan[]): Scan {
  const failed = scans.find((scan) => scan.is === "failed")
  const worst = scans.reduce<Scan>((a, b) => (gradeOf(b) > gradeOf(a) ? b : a), { is: "clean" })
  return failed !== undefined && worst.is !== "malicious" ? failed : worst
}

function gradeOf({ is }: Scan): number {
  return is === "failed" ? -1 : GRADES.indexOf(is)
}

/** What another process wrote down; null for what is no answer of a scanner. */
export function readScan(text: string | null): Scan | null {
  if (text === null) return null
  try {
    const said: unknown = JSON.parse(text)
    if (typeof said !== "object" || said === null || !("is" in said)) return null
    if (said.is === "clean") return { is: "clean" }
    const grade = GRADES.find((one) => one === said.is)
    if (grade === undefined || grade === "clean" || !("found" in said)) return null
    const found = readFound(said.found)
    return found === null ? null : { is: grade, found }
  } catch {
    return null
  }
}

function readFound(found: unknown): Found | null {
  if (typeof found !== "object" || found === null || !("kind" in found)) return null
  const kind = FINDING_KINDS.find((one) => one === found.kind)
  if (kind === undefined) return null
  const name = "name" in found && typeof found.name === "string" ? { name: found.name } : {}
  const why = "why" in found && typeof found.why === "string" ? { why: found.why } : {}
  return { kind, ...name, ...why }
}

/** One line of printable ASCII: names come from signature files, and errors may quote names inside archives. */
export function printableAscii(words: string): string {
  return words.replace(/[^\x20-\x7e]/g, "?").slice(0, 128)
}
