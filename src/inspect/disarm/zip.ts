/** Writes a zip: deflated members in order, the one named `mimetype` stored. APPNOTE 4.3. */
import { crc32, deflateRawSync } from "node:zlib"

export interface Part {
  readonly name: string
  readonly bytes: Buffer
}

/** Bit 11: names are UTF-8. APPNOTE 4.4.4. */
const FLAGS = 0x0800
/** 1 January 1980, the earliest moment a zip can name. */
const DATE = 0x21

export function writeZip(parts: readonly Part[]): Buffer {
  const out: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, bytes } of parts) {
    const method = name === "mimetype" || bytes.length === 0 ? 0 : 8
    const packed = method === 0 ? bytes : deflateRawSync(bytes)
    const about = fields({
      name: Buffer.from(name),
      method,
      crc: crc32(bytes),
      packed: packed.length,
      size: bytes.length,
    })
    const local = Buffer.concat([Buffer.from("504b0304", "hex"), about.common, about.name])
    const central = Buffer.concat([Buffer.from("504b01021400", "hex"), about.common, Buffer.alloc(14), about.name])
    central.writeUInt32LE(at, 42)
    directory.push(central)
    out.push(local, packed)
    at += local.length + packed.length
  }
  const end = Buffer.alloc(22)
  const list = Buffer.concat(directory)
  end.write("PK\x05\x06", "latin1")
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...out, list, end])
}

interface Fields {
  readonly name: Buffer
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly size: number
}

/** Version to the length of extra fields: the same in both heads. */
function fields({ name, method, crc, packed, size }: Fields): { readonly common: Buffer; readonly name: Buffer } {
  const common = Buffer.alloc(26)
  common.writeUInt16LE(20, 0)
  common.writeUInt16LE(FLAGS, 2)
  common.writeUInt16LE(method, 4)
  common.writeUInt16LE(DATE, 8)
  common.writeUInt32LE(crc, 10)
  common.writeUInt32LE(packed, 14)
  common.writeUInt32LE(size, 18)
  common.writeUInt16LE(name.length, 22)
  return { common, name }
}
