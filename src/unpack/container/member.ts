/** What every reader of a container gets and gives. */
import type { Part } from "../../mail/part.ts"
import { type Budget, createOutput, type Output, Stop, type Trouble } from "../budget.ts"
import type { Passwords } from "../password.ts"

export interface Member {
  /** As decoded, and as other programs may read the raw octets. */
  readonly names: readonly string[]
  /** As far as they could be had. */
  readonly bytes: Buffer
  /** Why they are not all of it; null when they are. */
  readonly trouble: Trouble | null
  /** Only its beginning was kept, though all of it came out: its size. */
  readonly cut?: number
  /** It was sealed, and a password of the message opened it. */
  readonly opened?: boolean
  /** Media type its container says it has. */
  readonly claimed?: string
}

/** Reads a message as the gateway does: every part is shown, what could not be read is told by its reason. */
export type ReadMessage = (bytes: Buffer, visit: (part: Part) => Promise<void>) => Promise<readonly string[]>

/** A reader notes what does not decide about a single member. */
export interface Way {
  readonly budget: Budget
  readonly passwords: Passwords
  readonly message: ReadMessage
  /** Other programs may see other members in it. */
  ambiguous(): void
}

/** Reads one container. Throws `Stop` where it ends early; whatever else is thrown is about the octets: corrupt. */
export type Open = (bytes: Buffer, way: Way) => Iterable<Member> | AsyncIterable<Member>

/** A decoder writes all it can into the output, and throws when its input is broken. */
export type Decode = (packed: Buffer, output: Output) => void | Promise<void>

export interface Unpacked {
  readonly bytes: Buffer
  readonly cut?: number
  readonly trouble: Trouble | null
}

/** Runs a decoder within the budget. */
export async function unpacked(packed: Buffer, decode: Decode, budget: Budget, expected?: number): Promise<Unpacked> {
  if (budget.over !== null) return { bytes: Buffer.alloc(0), trouble: budget.over }
  const output = createOutput(budget, packed.length, expected)
  try {
    const before = budget.out
    await decode(packed, output)
    const bytes = output.done()
    return output.isCut() ? { bytes, trouble: null, cut: budget.out - before } : { bytes, trouble: null }
  } catch (error) {
    return { bytes: output.bytes.subarray(0, output.size), trouble: troubleOf(error) }
  }
}

export function troubleOf(error: unknown): Trouble {
  return error instanceof Stop ? error.trouble : "corrupt"
}

/** A name as UTF-8 where it is, and in any case as single octets. */
export function namesOf(raw: Buffer): readonly string[] {
  const single = raw.toString("latin1")
  const utf8 = raw.toString("utf8")
  return utf8 === single || utf8.includes("\ufffd") ? [single] : [utf8, single]
}

/** Octets up to the first NUL. */
export function cString(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0)
  return end < 0 ? bytes : bytes.subarray(0, end)
}

/** A part of the container's own octets: nothing is copied, and it must be there whole. */
export function slice(bytes: Buffer, from: number, size: number): Buffer {
  if (!(from >= 0 && size >= 0 && from + size <= bytes.length)) throw new RangeError("beyond the end")
  return bytes.subarray(from, from + size)
}
