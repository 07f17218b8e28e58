/** The octets signatures are checked over, cut to what a verifier shall be asked to do. */

/** What a message honestly carries is two or three. RFC 6376 §8.4 allows a limit. */
const MOST_SIGNATURES = 10
/** Octets of a header block; a longer one is no matter of signatures, and is a finding of its own. */
const LONGEST_HEADER = 131_072
const END = "\r\n\r\n"

/**
 * The header block without signatures beyond the tenth, and the body only when a signature may cover it.
 * Throws RangeError for a header block that is too long.
 */
export async function* signedOctets(octets: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Buffer | null = Buffer.alloc(0)
  for await (const chunk of octets) {
    if (head === null) {
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
  let signatures = 0
  const kept = text.replace(/^dkim-signature[^\n]*\n(?:[ \t][^\n]*\n)*/gim, (field) =>
    ++signatures > MOST_SIGNATURES ? "" : field,
  )
  const signed = signatures > 0 || /^arc-message-signature/im.test(text)
  return { header: signatures > MOST_SIGNATURES ? Buffer.from(kept, "latin1") : head, signed }
}
