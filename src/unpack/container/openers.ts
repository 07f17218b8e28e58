/** Which reader opens which type. */
import { Stop } from "../budget.ts"
import { isSealedArchive } from "../sealed.ts"
import type { Open } from "./member.ts"
import { ole } from "./ole.ts"
import { sevenZip } from "./seven-zip.ts"
import { bzip2, compress, gzip, lzip, lzma, szdd, xz, zstd } from "./stream.ts"
import { ar, cpio, tar } from "./tar.ts"
import { zip } from "./zip.ts"

export interface Opener {
  readonly open: Open
  /** It packs one file, whose name it may not keep; no container of its own when depth is counted. */
  readonly isSingle: boolean
}

const MANY: Readonly<Record<string, Open>> = { zip, "7z": sevenZip, tar, cpio, ar }
const SINGLE: Readonly<Record<string, Open>> = {
  gz: gzip,
  bz2: bzip2,
  xz,
  zst: zstd,
  lzma,
  lz: lzip,
  Z: compress,
  szdd,
}
/** Compound files, by the extension they would carry. */
const OLE = ["doc", "xls", "ppt", "msg", "msi", "ole"]
/** Known by sight, and by nobody here from inside. */
const CLOSED = [
  "rar",
  "cab",
  "arj",
  "lzh",
  "rpm",
  "lz4",
  "lzo",
  "sz",
  "lrz",
  "kwj",
  "wim",
  "xar",
  "ace",
  "zoo",
  "alz",
  "egg",
  "sit",
  "zpaq",
  "squashfs",
  "tnef",
  "pst",
]

const closed: Open = (bytes) => {
  throw new Stop(isSealedArchive(bytes) ? "encrypted" : "unsupported-archive")
}

/** By the extension of a type. */
export const OPENERS: ReadonlyMap<string, Opener> = new Map([
  ...Object.entries(MANY).map(([extension, open]): [string, Opener] => [extension, { open, isSingle: false }]),
  ...Object.entries(SINGLE).map(([extension, open]): [string, Opener] => [extension, { open, isSingle: true }]),
  ...OLE.map((extension): [string, Opener] => [extension, { open: ole, isSingle: false }]),
  ...CLOSED.map((extension): [string, Opener] => [extension, { open: closed, isSingle: false }]),
])
