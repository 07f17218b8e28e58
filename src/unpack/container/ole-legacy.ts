/** Whether an office file of the old kind is sealed: its own streams say so. [MS-XLS], [MS-DOC], [MS-PPT]. */
import type { OleStreams } from "../ole.ts"

const FILEPASS = 0x2f
const ENCRYPTED_USER = 0xf3d1c4df

export function legacySeal(streams: OleStreams): boolean {
  const book = streams.get("Workbook") ?? streams.get("Book")
  if (book !== undefined && hasFilePass(book)) return true
  const word = streams.get("WordDocument")
  // fEncrypted of the FIB. [MS-DOC] 2.5.2.
  if (word !== undefined && word.length > 12 && (word.readUInt16LE(10) & 0x0100) !== 0) return true
  const user = streams.get("Current User")
  return user !== undefined && user.length >= 16 && user.readUInt32LE(12) === ENCRYPTED_USER
}

/** It stands among the first records. [MS-XLS] 2.1.7.20.3. */
function hasFilePass(book: Buffer): boolean {
  let at = 0
  for (let record = 0; record < 20 && at + 4 <= book.length; record++) {
    if (book.readUInt16LE(at) === FILEPASS) return true
    at += 4 + book.readUInt16LE(at + 2)
  }
  return false
}
