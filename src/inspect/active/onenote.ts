/** Files that somebody dropped into a OneNote section: a double click on their picture starts them. [MS-ONESTORE] 2.6.13. */
import { type Trait, named } from "./trait.ts"

/** {7B5C52E4-D88C-4DA7-AEB1-5378D02996D3}, {43FF2FA1-EFD9-4C76-9EE2-10EA5722765F}: a section, a table of contents. [MS-ONESTORE] 2.3.1. */
const SECTIONS = new Set(["e4525c7b8cd8a74daeb15378d02996d3", "a12fff43d9ef764c9ee210ea5722765f"])
/** {BDE316E7-2665-4511-A4C4-8D4D0B7A9EAC}: an object with a file's octets. */
const FILE_DATA = Buffer.from("e716e3bd65261145a4c48d4d0b7a9eac", "hex")
const MOST = 1_000

export function isOneNote(bytes: Buffer): boolean {
  return SECTIONS.has(bytes.toString("hex", 0, 16))
}

/** The octets of each file in it. */
export function oneNoteFiles(bytes: Buffer): readonly Buffer[] {
  const files: Buffer[] = []
  for (let at = bytes.indexOf(FILE_DATA); at >= 0 && files.length < MOST; at = bytes.indexOf(FILE_DATA, at + 16)) {
    if (at + 36 > bytes.length) break
    const size = Number(bytes.readBigUInt64LE(at + 16))
    files.push(bytes.subarray(at + 36, at + 36 + Math.min(size, bytes.length)))
  }
  return files
}

/** Pictures are what a notebook is made of; anything else was put there to be opened. */
export function judgeOneNote(bytes: Buffer): readonly Trait[] {
  const kinds = oneNoteFiles(bytes)
    .filter((file) => !isPicture(file))
    .map(beginning)
  return named("embedded-file", "onenote", kinds)
}

function isPicture(bytes: Buffer): boolean {
  return /^(?:\x89PNG|\xff\xd8\xff|GIF8|BM|II\*\0|MM\0\*|.{40} EMF|\xd7\xcd\xc6\x9a|RIFF.{4}WEBP)/s.test(
    bytes.toString("latin1", 0, 64),
  )
}

function beginning(bytes: Buffer): string {
  const text = bytes
    .toString("latin1", 0, 24)
    .replace(/[^\x21-\x7e]+/g, " ")
    .trim()
  return text === "" ? "a file" : text
}
