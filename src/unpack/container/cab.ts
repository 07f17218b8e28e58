/** Opens Microsoft cabinets: folders of blocks, each a piece of one deflated stream. [MS-CAB]. */
import { inflateRawSync } from "node:zlib"
import { countFile, createOutput, Stop } from "../budget.ts"
import { cString, type Member, namesOf, slice, troubleOf, type Unpacked, type Way } from "./member.ts"

const BLOCK = 32_768
const HAS_PREVIOUS = 1
const HAS_NEXT = 2
const HAS_RESERVE = 4

interface Folder {
  readonly start: number
  readonly blocks: number
  readonly method: number
}

export async function* cab(bytes: Buffer, { budget }: Way): AsyncGenerator<Member> {
  const flags = bytes.readUInt16LE(30)
  if ((flags & (HAS_PREVIOUS | HAS_NEXT)) !== 0) throw new Stop("split-archive")
  const reserve = (flags & HAS_RESERVE) === 0 ? { header: 0, folder: 0, data: 0 } : reserved(bytes)
  const folders = foldersOf(bytes, 36 + reserve.header, reserve.folder)
  const contents = new Map<number, Unpacked>()
  let at = bytes.readUInt32LE(16)
  for (let left = bytes.readUInt16LE(28); left > 0; left--) {
    countFile(budget)
    const size = bytes.readUInt32LE(at)
    const offset = bytes.readUInt32LE(at + 4)
    const index = bytes.readUInt16LE(at + 8)
    const name = cString(bytes.subarray(at + 16, at + 16 + 257))
    at += 16 + name.length + 1
    const folder = folders[index]
    if (folder === undefined) throw new Stop(index >= 0xfffd ? "split-archive" : "corrupt")
    const content = contents.get(index) ?? unfolded(bytes, folder, reserve.data)
    contents.set(index, content)
    const part = content.bytes.subarray(offset, offset + size)
    yield { names: namesOf(name), bytes: part, trouble: part.length === size ? null : (content.trouble ?? "corrupt") }
  }

  function unfolded(from: Buffer, folder: Folder, skip: number): Unpacked {
    const output = createOutput(budget, from.length)
    try {
      let start = folder.start
      for (let left = folder.blocks; left > 0; left--) {
        const packed = from.readUInt16LE(start + 4)
        const size = from.readUInt16LE(start + 6)
        const block = slice(from, start + 8 + skip, packed)
        start += 8 + skip + packed
        output.push(
          expanded(block, size, folder.method, output.bytes.subarray(Math.max(0, output.size - BLOCK), output.size)),
        )
      }
      return { bytes: output.done(), trouble: null }
    } catch (error) {
      return { bytes: output.bytes.subarray(0, output.size), trouble: troubleOf(error) }
    }
  }
}

/** MSZIP: "CK", then deflate that refers to the block before. */
function expanded(block: Buffer, size: number, method: number, dictionary: Buffer): Buffer {
  if ((method & 15) === 0) return block
  if ((method & 15) !== 1) throw new Stop("unsupported-archive")
  if (block.toString("latin1", 0, 2) !== "CK" || size > BLOCK) throw new RangeError("no block")
  const options = { maxOutputLength: BLOCK, ...(dictionary.length > 0 ? { dictionary } : {}) }
  const content = inflateRawSync(block.subarray(2), options)
  if (content.length !== size) throw new RangeError("block of another size")
  return content
}

function reserved(bytes: Buffer): { readonly header: number; readonly folder: number; readonly data: number } {
  return { header: 4 + bytes.readUInt16LE(36), folder: bytes.readUInt8(38), data: bytes.readUInt8(39) }
}

function foldersOf(bytes: Buffer, from: number, reserve: number): readonly Folder[] {
  return Array.from({ length: bytes.readUInt16LE(26) }, (_, index) => {
    const at = from + index * (8 + reserve)
    return { start: bytes.readUInt32LE(at), blocks: bytes.readUInt16LE(at + 4), method: bytes.readUInt16LE(at + 6) }
  })
}
