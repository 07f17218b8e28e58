/** Bits of a buffer, and Huffman codes over them. Past the end it throws: truncated input is corrupt. */

export interface Bits {
  /** So many bits, at most 24. */
  take(count: number): number
  /** The next bits without taking them; zeros past the end. At most 24. */
  peek(count: number): number
  skip(count: number): void
  /** Bits taken since the beginning. */
  position(): number
  /** Octet at which the next whole octet begins. */
  align(): number
  /** Begins anew at an octet. */
  seek(octet: number): void
}

/** Highest bit first. */
export function msbFirst(bytes: Uint8Array, from = 0): Bits {
  let at = from
  let held = 0
  let size = 0
  const fill = (count: number): void => {
    while (size < count) {
      held = ((held & 0xffffff) << 8) | (bytes[at] ?? 0)
      // Some encoders read a little past their end; more than that is a cut stream.
      if (at++ > bytes.length + 8) throw new RangeError("input ends")
      size += 8
    }
  }
  const peek = (count: number): number => {
    if (count === 0) return 0
    fill(count)
    return (held >>> (size - count)) & (2 ** count - 1)
  }
  const skip = (count: number): void => {
    fill(count)
    size -= count
  }
  return {
    peek,
    skip,
    take(count) {
      const value = peek(count)
      size -= count
      return value
    },
    position: () => (at - from) * 8 - size,
    align() {
      size -= size % 8
      return at - size / 8
    },
    seek(octet) {
      at = octet
      size = 0
    },
  }
}

/** Lowest bit first. */
export function lsbFirst(bytes: Uint8Array, from = 0): Bits {
  let at = from
  let held = 0
  let size = 0
  const fill = (count: number): void => {
    while (size < count) {
      held |= (bytes[at] ?? 0) << size
      if (at++ > bytes.length + 8) throw new RangeError("input ends")
      size += 8
    }
  }
  const skip = (count: number): void => {
    fill(count)
    held >>>= count
    size -= count
  }
  const peek = (count: number): number => {
    fill(count)
    return held & (2 ** count - 1)
  }
  return {
    peek,
    skip,
    take(count) {
      const value = peek(count)
      held >>>= count
      size -= count
      return value
    },
    position: () => (at - from) * 8 - size,
    align() {
      skip(size % 8)
      return at - size / 8
    },
    seek(octet) {
      at = octet
      held = size = 0
    },
  }
}

/** Reads one symbol. */
export type Huffman = (bits: Bits) => number

/** A canonical code by the lengths of its words, read highest bit first; `reversed` for streams whose lowest bit comes first. */
export function huffman(lengths: ArrayLike<number>, order: "msb" | "lsb" = "msb"): Huffman {
  let longest = 0
  let used = 0
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol] ?? 0
    if (length > 0) used++
    if (length > longest) longest = length
  }
  if (longest > 20) throw new RangeError("code too long")
  // A code of no symbols may stand there as long as nobody reads it.
  if (used === 0) {
    return () => {
      throw new RangeError("empty code")
    }
  }
  const table = new Int32Array(1 << longest).fill(-1)
  let code = 0
  for (let length = 1; length <= longest; length++) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue
      if (code >= 1 << length) throw new RangeError("oversubscribed code")
      const entry = (symbol << 5) | length
      if (order === "msb") table.fill(entry, code << (longest - length), (code + 1) << (longest - length))
      else for (let at = reverse(code, length); at < table.length; at += 1 << length) table[at] = entry
      code++
    }
    code <<= 1
  }
  return (bits) => {
    const entry = table[bits.peek(longest)] ?? -1
    if (entry < 0) throw new RangeError("no such code")
    bits.skip(entry & 31)
    return entry >> 5
  }
}

function reverse(code: number, length: number): number {
  let reversed = 0
  for (let bit = 0; bit < length; bit++) reversed |= ((code >> bit) & 1) << (length - 1 - bit)
  return reversed
}
