/**
 * Every reading of a doubtful message that some mail program has, beside the lenient one: each place where a header may end, each of two fields,
 * each boundary, each encoding. What they show is visited as parts; what they do not agree on is told. Bounded in octets, entities and depth.
 */
import { createHash } from "node:crypto"
import { setImmediate } from "node:timers/promises"
import type { Ambiguity } from "../mail/ambiguous.ts"
import type { Field, Path } from "../mail/message.ts"
import type { Part } from "../mail/part.ts"
import { binhex, inlineFiles, uuLines, yBytes } from "./carve.ts"
import { base64Decodings, type Decodings, quotedPrintableDecodings } from "./decodings.ts"
import { readFields } from "./fields.ts"
import { delimitersOf, MOST_SECTIONS, sectionsOf } from "./delimiters.ts"
import { namesOf } from "./names.ts"
import { parameters } from "./parameters.ts"
import { doubtsOf } from "./strict.ts"
import { headsOf, hiddenFields } from "./heads.ts"
import { base64Runs } from "./runs.ts"

export interface Views {
  readonly visit: (part: Part) => Promise<void>
  readonly found: (why: Ambiguity, at: Path) => void
  /** Digests of what was seen already. */
  readonly known: Set<string>
}

/** Entities of all readings together. */
const MOST_ENTITIES = 500
/** Parts that are visited. */
const MOST_PARTS = 200
const DEEPEST = 24
/** Octets of a part that is shown with and without the line end at its end. */
const LONGEST_ENDED = 1_048_576
/** Octets read, beyond some times those of the message: readings multiply. */
const TIMES = 24
const AT_LEAST = 16_777_216

interface Walk extends Views {
  entities: number
  parts: number
  octets: number
  exhausted: boolean
}

interface Place {
  readonly at: Path
  readonly depth: number
}

/** `octets` is a whole message, or a text that may hold parts. */
export async function otherViews(
  octets: Buffer,
  of: "message" | "text",
  { at, ...views }: Views & Pick<Place, "at">,
): Promise<void> {
  const walk: Walk = { ...views, entities: 0, parts: 0, octets: AT_LEAST + TIMES * octets.length, exhausted: false }
  await entity(walk, octets, { at, depth: 0 })
  if (of === "text") await read(walk, { fields: [], body: octets, doubtful: false }, { at, depth: 0 })
  if (walk.exhausted) views.found("limits", at)
}

export function digestOf(octets: Uint8Array): string {
  return createHash("sha1").update(octets).digest("base64")
}

/** Whether it has not been read before, and may be. */
function enter(walk: Walk, octets: Buffer, { depth }: Place): boolean {
  const key = `entity ${digestOf(octets)}`
  if (walk.known.has(key) || octets.length === 0) return false
  walk.known.add(key)
  walk.entities++
  walk.octets -= octets.length
  if (walk.entities <= MOST_ENTITIES && walk.octets >= 0 && depth <= DEEPEST) return true
  walk.exhausted = true
  return false
}

/** What begins with a header block, in one reading or another. */
async function entity(walk: Walk, octets: Buffer, place: Place): Promise<void> {
  if (!enter(walk, octets, place)) return
  await setImmediate()
  const heads = headsOf(octets)
  for (const { block, body, ends } of heads) {
    const head = readFields(block)
    const doubtful = heads.length > 1 || doubtsOf({ block, ends }, head, false).size > 0
    await read(walk, { fields: [...head.fields, ...hiddenFields(block)], body, doubtful }, place)
  }
}

interface Entity {
  readonly fields: readonly Field[]
  readonly body: Buffer
  readonly doubtful: boolean
}

/** What the fields of one name say, each of them. */
function valuesOf(fields: readonly Field[], name: string): readonly string[] {
  return [...new Set(fields.filter((field) => field.name.toLowerCase() === name).map(({ value }) => value))]
}

/** How a message begins that says what its parts are; most text does not. */
const MESSAGE_BEGIN = /^(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,40}content-/i

async function read(walk: Walk, { fields, body, doubtful }: Entity, place: Place): Promise<void> {
  const types = valuesOf(fields, "content-type")
  const dispositions = valuesOf(fields, "content-disposition")
  const names = namesOf({ dispositions, types })
  const claimed = types.map((value) => parameters(value, "respected").value)
  const stated = valuesOf(fields, "content-transfer-encoding")
  const encodings = encodingsOf(stated, { doubtful, looksBase64: doubtful && isMostlyBase64(body) })
  const type = claimed.find((one) => /^[\w.+-]+\/[\w.+-]+$/.test(one) && !one.startsWith("multipart/")) ?? "text/plain"
  const shown = { at: place.at, names, claimed: type }
  const prose = type.startsWith("text/") && names.length === 0 && !dispositions.some((one) => /attach/i.test(one))
  for (const encoding of encodings) {
    const { all, differ } = decodings(body, encoding)
    // What stray characters make of prose is nobody's file.
    if (differ && !doubtful && !prose && (encoding === "base64" || encoding === "quoted-printable")) {
      walk.found(encoding, place.at)
    }
    // Prose as it is written was shown with the text it stands in; what stray `=` make of it is no file either.
    const isKnown = prose && encoding !== "base64"
    for (const decoded of all) {
      await readBody(walk, decoded, { place, shown, types, claimed, isKnown })
    }
  }
  if (!doubtful && claimed.some((one) => one.startsWith("multipart/")))
    compareParts(walk, { body, encodings, types }, place)
}

