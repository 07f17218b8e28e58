/** What a file is by its octets, whatever its name says: all that any program could take it for. */
import type { FileType } from "../mail/file.ts"
import { isTarHeader } from "./container/tar.ts"
import { pkcs7Kind } from "./container/pkcs7.ts"
import { isUdf } from "./container/udf.ts"
import { endsAsZip } from "./container/zip-directory.ts"
import { oleKind } from "./ole.ts"
import { isPgpMessage } from "./pgp.ts"
import { signatures, starts } from "./signature.ts"
import { textTypes } from "./text-type.ts"

const PROGRAM: FileType = {
  mime: "application/vnd.microsoft.portable-executable",
  extension: "exe",
  family: "executable",
}
const PDF: FileType = { mime: "application/pdf", extension: "pdf", family: "document" }
const TAR: FileType = { mime: "application/x-tar", extension: "tar", family: "archive" }
const BZIP2: FileType = { mime: "application/x-bzip2", extension: "bz2", family: "archive" }
const LZMA: FileType = { mime: "application/x-lzma", extension: "lzma", family: "archive" }
const PGP: FileType = { mime: "application/pgp-encrypted", extension: "gpg", family: "archive" }
const VHD: FileType = { mime: "application/x-vhd", extension: "vhd", family: "disk" }
const UDF: FileType = { mime: "application/x-udf-image", extension: "udf", family: "disk" }
const DMG: FileType = { mime: "application/x-apple-diskimage", extension: "dmg", family: "disk" }
/** The digits of π begin a block, those of its root end a stream of none. */
const BZIP2_BLOCKS = ["1AY&SY", "\x17rE8P\x90"]
export const ZIP: FileType = { mime: "application/zip", extension: "zip", family: "archive" }
/** A page or a script inside a picture is there to be run, not seen. */
const HIDDEN_PAGE: FileType = { mime: "text/html", extension: "html", family: "script" }
const HIDDEN_SCRIPT: FileType = { mime: "text/javascript", extension: "js", family: "script" }

/** Readers look for the header of a PDF within its first 1,024 octets. ISO 32000-1, annex H.3.4.1. */
const PDF_HEADER_WITHIN = 1_024
/** Octets of a DOS header: a text that happens to begin with "MZ" has no NUL in them. */
const DOS_HEADER = 64

/** Most telling first; empty when the octets have no signature (plain text, most scripts). */
export function typesOf(bytes: Buffer): readonly FileType[] {
  const types: FileType[] = []
  if (starts(bytes, 0, "MZ") && bytes.subarray(0, DOS_HEADER).includes(0)) types.push(PROGRAM)
  const ole = oleKind(bytes)
  if (ole !== null)
    types.push({ mime: ole.mime, extension: ole.extension, family: ole.runs ? "executable" : "document" })
  const binary = isBinary(bytes)
  types.push(...signatures(bytes).filter((type) => (binary || TEXTS.has(type.extension)) && isReally(type, bytes)))
  if (isTarHeader(bytes.subarray(0, 512))) types.push(TAR)
  if (starts(bytes, 0, "BZh") && BZIP2_BLOCKS.some((block) => starts(bytes, 4, block))) types.push(BZIP2)
  if (isLzma(bytes)) types.push(LZMA)
  if (
    bytes.length > 512 &&
    starts(bytes, bytes.length - 512, "conectix") &&
    !types.some(({ extension }) => extension === "vhd")
  )
    types.push(VHD)
  if (bytes.length > 512 && starts(bytes, bytes.length - 512, "koly")) types.push(DMG)
  if (isUdf(bytes) && !types.some(({ extension }) => extension === "iso" || extension === "udf")) types.push(UDF)
  if (bytes.subarray(0, PDF_HEADER_WITHIN).includes("%PDF-")) types.push(PDF)
  if (isPgpMessage(bytes)) types.push(PGP)
  const signed = pkcs7Kind(bytes)
  if (signed !== null) types.push({ mime: "application/pkcs7-mime", extension: "p7m", family: "document" })
  // A zip is found from its end: something else may stand before it, and unpackers do not mind.
  if (!types.includes(ZIP) && !types.some(({ mime }) => mime === ZIP.mime) && endsAsZip(bytes)) types.push(ZIP)
  types.push(...hiddenIn(types, bytes))
  // The signature of a few octets proves nothing about a text.
  if (types.every(({ family }) => family === "script")) types.push(...textTypes(bytes))
  return types
}

/** Types that a text may be. Other signatures are words as well: "OTTO", "true", "070701". */
const TEXTS = new Set(["sh", "gif", "rtf", "ps", "ar", "zip", "arj"])

/** Controls that stand in no text. */
export function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, 512).some((octet) => octet < 7 || (octet > 13 && octet < 27))
}

