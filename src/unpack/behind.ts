/** An archive that stands behind something else: 7-Zip and WinRAR look for its first octets far into a file, whatever it begins with. */
import { crc32 } from "node:zlib"
import type { FileType } from "../mail/file.ts"
import { readBlock } from "./container/rar5-header.ts"

export interface Behind {
  readonly type: FileType
  /** Octets before it. */
  readonly at: number
}

interface Kind {
  readonly octets: Buffer
  readonly type: FileType
  /** Its header holds together: six octets alone stand in many a film. */
  readonly isReal: (bytes: Buffer, at: number) => boolean
}

const archive = (mime: string, extension: string): FileType => ({ mime, extension, family: "archive" })
const RAR = archive("application/vnd.rar", "rar")

const KINDS: readonly Kind[] = [
  {
    octets: Buffer.from("7z\xbc\xaf\x27\x1c", "latin1"),
    type: archive("application/x-7z-compressed", "7z"),
    // SignatureHeader: version, sum of the start header, start header. 7zFormat.txt.
    isReal: (bytes, at) =>
      at + 32 <= bytes.length && bytes.readUInt32LE(at + 8) === crc32(bytes.subarray(at + 12, at + 32)),
  },
  { octets: Buffer.from("Rar!\x1a\x07\x01\0", "latin1"), type: RAR, isReal: (bytes, at) => isRar5(bytes, at + 8) },
  {
    octets: Buffer.from("Rar!\x1a\x07\0", "latin1"),
    type: RAR,
    // The main header: half a sum, type 0x73.
    isReal: (bytes, at) => bytes[at + 9] === 0x73,
  },
  {
    octets: Buffer.from("MSCF\0\0\0\0", "latin1"),
    type: archive("application/vnd.ms-cab-compressed", "cab"),
    // [MS-CAB] 2.1: its size, three reserved, version 1.3.
    isReal: (bytes, at) =>
      at + 36 <= bytes.length && bytes.readUInt32LE(at + 12) === 0 && bytes[at + 24] === 3 && bytes[at + 25] === 1,
  },
]
/** Places of one signature that are looked at; honest files have none. */
const MOST_PLACES = 100

/** The first one; null where there is none, or where it is a member of what the file is: `types` are those of its first octets. */
export function archiveBehind(bytes: Buffer, types: readonly FileType[]): Behind | null {
  if (types.some(({ family, extension }) => HOLDERS.has(family) && extension !== "pdf")) return null
  let first: Behind | null = null
  for (const { octets, type, isReal } of KINDS) {
    const at = placeOf(bytes, octets, isReal)
    if (at !== null && (first === null || at < first.at)) first = { type, at }
  }
  return first
}

/** What is opened member by member, or is forbidden as it is. */
const HOLDERS: ReadonlySet<FileType["family"]> = new Set(["archive", "disk", "executable", "document"])

function placeOf(bytes: Buffer, octets: Buffer, isReal: Kind["isReal"]): number | null {
  let at = bytes.indexOf(octets, 1)
  for (let places = 0; at >= 0 && places < MOST_PLACES; places++) {
    if (isReal(bytes, at)) return at
    at = bytes.indexOf(octets, at + 1)
  }
  return null
}

function isRar5(bytes: Buffer, at: number): boolean {
  try {
    readBlock(bytes, at)
    return true
  } catch {
    return false
  }
}
