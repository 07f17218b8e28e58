/** Looks at one file, and into it where it is a zip: what its names and its octets give away. */
import type { Finding, FindingKind } from "../mail/finding.ts"
import type { Path } from "../mail/message.ts"
import { extensions, forbiddenExtension, hidesExtension, printable } from "./name.ts"
import { hasMacros, isOle, isSealed } from "./ole.ts"
import { isSealedArchive } from "./sealed.ts"
import { type FileType, type Family, endsAsZip, typeOf, zipType } from "./type.ts"
import { type Budget, type Member, type Trouble, walkZip } from "./zip.ts"

export interface File {
  readonly at: Path
  readonly names: readonly string[]
  /** Media type its sender claims, "" inside archives. */
  readonly claimed: string
  readonly bytes: Buffer
}

export interface Rules {
  /** Extensions, lower case. */
  readonly forbidden: ReadonlySet<string>
  readonly budget: Budget
}

export interface Look {
  /** Null: the octets have no signature. */
  readonly type: FileType | null
  readonly findings: readonly Finding[]
}

/** Zips within zips. */
const DEEPEST = 5

/** Extensions and media types that promise something to look at; an executable or archive behind one is a lie. */
const HARMLESS =
  /^(?:pdf|jpe?g|png|gif|bmp|tiff?|webp|heic|svg|docx?|dotx?|xlsx?|xlsb|pptx?|ppsx?|od[tsp]|rtf|txt|csv|mp3|mp4|mov|avi|wav)$/
const HARMLESS_TYPE =
  /^(?:image|audio|video)\/|^application\/(?:pdf|rtf|msword|vnd\.ms-(?:excel|powerpoint)|vnd\.openxml|vnd\.oasis)/
const DANGEROUS: ReadonlySet<Family> = new Set(["executable", "script", "archive", "disk"])

export async function lookAt(file: File, rules: Rules, depth = 0): Promise<Look> {
  const shown = typeOf(file.bytes)
  const tailed = shown?.mime !== "application/zip" && endsAsZip(file.bytes)
  const inside = shown?.mime === "application/zip" || tailed ? await lookInside(file, rules, depth) : null
  const type = inside !== null && !tailed ? inside.type : shown
  return {
    type,
    findings: [
      ...judgeType(file, type, rules),
      ...judgeDisguise(file, tailed ? (inside?.type ?? null) : type),
      ...judgeContent(file),
      ...(inside?.findings ?? []),
    ],
  }
}

function finding(kind: FindingKind, at: Path, name: string): Finding {
  return { kind, at, name: printable(name) }
}

/** By any of its names; else by its octets: programs are forbidden whatever their name, other types when the extension they should carry is. */
function judgeType(file: File, type: FileType | null, rules: Rules): Finding[] {
  const bad = file.names.find((name) => forbiddenExtension(name, rules.forbidden) !== null)
  if (bad !== undefined) {
    const found = finding("forbidden-type", file.at, bad)
    return hidesExtension(bad) ? [found, finding("disguised", file.at, bad)] : [found]
  }
  const forbidden = type !== null && (type.family === "executable" || rules.forbidden.has(type.extension))
  return forbidden ? [finding("forbidden-type", file.at, type.mime)] : []
}

function judgeDisguise(file: File, type: FileType | null): Finding[] {
  if (type === null || !DANGEROUS.has(type.family)) return []
  const claims = file.names.flatMap(extensions)
  const promised = claims.length > 0 ? claims.some((claim) => HARMLESS.test(claim)) : HARMLESS_TYPE.test(file.claimed)
  return promised ? [finding("disguised", file.at, type.mime)] : []
}

function judgeContent(file: File): Finding[] {
  const found: Finding[] = []
  if (isSealed(file.bytes) || isSealedArchive(file.bytes)) found.push({ kind: "encrypted", at: file.at })
  if (hasMacros(file.bytes)) found.push({ kind: "macro", at: file.at })
  return found
}

async function lookInside(file: File, rules: Rules, depth: number): Promise<{ type: FileType; findings: Finding[] }> {
  const findings: Finding[] = []
  const members = new Set<string>()
  const member = async ({ number, names, sealed, bytes }: Member): Promise<void> => {
    const at = file.at === "" ? `${number}` : `${file.at}/${number}`
    for (const name of names) members.add(name.toLowerCase())
    if (sealed) findings.push({ kind: "encrypted", at })
    const look = await lookAt({ at, names, claimed: "", bytes }, rules, depth + 1)
    findings.push(...look.findings)
  }
  if (depth >= DEEPEST) findings.push({ kind: "unscannable", at: file.at, why: "too-deep" })
  else {
    const trouble = await walkZip(file.bytes, rules.budget, { keep: isContainer, member })
    if (trouble !== null) findings.push(troubled(trouble, file.at))
  }
  return { type: zipType(file.bytes, members), findings }
}

/** Whether more than the beginning is needed to judge it. */
function isContainer(head: Buffer): boolean {
  return isOle(head) || /^(?:PK|Rar!|7z)/.test(head.toString("latin1", 0, 4))
}

function troubled(why: Trouble, at: Path): Finding {
  if (why === "bomb") return { kind: "archive-bomb", at }
  if (why === "encrypted") return { kind: "encrypted", at }
  return { kind: "unscannable", at, why }
}
