/** What passes between the pool and one of its child processes. */
import type { Settings } from "../config/schema.ts"
import type { Drawn, PageWanted } from "../mail/drawn.ts"
import type { Examination } from "../mail/examination.ts"
import type { Claim } from "../mail/identity.ts"
import type { Change, Rewriting } from "../mail/rewrite.ts"
import type { Millis, Spooled } from "../mail/transaction.ts"

/** How a child looks at a message, from where on it calls it official business, and whom it asks about its sender. */
export type ScanSettings = Settings["scan"] &
  Pick<Settings, "recognise" | "hostname" | "authentication"> & {
    /** Lists of bad files, as they are kept; null for one that could not be had yet. */
    readonly badFiles: readonly (KeptFile | null)[]
    /** Where pictures of documents are read; null: nowhere. */
    readonly scribe: string | null
  }

/** A file and the hash of what must be in it, hex. */
export interface KeptFile {
  readonly path: string
  readonly sha256: string
}

export function scanSettings(
  { scan, recognise, hostname, authentication }: Settings,
  badFiles: ScanSettings["badFiles"] = scan.hashes.map(() => null),
): ScanSettings {
  return { ...scan, recognise, hostname, authentication, badFiles, scribe: null }
}

/**
 * One message to be examined, to be made anew with these changes, or of which a page is to be drawn; `claim` is who sent it
 * when that is to be proven, `passwords` what a recipient gave to open its files.
 */
export interface Task {
  readonly spooled: Spooled
  readonly claim: Claim | null
  readonly passwords: readonly string[]
  /** Two persons let this very message pass though it may be secret: it is looked into like any other. */
  readonly cleared?: boolean
  readonly rewrite: readonly Change[] | null
  /** Somebody reads it, or it answers one of our own notices: its text is told too. */
  readonly text?: "whole" | "beginning"
  /** By the scribe who listens there. */
  readonly draw?: PageWanted & { readonly scribe: string }
}

export type Order =
  | { readonly is: "settings"; readonly scan: ScanSettings }
  /** `patience`: the child's own deadline, somewhat before the pool loses its patience with the child. */
  | { readonly is: "job"; readonly id: number; readonly task: Task; readonly patience: Millis }
  /** Answers `recall`. */
  | { readonly is: "recalled"; readonly ask: number; readonly value: string | null }

/** What all children, and all gateways, have learned. */
export interface Memory {
  recall(name: string): Promise<string | null>
  remember(name: string, value: string, span: Millis): void
}

/** What became of one job inside a child that is still alive. */
export type Outcome =
  | { readonly is: "examined"; readonly examination: Examination }
  | { readonly is: "rewriting"; readonly rewriting: Rewriting }
  | { readonly is: "drawn"; readonly drawn: Drawn }
  /** An error that reading this message causes; whoever reads it again will meet it again. */
  | { readonly is: "crashed"; readonly why: string }
  /** The message could not be read from where it is spooled: our fault, not its. */
  | { readonly is: "failed"; readonly why: string }

export type Report =
  | { readonly is: "ready" }
  /** Sent every `BEAT` while there are jobs: its event loop turns. */
  | { readonly is: "alive" }
  | { readonly is: "done"; readonly id: number; readonly outcome: Outcome }
  /** A child has no way out: what others have learned of the same octets it asks its parent, and tells it what it has. */
  | { readonly is: "recall"; readonly ask: number; readonly name: string }
  | { readonly is: "remember"; readonly name: string; readonly value: string; readonly span: Millis }

export const BEAT: Millis = 200

/** The other side is our own code over our own pipe: its word for the shape is enough. */
export function isOrder(message: unknown): message is Order {
  return typeof message === "object" && message !== null && "is" in message
}
export function isReport(message: unknown): message is Report {
  return typeof message === "object" && message !== null && "is" in message
}
