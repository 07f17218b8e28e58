/** Takes the actions out of a PDF: their names become others of the same length, so that every offset stays true. ISO 32000-1, 7.3.5. */
import { deflateSync } from "node:zlib"
import { inflate } from "../active/inflate.ts"

const ACTIONS = new Set([
  "JS",
  "JavaScript",
  "Launch",
  "OpenAction",
  "AA",
  "SubmitForm",
  "ImportData",
  "GoToE",
  "RichMedia",
  "XFA",
])
const NAME = /\/([^\0\t\n\f\r ()<>[\]{}/%]+)/g

/** Null: nothing had to be changed, or something could not be. */
export function withoutActions(bytes: Buffer): Buffer | null {
  const out = Buffer.from(bytes)
  let from = 0
  for (const stream of streams(bytes)) {
    rename(out, from, stream.start)
    if (stream.isObjects && !renameWithin(out, stream)) return null
    if (stream.hides) rename(out, stream.start, stream.end)
    from = stream.end
  }
  rename(out, from, out.length)
  return out.equals(bytes) ? null : out
}

interface Stream {
  readonly start: number
  readonly end: number
  readonly isObjects: boolean
  /** Objects stand in it as they are. */
  readonly hides: boolean
}

/** Octets of streams are no names; those of object streams are, once inflated. */
function streams(bytes: Buffer): readonly Stream[] {
  const found: Stream[] = []
  for (let at = bytes.indexOf("stream"); at >= 0; at = bytes.indexOf("stream", at)) {
    const before = bytes.toString("latin1", Math.max(0, at - 1_000), at)
    const start = at + "stream".length + (bytes[at + 6] === 13 ? 2 : 1)
    const end = bytes.indexOf("endstream", start)
    if (!/>>\s*$/.test(before) || end < 0) {
      at += 6
      continue
    }
    const dictionary = before.slice(Math.max(0, before.lastIndexOf("obj")))
    const isFiltered = /\/(?:Filter|F)\b/.test(dictionary)
    found.push({
      start,
      end,
      isObjects: /\/ObjStm\b/.test(dictionary) && isFiltered,
      hides: !isFiltered || bytes.subarray(start, end).includes("endobj"),
    })
    at = end + "endstream".length
  }
  return found
}

/** In place: the first letter that is not in the name any more makes it one that no reader knows. */
function rename(out: Buffer, from: number, to: number): void {
  const text = out.toString("latin1", from, to)
  for (const { 0: whole, 1: name = "", index } of text.matchAll(NAME)) {
    if (ACTIONS.has(plain(name))) out.write(other(whole), from + index, "latin1")
  }
}

function plain(name: string): string {
  return name.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** Capitals and small letters change places; a letter in hex becomes an x. */
function other(name: string): string {
  return name.replace(/#[0-9A-Fa-f]{2}|[A-Za-z]/g, (part) =>
    part.length === 3 ? "#78" : part === part.toLowerCase() ? part.toUpperCase() : part.toLowerCase(),
  )
}

/** False: the new octets do not fit into the place of the old ones. */
function renameWithin(out: Buffer, { start, end }: Stream): boolean {
  const place = out.subarray(start, end)
  const inner = inflate(place)
  if (inner === null) return false
  const changed = Buffer.from(inner)
  rename(changed, 0, changed.length)
  if (changed.equals(inner)) return true
  const packed = deflateSync(changed, { level: 9, memLevel: 9 })
  if (packed.length > place.length) return false
  // What follows the end of zlib data is not read.
  packed.copy(place)
  place.fill(0x20, packed.length)
  return true
}
