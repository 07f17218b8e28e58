/** Octets → text, whatever the label says: never fails, and loses nothing a recogniser of old Vietnamese encodings needs. */
import { isUtf8 } from "node:buffer"
import { TextDecoder } from "node:util"

/** The fixed set of encodings of the WHATWG standard, made when first asked for. */
const decoders = new Map<string, TextDecoder>()

/**
 * A label nobody knows (`x-viet-tcvn5712`, `viscii`), none, or a wrong "utf-8" gives UTF-8 if it is that, else Latin-1, one
 * character an octet. Not normalised: TCVN3 and VNI text could not be told apart afterwards.
 */
export function decodeCharset(octets: Uint8Array, label: string): string {
  const name = label.trim().toLowerCase()
  if (name === "" || name === "utf-8" || name === "utf8" || name === "us-ascii") return utf8OrLatin1(octets)
  const decoder = decoderFor(name)
  return decoder === null ? utf8OrLatin1(octets) : decoder.decode(octets)
}

function decoderFor(name: string): TextDecoder | null {
  const made = decoders.get(name)
  if (made !== undefined) return made
  if (!/^[a-z0-9_:.-]{1,40}$/.test(name)) return null
  try {
    const decoder = new TextDecoder(name)
    decoders.set(name, decoder)
    return decoder
  } catch {
    return null
  }
}

/** A stray octet, or a last character cut at a limit, does not make UTF-8 text something else; one character in five does. */
function utf8OrLatin1(octets: Uint8Array): string {
  const buffer = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  const text = buffer.toString("utf8")
  if (isUtf8(buffer)) return text
  const broken = text.slice(0, -1).match(/\ufffd/g)?.length ?? 0
  const foreign = text.match(/[^\0-\x7f]/g)?.length ?? 0
  return broken * 5 <= foreign ? text : buffer.toString("latin1")
}
