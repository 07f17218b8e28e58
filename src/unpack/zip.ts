/** Walks the members of a zip, counting while it inflates; everything a zip says twice must agree. */
import { Buffer } from "node:buffer"
import { crc32, createInflateRaw } from "node:zlib"
import { type Entry, type LocalFileHeader, type ZipFile, fromBufferPromise } from "yauzl"

import { type Budget, FREE, LARGEST_MEMBER, RATIO, type Trouble } from "./budget.ts"

const CHUNK = 65_536

export interface Member {
  /** Counted from 1 in the order of the directory. */
  readonly number: number
  /** As decoded, and as the raw octets read. */
  readonly names: readonly string[]
  readonly sealed: boolean
  /** Empty when sealed. */
  readonly bytes: Buffer
}

export type Visitor = (member: Member) => Promise<void>

/** Visits every member in order. Resolves with why it stopped, or null when all of it was seen and made sense. */
export async function walkZip(bytes: Buffer, budget: Budget, visit: Visitor): Promise<Trouble | null> {
  try {
    const zip = await fromBufferPromise(bytes, { lazyEntries: true })
    const extents: Extent[] = []
    let number = 0
    for await (const entry of zip.eachEntry()) {
      if (budget.members-- <= 0) return "too-many"
      if (budget.signal.aborted) return "timeout"
      number++
      const local = await zip.readLocalFileHeaderPromise(entry)
      if (!agree(entry, local)) return "corrupt"
      extents.push({ from: entry.relativeOffsetOfLocalHeader, to: local.fileDataStart + entry.compressedSize })
      const names = [entry.fileName, entry.fileNameRaw.toString("latin1")]
      const sealed = entry.isEncrypted()
      if (!sealed && !entry.canDecodeFileData()) return "unsupported"
      const content = sealed ? Buffer.alloc(0) : await inflate(bytes, { entry, local }, budget)
      if (typeof content === "string") return content
      await visit({ number, names, sealed, bytes: content })
    }
    return covers(bytes, extents, zip) ? null : "corrupt"
  } catch (error) {
    // Everything yauzl and zlib throw is about the bytes; strong encryption hides the directory itself. APPNOTE 7.
    return error instanceof Error && error.message.includes("encryption") ? "encrypted" : "corrupt"
  }
}

interface Extent {
  readonly from: number
  readonly to: number
}

/** Other programs read the local header: what it says differently they see differently. APPNOTE 4.4.4: bit 3 puts sizes behind the data. */
function agree(entry: Entry, local: LocalFileHeader): boolean {
  const later = (local.generalPurposeBitFlag & 0x08) !== 0
  const same = (there: number, here: number): boolean => there === here || here === 0xffffffff || (later && here === 0)
  return (
    local.fileName.equals(entry.fileNameRaw) &&
    local.compressionMethod === entry.compressionMethod &&
    (local.generalPurposeBitFlag & 0x01) === (entry.generalPurposeBitFlag & 0x01) &&
    same(entry.crc32, local.crc32) &&
    same(entry.compressedSize, local.compressedSize) &&
    same(entry.uncompressedSize, local.uncompressedSize)
  )
}

/** Members must not share octets, and no member may stand between them that the directory does not know. */
function covers(bytes: Buffer, extents: readonly Extent[], zip: ZipFile): boolean {
  let end = 0
  for (const extent of extents.toSorted((a, b) => a.from - b.from)) {
    if (extent.from < end || hidden(bytes, end, extent.from)) return false
    end = extent.to
  }
  const directory = bytes.indexOf("PK\x01\x02", end, "latin1")
  return zip.entryCount === 0 ? !hidden(bytes, 0, bytes.length) : !hidden(bytes, end, directory)
}

function hidden(bytes: Buffer, from: number, to: number): boolean {
  return bytes.subarray(from, Math.max(from, to)).includes("PK\x03\x04", 0, "latin1")
}

async function inflate(
  bytes: Buffer,
  member: { readonly entry: Entry; readonly local: LocalFileHeader },
  budget: Budget,
): Promise<Buffer | Trouble> {
  const { entry, local } = member
  const packed = bytes.subarray(local.fileDataStart, local.fileDataStart + entry.compressedSize)
  const chunks: Buffer[] = []
  let size = 0
  let sum = 0
  for await (const chunk of unpacked(packed, entry.compressionMethod)) {
    chunks.push(chunk)
    size += chunk.length
    budget.octets -= chunk.length
    // What is stored shares the archive's own octets.
    if (entry.compressionMethod !== 0) budget.room -= chunk.length
    sum = crc32(chunk, sum)
    if (budget.signal.aborted) return "timeout"
    if (size > FREE && size > RATIO * packed.length) return "bomb"
    if (budget.octets < 0 || budget.room < 0 || size > LARGEST_MEMBER) return "too-large"
  }
  if (size !== entry.uncompressedSize || sum !== entry.crc32) return "corrupt"
  const [only] = chunks
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks)
}

/** Method 0 is stored, 8 is deflated (RFC 1951); `canDecodeFileData` lets no other through. */
function unpacked(packed: Buffer, method: number): AsyncIterable<Buffer> | readonly Buffer[] {
  if (method === 0) return [packed]
  const inflater = createInflateRaw({ chunkSize: CHUNK })
  inflater.end(packed)
  return inflater
}
