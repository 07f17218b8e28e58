/** DER: one element after the other, each with its place. X.690. */

export interface Element {
  readonly tag: number
  /** With its tag and length. */
  readonly whole: Buffer
  readonly content: Buffer
}

export const TAG = { integer: 2, octets: 4, oid: 6, utcTime: 0x17, time: 0x18, sequence: 0x30, set: 0x31 } as const

/** A signature's padding of zeros ends the list, and so does what is longer than it says. */
export function elements(der: Buffer, most = 1_000): readonly Element[] {
  const found: Element[] = []
  for (let at = 0; at + 2 <= der.length && found.length < most; ) {
    const tag = der[at] ?? 0
    let length = der[at + 1] ?? 0
    let from = at + 2
    if (length > 0x80) {
      const octets = length & 0x7f
      if (octets > 4 || from + octets > der.length) break
      length = der.readUIntBE(from, octets)
      from += octets
    } else if (length === 0x80) {
      // BER of indefinite length: up to the end-of-contents of its own level.
      const end = endOfContents(der, from)
      if (end < 0) break
      found.push({ tag, whole: der.subarray(at, end + 2), content: der.subarray(from, end) })
      at = end + 2
      continue
    }
    if (tag === 0 || from + length > der.length) break
    found.push({ tag, whole: der.subarray(at, from + length), content: der.subarray(from, from + length) })
    at = from + length
  }
  return found
}

function endOfContents(der: Buffer, from: number): number {
  let depth = 0
  for (let at = from; at + 2 <= der.length; ) {
    const length = der[at + 1] ?? 0
    if (der[at] === 0 && length === 0) {
      if (depth-- === 0) return at
      at += 2
    } else if (length === 0x80) {
      depth++
      at += 2
    } else if (length > 0x80) {
      const octets = length & 0x7f
      if (octets > 4 || at + 2 + octets > der.length) return -1
      at += 2 + octets + der.readUIntBE(at + 2, octets)
    } else at += 2 + length
  }
  return -1
}

/** Dotted, as standards write it. */
export function oidOf({ content }: Element): string {
  const numbers: number[] = []
  let value = 0
  for (const octet of content) {
    value = value * 128 + (octet & 0x7f)
    if ((octet & 0x80) === 0) {
      numbers.push(value)
      value = 0
    }
  }
  const [first = 0, ...rest] = numbers
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - 40 * root, ...rest].join(".")
}

/** The first with this tag; null when there is none. */
export function child(parent: Element | null, tag: number, skip = 0): Element | null {
  if (parent === null) return null
  return elements(parent.content).filter((element) => element.tag === tag)[skip] ?? null
}
