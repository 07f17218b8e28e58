/** The allow-list mode: a file passes only when all its names and everything its octets show are on the list. */
import type { File } from "../mail/file.ts"
import type { Finding } from "../mail/finding.ts"
import { extensions, printable } from "./name.ts"

/** Extensions of one type: whichever is listed lets its octets pass; the name must be listed itself. */
const ALIKE: readonly (readonly string[])[] = [
  ["jpg", "jpeg", "jpe", "jfif"],
  ["tif", "tiff"],
  ["html", "htm"],
  ["doc", "dot", "wps"],
  ["xls", "xlt", "et"],
  ["ppt", "pps", "pot"],
  ["docx", "docm", "dotx", "dotm"],
  ["xlsx", "xlsm", "xltx", "xltm", "xlsb"],
  ["pptx", "pptm", "ppsx", "ppsm", "potx", "potm"],
  ["odf", "odt", "ods", "odp", "odg"],
  ["mp4", "m4a", "m4v", "mov", "3gp"],
  ["gz", "tgz"],
  ["bz2", "tbz2", "tbz"],
  ["xz", "txz"],
  ["tnef", "dat"],
]

/** What octets without a signature are called, by the type their sender claims. */
const CLAIMED: readonly (readonly [pattern: RegExp, extension: string])[] = [
  [/^text\/plain$/, "txt"],
  [/^text\/html$/, "html"],
  [/^text\/csv$/, "csv"],
  [/^text\/calendar$/, "ics"],
  [/^text\/(?:x-)?vcard$/, "vcf"],
  [/^message\/|^text\/rfc822-headers$/, "eml"],
]

/** `allowed` null: all that is not forbidden may pass. Parts of an office file are its own matter. */
export function judgeAllowed(file: File, parent: File | null, allowed: ReadonlySet<string> | null): readonly Finding[] {
  const isPart = parent?.types.some(({ family }) => family === "document") === true
  if (allowed === null || isPart) return []
  const named = file.names.flatMap(extensions)
  const shown = file.types.map(({ extension }) => extension)
  const claimed = CLAIMED.filter(([pattern]) => pattern.test(file.claimed)).map(([, extension]) => extension)
  const known = named.length + shown.length > 0 ? [] : claimed
  const passes =
    named.length + shown.length + known.length > 0 &&
    named.every((extension) => allowed.has(extension)) &&
    [...shown, ...known].every((extension) => groupOf(extension).some((one) => allowed.has(one)))
  if (passes) return []
  return [
    {
      kind: "forbidden-type",
      at: file.at,
      name: printable(file.names[0] ?? shown[0] ?? file.claimed),
      why: "not-allowed",
    },
  ]
}

function groupOf(extension: string): readonly string[] {
  return ALIKE.find((group) => group.includes(extension)) ?? [extension]
}
