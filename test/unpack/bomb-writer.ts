/** Bombs: files whose contents, opened, are many times what they weigh, and those that never end. */
import { crc32, deflateRawSync, gzipSync } from "node:zlib"
import { zip } from "./zip-writer.ts"

const ZEROS = Buffer.alloc(9_000_000)
const PACKED = deflateRawSync(ZEROS)
const SUM = crc32(ZEROS)

/** So many members of 9 MB each, packed once; or all of them one and the same piece of the file. */
export function many(count: number, shape: "apart" | "one" = "apart"): Buffer {
  const header = (size: number, at: number): Buffer => {
    const fields = Buffer.alloc(size)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(SUM, 10)
    fields.writeUInt32LE(PACKED.length, 14)
    fields.writeUInt32LE(ZEROS.length, 18)
    fields.writeUInt16LE(3, 22)
    if (size > 26) fields.writeUInt32LE(at, 36)
    return fields
  }
  const name = (index: number): Buffer => Buffer.from(String(index).padStart(3, "0"))
  const locals = Array.from({ length: shape === "one" ? 1 : count }, (_, index) =>
    Buffer.concat([Buffer.from("PK\x03\x04"), header(26, 0), name(index), PACKED]),
  )
  const size = locals[0]?.length ?? 0
  const directory = Array.from({ length: count }, (_, index) =>
    Buffer.concat([Buffer.from("PK\x01\x02\x14\0"), header(40, shape === "one" ? 0 : index * size), name(index)]),
  )
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write("PK\x05\x06", "latin1")
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(locals.length * size, 16)
  return Buffer.concat([...locals, central, end])
}

export function flat(): Buffer {
  return zip([{ name: "0.txt", data: Buffer.alloc(30_000_000) }])
}

export function nested(depth: number): Buffer {
  if (depth === 0) return many(10)
  const inside = nested(depth - 1)
  return zip(Array.from({ length: 10 }, (_, index) => ({ name: `${index}.zip`, data: inside })))
}

/** gzip in gzip in gzip, deeper than anybody follows. */
export function endless(): Buffer {
  let bytes = Buffer.from("x")
  for (let level = 0; level < 2_000; level++) bytes = gzipSync(bytes, { level: 0 })
  return bytes
}

/** One record of the directory after another, all of one empty member each. */
export function entries(count: number): Buffer {
  const local = Buffer.alloc(31)
  local.write("PK\x03\x04\x14\0", "latin1")
  local.writeUInt16LE(1, 26)
  local.write("a", 30)
  const central = Buffer.alloc(47)
  central.write("PK\x01\x02\x14\0\x14\0", "latin1")
  central.writeUInt16LE(1, 28)
  central.write("a", 46)
  const end = Buffer.alloc(22 + 76)
  end.write("PK\x06\x06", 0, "latin1")
  end.writeBigUInt64LE(44n, 4)
  end.writeBigUInt64LE(BigInt(count), 24)
  end.writeBigUInt64LE(BigInt(count), 32)
  end.writeBigUInt64LE(BigInt(count * 47), 40)
  end.writeBigUInt64LE(31n, 48)
  end.write("PK\x06\x07", 56, "latin1")
  end.writeBigUInt64LE(BigInt(31 + count * 47), 64)
  end.write("PK\x05\x06", 76, "latin1")
  end.fill(0xff, 84, 96)
  return Buffer.concat([local, Buffer.alloc(count * 47, central), end])
}

/** A picture of 100,000 × 100,000 points. */
export function pixels(): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data])
    const frame = Buffer.alloc(8 + body.length)
    frame.writeUInt32BE(data.length)
    body.copy(frame, 4)
    frame.writeUInt32BE(crc32(body), frame.length - 4)
    return frame
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(100_000, 0)
  head.writeUInt32BE(100_000, 4)
  head.set([8, 6], 8)
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", head),
    chunk("IDAT", deflateRawSync(Buffer.alloc(1_000_000))),
    chunk("IEND", Buffer.alloc(0)),
  ])
}

export function objects(): Buffer {
  const body = Array.from({ length: 150_000 }, (_, index) => `${index + 1} 0 obj<</A ${index + 2} 0 R>>endobj\n`).join(
    "",
  )
  return Buffer.from(`%PDF-1.7\n${body}trailer<</Root 1 0 R/Size 150001>>\n%%EOF`)
}

/** So many empty files of tar, 512 octets each. */
export function tarEntries(count: number): Buffer {
  const header = Buffer.alloc(512)
  header.write("a", 0)
  header.write("0000644\0", 100)
  header.write("00000000000\0", 124)
  header.write("        ", 148)
  header.write("0", 156)
  header.write("ustar\x0000", 257, "latin1")
  header.write(
    `${header
      .reduce((sum, octet) => sum + octet, 0)
      .toString(8)
      .padStart(6, "0")}\0 `,
    148,
    "latin1",
  )
  return Buffer.concat([Buffer.alloc(count * 512, header), Buffer.alloc(1_024)])
}
