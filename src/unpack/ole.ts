/** Compound files (the old office formats, .msg, .msi): which kind, and what of interest is inside. [MS-CFB]. */

/** Streams by their path within the file, storages before streams. */
export type OleStreams = ReadonlyMap<string, Buffer>

const MAGIC = Buffer.from("d0cf11e0a1b11ae1", "hex")
/** Octets of a directory entry; sectors begin at multiples of 512, so entries always lie at multiples of this. [MS-CFB] 2.6.1. */
const ENTRY = 128
/** Offset of the class identifier in an entry. */
const CLASS = 80
/** {000C1084-0000-0000-C000-000000000046}: a Windows Installer package; ...86 is a patch of one. */
const INSTALLERS = new Set(["84100c0000000000c000000000000046", "86100c0000000000c000000000000046"])

const KINDS: readonly (readonly [stream: string, mime: string, extension: string])[] = [
  ["WordDocument", "application/msword", "doc"],
  ["Workbook", "application/vnd.ms-excel", "xls"],
  ["Book", "application/vnd.ms-excel", "xls"],
  ["PowerPoint Document", "application/vnd.ms-powerpoint", "ppt"],
  ["__properties_version1.0", "application/vnd.ms-outlook", "msg"],
]

export function isOle(bytes: Buffer): boolean {
  return bytes.subarray(0, MAGIC.length).equals(MAGIC)
}

/** What the streams of a compound file say it is; null when it is none. `runs`: opening it installs something. */
export function oleKind(
  bytes: Buffer,
): { readonly mime: string; readonly extension: string; readonly runs: boolean } | null {
  if (!isOle(bytes)) return null
  const root = entry(bytes, "Root Entry")
  if (root >= 0 && INSTALLERS.has(bytes.toString("hex", root + CLASS, root + CLASS + 16))) {
    return { mime: "application/x-msi", extension: "msi", runs: true }
  }
  const kind = KINDS.find(([stream]) => entry(bytes, stream) >= 0)
  const [, mime, extension] = kind ?? ["", "application/x-ole-storage", "ole"]
  return { mime, extension, runs: false }
}

/** An office file sealed with a password. [MS-OFFCRYPTO] 2.3.4. */
export function isSealed(bytes: Buffer): boolean {
  return isOle(bytes) && entry(bytes, "EncryptedPackage") >= 0
}

/**
 * Where an entry of this name lies, or -1. Every aligned place counts, whether the chain of sectors reaches it or not:
 * a damaged chain that some reader repairs hides nothing.
 */
function entry(bytes: Buffer, name: string): number {
  const wanted = Buffer.from(`${name}\0`, "utf16le")
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) {
    if (at % ENTRY === 0) return at
  }
  return -1
}
