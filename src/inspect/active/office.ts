/** Office documents of the binary formats, and the objects in them: macros, fields, links, controls, packaged files. */
import { hasMacros } from "../macro.ts"
import { judgeWorkbook } from "./biff.ts"
import { type Compound, type Entry, readCompound } from "./compound.ts"
import { judgeFields } from "./fields.ts"
import { judgeNativeObject } from "./native-object.ts"
import { presentationObjects } from "./presentation.ts"
import { type Trait, shorten } from "./trait.ts"
import { judgeVba } from "./vba.ts"

/** Objects within objects. */
const DEEPEST = 4
/** Octets of Word's text that are read for fields. */
const LONGEST_TEXT = 20_000_000

export function judgeCompound(compound: Compound, bytes: Buffer, depth = 0): readonly Trait[] {
  const vba = judgeVba(compound)
  const isHidden = vba.length === 0 && hasMacros(bytes) && !compound.entries.some(({ name }) => name === "_VBA_PROJECT")
  return [
    ...vba,
    ...(isHidden ? [{ kind: "macro", why: "unreadable" } as const] : []),
    ...compound.entries.flatMap((entry) => judgeEntry(compound, entry, depth)),
  ]
}

function judgeEntry(compound: Compound, { name, path, kind }: Entry, depth: number): readonly Trait[] {
  const stream = (): Buffer => compound.stream(path) ?? Buffer.alloc(0)
  if (kind !== "stream") return []
  switch (name.toLowerCase()) {
    case "workbook":
    case "book":
      return judgeWorkbook(stream())
    case "worddocument":
      return judgeText(stream())
    case "powerpoint document":
      return depth < DEEPEST ? judgePresentation(stream(), depth) : []
    case "\x01ole10native":
      return judgeNativeObject(stream())
    case "\x01ole":
      return judgeLink(stream())
    case "equation native":
      return [{ kind: "active-content", why: "equation-editor" }]
    case "\x03ocxname":
      return [{ kind: "active-content", why: "activex", name: shorten(stream().toString("utf16le")) }]
    case "package":
      return []
    default:
      return []
  }
}

/** Text lies in pieces of one or two octets a character, at any place of the stream: read as all of them. */
function judgeText(stream: Buffer): readonly Trait[] {
  const text = stream.subarray(0, LONGEST_TEXT)
  return [
    ...judgeFields(text.toString("latin1")),
    ...judgeFields(text.toString("utf16le")),
    ...judgeFields(text.subarray(1, 1 + ((text.length - 1) & ~1)).toString("utf16le")),
  ]
}

function judgePresentation(stream: Buffer, depth: number): readonly Trait[] {
  return presentationObjects(stream).flatMap((bytes) => {
    const compound = readCompound(bytes)
    return compound === null ? [] : judgeCompound(compound, bytes, depth + 1)
  })
}

/** The stream beside an object says whether it is here or somewhere else. [MS-OLEDS] 2.3.3. */
function judgeLink(stream: Buffer): readonly Trait[] {
  if (stream.length < 20 || (stream.readUInt32LE(4) & 1) === 0) return []
  const places = [
    stream.toString("latin1"),
    stream.subarray(20).toString("utf16le"),
    stream.subarray(21).toString("utf16le"),
  ]
  const target = places.map(
    (text) =>
      /(?:https?|ftp|file|mhtml):[\x21-\x7e]{3,200}|[A-Za-z]:\\[\x20-\x7e]{3,200}|\\\\[\w.-]+\\[\x20-\x7e]{3,200}/i.exec(
        text,
      )?.[0],
  )
  const name = target.find((one) => one !== undefined)
  return [
    { kind: "external-reference", why: "external-object", ...(name === undefined ? {} : { name: shorten(name) }) },
  ]
}
