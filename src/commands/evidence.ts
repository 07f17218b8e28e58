/** Evidence for an authority: the message as it came and what is recorded of it, with their digests, in one zip without compression. */
import { hash } from "node:crypto"
import { crc32 } from "node:zlib"

interface Entry {
  readonly name: string
  readonly bytes: Uint8Array
}

/** `message.eml`, `record.json`, and `SHA256SUMS`, which `sha256sum -c` checks. */
export function evidenceOf(message: Uint8Array, record: object): Uint8Array {
  const told: Entry = { name: "record.json", bytes: Buffer.from(`${JSON.stringify(record, null, 2)}\n`) }
  const files: readonly Entry[] = [{ name: "message.eml", bytes: message }, told]
  const sums = files.map(({ name, bytes }) => `${hash("sha256", bytes, "hex")}  ${name}\n`).join("")
  return zip([...files, { name: "SHA256SUMS", bytes: Buffer.from(sums) }])
}

/** Stored, not deflated: an examiner's tools need nothing to look inside. APPNOTE 6.3.10 §4.3. */
function zip(entries: readonly Entry[]): Uint8Array {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, bytes } of entries) {
    const title = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    // Bytes 2 to 10: no flags, stored, no time.
    common.writeUInt16LE(0x21, 8)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(bytes.length, 14)
    common.writeUInt32LE(bytes.length, 18)
    common.writeUInt16LE(title.length, 22)
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, title])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, tail, title]))
    parts.push(local, Buffer.from(bytes))
    offset += local.length + bytes.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write("PK\x05\x06", 0, "latin1")
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, central, end])
}
