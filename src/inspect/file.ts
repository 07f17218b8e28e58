/** Judges a file and all it holds: what names, types and content give away. */
import type { Family, File } from "../mail/file.ts"
import type { Finding, FindingKind } from "../mail/finding.ts"
import type { Path } from "../mail/message.ts"
import { judgeActive } from "./active/judge.ts"
import { judgeAllowed } from "./allowed.ts"
import { extensions, forbiddenExtension, hidesExtension, printable } from "./name.ts"

export interface Rules {
  /** Extensions, lower case. */
  readonly forbidden: ReadonlySet<string>
  /** Only these may pass, where there is such a list. */
  readonly allowed?: ReadonlySet<string> | null
}

/** Extensions and media types that promise something to look at; an executable or archive behind one is a lie. */
const HARMLESS =
  /^(?:pdf|jpe?g|png|gif|bmp|tiff?|webp|heic|svg|docx?|dotx?|xlsx?|xlsb|pptx?|ppsx?|od[tsp]|rtf|txt|csv|mp3|mp4|mov|avi|wav)$/
const HARMLESS_TYPE =
  /^(?:image|audio|video)\/|^application\/(?:pdf|rtf|msword|vnd\.ms-(?:excel|powerpoint)|vnd\.openxml|vnd\.oasis)/
const DANGEROUS: ReadonlySet<Family> = new Set(["executable", "script", "archive", "disk"])

/** The findings of opening it are among the others. */
export function judge(file: File, rules: Rules, parent: File | null = null): readonly Finding[] {
  return [
    ...judgeType(file, rules),
    ...judgeAllowed(file, parent, rules.allowed ?? null),
    ...judgeDisguise(file),
    // What has more parts than anybody reads is stopped for that.
    ...(file.findings.some(({ why }) => why === "too-many-files") ? [] : judgeContent(file, parent, rules)),
    ...file.findings,
    ...file.within.flatMap((member) => judge(member, rules, file)),
  ]
}

/** A file that was put into a document counts by its name, whether or not anybody can take it out. */
function judgeContent(file: File, parent: File | null, rules: Rules): readonly Finding[] {
  const found = judgeActive(file, parent)
  const bad = found.flatMap(({ kind, name = "" }) =>
    kind === "embedded-file" && forbiddenExtension(name, rules.forbidden) !== null ? [name] : [],
  )
  return [...found, ...bad.map((name) => finding("forbidden-type", file.at, name))]
}

function finding(kind: FindingKind, at: Path, name: string): Finding {
  return { kind, at, name: printable(name) }
}

/** By any of its names; else by its octets: programs are forbidden whatever their name, other types when the extension they should carry is. */
function judgeType({ at, names, types }: File, rules: Rules): Finding[] {
  const bad = names.find((name) => forbiddenExtension(name, rules.forbidden) !== null)
  if (bad !== undefined) {
    const found = finding("forbidden-type", at, bad)
    return hidesExtension(bad) ? [found, finding("disguised", at, bad)] : [found]
  }
  const forbidden = types.find((type) => type.family === "executable" || rules.forbidden.has(type.extension))
  return forbidden === undefined ? [] : [finding("forbidden-type", at, forbidden.mime)]
}

function judgeDisguise({ at, names, claimed, types }: File): Finding[] {
  const dangerous = types.find((type) => DANGEROUS.has(type.family))
  if (dangerous === undefined) return []
  const claims = names.flatMap(extensions)
  const promised = claims.length > 0 ? claims.some((claim) => HARMLESS.test(claim)) : HARMLESS_TYPE.test(claimed)
  return promised ? [finding("disguised", at, dangerous.mime)] : []
}
