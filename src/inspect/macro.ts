/** Visual Basic in compound files. [MS-OVBA] 2.2.1. */

const MAGIC = Buffer.from("d0cf11e0a1b11ae1", "hex")
const PROJECT = Buffer.from("_VBA_PROJECT\0", "utf16le")
/** Octets of a directory entry; sectors begin at multiples of 512, so entries always lie at multiples of this. [MS-CFB] 2.6.1. */
const ENTRY = 128

/**
 * Every aligned place counts, whether the chain of sectors reaches it or not: a damaged chain that some reader repairs
 * hides nothing.
 */
export function hasMacros(bytes: Buffer): boolean {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return false
  for (let at = bytes.indexOf(PROJECT); at >= 0; at = bytes.indexOf(PROJECT, at + 1)) {
    if (at % ENTRY === 0) return true
  }
  return false
}
