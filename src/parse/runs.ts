/** Runs of base64 and quoted-printable that no header tells of, wherever they stand; only what becomes a file counts, not what prose becomes. */
import type { Carved } from "./carve.ts"

/** Characters of base64 in a row of lines that are worth a look; the EICAR test file has 92. */
const SHORTEST = 40
/** Runs of one text; more are an attack, and what lies beyond them is still read by the scanner of the whole message. */
const MOST = 50
/** Octets of all runs of quoted-printable: each goes on to the end of the text. */
const LONGEST = 4_194_304

/** Runs of lines that hold nothing but base64. */
export function* base64Runs(text: string): Generator<Carved> {
  let run = ""
  for (const line of text.split("\n")) {
    const letters = /^[ \t]*([A-Za-z0-9+/]{4,}={0,2})[ \t]*\r?$/.exec(line)?.[1]
    if (letters === undefined) {
      if (run.length >= SHORTEST) yield { name: null, bytes: runBytes(run) }
      run = ""
    } else run += letters
  }
  if (run.length >= SHORTEST) yield { name: null, bytes: runBytes(run) }
}

function runBytes(run: string): Buffer {
  return Buffer.concat(run.split(/=+/).map((piece) => Buffer.from(piece, "base64")))
}

/** How files begin: programs, archives, documents, the test file of all scanners. */
const FILE_BEGIN: readonly string[] = [
  ..."MZ|PK\x03\x04|PK\x05|%PDF|\xd0\xcf\x11\xe0|Rar!|7z\xbc\xaf|\x1f\x8b|\x7fELF|{\\rtf|MSCF|ITSF".split("|"),
  ..."\x78\x9f\x3e\x22|#!|L\0\0\0\x01\x14\x02|X5O!P%".split("|"),
]
/** The same, its octets that do not print written as quoted-printable does. */
const CODED_BEGIN =
  /^(?:MZ=|PK=03=04|%PDF-|=D0=CF=11=E0|Rar!=|7z=BC=AF|=1F=8B|=7FELF|\{\\rtf|MSCF=|ITSF=|L=00=00|X5O!P%)/gim
const BASE64_LINE = /^[ \t]*[A-Za-z0-9+/]{32,}={0,2}[ \t]*\r?$/m
const CODE = /=(?:[0-9A-F]{2}|\r?\n)/i

/** Cheap for text that holds none. */
export function hiddenRuns(octets: Buffer): readonly Carved[] {
  const text = octets.toString("latin1")
  const found: Carved[] = []
  if (BASE64_LINE.test(text)) {
    for (const run of base64Runs(text)) {
      if (isFile(run.bytes) && found.push(run) >= MOST) break
    }
  }
  if (CODE.test(text)) {
    let left = LONGEST
    for (const { index } of text.matchAll(CODED_BEGIN)) {
      const run = text.slice(index, index + left)
      left -= run.length
      if (found.push({ name: null, bytes: codedBytes(run) }) >= MOST || left <= 0) break
    }
  }
  return found
}

/** A file that is known by how it begins, or text: what prose, keys and signatures become is neither. */
function isFile(bytes: Buffer): boolean {
  const text = bytes.toString("latin1", 0, 512)
  const printable = text.match(/[\t\r\n -~]/g)?.length ?? 0
  return FILE_BEGIN.some((begin) => text.startsWith(begin)) || printable >= text.length * 0.95
}

/** Up to the first empty line that follows none of its codes, as text does. */
function codedBytes(text: string): Buffer {
  const bytes = text
    .trimEnd()
    .replace(/\r?\n\r?\n(?![^\n]*=)[^]*$/, "")
    .replace(/=[ \t]*\r?\n/g, "")
    .replace(/=([0-9A-F]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
  return Buffer.from(bytes, "latin1")
}
