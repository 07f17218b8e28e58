/** OpenPGP messages as octets: a session key, sealed for somebody or with a password, and what is sealed with it. RFC 9580, 4.2, 5.1–5.3, 5.13. */

const SEALED_FOR = 1
const SEALED_WITH_PASSWORD = 3
const CONTENT = new Set([9, 18, 20])
const VERSIONS: Readonly<Record<number, readonly number[]>> = {
  [SEALED_FOR]: [2, 3, 6],
  [SEALED_WITH_PASSWORD]: [4, 5, 6],
}
/** Recipients of one message. */
const MOST_KEYS = 100

/** Whether it begins with sealed session keys, and then what they seal. */
export function isPgpMessage(bytes: Buffer): boolean {
  let at = 0
  for (let keys = 0; keys <= MOST_KEYS; keys++) {
    const packet = packetAt(bytes, at)
    if (packet === null) return false
    if (CONTENT.has(packet.tag)) return keys > 0
    const version = bytes[packet.body] ?? 0
    if (VERSIONS[packet.tag]?.includes(version) !== true || packet.length === null) return false
    at = packet.body + packet.length
  }
  return false
}

interface Packet {
  readonly tag: number
  /** Where its body begins. */
  readonly body: number
  /** Null: in pieces, or up to the end. */
  readonly length: number | null
}

function packetAt(bytes: Buffer, at: number): Packet | null {
  const head = bytes[at] ?? 0
  const first = bytes[at + 1]
  if ((head & 0x80) === 0 || first === undefined) return null
  if ((head & 0x40) === 0) {
    const size = [1, 2, 4][head & 3]
    const tag = (head >> 2) & 15
    if (size === undefined) return { tag, body: at + 1, length: null }
    return at + 1 + size > bytes.length ? null : { tag, body: at + 1 + size, length: bytes.readUIntBE(at + 1, size) }
  }
  const tag = head & 0x3f
  if (first < 192) return { tag, body: at + 2, length: first }
  if (first < 224) return { tag, body: at + 3, length: ((first - 192) << 8) + (bytes[at + 2] ?? 0) + 192 }
  if (first < 255) return { tag, body: at + 2, length: null }
  return at + 6 > bytes.length ? null : { tag, body: at + 6, length: bytes.readUInt32BE(at + 2) }
}
