/** Text that holds more than text: parts where no part should be, and files where somebody may find them. */

import { hiddenRuns } from "./runs.ts"

/** Fields that say how a part is read. */
const MIME_FIELD = /^content-(?:type|transfer-encoding|disposition)[ \t]*:/im
const FILE = /^begin(?:-base64)? +[0-7]{3,5} |^=ybegin |converted with BinHex|^(?:UEsDB|TVqQ|TVpQ|JVBER|0M8R4K)/m
/** Three lines of nothing but base64: no prose. */
const ENCODED = /(?:^[A-Za-z0-9+/]{60,}={0,2}\r?\n){3}/m
/** Prose that honest programs write before the first and after the last part is short. */
const LONGEST_PROSE = 65_536

/** What stands before the first or after the last delimiter is shown by no mail program, and read as parts by some. */
export function holdsParts(octets: Buffer): boolean {
  if (octets.length <= 2) return false
  if (octets.length > LONGEST_PROSE) return true
  const text = octets.toString("latin1")
  return MIME_FIELD.test(text) || FILE.test(text) || ENCODED.test(text) || hiddenRuns(octets).length > 0
}

/** Where MIME fields stand in a body text: at its beginning they were meant as the header of the part. */
export function fieldsIn(octets: Buffer): "first" | "within" | null {
  const text = octets.toString("latin1")
  // Nearly all text is told apart by this, in a fraction of the time.
  if (!/\n[Cc][Oo][Nn][Tt][Ee][Nn][Tt]-/.test(text) && !/^content-/i.test(text)) return null
  const at = text.search(MIME_FIELD)
  if (at === -1) return null
  const before = text.slice(0, at).split("\n").slice(0, -1)
  return before.every((line) => /^(?:[\w-]+:|[ \t]|\r?$)/.test(line)) ? "first" : "within"
}

/** A file that begins with a field that was meant for its header. */
export function beginsWithField(octets: Uint8Array | undefined): boolean {
  const begins = octets === undefined ? "" : Buffer.from(octets.subarray(0, 200)).toString("latin1")
  return /^\s*content-(?:type|transfer-encoding|disposition)[ \t]*:/i.test(begins)
}
