/** Opens S/MIME files: what is signed is read, what is sealed is not. RFC 5652. */
import { Stop } from "../budget.ts"
import { type Member, slice } from "./member.ts"

/** 1.2.840.113549.1.7: 2 is signed, 3 sealed. */
const OID = Buffer.from("06092a864886f70d0107", "hex")
/** 1.2.840.113549.1.9.16.1: 9 is compressed (RFC 3274), 23 sealed (RFC 5083). */
const LATER = Buffer.from("060b2a864886f70d01091001", "hex")
const DEEPEST = 16

/** Null for anything else; the beginning is enough. */
export function pkcs7Kind(bytes: Buffer): "signed" | "sealed" | "compressed" | null {
  if (bytes[0] !== 0x30) return null
  const head = bytes.subarray(0, 32)
  const after = (oid: Buffer): number => (head.includes(oid) ? (head[head.indexOf(oid) + oid.length] ?? 0) : 0)
  const [kind, later] = [after(OID), after(LATER)]
  if (later === 9) return "compressed"
  if (kind === 2) return "signed"
  return kind === 3 || kind === 6 || later === 23 ? "sealed" : null
}

export function* pkcs7(bytes: Buffer): Generator<Member> {
  const kind = pkcs7Kind(bytes)
  if (kind !== "signed") throw new Stop(kind === "compressed" ? "unsupported-archive" : "encrypted")
  const [info] = elements(bytes, 0)
  const content = childAt(info, 1)
  const signed = childAt(content, 0)
  const encapsulated = childAt(signed, 2)
  const wrapped = elements(encapsulated?.body ?? Buffer.alloc(0), 0)[1]
  // A signature beside what it signs holds nothing.
  if (wrapped === undefined) return
  const text = octetsOf(childAt(wrapped, 0), 0)
  yield { names: ["smime.eml"], bytes: text, trouble: null }
}

interface Element {
  readonly tag: number
  readonly body: Buffer
}

function childAt(element: Element | undefined, index: number): Element | undefined {
  return element === undefined ? undefined : elements(element.body, 0)[index]
}

/** An octet string whole, or in pieces. */
function octetsOf(element: Element | undefined, depth: number): Buffer {
  if (element === undefined || depth > DEEPEST) throw new RangeError("no octets")
  if ((element.tag & 0x20) === 0) return element.body
  return Buffer.concat(elements(element.body, depth).map((piece) => octetsOf(piece, depth + 1)))
}

/** Basic encoding: lengths in one octet, in several, or open until two zeros. X.690, 8.1. */
function elements(bytes: Buffer, depth: number): readonly Element[] {
  if (depth > DEEPEST) throw new RangeError("too deep")
  const found: Element[] = []
  for (let at = 0; at + 2 <= bytes.length; ) {
    const { element, next } = elementAt(bytes, at, depth)
    if (element.tag === 0 && element.body.length === 0) break
    found.push(element)
    at = next
  }
  return found
}

function elementAt(bytes: Buffer, at: number, depth: number): { readonly element: Element; readonly next: number } {
  const tag = bytes.readUInt8(at)
  const first = bytes.readUInt8(at + 1)
  if (first === 0x80) {
    let end = at + 2
    while (bytes.readUInt16BE(end) !== 0) {
      if (depth > DEEPEST) throw new RangeError("too deep")
      end = elementAt(bytes, end, depth + 1).next
    }
    return { element: { tag, body: bytes.subarray(at + 2, end) }, next: end + 2 }
  }
  const octets = first < 0x80 ? 0 : first & 0x7f
  const size = octets === 0 ? first : bytes.readUIntBE(at + 2, Math.min(6, octets))
  const body = slice(bytes, at + 2 + octets, size)
  return { element: { tag, body }, next: at + 2 + octets + size }
}
