/** One walk through the tree of one message: who is told of it, and what was noticed on the way. */
import type { Finding } from "../mail/finding.ts"
import type { Path, ShownText } from "../mail/message.ts"
import type { Part } from "../mail/part.ts"
import type { Head } from "./head.ts"
import { namesDiffer } from "./names.ts"
import type { Doubt } from "./strict.ts"
import type { BodyText } from "./text.ts"

export interface ParseLimits {
  /** Octets of a header block. */
  readonly headerSize: number
  /** Characters of visible text. */
  readonly text: number
}

export const DEFAULT_LIMITS: ParseLimits = { headerSize: 102_400, text: 262_144 }

/** Machine words kept for one message. */
const MOST_DEFECTS = 200
const MOST_FINDINGS = 200

/** Who is told of the tree. */
export interface Visitor {
  /** Every leaf in order; `head` stands before it. The header block of an embedded message comes as a leaf too: `isHeader`. */
  leaf(part: Part, told: { readonly head: Head; readonly isHeader: boolean }): Promise<void>
  /** A multipart, or what holds a message: all until its `close` stands in it. */
  open?(head: Head, holds: "parts" | "message"): void
  close?(): void
  /** What stands in the text of a leaf, or is seen by other readers only. */
  other?(part: Part): Promise<void>
}

export interface Walk {
  readonly visitor: Visitor
  readonly limits: ParseLimits
  readonly text: BodyText
  readonly defects: Set<string>
  readonly findings: Finding[]
  /** Boundaries of all multiparts, and lines that only began like one of them. */
  readonly boundaries: Set<string>
  readonly near: Map<string, Path>
  /** Bodies of text, for who reads them in other ways as well. */
  readonly bodies: Uint8Array[]
  /** Where the first text of each kind begins. */
  readonly shown: ShownText[]
  /** Something in it is signed or encrypted. */
  sealed: boolean
  doubtful: boolean
  parts: number
}

/** Where an entity stands. `fallback`: its type when it claims none. `within`: boundaries of what it stands in. */
export interface Place {
  readonly at: Path
  readonly depth: number
  readonly fallback: string
  readonly within: readonly string[]
  /** As octets of the message, not of something embedded or encoded. */
  readonly isPlain: boolean
}

/** A signature covers the octets as they were written, encryption hides them. RFC 1847, RFC 8551, RFC 3156. */
const SIGNED = /^multipart\/signed$/
const ENCRYPTED = /^(?:multipart\/encrypted|application\/(?:x-)?pkcs7-mime|application\/pgp-encrypted)$/

export function sealOf({ claimed }: Pick<Head, "claimed">): "signed" | "encrypted" | null {
  if (SIGNED.test(claimed)) return "signed"
  return ENCRYPTED.test(claimed) ? "encrypted" : null
}

/** A line that began like one boundary and is another. */
export function isBoundary(walk: Walk, line: string): boolean {
  const word = line.replace(/\s+$/, "")
  return walk.boundaries.has(word) || walk.boundaries.has(word.replace(/--$/, ""))
}

/** Null: only to be read in every way. */
export function doubt(walk: Walk, why: Doubt, at: Path): void {
  walk.doubtful = true
  if (why === null || walk.findings.some((one) => one.kind === "ambiguous" && one.why === why && one.at === at)) return
  if (walk.findings.length < MOST_FINDINGS) walk.findings.push({ kind: "ambiguous", at, why })
}

/** Of a head that begins an entity. */
export function doubtHead(walk: Walk, head: Head, at: Path): void {
  for (const why of head.doubts) doubt(walk, why, at)
  if (namesDiffer(head.names)) doubt(walk, "file-name", at)
}

export function below(at: Path, index: number): Path {
  return at === "" ? String(index) : `${at}/${index}`
}

/** The top block's defects stand alone, a part's say where: `bad-base64:2/1`. */
export function note(walk: Walk, defect: string, at: Path): void {
  if (walk.defects.size < MOST_DEFECTS) walk.defects.add(at === "" ? defect : `${defect}:${at}`)
}
