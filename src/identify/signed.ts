/** The octets signatures are checked over, cut to what a verifier shall be asked to do. */
import { setImmediate } from "node:timers/promises"

/** What a message honestly carries is two or three. RFC 6376 §8.4 allows a limit. */
const MOST_SIGNATURES = 10
/** Octets and lines of a header block; a longer one is no matter of signatures. Unfolding costs the square of the lines. */
const LONGEST_HEADER = 131_072
const MOST_LINES = 2_000
/** Octets of a body line; mailauth's cost is the square of it. A sound line has 998 (RFC 5322 §2.1.1), careless HTML some 100,000. */
const LONGEST_LINE = 1_048_576
const END = "\r\n\r\n"
const LF = 0x0a

/**
 * The header block without signatures beyond the tenth, and the body only when a signature may cover it.
 * Throws RangeError for a header block or a line that is too long.
 */
export async function* signedOctets(octets: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Buffer | null = Buffer.alloc(0)
  let line = 0
  for await (const chunk of octets) {
    if (head === null) {
      // Hashing runs on without a pause where chunks are at hand; neighbours shall have their turn.
      await setImmediate()
      const ended = chunk.lastIndexOf(LF)
      line = ended === -1 ? line + chunk.length : chunk.length - ended - 1
      if (line > LONGEST_LINE) throw new RangeError("body line too long")
      yield chunk
      continue
    }
    const searched = Math.max(0, head.length - END.length)
    head = Buffer.concat([head, chunk])
    const end = head.indexOf(END, searched)
    if ((end === -1 ? head.length : end) > LONGEST_HEADER) throw new RangeError("header block too long")
    if (end === -1) continue
    const bodyAt = end + END.length
    const { header, signed } = limited(head.subarray(0, bodyAt))
    yield header
    if (!signed) return
    yield head.subarray(bodyAt)
    head = null
  }
  if (head !== null) yield limited(head).header
}

/** A line with white space in front belongs to the field above. RFC 5322 §2.2.3. */
function limited(head: Buffer): { readonly header: Buffer; readonly signed: boolean } {
  const text = head.toString("latin1")
  if (text.split("\n", MOST_LINES + 1).length > MOST_LINES) throw new RangeError("header block of too many lines")
  let signatures = 0
  const kept = text.replace(/^dkim-signature[^\n]*\n(?:[ \t][^\n]*\n)*/gim, (field) =>
    ++signatures > MOST_SIGNATURES ? "" : field,
  )
  const signed = signatures > 0 || /^arc-message-signature/im.test(text)
  return { header: signatures > MOST_SIGNATURES ? Buffer.from(kept, "latin1") : head, signed }
}
