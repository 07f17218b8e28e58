/** What was made of pictures that came before: points and labels by hash, never a word of their text. In memory, gone with the child. */
import { createHash } from "node:crypto"
import type { File } from "../mail/file.ts"
import { type Extract, NO_TEXT } from "../mail/text.ts"
import type { Issuers } from "./issuers.ts"
import type { Judged } from "./judge.ts"
import { documentPart } from "./part.ts"
import { recordsOf } from "./personal.ts"

export interface Scans {
  /** Null when it is no picture, or one that nobody read yet. */
  known(file: File, names: readonly string[]): Judged | null
  /** Kept only when it was read from a picture, and lists nobody: people are counted over all files. */
  keep(file: File, found: Extract, judged: Judged): void
}

const MOST = 500

export function createScans(issuers: Issuers): Scans {
  const scans = new Map<string, Judged>()
  return {
    known(file, names) {
      const before = isPicture(file) ? scans.get(hashOf(file)) : undefined
      if (before === undefined) return null
      return { ...before, part: documentPart(file.at, { text: NO_TEXT, whole: true }, issuers, names) }
    },
    keep(file, { shows = [], whole }, judged) {
      if (!isPicture(file) || !whole || !shows.some(({ feature }) => feature === "scan")) return
      if (recordsOf([judged.part]) > 0) return
      const [oldest] = scans.keys()
      if (scans.size >= MOST && oldest !== undefined) scans.delete(oldest)
      scans.set(hashOf(file), { ...judged, part: documentPart("", { text: NO_TEXT, whole: true }, issuers) })
    },
  }
}

function isPicture({ types }: File): boolean {
  return types.some(({ family, mime }) => family === "image" || mime === "application/pdf")
}

function hashOf({ bytes }: File): string {
  return createHash("sha256").update(bytes).digest("base64")
}
