/** Writes zips, honest and dishonest ones. APPNOTE 4.3. */
import { crc32, deflateRawSync } from "node:zlib"

export interface ZipMember {
  readonly name: string
  readonly data: Buffer | string
  /** Stored when true. */
  readonly stored?: boolean
  /** Bit 0 of the flags; the data is written as it is. */
  readonly encrypted?: boolean
  /** What the local header says instead. */
  readonly localName?: string
  readonly localMethod?: number
  /** What both headers say instead of the truth. */
  readonly declared?: number
  /** Compression method in both headers instead of the true one. */
  readonly method?: number
}

export function zip(
  members: readonly ZipMember[],
  lie: { readonly overlap?: boolean; readonly hide?: number } = {},
): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const [index, member] of members.entries()) {
    const data = Buffer.from(member.data)
    const packed = member.stored === true ? data : deflateRawSync(data)
    const method = member.method ?? (member.stored === true ? 0 : 8)
    const common = (said: number): Buffer => {
      const header = Buffer.alloc(26)
      header.writeUInt16LE(20, 0)
      header.writeUInt16LE(member.encrypted === true ? 1 : 0, 2)
      header.writeUInt16LE(said, 4)
      header.writeUInt32LE(crc32(data), 10)
      header.writeUInt32LE(packed.length, 14)
      header.writeUInt32LE(member.declared ?? data.length, 18)
      return header
    }
    const localName = Buffer.from(member.localName ?? member.name)
    const local = common(member.localMethod ?? method)
    local.writeUInt16LE(localName.length, 22)
    const record = Buffer.concat([Buffer.from("PK\x03\x04"), local, localName, packed])
    const name = Buffer.from(member.name)
    const central = common(method)
    central.writeUInt16LE(name.length, 22)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(lie.overlap === true ? 0 : at, 10)
    if (index !== lie.hide) directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\0"), central, tail, name]))
    locals.push(record)
    at += record.length
  }
  const entries = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write("PK\x05\x06", "latin1")
  end.writeUInt16LE(directory.length, 8)
  end.writeUInt16LE(directory.length, 10)
  end.writeUInt32LE(entries.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, entries, end])
}
