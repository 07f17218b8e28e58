/** Opens zips: every member the directory knows, checked against its own header, its size and its sum. */
import { crc32 } from "node:zlib"
import { countFile, type Output, Stop } from "../budget.ts"
import { bunzip2 } from "../codec/bzip2.ts"
import { inflate64 } from "../codec/deflate64.ts"
import { explode } from "../codec/explode.ts"
import { createLzma, propsOf } from "../codec/lzma.ts"
import { unxz } from "../codec/xz.ts"
import { inflateRaw, unzstd } from "../codec/zlib.ts"
import { firstThatOpens } from "../password.ts"
import { type Decode, type Member, namesOf, slice, type Unpacked, unpacked, type Way } from "./member.ts"
import { MANIFEST, sealedParts, type Unseal } from "./odf-crypto.ts"
import { type AesField, aesField, unlockAes, unlockZipCrypto } from "./zip-crypto.ts"
import { ENCRYPTED, type Entry, isBeyond, readDirectory } from "./zip-directory.ts"

const AES = 99

/** Throws where it cannot be read; members that cannot be had say why. */
export async function* zip(bytes: Buffer, way: Way): AsyncGenerator<Member> {
  const { files } = way.budget.limits
  const directory = readDirectory(bytes, files)
  if (directory === null) throw new RangeError("no directory")
  if (directory.overlaps) throw new Stop("bomb")
  if (directory.ambiguous) way.ambiguous()
  if (directory.total > files) throw new Stop("too-many-files")
  const seals = await sealsOf(bytes, directory.entries, way)
  for (const entry of directory.entries) {
    countFile(way.budget)
    if (entry.isFolder && entry.size === 0) continue
    const names = [...new Set(entry.names.flatMap((name) => namesOf(name)))]
    const name = names.find((each) => seals.has(each))
    const found = await content(bytes, entry, way)
    yield { names, ...(name === undefined ? found : await unsealed(found, seals.get(name) ?? null, way)) }
  }
}

/** Sealed parts of an OpenDocument file: what the zip itself does not tell. */
async function sealsOf(
  bytes: Buffer,
  entries: readonly Entry[],
  way: Way,
): Promise<ReadonlyMap<string, Unseal | null>> {
  const manifest = entries.find(({ names }) => names.some((name) => name.equals(MANIFEST)))
  return manifest === undefined ? new Map() : sealedParts((await content(bytes, manifest, way)).bytes)
}

async function unsealed(
  { bytes, trouble, cut }: Unpacked,
  unseal: Unseal | null,
  way: Way,
): Promise<Omit<Member, "names">> {
  const nothing = { bytes: Buffer.alloc(0), trouble: "encrypted" } as const
  if (unseal === null || trouble !== null || cut !== undefined) return nothing
  const opened = await firstThatOpens(way.passwords, async (password) => {
    const plain = unseal(bytes, password)
    return plain === null ? null : unpacked(plain, inflateRaw, way.budget)
  })
  return opened === null ? nothing : { ...opened, opened: true }
}

async function content(bytes: Buffer, entry: Entry, way: Way): Promise<Omit<Member, "names">> {
  const packed = slice(bytes, entry.data, entry.packedSize)
  const nothing = Buffer.alloc(0)
  if ((entry.flags & ENCRYPTED) !== 0) {
    const opened = isBeyond(entry) ? null : await unlock(packed, entry, way)
    return opened === null ? { bytes: nothing, trouble: "encrypted" } : { ...opened, opened: true }
  }
  if (isBeyond(entry)) return { bytes: nothing, trouble: "unsupported-archive" }
  return decoded(packed, entry, way, entry.method)
}

async function decoded(
  packed: Buffer,
  entry: Entry,
  { budget }: Way,
  method: number,
  isSummed = true,
): Promise<Unpacked> {
  // What is stored shares the archive's own octets.
  const found: Unpacked =
    method === 0
      ? { bytes: packed, trouble: null }
      : await unpacked(packed, decoderOf(method, entry), budget, entry.size)
  if (found.trouble !== null) return found
  // The sum of what was not kept is nobody's business.
  if (found.cut !== undefined) return found.cut === entry.size ? found : { ...found, trouble: "corrupt" }
  const sound = found.bytes.length === entry.size && (!isSummed || crc32(found.bytes) === entry.crc)
  return sound ? found : { ...found, trouble: "corrupt" }
}

/** APPNOTE 4.4.5. */
function decoderOf(method: number, entry: Entry): Decode {
  switch (method) {
    case 6:
      return (packed, output) => explode(packed, output, { flags: entry.flags, size: entry.size })
    case 8:
      return inflateRaw
    case 9:
      return inflate64
    case 12:
      return bunzip2
    case 14:
      return (packed, output) => lzma(packed, output, entry)
    case 20:
    case 93:
      return unzstd
    case 95:
      return unxz
    default:
      return () => {
        throw new Stop("unsupported-archive")
      }
  }
}

/** Version, size of the properties, properties, stream. APPNOTE 5.8.8; flag 2 says there is an end marker. */
function lzma(packed: Buffer, output: Output, { flags, size }: Entry): void {
  const properties = packed.readUInt16LE(2)
  const stream = createLzma(output)
  stream.reset(propsOf(packed.readUInt8(4)))
  stream.run(packed, 4 + properties, (flags & 2) === 0 ? size : null)
}

/** The right password is the one that gives the right sum: what only looks right is tried on. */
function unlock(packed: Buffer, entry: Entry, way: Way): Promise<Unpacked | null> {
  const aes = entry.method === AES ? aesField(entry.extra.get(0x9901)) : null
  if (entry.method === AES && aes === null) return Promise.resolve(null)
  return firstThatOpens(way.passwords, async (password) => {
    const plain = aes === null ? unlockZipCrypto(packed, entry, password) : unlockAes(packed, aes, password)
    if (plain === null) return null
    const found = await decoded(plain, entry, way, aes?.method ?? entry.method, hasSum(aes))
    return found.trouble === "corrupt" && aes === null ? null : found
  })
}

/** AE-2 keeps no sum, its authentication code proves the content. */
function hasSum(aes: AesField | null): boolean {
  return aes === null || aes.version === 1
}
