/** File names as the reader's system will understand them, whatever their writer put around the extension. */

/** Controls and invisible format characters: bidirectional overrides, zero-width joiners, tags. Unicode categories Cc and Cf. */
const INVISIBLE = /[\p{Cc}\p{Cf}]/gu
/** Overrides that make `exe.pdf` out of `fdp.exe` on the screen. UAX #9. */
const OVERRIDE = /[\u202a-\u202e\u2066-\u2069]/u
/** A shell folder's class as extension: Windows runs what the class names and hides it. */
const CLASS_ID = /^\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/
/** What people open without a thought; an extension that pretends to be the last one. */
const DOCUMENT = new Set(
  "pdf doc docx xls xlsx ppt pptx odt ods odp rtf txt csv jpg jpeg png gif bmp tif tiff mp3 mp4 zip rar 7z".split(" "),
)

/** Longest name that is kept; no file system takes a longer one. */
const LONGEST = 255

/** One printable line of bounded length, for findings and lists. */
export function printable(name: string): string {
  return name
    .slice(0, 4 * LONGEST)
    .replace(INVISIBLE, "")
    .trim()
    .slice(0, LONGEST)
}

/** Names a system would give the file: without its folders, without an alternate stream (`a.exe:b`), without trailing dots and spaces. */
function readings(name: string): readonly string[] {
  const visible = name
    .slice(-4 * LONGEST)
    .normalize("NFKC")
    .replace(INVISIBLE, "")
    .toLowerCase()
  const base = visible.replace(/^.*[/\\]/s, "")
  return base.split(":").map((stream) => stream.replace(/[.\s]{1,1020}$/u, ""))
}

/** The last extension of one reading, "" when it has none. */
function extension(reading: string): string {
  const dot = reading.lastIndexOf(".")
  return dot < 0 ? "" : reading.slice(dot + 1).trim()
}

/** Every extension some system would act on, lower case. */
export function extensions(name: string): readonly string[] {
  return readings(name)
    .map(extension)
    .filter((found) => found !== "")
}

/** The first forbidden extension of a name, or null. */
export function forbiddenExtension(name: string, forbidden: ReadonlySet<string>): string | null {
  return extensions(name).find((found) => forbidden.has(found) || CLASS_ID.test(found)) ?? null
}

/** A name that hides its extension: `contract.pdf.exe`, much white space before it, or a direction override. Only of interest when that is forbidden. */
export function hidesExtension(name: string): boolean {
  if (OVERRIDE.test(name)) return true
  return readings(name).some((reading) => {
    const before = reading.slice(0, Math.max(0, reading.lastIndexOf(".")))
    return DOCUMENT.has(extension(before)) || /\s{5}$/u.test(before)
  })
}