/** Short signatures that other files begin with as well. */
function isReally({ extension }: FileType, bytes: Buffer): boolean {
  switch (extension) {
    case "swf":
      return (bytes[3] ?? 0) > 0 && (bytes[3] ?? 0) < 60 && bytes.length > 20
    case "sh":
      return !starts(bytes, 0, "#!AMR")
    case "webp":
    case "wav":
    case "avi":
      return starts(bytes, 0, "RIFF")
    case "lzh":
      return /^-(?:lh[0-9dx]|lz[s45]|pm[012])-$/.test(bytes.toString("latin1", 2, 7))
    case "Z":
      return ((bytes[2] ?? 0) & 0x1f) >= 9 && ((bytes[2] ?? 0) & 0x1f) <= 16
    case "arj":
      // The size of the main header, and what the archive's file type is.
      return bytes.length > 40 && bytes.readUInt16LE(2) >= 30 && bytes.readUInt16LE(2) <= 2_600 && bytes[10] === 2
    case "cpio":
      return bytes.length >= 26
    case "img":
      return starts(bytes, 510, "\x55\xaa")
    case "fs":
      // ext2 to ext4: two octets prove little; block sizes up to 64 KiB, revision 0 or 1.
      return !starts(bytes, 1_080, "\x53\xef") || (bytes.readUInt32LE(1_048) <= 6 && bytes.readUInt32LE(1_100) <= 1)
    case "ttf":
      return bytes.length > 12 && bytes.readUInt16BE(4) < 64
    case "ico":
    case "cur":
      return bytes.length > 22 && bytes.readUInt16LE(4) > 0 && bytes[9] === 0
    default:
      return true
  }
}

/** No signature: properties of the usual kind, a dictionary of a power of two, a size that is none or possible. */
function isLzma(bytes: Buffer): boolean {
  if (bytes.length < 18 || bytes[0] !== 0x5d || bytes[1] !== 0 || bytes[2] !== 0 || bytes[13] !== 0) return false
  const size = bytes.readBigUInt64LE(5)
  return size === 0xffffffffffffffffn || size < 2n ** 40n
}

const SCRIPT_TAGS = ["<script", "<SCRIPT", "<!doctype html", "<!DOCTYPE html", "<?php", "<hta:application"]

/** What a browser or a script host would run of a picture, a sound or a font. */
function hiddenIn(types: readonly FileType[], bytes: Buffer): readonly FileType[] {
  if (!types.some(({ family }) => family === "image" || family === "media")) return []
  if (SCRIPT_TAGS.some((tag) => bytes.includes(tag, 0, "latin1"))) return [HIDDEN_PAGE]
  // GIF89a=1; is an assignment, GIF89a/* the beginning of a comment.
  return /^GIF8[79]a(?:=|\/\*)/.test(bytes.toString("latin1", 0, 8)) ? [HIDDEN_SCRIPT] : []
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
  // Programs go by the manifest where the first member is another one.
  if (members.has("meta-inf/manifest.xml") && members.has("content.xml"))
    return { mime: "application/vnd.oasis.opendocument", extension: "odf", family: "document" }
  const names = [...members]
  const has = (folder: string): boolean => names.some((name) => name.startsWith(folder))
  if (members.has("appxmanifest.xml") || members.has("appxmetadata/appxbundlemanifest.xml")) {
    return { mime: "application/appx", extension: "appx", family: "executable" }
  }
  if (members.has("[content_types].xml")) {
    if (has("word/")) return office("wordprocessingml.document", "docx")
    if (has("xl/")) return office("spreadsheetml.sheet", "xlsx")
    if (has("ppt/")) return office("presentationml.presentation", "pptx")
    if (has("visio/")) return { mime: "application/vnd.ms-visio.drawing", extension: "vsdx", family: "document" }
    if (has("fixeddocseq.fdseq")) return { mime: "application/oxps", extension: "xps", family: "document" }
  }
  if (members.has("androidmanifest.xml")) {
    return { mime: "application/vnd.android.package-archive", extension: "apk", family: "executable" }
  }
  if (has("payload/") && names.some((name) => /^payload\/[^/]+\.app\//.test(name))) {
    return { mime: "application/x-ios-app", extension: "ipa", family: "executable" }
  }
  if (members.has("extension.vsixmanifest"))
    return { mime: "application/vsix", extension: "vsix", family: "executable" }
  if (members.has("meta-inf/manifest.mf"))
    return { mime: "application/java-archive", extension: "jar", family: "archive" }
  return ZIP
}

/** ECMA-376: the media types of Office Open XML. */
function office(kind: string, extension: string): FileType {
  return { mime: `application/vnd.openxmlformats-officedocument.${kind}`, extension, family: "document" }
}
