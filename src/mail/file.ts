/** A file that came with a message, by itself or inside a container: typed and opened once, read by recognition and inspection. */
import type { Finding } from "./finding.ts"
import type { Path } from "./message.ts"
import type { Bytes, Instant, TransactionId } from "./transaction.ts"

/** What opening such a file may do: run, unpack, or show something. */
export type Family = "executable" | "script" | "archive" | "disk" | "document" | "image" | "media" | "markup" | "font"

export interface FileType {
  readonly mime: string
  /** The extension it would honestly carry. */
  readonly extension: string
  readonly family: Family
}

export interface File {
  readonly at: Path
  /** Every name any reading gives, as it was given, most likely first; empty when it has none. */
  readonly names: readonly string[]
  /** Media type its sender claims, lower case; "" inside containers. */
  readonly claimed: string
  /** Everything its octets show it to be, most telling first; empty when they have no signature (plain text, most scripts). */
  readonly types: readonly FileType[]
  /** Its octets, as far as they were kept. */
  readonly bytes: Buffer
  /** Octets it really has. */
  readonly size: Bytes
  /** `bytes` is all of it. Not so when it is sealed, broken, or more than is kept; `findings` say which, here or above. */
  readonly whole: boolean
  /** What it holds, when it is a container that could be opened: members of an archive, parts of an office file. */
  readonly within: readonly File[]
  /** What opening it showed: sealed, broken, a bomb. What it is and what it does is for those who read the tree. */
  readonly findings: readonly Finding[]
}

/** Media type of a file: what it shows, or what is claimed where octets have no signature. */
export function mimeOf({ types, claimed }: File): string {
  return types[0]?.mime ?? claimed
}

/** All files of the trees, each container before what it holds. */
export function* allFiles(files: readonly File[]): Generator<File> {
  for (const file of files) {
    yield file
    yield* allFiles(file.within)
  }
}

/** A file that came with a message, as it is remembered. */
export interface SeenFile {
  /** Hex. */
  readonly sha256: string
  readonly at: Path
  /** The likeliest of its names, "" when it has none. */
  readonly name: string
}

/** Such a file in somebody's copy. */
export interface Sighting extends SeenFile {
  readonly transaction: TransactionId
  /** MAIL FROM, null for the null reverse-path. */
  readonly from: string | null
  readonly recipient: string
  readonly receivedAt: Instant
  /** What became of the copy: queued, held, delivered … */
  readonly state: string
}
