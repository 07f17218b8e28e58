/** Types one file and opens it where it is a container: octets in, a tree of files out. Never throws on any octets. */
import type { File, FileType } from "../mail/file.ts"
import type { Finding } from "../mail/finding.ts"
import type { Path } from "../mail/message.ts"
import { type Budget, DEEPEST, type Trouble } from "./budget.ts"
import { isSealed } from "./ole.ts"
import { isSealedArchive } from "./sealed.ts"
import { endsAsZip, typeOf, zipType } from "./type.ts"
import { walkZip } from "./zip.ts"

/** A file as it was found, not yet looked at. */
export interface Found {
  readonly at: Path
  readonly names: readonly string[]
  readonly claimed: string
  readonly bytes: Buffer
  /** Its octets are sealed: there is nothing to look at. */
  readonly sealed?: boolean
}

export async function open(found: Found, budget: Budget, depth = 0): Promise<File> {
  const { at, names, claimed, bytes, sealed = false } = found
  const shown = typeOf(bytes)
  const isZip = shown?.mime === "application/zip"
  const inside = isZip || endsAsZip(bytes) ? await openZip(found, budget, depth) : null
  const types = [isZip ? null : shown, inside?.type ?? null].filter((type) => type !== null)
  const findings: Finding[] = sealed || isSealed(bytes) || isSealedArchive(bytes) ? [{ kind: "encrypted", at }] : []
  findings.push(...(inside?.findings ?? []))
  const within = inside?.within ?? []
  return { at, names, claimed, types, bytes, size: bytes.length, whole: !sealed, within, findings }
}

interface Inside {
  readonly type: FileType
  readonly within: readonly File[]
  readonly findings: readonly Finding[]
}

async function openZip({ at, bytes }: Found, budget: Budget, depth: number): Promise<Inside> {
  const within: File[] = []
  const members = new Set<string>()
  const walked =
    depth >= DEEPEST
      ? "too-deep"
      : await walkZip(bytes, budget, async ({ number, names, sealed, bytes: content }) => {
          for (const name of names) members.add(name.toLowerCase())
          const member = { at: at === "" ? `${number}` : `${at}/${number}`, names, claimed: "", bytes: content, sealed }
          within.push(await open(member, budget, depth + 1))
        })
  const findings = walked === null ? [] : [troubled(walked, at)]
  return { type: zipType(bytes, members), within, findings }
}

function troubled(why: Trouble, at: Path): Finding {
  if (why === "bomb") return { kind: "archive-bomb", at }
  if (why === "encrypted") return { kind: "encrypted", at }
  return { kind: "unscannable", at, why }
}
