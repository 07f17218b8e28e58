/**
 * Archives whose only member is the archive itself, octet for octet: whoever opens them until nothing is packed any more
 * never ends. The construction is Russ Cox's ("Zip Files All The Way Down", research.swtch.com/zip): a DEFLATE stream
 * (RFC 1951) as a program of "print these octets" (a stored block) and "print the last n again" (a match), which prints
 * itself between any head and any tail.
 */
import { crc32 } from "node:zlib"

/** DEFLATE writes bits from the lowest up, its Huffman codes from their highest bit down. RFC 1951, 3.1.1. */
function bitWriter() {
  let bits = ""
  return {
    number: (value: number, count: number) => {
      for (let bit = 0; bit < count; bit++) bits += (value >> bit) & 1
    },
    code: (value: number, count: number) => {
      bits += value.toString(2).padStart(count, "0")
    },
    octets: (): Buffer => {
      const octets = Buffer.alloc(Math.ceil(bits.length / 8))
      for (let at = 0; at < bits.length; at++)
        if (bits[at] === "1") octets[at >> 3] = (octets[at >> 3] ?? 0) | (1 << (at & 7))
      return octets
    },
  }
}

/** A stored block's head: what follows it is printed as it stands. RFC 1951, 3.2.4. */
function print(count: number, isLast = false): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt8(isLast ? 1 : 0)
  head.writeUInt16LE(count, 1)
  head.writeUInt16LE(~count & 0xffff, 3)
  return head
}

/** Symbol, extra bits and their value for a length (RFC 1951, 3.2.5): the first of each group of four doubles its step. */
function grouped(value: number, first: number, each: number): readonly [symbol: number, bits: number, rest: number] {
  let [base, bits, symbol] = [first, 0, 0]
  for (;;) {
    const step = 1 << bits
    if (value < base + step) return [symbol, bits, value - base]
    base += step
    symbol++
    if (symbol >= 2 * each && symbol % each === 0) bits++
  }
}

/** Matches of these lengths, all so far back, in one block of fixed codes, and what fills it up to a whole octet. */
function again(lengths: readonly number[], back: number, fill: "exact" | "fixed" | "stored"): Buffer {
  const writer = bitWriter()
  const block = () => writer.number(0b010, 3)
  block()
  for (const length of lengths) {
    const [symbol, bits, rest] = grouped(length, 3, 4)
    writer.code(symbol + 1, 7)
    writer.number(rest, bits)
    const [distance, more, offset] = grouped(back, 1, 2)
    writer.code(distance, 5)
    writer.number(offset, more)
  }
  writer.code(0, 7)
  if (fill === "fixed") {
    block()
    writer.code(0, 7)
  }
  if (fill === "stored") writer.number(0b000, 3)
  return fill === "stored" ? Buffer.concat([writer.octets(), print(0).subarray(1)]) : writer.octets()
}

/** The stream that prints `head`, itself and `tail`. `repeat` prints again as many octets as `head` and a command have. */
function selfPrinting(head: Buffer, tail: Buffer, repeat: Buffer): Buffer {
  const [none, five, four] = [print(0), print(5), print(20)]
  const fourAgain = again([10, 10], 20, "exact")
  const first = print(head.length + 5)
  // As many octets as the tail and this command itself have.
  const last = (length: number) => again([length], length, "stored")
  const size = last(tail.length + 14).length
  const tailAgain = last(tail.length + size)
  const second = print(tail.length + size)
  const blocks: readonly (readonly Buffer[])[] = [
    [first, head, first, repeat, five, repeat, five, five, four, repeat, five, five, four, fourAgain],
    [four, fourAgain, four, fourAgain, four, fourAgain],
    [four, fourAgain, none, none, second, fourAgain, none, none, second],
    [tailAgain, tail, tailAgain],
  ]
  return Buffer.concat(blocks.flat())
}

/** The sum that, written into the file it is the sum of, stays its sum: CRC-32 is linear, so 32 equations over 32 bits. */
function fixedSum(file: (sum: number) => Buffer): number {
  const zero = crc32(file(0))
  // Row by row: the bits of what must be added, the bit of what must come out.
  const columns = Array.from({ length: 32 }, (_, bit) => {
    const sum = (1 << bit) >>> 0
    return (crc32(file(sum)) ^ zero ^ sum) >>> 0
  })
  const rows = Array.from({ length: 32 }, (_, row) => {
    let equation = BigInt((zero >>> row) & 1) << 32n
    for (const [bit, column] of columns.entries()) equation |= BigInt((column >>> row) & 1) << BigInt(bit)
    return equation
  })
  let solution = 0n
  for (let bit = 0; bit < 32; bit++) {
    const pivot = rows.findIndex((row, index) => index >= bit && ((row >> BigInt(bit)) & 1n) === 1n)
    if (pivot < 0) throw new Error("no sum stays its own: choose another name")
    const row = rows[pivot] ?? 0n
    rows[pivot] = rows[bit] ?? 0n
    rows[bit] = row
    for (let other = 0; other < 32; other++)
      if (other !== bit && (((rows[other] ?? 0n) >> BigInt(bit)) & 1n) === 1n) rows[other] = (rows[other] ?? 0n) ^ row
  }
  for (let bit = 0; bit < 32; bit++) solution |= (((rows[bit] ?? 0n) >> 32n) & 1n) << BigInt(bit)
  return Number(solution)
}

/** A .gz that unpacks to itself. RFC 1952. */
export function gzipQuine(): Buffer {
  const make = (sum: number, size: number): Buffer => {
    const head = Buffer.from("\x1f\x8b\x08\x08\0\0\0\0\0\x03r\0", "latin1")
    const tail = Buffer.concat([print(0, true), Buffer.alloc(8)])
    tail.writeUInt32LE(sum, 5)
    tail.writeUInt32LE(size, 9)
    return Buffer.concat([head, selfPrinting(head, tail, again([9, 8], 17, "exact")), tail])
  }
  const size = make(0, 0).length
  return make(
    fixedSum((sum) => make(sum, size)),
    size,
  )
}

/** A .zip whose one member is the .zip. The name is as long as the command for its repetition needs. APPNOTE.TXT 4.3. */
export function zipQuine(): Buffer {
  const name = Buffer.from("cong-van-so-12-ubnd-ca-nam.zip", "latin1")
  const make = (sum: number, total: number): Buffer => {
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(sum, 10)
    // Packed: the whole but the heads, the directory and the end.
    fields.writeUInt32LE(Math.max(0, total - 30 - name.length - 46 - name.length - 22), 14)
    fields.writeUInt32LE(total, 18)
    fields.writeUInt16LE(name.length, 22)
    const head = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), fields, name])
    const directory = Buffer.concat([Buffer.from("PK\x01\x02\x14\0", "latin1"), fields, Buffer.alloc(14), name])
    const end = Buffer.alloc(22)
    end.write("PK\x05\x06", "latin1")
    end.writeUInt16LE(1, 8)
    end.writeUInt16LE(1, 10)
    end.writeUInt32LE(directory.length, 12)
    end.writeUInt32LE(Math.max(0, total - directory.length - 22), 16)
    const tail = Buffer.concat([print(0, true), directory, end])
    return Buffer.concat([head, selfPrinting(head, tail, again([65], 65, "fixed")), tail])
  }
  const size = make(0, 0).length
  return make(
    fixedSum((sum) => make(sum, size)),
    size,
  )
}