/** A multipart that is said to be encoded: what it holds must be the same for who believes it and who does not. */
function compareParts(
  walk: Walk,
  {
    body,
    encodings,
    types,
  }: { readonly body: Buffer; readonly encodings: ReadonlySet<Encoding>; readonly types: readonly string[] },
  { at }: Place,
): void {
  const count = (octets: Buffer): number =>
    Math.max(0, ...delimitersOf(octets, types).map((one) => sectionsOf(octets, one).length))
  const plain = count(body)
  for (const encoding of encodings) {
    if (encoding === "identity") continue
    if (decodings(body, encoding).all.some((decoded) => count(decoded) !== plain)) walk.found("nested-encoding", at)
  }
}

interface Reading {
  readonly place: Place
  readonly shown: Shown
  readonly types: readonly string[]
  readonly claimed: readonly string[]
  readonly isKnown: boolean
}

/** One decoding of a body: the parts in it, the message in it, or itself; and what stands in its text. */
async function readBody(
  walk: Walk,
  decoded: Buffer,
  { place, shown, types, claimed, isKnown }: Reading,
): Promise<void> {
  const delimiters = delimitersOf(decoded, types)
  for (const delimiter of delimiters) await parts(walk, sectionsOf(decoded, delimiter), place)
  const isMessage = claimed.some((one) => /^message\/(?:rfc822|global|partial)$/.test(one))
  const saved = shown.names.some((name) => /\.eml$/i.test(name))
  if (isMessage || saved || MESSAGE_BEGIN.test(decoded.toString("latin1", 0, 8_192))) {
    await entity(walk, decoded, { at: place.at, depth: place.depth + 1 })
  }
  if (delimiters.length === 0 && !isKnown) await show(walk, decoded, shown)
  await carve(walk, decoded, shown)
}

async function parts(walk: Walk, sections: readonly Buffer[], { at, depth }: Place): Promise<void> {
  if (sections.length >= MOST_SECTIONS) walk.exhausted = true
  for (const [index, section] of sections.entries()) {
    if (walk.exhausted) return
    await entity(walk, section, { at: at === "" ? `${index}` : `${at}/${index}`, depth: depth + 1 })
  }
}

type Encoding = "identity" | "base64" | "quoted-printable" | "uuencode" | "yenc" | "binhex"

/** What a value may mean to somebody; a field that is not plain may be overlooked, and the body be taken for any of the usual. */
function encodingsOf(
  values: readonly string[],
  { doubtful, looksBase64 }: { readonly doubtful: boolean; readonly looksBase64: boolean },
): ReadonlySet<Encoding> {
  const all = values.join(" ").toLowerCase()
  const found = new Set<Encoding>(doubtful ? ["quoted-printable", "identity"] : [])
  // Prose that is decoded so gives noise, which is taken for a broken archive now and then.
  if (looksBase64) found.add("base64")
  if (/64/.test(all)) found.add("base64")
  if (/quoted|qp/.test(all)) found.add("quoted-printable")
  if (/uu/.test(all)) found.add("uuencode")
  if (/ye?nc/.test(all)) found.add("yenc")
  if (/binhex|hqx/.test(all)) found.add("binhex")
  if (found.size === 0) found.add("identity")
  return found
}

/** At least a third of it stands in lines of nothing else. */
function isMostlyBase64(body: Buffer): boolean {
  const lines = body.toString("latin1").match(/^[A-Za-z0-9+/=]{4,}[ \t]*\r?$/gm) ?? []
  return lines.reduce((sum, { length }) => sum + length, 0) * 3 >= body.length
}

function decodings(body: Buffer, encoding: Encoding): Decodings {
  switch (encoding) {
    case "base64":
      return base64Decodings(body)
    case "quoted-printable":
      return quotedPrintableDecodings(body)
    case "uuencode":
      return only(uuLines(body.toString("latin1")))
    case "yenc":
      return only(yBytes(body.toString("latin1").replace(/^=y[^\n]*\n/gm, "")))
    case "binhex":
      return only(binhex(body.toString("latin1").replace(/^[^:]*:/s, ""))?.bytes ?? Buffer.alloc(0))
    default:
      return only(body)
  }
}

function only(bytes: Buffer): Decodings {
  return { all: bytes.length === 0 ? [] : [bytes], differ: false }
}

/** Octets as the content of a part. */
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes)
}

type Shown = Pick<Part, "at" | "names" | "claimed">

/** A line end at the end may be the delimiter's that is missing. */
async function show(walk: Walk, bytes: Buffer, shown: Shown): Promise<void> {
  await showOne(walk, bytes, shown)
  if (bytes.at(-1) !== 0x0a || bytes.length > LONGEST_ENDED) return
  let end = bytes.length
  while (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d) end--
  await showOne(walk, bytes.subarray(0, end), shown)
}

async function showOne(walk: Walk, bytes: Buffer, shown: Shown): Promise<void> {
  const key = digestOf(bytes)
  const named = `${key} ${JSON.stringify(shown.names)}`
  if (bytes.length === 0 || walk.known.has(named) || (shown.names.length === 0 && walk.known.has(key))) return
  walk.known.add(key).add(named)
  if (++walk.parts > MOST_PARTS) {
    walk.exhausted = true
    return
  }
  await walk.visit({
    ...shown,
    disposition: "attachment",
    isText: false,
    isOther: true,
    content: once(bytes),
  })
}

/** Whatever stands in the text, with or without a header that says so. */
async function carve(walk: Walk, text: Buffer, shown: Shown): Promise<void> {
  const found = [...inlineFiles(text), ...base64Runs(text.toString("latin1"))]
  for (const { name, bytes } of found) {
    await show(walk, bytes, { ...shown, names: name === null ? shown.names : [name, ...shown.names] })
  }
}
