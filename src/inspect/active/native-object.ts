/** A file that was dropped into a document: its name and octets. [MS-OLEDS] 2.3.6. */
import { type Trait, shorten } from "./trait.ts"

export interface NativeObject {
  readonly name: string
  readonly bytes: Buffer
}

/** Longest name or path in it. */
const LONGEST_NAME = 1_024

/** Null when the stream holds no file (an object of some program's own). */
export function readNativeObject(stream: Buffer): NativeObject | null {
  // Size, the number 2, label, path, two numbers, the temporary path behind its length, the octets behind theirs.
  const start = stream.length >= 6 && stream.readUInt16LE(4) === 2 ? 6 : 4
  const label = word(stream, start)
  const path = label === null ? null : word(stream, label.end)
  if (label === null || path === null || path.end + 8 > stream.length) return null
  const commandAt = path.end + 4
  const dataAt = commandAt + 4 + stream.readUInt32LE(commandAt)
  if (dataAt + 4 > stream.length) return null
  const size = stream.readUInt32LE(dataAt)
  if (size > stream.length - dataAt - 4) return null
  const name = (label.text || path.text).replace(/^.*[\\/]/, "")
  return { name, bytes: stream.subarray(dataAt + 4, dataAt + 4 + size) }
}

export function judgeNativeObject(stream: Buffer): readonly Trait[] {
  const file = readNativeObject(stream)
  if (file !== null) return [{ kind: "embedded-file", why: "package", name: shorten(file.name) }]
  // The equation editor keeps its octets here too: a header of 28 octets that says so. CVE-2017-11882 needs nothing else.
  if (stream.length > 32 && stream.readUInt16LE(4) === 28 && stream.readUInt16LE(6) === 0) {
    return [{ kind: "active-content", why: "equation-editor" }]
  }
  return [{ kind: "embedded-file", why: "object" }]
}

function word(bytes: Buffer, at: number): { readonly text: string; readonly end: number } | null {
  const end = bytes.indexOf(0, at)
  return end < 0 || end - at > LONGEST_NAME ? null : { text: bytes.toString("latin1", at, end), end: end + 1 }
}
