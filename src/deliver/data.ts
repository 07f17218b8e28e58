/** A message as it goes through DATA: dots at line starts doubled, the final dot behind it. RFC 5321 §4.5.2. Pure. */

const DOT = 0x2e
const CR = 0x0d
const LF = 0x0a
const NOTHING = Buffer.alloc(0)

export interface DataWriter {
  /** The octets with their dots doubled; the given ones themselves where there is nothing to double. */
  next(octets: Uint8Array): Buffer
  /** What ends the message: the dot on a line of its own. */
  end(): Buffer
}

export function createDataWriter(): DataWriter {
  /** The last two octets that went by; at first as if a line had just ended. */
  let before = CR
  let last = LF
  return {
    next(octets) {
      if (octets.length === 0) return NOTHING
      const given = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
      const stuffed = doubled(given, last === LF && given[0] === DOT)
      before = given.length > 1 ? (given.at(-2) ?? last) : last
      last = given.at(-1) ?? last
      return stuffed
    },
    end: () => Buffer.from(before === CR && last === LF ? ".\r\n" : "\r\n.\r\n"),
  }
}

/** `first`: the first octet is a dot at the start of a line. After a lone LF too: some servers take that for a line end. */
function doubled(given: Buffer, first: boolean): Buffer {
  let dots = first ? 1 : 0
  for (let at = given.indexOf("\n."); at !== -1; at = given.indexOf("\n.", at + 2)) dots++
  if (dots === 0) return given
  const stuffed = Buffer.allocUnsafe(given.length + dots)
  let line = first
  let to = 0
  for (const octet of given) {
    if (line && octet === DOT) stuffed[to++] = DOT
    stuffed[to++] = octet
    line = octet === LF
  }
  return stuffed
}
