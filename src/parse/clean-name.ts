/** One harmless name for a file: what every system takes, shows and opens alike. */

/** Controls, bidirectional overrides, zero-width and other invisible format characters: Unicode categories Cc and Cf. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
/** Not allowed on Windows, or of a meaning to a shell or a page. */
const SPECIAL = /[<>"|?*\\/`$]/g
/** Windows opens a device, whatever the extension. */
const DEVICE = /^(?:con|prn|aux|nul|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i
/** Characters; with an encoding of three octets for each they fit a file system's 255. */
const LONGEST = 80
const LONGEST_EXTENSION = 16

/** Never empty. */
export function cleanName(name: string): string {
  const visible = name.slice(0, 1_000).normalize("NFC").replace(INVISIBLE, "")
  const base = visible.replace(/^.*[/\\]/s, "").replace(/:.*$/s, "")
  const plain = base
    .replace(SPECIAL, "_")
    .replace(/\s+/gu, " ")
    .replace(/^[. ]+|[. ]+$/g, "")
  const safe = plain.replace(DEVICE, "_$&")
  if (safe === "") return "file"
  const dot = safe.lastIndexOf(".")
  const extension = dot > 0 && safe.length - dot <= LONGEST_EXTENSION ? safe.slice(dot) : ""
  const stem = Array.from(safe.slice(0, safe.length - extension.length))
    .slice(0, LONGEST - extension.length)
    .join("")
  return `${stem}${extension}`
}
