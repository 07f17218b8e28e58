/** What stands between LZMA and the file: differences, and addresses of branches made absolute. Xz identifiers; LZMA SDK, "Methods.txt". */
import { Stop } from "../budget.ts"

const DELTA = 3
const X86 = 4
const ARM = 7

/** Undoes one filter in place. */
export function unfiltered(id: number, props: Uint8Array, bytes: Buffer): void {
  switch (id) {
    case DELTA:
      return delta(bytes, (props[0] ?? 0) + 1)
    case X86:
      return x86(bytes)
    case ARM:
      return arm(bytes)
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
