/** Files that hold one packed file: gzip, bzip2, xz, zstd, lz4, lzma, lzip, compress, SZDD. */
import type { Output } from "../budget.ts"
import { bunzip2 } from "../codec/bzip2.ts"
import { unlz4 } from "../codec/lz4.ts"
import { lzmaAlone } from "../codec/lzma.ts"
import { uncompress } from "../codec/lzw.ts"
import { unszdd } from "../codec/szdd.ts"
import { unlzip, unxz } from "../codec/xz.ts"
import { gunzip, unzstd } from "../codec/zlib.ts"
import { cString, type Decode, type Member, namesOf, type Open, unpacked } from "./member.ts"

export const gzip = one(gunzip, (bytes) => {
  const flags = bytes.readUInt8(3)
  if ((flags & 8) === 0) return []
  const extra = (flags & 4) === 0 ? 0 : 2 + bytes.readUInt16LE(10)
  return namesOf(cString(bytes.subarray(10 + extra, 10 + extra + 1_024)))
})
export const bzip2 = one(bunzip2)
export const xz = one(unxz)
export const zstd = one(unzstd)
export const lz4 = one(unlz4)
export const lzma = one((bytes: Buffer, output: Output): void => void lzmaAlone(bytes, output))
export const lzip = one(unlzip)
export const compress = one(uncompress)
export const szdd = one(unszdd)

/** `names`: the name it had before, where the format keeps it. */
function one(decode: Decode, names: (bytes: Buffer) => readonly string[] = () => []): Open {
  return async function* (bytes, { budget }): AsyncGenerator<Member> {
    yield { names: names(bytes), ...(await unpacked(bytes, decode, budget)) }
  }
}
