/** What a file is by its octets, whatever its name says. */
import type { Family, FileType } from "../mail/file.ts"
import { oleKind } from "./ole.ts"

type Row = readonly [offset: number, octets: string, mime: string, extension: string, family: Family]

/** Octets as latin1 at an offset. The first row that fits wins. */
const SIGNATURES: readonly Row[] = [
  [0, "\x7fELF", "application/x-elf", "elf", "executable"],
  [0, "\xfe\xed\xfa\xce", "application/x-mach-binary", "macho", "executable"],
  [0, "\xfe\xed\xfa\xcf", "application/x-mach-binary", "macho", "executable"],
  [0, "\xce\xfa\xed\xfe", "application/x-mach-binary", "macho", "executable"],
  [0, "\xcf\xfa\xed\xfe", "application/x-mach-binary", "macho", "executable"],
  // Shared with Java class files, which run as well.
  [0, "\xca\xfe\xba\xbe", "application/x-mach-binary", "macho", "executable"],
  [0, "L\0\0\0\x01\x14\x02\0", "application/x-ms-shortcut", "lnk", "executable"],
  [0, "dex\n", "application/x-dex", "dex", "executable"],
  [0, "ITSF", "application/vnd.ms-htmlhelp", "chm", "executable"],
  [0, "#!", "text/x-shellscript", "sh", "script"],
  [0, "[InternetShortcut]", "application/x-mswinurl", "url", "script"],
  [0, "PK\x03\x04", "application/zip", "zip", "archive"],
  [0, "PK\x05\x06", "application/zip", "zip", "archive"],
  [0, "PK\x07\x08", "application/zip", "zip", "archive"],
  [0, "Rar!\x1a\x07", "application/vnd.rar", "rar", "archive"],
  [0, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", "7z", "archive"],
  [0, "\x1f\x8b\x08", "application/gzip", "gz", "archive"],
  [0, "\xfd7zXZ\0", "application/x-xz", "xz", "archive"],
  [0, "BZh", "application/x-bzip2", "bz2", "archive"],
  [0, "\x28\xb5\x2f\xfd", "application/zstd", "zst", "archive"],
  [0, "\x04\x22\x4d\x18", "application/x-lz4", "lz4", "archive"],
  [0, "MSCF\0\0\0\0", "application/vnd.ms-cab-compressed", "cab", "archive"],
  [0, "\x60\xea", "application/x-arj", "arj", "archive"],
  [0, "xar!", "application/x-xar", "xar", "archive"],
  [0, "!<arch>\n", "application/x-archive", "ar", "archive"],
  [0, "\xed\xab\xee\xdb", "application/x-rpm", "rpm", "archive"],
  [0, "070701", "application/x-cpio", "cpio", "archive"],
  [2, "-lh", "application/x-lzh-compressed", "lzh", "archive"],
  [7, "**ACE**", "application/x-ace-compressed", "ace", "archive"],
  [257, "ustar", "application/x-tar", "tar", "archive"],
  [32_769, "CD001", "application/x-iso9660-image", "iso", "disk"],
  [0, "conectix", "application/x-vhd", "vhd", "disk"],
  [0, "vhdxfile", "application/x-vhdx", "vhdx", "disk"],
  [0, "{\\rt", "application/rtf", "rtf", "document"],
  [0, "\x89PNG\r\n\x1a\n", "image/png", "png", "image"],
  [0, "\xff\xd8\xff", "image/jpeg", "jpg", "image"],
  [0, "GIF8", "image/gif", "gif", "image"],
  [0, "II*\0", "image/tiff", "tif", "image"],
  [0, "MM\0*", "image/tiff", "tif", "image"],
  [8, "WEBP", "image/webp", "webp", "image"],
  [4, "ftyp", "video/mp4", "mp4", "media"],
  [0, "OggS", "audio/ogg", "ogg", "media"],
  [0, "ID3", "audio/mpeg", "mp3", "media"],
]

const PORTABLE_EXECUTABLE: FileType = {
  mime: "application/vnd.microsoft.portable-executable",
  extension: "exe",
  family: "executable",
}
const HTML: FileType = { mime: "text/html", extension: "html", family: "markup" }
const PDF: FileType = { mime: "application/pdf", extension: "pdf", family: "document" }

/** Readers look for the header of a PDF within its first 1,024 octets. ISO 32000-1, annex H.3.4.1. */
const PDF_HEADER_WITHIN = 1_024
/** Octets of a DOS header: a text that happens to begin with "MZ" has no NUL in them. */
const DOS_HEADER = 64

/** The type the octets show, or null when they have no signature (plain text, most scripts). */
export function typeOf(bytes: Buffer): FileType | null {
  if (starts(bytes, 0, "MZ") && bytes.subarray(0, DOS_HEADER).includes(0)) return PORTABLE_EXECUTABLE
  const ole = oleKind(bytes)
  if (ole !== null) return { mime: ole.mime, extension: ole.extension, family: ole.runs ? "executable" : "document" }
  for (const [offset, octets, mime, extension, family] of SIGNATURES) {
    if (starts(bytes, offset, octets)) return { mime, extension, family }
  }
  if (bytes.subarray(0, PDF_HEADER_WITHIN).includes("%PDF-")) return PDF
  const opening = bytes
    .toString("latin1", 0, 256)
    .replace(/^\xef\xbb\xbf/, "")
    .trimStart()
  return /^<(?:!doctype html|html|head|body|script|iframe)\b/i.test(opening) ? HTML : null
}

function starts(bytes: Buffer, offset: number, octets: string): boolean {
  return bytes.length >= offset + octets.length && bytes.toString("latin1", offset, offset + octets.length) === octets
}

/** Fixed octets of a zip's end record; its comment follows to the end of the file. APPNOTE 4.3.16. */
const END_RECORD = 22
const LONGEST_COMMENT = 0xffff

/**
 * A zip is found from its end: something else may stand before it, and unpackers do not mind.
 * Only a file whose end record closes the file exactly, behind a real directory, counts.
 */
export function endsAsZip(bytes: Buffer): boolean {
  const first = Math.max(0, bytes.length - END_RECORD - LONGEST_COMMENT)
  const tail = bytes.subarray(first)
  let at = tail.length - END_RECORD
  while (at >= 0) {
    at = tail.lastIndexOf("PK\x05\x06", at, "latin1")
    if (at < 0) return false
    const directory = first + at - tail.readUInt32LE(at + 12)
    const closes = at + END_RECORD + tail.readUInt16LE(at + 20) === tail.length
    if (closes && directory >= 0 && starts(bytes, directory, "PK\x01\x02")) return true
    at--
  }
  return false
}

/** What a zip is for, by its members: the office formats and program packages are zips. */
export function zipType(bytes: Buffer, members: ReadonlySet<string>): FileType {
  // OpenDocument and EPUB: the first member, stored, tells the type. OpenDocument 1.3, part 2, 3.3.
  if (starts(bytes, 30, "mimetype")) {
    const told = /^application\/(?:vnd\.oasis\.opendocument\.[a-z-]{1,40}|epub\+zip)/.exec(
      bytes.toString("latin1", 38, 138),
    )
    if (told !== null)
      return { mime: told[0], extension: told[0].includes("epub") ? "epub" : "odf", family: "document" }
  }
  const names = [...members]
  const has = (folder: string): boolean => names.some((name) => name.startsWith(folder))
  if (members.has("[content_types].xml")) {
    if (has("word/")) return office("wordprocessingml.document", "docx")
    if (has("xl/")) return office("spreadsheetml.sheet", "xlsx")
    if (has("ppt/")) return office("presentationml.presentation", "pptx")
    if (members.has("appxmanifest.xml")) return { mime: "application/appx", extension: "appx", family: "executable" }
  }
  if (members.has("androidmanifest.xml")) {
    return { mime: "application/vnd.android.package-archive", extension: "apk", family: "executable" }
  }
  if (members.has("meta-inf/manifest.mf"))
    return { mime: "application/java-archive", extension: "jar", family: "archive" }
  return { mime: "application/zip", extension: "zip", family: "archive" }
}

/** ECMA-376: the media types of Office Open XML. */
function office(kind: string, extension: string): FileType {
  return { mime: `application/vnd.openxmlformats-officedocument.${kind}`, extension, family: "document" }
}
