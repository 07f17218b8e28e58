/** What stands between LZMA and the file: differences, and addresses of branches made absolute. Xz identifiers; LZMA SDK, "Methods.txt". */
import { Stop } from "../budget.ts"

const DELTA = 3
const X86 = 4
const POWER_PC = 5
const IA64 = 6
const ARM = 7
const THUMB = 8
const SPARC = 9
const ARM64 = 10

/** Undoes one filter in place. */
export function unfiltered(id: number, props: Uint8Array, bytes: Buffer): void {
  switch (id) {
    case DELTA:
      return delta(bytes, (props[0] ?? 0) + 1)
    case X86:
      return x86(bytes)
    case POWER_PC:
      return powerPc(bytes)
    case IA64:
      return ia64(bytes)
    case ARM:
      return arm(bytes)
    case THUMB:
      return thumb(bytes)
    case SPARC:
      return sparc(bytes)
    case ARM64:
      return arm64(bytes)
    default:
      throw new Stop("unsupported-archive")
  }
}

function delta(bytes: Buffer, distance: number): void {
  for (let at = distance; at < bytes.length; at++) bytes[at] = ((bytes[at] ?? 0) + (bytes[at - distance] ?? 0)) & 0xff
}

/** CALL and JMP (E8, E9) of 32 bits; `mask` tells which of the octets before looked like one. */
function x86(bytes: Buffer): void {
  let mask = 0
  let before = -5
  for (let at = 0; at + 5 <= bytes.length; ) {
    const octet = bytes[at]
    if (octet !== 0xe8 && octet !== 0xe9) {
      at++
      continue
    }
    const gap = at - before
    before = at
    if (gap > 5) mask = 0
    else for (let step = 0; step < gap; step++) mask = (mask & 0x77) << 1
    const edge = isEdge(bytes[at + 4] ?? 1)
    const likely = mask >> 1
    if (edge && likely <= 4 && likely !== 3) {
      bytes.writeUInt32LE(target(bytes.readUInt32LE(at + 1), at + 5, mask), at + 1)
      at += 5
      mask = 0
    } else {
      at++
      mask |= edge ? 0x11 : 1
    }
  }
}

const BIT_OF_MASK = [0, 1, 2, 2, 3]

/** The distance that was made an address. */
function target(address: number, here: number, mask: number): number {
  let source = address
  for (;;) {
    const distance = (source - here) >>> 0
    const index = (BIT_OF_MASK[mask >> 1] ?? 0) * 8
    if (mask === 0 || !isEdge((distance >>> (24 - index)) & 0xff)) {
      return ((distance & 0xffffff) | ((distance & 0x1000000) === 0 ? 0 : 0xff000000)) >>> 0
    }
    source = (distance ^ (2 ** (32 - index) - 1)) >>> 0
  }
}

function isEdge(octet: number): boolean {
  return octet === 0 || octet === 0xff
}

/** BL of 24 bits. */
function arm(bytes: Buffer): void {
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    if (bytes[at + 3] !== 0xeb) continue
    const address = bytes.readUIntLE(at, 3)
    bytes.writeUIntLE((address - ((at + 8) >> 2)) & 0xffffff, at, 3)
  }
}

/** BL with its link bit. */
function powerPc(bytes: Buffer): void {
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const word = bytes.readUInt32BE(at)
    if ((word & 0xfc000003) >>> 0 !== 0x48000001) continue
    bytes.writeUInt32BE((0x48000001 | (((word & 0x03fffffc) - at) & 0x03fffffc)) >>> 0, at)
  }
}

/** BL of two halves of 11 bits. */
function thumb(bytes: Buffer): void {
  for (let at = 0; at + 4 <= bytes.length; at += 2) {
    const high = bytes.readUInt16LE(at)
    const low = bytes.readUInt16LE(at + 2)
    if ((high & 0xf800) !== 0xf000 || (low & 0xf800) !== 0xf800) continue
    const absolute = (((high & 0x7ff) << 11) | (low & 0x7ff)) << 1
    const distance = ((absolute - (at + 4)) >>> 1) & 0x3fffff
    bytes.writeUInt16LE(0xf000 | (distance >> 11), at)
    bytes.writeUInt16LE(0xf800 | (distance & 0x7ff), at + 2)
    at += 2
  }
}

/** CALL whose displacement fits 22 bits and its sign. */
function sparc(bytes: Buffer): void {
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const word = bytes.readUInt32BE(at)
    const top = word >>> 22
    if (top !== 0x100 && top !== 0x1ff) continue
    const distance = ((word << 2) - at) >>> 2
    const sign = (0 - ((distance >>> 22) & 1)) << 22
    bytes.writeUInt32BE(((sign & 0x3fffffff) | (distance & 0x3fffff) | 0x40000000) >>> 0, at)
  }
}

/** BL of 26 bits; ADRP of 21 whose target is within 512 MiB. */
function arm64(bytes: Buffer): void {
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const word = bytes.readUInt32LE(at)
    if (word >>> 26 === 0x25) {
      bytes.writeUInt32LE((0x94000000 | ((word - (at >>> 2)) & 0x03ffffff)) >>> 0, at)
    } else if ((word & 0x9f000000) >>> 0 === 0x90000000) {
      const page = ((word >>> 29) & 3) | ((word >>> 3) & 0x1ffffc)
      if (((page + 0x20000) & 0x1c0000) !== 0) continue
      const distance = page - (at >>> 12)
      const low = ((distance & 3) << 29) | ((distance & 0x3fffc) << 3) | ((0 - (distance & 0x20000)) & 0xe00000)
      bytes.writeUInt32LE(((word & 0x9000001f) | low) >>> 0, at)
    }
  }
}

/** Which of the three slots of a bundle branch, by its template. */
const BRANCHES = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 6, 6, 0, 0, 7, 7, 4, 4, 0, 0, 4, 4, 0, 0]

/** Bundles of 16 octets with slots of 41 bits. */
function ia64(bytes: Buffer): void {
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    const mask = BRANCHES[(bytes[at] ?? 0) & 31] ?? 0
    for (let slot = 0, bit = 5; slot < 3; slot++, bit += 41) {
      if (((mask >> slot) & 1) === 0) continue
      const from = at + (bit >> 3)
      const shift = BigInt(bit & 7)
      const octets = BigInt(bytes.readUIntLE(from, 6))
      const slotBits = octets >> shift
      if (((slotBits >> 37n) & 15n) !== 5n || ((slotBits >> 9n) & 7n) !== 0n) continue
      const absolute = Number((slotBits >> 13n) & 0xfffffn) | (Number((slotBits >> 36n) & 1n) << 20)
      const distance = (((absolute << 4) - at) >>> 4) & 0x1fffff
      const cleared = slotBits & ~(0x8fffffn << 13n)
      const put = cleared | (BigInt(distance & 0xfffff) << 13n) | (BigInt(distance & 0x100000) << (36n - 20n))
      const rest = octets & ((1n << shift) - 1n)
      bytes.writeUIntLE(Number(rest | (put << shift)), from, 6)
    }
  }
}
