/** Opens RPM packages: past two headers lies a packed cpio archive. */
import { countFile } from "../budget.ts"
import { type Member, type Way } from "./member.ts"

const LEAD = 96

export function* rpm(bytes: Buffer, { budget }: Way): Generator<Member> {
  const signature = pastHeader(bytes, LEAD)
  const payload = pastHeader(bytes, Math.ceil(signature / 8) * 8)
  countFile(budget)
  yield { names: ["payload.cpio"], bytes: bytes.subarray(payload), trouble: null }
}

/** Magic, number of index entries of 16 octets, octets of what they point into. */
function pastHeader(bytes: Buffer, at: number): number {
  if (bytes.readUIntBE(at, 3) !== 0x8eade8) throw new RangeError("no rpm header")
  return at + 16 + bytes.readUInt32BE(at + 8) * 16 + bytes.readUInt32BE(at + 12)
}
