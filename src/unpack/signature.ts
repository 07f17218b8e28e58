/** Octets that tell what a file is: offset, octets as latin1, what it is. All rows that fit count. */
import type { Family, FileType } from "../mail/file.ts"

export type Row = readonly [offset: number, octets: string, mime: string, extension: string, family: Family]

const MACHO = ["application/x-mach-binary", "macho", "executable"] as const
const ZIP = ["application/zip", "zip", "archive"] as const
const CPIO = ["application/x-cpio", "cpio", "archive"] as const
const ISO = ["application/x-iso9660-image", "iso", "disk"] as const
const IMG = ["application/x-raw-disk-image", "img", "disk"] as const
/** Those of Linux and of Apple: 7-Zip opens them as it does archives. */
const FILE_SYSTEM = ["application/x-filesystem", "fs", "disk"] as const
const TIFF = ["image/tiff", "tif", "image"] as const
const FLASH = ["application/x-shockwave-flash", "swf", "executable"] as const
const ONENOTE = ["application/onenote", "one", "document"] as const
const AES_CRYPT = ["application/x-aes-crypt", "aes", "archive"] as const
const SIT = ["application/x-stuffit", "sit", "archive"] as const

/** Programs first, then what unpacks, then what shows: of several the first is what the file is called. */
export const SIGNATURES: readonly Row[] = [
  [0, "\x7fELF", "application/x-elf", "elf", "executable"],
  [0, "\xfe\xed\xfa\xce", ...MACHO],
  [0, "\xfe\xed\xfa\xcf", ...MACHO],
  [0, "\xce\xfa\xed\xfe", ...MACHO],
  [0, "\xcf\xfa\xed\xfe", ...MACHO],
  // Java class files begin so too: a small number of architectures stands where they have a version of 45 or more.
  [0, "\xca\xfe\xba\xbe\0\0\0", "application/java-vm", "class", "executable"],
  [0, "\xca\xfe\xba\xbf", ...MACHO],
  [0, "L\0\0\0\x01\x14\x02\0", "application/x-ms-shortcut", "lnk", "executable"],
  [0, "dex\n", "application/x-dex", "dex", "executable"],
  [0, "ITSF", "application/vnd.ms-htmlhelp", "chm", "executable"],
  [0, "?_\x03\0", "application/winhlp", "hlp", "executable"],
  [0, "\0asm", "application/wasm", "wasm", "executable"],
  [0, "FWS", ...FLASH],
  [0, "CWS", ...FLASH],
  [0, "ZWS", ...FLASH],
  [0, "Cr24", "application/x-chrome-extension", "crx", "executable"],
  [0, "\x7a\x1a\x20\x10", "application/vnd.symbian.install", "sis", "executable"],
  [8, "\x19\x04\x00\x10", "application/vnd.symbian.install", "sis", "executable"],
  [4, "Standard Jet DB", "application/x-msaccess", "mdb", "executable"],
  [4, "Standard ACE DB", "application/x-msaccess", "accdb", "executable"],
  [0, "regf", "application/x-windows-registry", "reg", "executable"],
  [0, "#!", "text/x-shellscript", "sh", "script"],
  [0, "PK\x03\x04", ...ZIP],
  [0, "PK\x05\x06", ...ZIP],
  // The first piece of a split zip.
  [0, "PK\x07\x08PK\x03\x04", ...ZIP],
  [0, "Rar!\x1a\x07", "application/vnd.rar", "rar", "archive"],
  [0, "RE~^", "application/vnd.rar", "rar", "archive"],
  [0, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", "7z", "archive"],
  [0, "\x1f\x8b\x08", "application/gzip", "gz", "archive"],
  [0, "\xfd7zXZ\0", "application/x-xz", "xz", "archive"],
  [0, "LZIP\x01", "application/lzip", "lz", "archive"],
  [0, "\x28\xb5\x2f\xfd", "application/zstd", "zst", "archive"],
  [0, "\x04\x22\x4d\x18", "application/x-lz4", "lz4", "archive"],
  [0, "\x02\x21\x4c\x18", "application/x-lz4", "lz4", "archive"],
  [0, "\x89LZO\0\r\n\x1a\n", "application/x-lzop", "lzo", "archive"],
  [0, "\xff\x06\0\0sNaPpY", "application/x-snappy-framed", "sz", "archive"],
  [0, "LRZI", "application/x-lrzip", "lrz", "archive"],
  [0, "\x1f\x9d", "application/x-compress", "Z", "archive"],
  [0, "SZDD\x88\xf0\x27\x33", "application/x-ms-compress-szdd", "szdd", "archive"],
  [0, "KWAJ\x88\xf0\x27\xd1", "application/x-ms-compress-kwaj", "kwj", "archive"],
  [0, "MSCF\0\0\0\0", "application/vnd.ms-cab-compressed", "cab", "archive"],
  [0, "ISc(", "application/x-installshield", "cab", "archive"],
  [0, "MSWIM\0\0\0", "application/x-ms-wim", "wim", "archive"],
  [0, "\x60\xea", "application/x-arj", "arj", "archive"],
  [0, "xar!", "application/x-xar", "xar", "archive"],
  [0, "!<arch>\n", "application/x-archive", "ar", "archive"],
  [0, "\xed\xab\xee\xdb", "application/x-rpm", "rpm", "archive"],
  [0, "070701", ...CPIO],
  [0, "070702", ...CPIO],
  [0, "070707", ...CPIO],
  [0, "\xc7\x71", ...CPIO],
  [0, "\x71\xc7", ...CPIO],
  [2, "-lh", "application/x-lzh-compressed", "lzh", "archive"],
  [2, "-lz", "application/x-lzh-compressed", "lzh", "archive"],
  [2, "-pm", "application/x-lzh-compressed", "lzh", "archive"],
  [7, "**ACE**", "application/x-ace-compressed", "ace", "archive"],
  [20, "\xdc\xa7\xc4\xfd", "application/x-zoo", "zoo", "archive"],
  [0, "ALZ\x01", "application/x-alz-compressed", "alz", "archive"],
  [0, "EGGA", "application/x-egg", "egg", "archive"],
  [0, "SIT!", ...SIT],
  [0, "StuffIt (c)1997-", ...SIT],
  [0, "zPQ", "application/x-zpaq", "zpaq", "archive"],
  [0, "7kSt", "application/x-zpaq", "zpaq", "archive"],
  [0, "hsqs", "application/x-squashfs", "squashfs", "archive"],
  [0, "\x78\x9f\x3e\x22", "application/vnd.ms-tnef", "tnef", "archive"],
  [0, "!BDN", "application/vnd.ms-outlook-pst", "pst", "archive"],
  [0, "Salted__", "application/x-openssl-encrypted", "enc", "archive"],
  [0, "age-encryption.org/v", "application/x-age-encryption", "age", "archive"],
  [0, "\x03\xd9\xa2\x9a", "application/x-keepass", "kdbx", "archive"],
  [0, "\xc0\xb9\x07\x2e\x4f\x93\xf1\x46\xa0\x15\x79\x2c\xa1\xd9\xe8\x21", "application/x-axcrypt", "axx", "archive"],
  [0, "AES\x01\0", ...AES_CRYPT],
  [0, "AES\x02\0", ...AES_CRYPT],
  [0, "AES\x03\0", ...AES_CRYPT],
  [0, "LUKS\xba\xbe", "application/x-luks", "luks", "disk"],
  [3, "-FVE-FS-", "application/x-bitlocker", "bitlocker", "disk"],
  [32_769, "CD001", ...ISO],
  [32_769, "BEA01", "application/x-udf-image", "udf", "disk"],
  [34_817, "NSR0", "application/x-udf-image", "udf", "disk"],
  [0, "conectix", "application/x-vhd", "vhd", "disk"],
  [0, "vhdxfile", "application/x-vhdx", "vhdx", "disk"],
  [0, "KDMV", "application/x-vmdk", "vmdk", "disk"],
  [0, "QFI\xfb", "application/x-qemu-disk", "qcow2", "disk"],
  [64, "\x7f\x10\xda\xbe", "application/x-virtualbox-vdi", "vdi", "disk"],
  [3, "NTFS    ", ...IMG],
  [3, "EXFAT   ", ...IMG],
  [54, "FAT1", ...IMG],
  [82, "FAT32", ...IMG],
  [512, "EFI PART", ...IMG],
  [1_080, "\x53\xef", ...FILE_SYSTEM],
  [1_024, "H+\0\x04", ...FILE_SYSTEM],
  [1_024, "HX\0\x05", ...FILE_SYSTEM],
  [32, "NXSB", ...FILE_SYSTEM],
  [0, "XFSB", ...FILE_SYSTEM],
  [65_600, "_BHRfS_M", ...FILE_SYSTEM],
  [0, "-rom1fs-", ...FILE_SYSTEM],
  [0, "{\\rt", "application/rtf", "rtf", "document"],
  [0, "%!PS", "application/postscript", "ps", "document"],
  [0, "\xc5\xd0\xd3\xc6", "application/postscript", "eps", "document"],
  [0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", ...ONENOTE],
  [0, "\xa1\x2f\xff\x43\xd9\xef\x76\x4c", ...ONENOTE],
  [0, "AT&TFORM", "image/vnd.djvu", "djvu", "document"],
  [0, "SQLite format 3\0", "application/vnd.sqlite3", "sqlite", "document"],
  [0, "\x89PNG\r\n\x1a\n", "image/png", "png", "image"],
  [0, "\xff\xd8\xff", "image/jpeg", "jpg", "image"],
  [0, "GIF8", "image/gif", "gif", "image"],
  [0, "II*\0", ...TIFF],
  [0, "MM\0*", ...TIFF],
  [8, "WEBP", "image/webp", "webp", "image"],
  [0, "\0\0\x01\0", "image/x-icon", "ico", "image"],
  [0, "\0\0\x02\0", "image/x-icon", "cur", "image"],
  [0, "8BPS", "image/vnd.adobe.photoshop", "psd", "image"],
  [0, "\xd7\xcd\xc6\x9a", "image/wmf", "wmf", "image"],
  [40, " EMF", "image/emf", "emf", "image"],
  [0, "\0\0\0\x0cjP  \r\n", "image/jp2", "jp2", "image"],
  [4, "ftypavif", "image/avif", "avif", "image"],
  [4, "ftypheic", "image/heic", "heic", "image"],
  [4, "ftypmif1", "image/heif", "heif", "image"],
  [4, "ftyp", "video/mp4", "mp4", "media"],
  [0, "OggS", "audio/ogg", "ogg", "media"],
  [0, "ID3", "audio/mpeg", "mp3", "media"],
  [0, "\xff\xfb", "audio/mpeg", "mp3", "media"],
  [0, "\xff\xf3", "audio/mpeg", "mp3", "media"],
  [0, "fLaC", "audio/flac", "flac", "media"],
  [8, "WAVE", "audio/wav", "wav", "media"],
  [8, "AVI ", "video/x-msvideo", "avi", "media"],
  [0, "\x1a\x45\xdf\xa3", "video/webm", "webm", "media"],
  [0, "0&\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf", "wmv", "media"],
  [0, "FLV\x01", "video/x-flv", "flv", "media"],
  [0, "#!AMR", "audio/amr", "amr", "media"],
  [0, "MThd", "audio/midi", "mid", "media"],
  [0, "OTTO", "font/otf", "otf", "font"],
  [0, "\0\x01\0\0\0", "font/ttf", "ttf", "font"],
  [0, "true\0", "font/ttf", "ttf", "font"],
  [0, "ttcf", "font/collection", "ttc", "font"],
  [0, "wOFF", "font/woff", "woff", "font"],
  [0, "wOF2", "font/woff2", "woff2", "font"],
]

/** Rows by the first octet they ask for at their offset: a file is compared with a handful. */
const BY_OFFSET = Map.groupBy(SIGNATURES.entries(), ([, [offset]]) => offset)

/** In the order of the table, each type once. */
export function signatures(bytes: Buffer): readonly FileType[] {
  const found: number[] = []
  for (const [offset, rows] of BY_OFFSET) {
    const octet = bytes[offset]
    if (octet === undefined) continue
    for (const [index, [, octets]] of rows) {
      if (octets.charCodeAt(0) === octet && starts(bytes, offset, octets)) found.push(index)
    }
  }
  const types = found.toSorted((a, b) => a - b).flatMap((index) => typeAt(index))
  return types.filter((type, index) => types.findIndex(({ mime }) => mime === type.mime) === index)
}

function typeAt(index: number): readonly FileType[] {
  const row = SIGNATURES[index]
  return row === undefined ? [] : [{ mime: row[2], extension: row[3], family: row[4] }]
}

export function starts(bytes: Buffer, offset: number, octets: string): boolean {
  return bytes.length >= offset + octets.length && bytes.toString("latin1", offset, offset + octets.length) === octets
}
