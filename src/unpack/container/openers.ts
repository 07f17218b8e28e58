/** Which reader opens which type. */
import { Stop } from "../budget.ts"
import { isSealedArchive } from "../sealed.ts"
import { cab } from "./cab.ts"
import { disk } from "./disk.ts"
import { binhex, uuencoded, yencoded } from "./encoded.ts"
import { iso, udfAlone } from "./iso.ts"
import { arj, lha } from "./lha.ts"
import type { Open } from "./member.ts"
import { message } from "./message.ts"
import { ole } from "./ole.ts"
import { pdf } from "./pdf.ts"
import { pkcs7 } from "./pkcs7.ts"
import { rar } from "./rar.ts"
import { rpm } from "./rpm.ts"
import { sevenZip } from "./seven-zip.ts"
import { bzip2, compress, gzip, lz4, lzip, lzma, szdd, xz, zstd } from "./stream.ts"
import { ar, cpio, tar } from "./tar.ts"
import { tnef } from "./tnef.ts"
import { zip } from "./zip.ts"

export interface Opener {
  readonly open: Open
  /** It packs one file, whose name it may not keep; no container of its own when depth is counted. */
  readonly isSingle: boolean
}

/** What only its recipient's key opens. */
const sealed: Open = () => {
  throw new Stop("encrypted")
}

const MANY: Readonly<Record<string, Open>> = {
  zip,
  "7z": sevenZip,
  tar,
  cpio,
  ar,
  cab,
  arj,
  lzh: lha,
  tnef,
  iso,
  udf: udfAlone,
  img: disk,
  vhd: disk,
  vhdx: disk,
  rpm,
  rar,
  pdf,
  eml: message,
  uu: uuencoded,
  hqx: binhex,
  yenc: yencoded,
  p7m: pkcs7,
  pgp: sealed,
}
const SINGLE: Readonly<Record<string, Open>> = {
  gz: gzip,
  bz2: bzip2,
  xz,
  zst: zstd,
  lz4,
  lzma,
  lz: lzip,
  Z: compress,
  szdd,
}
/** Compound files, by the extension they would carry. */
const OLE = ["doc", "xls", "ppt", "msg", "msi", "ole"]
/** Known by sight, and by nobody here from inside. */
const CLOSED = "lzo sz lrz kwj wim xar ace zoo alz egg sit zpaq squashfs pst fs vmdk qcow2 vdi dmg".split(" ")

/** Sealed with a key or a password, in forms that are not opened here. */
const SEALED = "gpg enc age kdbx axx aes luks bitlocker".split(" ")

const closed: Open = (bytes) => {
  throw new Stop(isSealedArchive(bytes) ? "encrypted" : "unsupported-archive")
}

/** By the extension of a type. */
export const OPENERS: ReadonlyMap<string, Opener> = new Map([
  ...Object.entries(MANY).map(([extension, open]): [string, Opener] => [extension, { open, isSingle: false }]),
  ...Object.entries(SINGLE).map(([extension, open]): [string, Opener] => [extension, { open, isSingle: true }]),
  ...OLE.map((extension): [string, Opener] => [extension, { open: ole, isSingle: false }]),
  ...SEALED.map((extension): [string, Opener] => [extension, { open: sealed, isSingle: false }]),
  ...CLOSED.map((extension): [string, Opener] => [extension, { open: closed, isSingle: false }]),
])
