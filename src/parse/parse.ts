/** Bytes → what any mail program could see in them: one pass over hostile octets, in bounded memory. Never throws on any octets. */
import type { Ambiguity, Finding } from "../mail/finding.ts"
import type { Path } from "../mail/message.ts"
import type { Parsed, Part } from "../mail/part.ts"
import { inlineFiles } from "./carve.ts"
import { headerFacts } from "./facts.ts"
import { type Head, readHead } from "./head.ts"
import { namesDiffer } from "./names.ts"
import { beginsWithField, fieldsIn, holdsParts } from "./outside.ts"
import { createReader, drain, type Reader } from "./split.ts"
import type { Doubt } from "./strict.ts"
import { type BodyText, createBodyText } from "./text.ts"
import { decode } from "./transfer.ts"
import { digestOf, once, otherViews, type Views } from "./views.ts"

export interface ParseLimits {
  /** Octets of a header block. */
  readonly headerSize: number
  /** Characters of visible text. */
  readonly text: number
}

export const DEFAULT_LIMITS: ParseLimits = { headerSize: 102_400, text: 262_144 }

/** Multiparts and messages within one another. */
const DEEPEST = 20
/** Entities of one message, containers included. */
const MOST_PARTS = 1_000
/** How an embedded message begins, an mbox line before it or not; a program that only calls itself one begins otherwise. */
const HEADER_BEGIN = /^(?:>?From |[\x21-\x39\x3b-\x7e]+[ \t]*:)/
const LONGEST_NAME = 200
/** Machine words kept for one message. */
const MOST_DEFECTS = 200
const MOST_FINDINGS = 200
/** Lines kept that only begin like a delimiter. */
const MOST_NEAR = 50
/** Octets that are looked at before the first and after the last delimiter; more is no prose. */
const MOST_ASIDE = 131_072

/** Who is told of the tree. */
export interface Visitor {
  /** Every leaf in order; `head` stands before it. The header block of an embedded message comes as a leaf too: `isHeader`. */
  leaf(part: Part, told: { readonly head: Head; readonly isHeader: boolean }): Promise<void>
  /** A multipart, or what holds a message: all until its `close` stands in it. */
  open?(head: Head, holds: "parts" | "message"): void
  close?(): void
  /** What stands in the text of a leaf, or is seen by other readers only. */
  other?(part: Part): Promise<void>
}

/** One walk through the tree of one message. */
interface Walk {
  readonly visitor: Visitor
  readonly limits: ParseLimits
  readonly text: BodyText
  readonly defects: Set<string>
  readonly findings: Finding[]
  /** Boundaries of all multiparts, and lines that only began like one of them. */
  readonly boundaries: Set<string>
  readonly near: Map<string, Path>
  /** Bodies of text, for who reads them in other ways as well. */
  readonly bodies: Uint8Array[]
  doubtful: boolean
  parts: number
}

/** Where an entity stands. `fallback`: its type when it claims none. `within`: boundaries of what it stands in. */
interface Place {
  readonly at: Path
  readonly depth: number
  readonly fallback: string
  readonly within: readonly string[]
}

/** A message whose octets can be read again. */
export type Source = () => AsyncIterable<Uint8Array>

/**
 * Calls `visit` for every leaf in order and waits for it; then, where the message can be read in more than one way, for what else
 * somebody may see in it. Rejects only with what `source` or `visit` throws.
 */
export async function parse(
  source: Source,
  visit: (part: Part) => Promise<void>,
  limits: ParseLimits = DEFAULT_LIMITS,
): Promise<Parsed> {
  const { parsed, walk } = await walked(source(), { leaf: visit, other: visit }, limits)
  if (!walk.doubtful) return parsed
  const raw = await whole(source())
  if (raw === null) walk.findings.push({ kind: "unscannable", at: "", why: "too-large" })
  else await otherViews(raw, "message", { at: "", ...viewsOf(walk, visit) })
  return { ...parsed, findings: walk.findings }
}

/** The lenient reading alone, with its branches. */
export async function walkTree(
  source: AsyncIterable<Uint8Array>,
  visitor: Visitor,
  limits: ParseLimits,
): Promise<Parsed> {
  return (await walked(source, visitor, limits)).parsed
}

async function walked(
  source: AsyncIterable<Uint8Array>,
  visitor: Visitor,
  limits: ParseLimits,
): Promise<{ readonly parsed: Parsed; readonly walk: Walk }> {
  const walk: Walk = {
    visitor,
    limits,
    text: createBodyText(limits.text),
    defects: new Set(),
    findings: [],
    boundaries: new Set(),
    near: new Map(),
    bodies: [],
    doubtful: false,
    parts: 0,
  }
  const reader = createReader(source)
  const place: Place = { at: "", depth: 0, fallback: "text/plain", within: [] }
  const head = await nextHead(walk, reader, place)
  await entity(walk, reader, head, place)
  const facts = headerFacts(head.fields, head.claimed, head.octets.block)
  for (const defect of facts.defects) note(walk, defect, "")
  if (walk.text.cut()) note(walk, "text-cut", "")
  for (const [line, at] of walk.near) if (!isBoundary(walk, line)) doubt(walk, "delimiters", at)
  const parsed = {
    fields: head.fields,
    headerSize: head.octets.block.length,
    ...facts,
    text: walk.text.text(),
    defects: [...walk.defects],
    findings: walk.findings,
  }
  return { parsed, walk }
}

/** Octets that are read in every way; a message this large has no honest reason to be doubtful. */
const LARGEST = 67_108_864

async function whole(source: AsyncIterable<Uint8Array>): Promise<Buffer | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of source) {
    size += chunk.length
    if (size <= LARGEST) chunks.push(chunk)
  }
  return size <= LARGEST ? Buffer.concat(chunks) : null
}

function viewsOf(walk: Walk, visit: (part: Part) => Promise<void>): Views {
  return { visit, found: (why, at) => doubt(walk, why, at), known: new Set(walk.bodies.map(digestOf)) }
}

/** A line that began like one boundary and is another. */
function isBoundary(walk: Walk, line: string): boolean {
  const word = line.replace(/\s+$/, "")
  return walk.boundaries.has(word) || walk.boundaries.has(word.replace(/--$/, ""))
}

/** Null: only to be read in every way. */
function doubt(walk: Walk, why: Doubt, at: Path): void {
  walk.doubtful = true
  if (why === null || walk.findings.some((one) => one.kind === "ambiguous" && one.why === why && one.at === at)) return
  if (walk.findings.length < MOST_FINDINGS) walk.findings.push({ kind: "ambiguous", at, why })
}

/** Of a head that begins an entity. */
function doubtHead(walk: Walk, head: Head, at: Path): void {
  for (const why of head.doubts) doubt(walk, why, at)
  if (namesDiffer(head.names)) doubt(walk, "file-name", at)
}

async function nextHead(walk: Walk, reader: Reader, { at, fallback }: Place): Promise<Head> {
  const head = readHead(await reader.head(walk.limits.headerSize), fallback, at === "")
  for (const defect of head.defects) note(walk, defect, at)
  doubtHead(walk, head, at)
  if (head.octets.ends === "limit") walk.findings.push({ kind: "unscannable", at, why: "header-too-large" })
  return head
}

async function entity(walk: Walk, reader: Reader, head: Head, place: Place): Promise<void> {
  walk.parts++
  const broken = (): void => {
    note(walk, `bad-${head.encoding}`, place.at)
    doubt(walk, null, place.at)
  }
  const multipart = head.boundaries.length > 0
  // Encoded multiparts are forbidden (RFC 2045 §6.4). Quoted-printable is often only said of them, and most readers do not believe it.
  const asWritten = multipart && head.encoding === "quoted-printable"
  const body = decode(reader.rest(), head.encoding, broken)
  if (head.claimed.startsWith("multipart/") && !multipart) note(walk, "no-boundary", place.at)
  if (!multipart && !isMessage(head)) await leaf(walk, head, body, place)
  else if (place.depth >= DEEPEST) {
    walk.findings.push({ kind: "unscannable", at: place.at, why: "too-deep" })
    await leaf(walk, head, body, place)
  } else if (multipart) {
    if (head.encoding !== "identity") note(walk, "encoded-multipart", place.at)
    if (head.encoding !== "identity") doubt(walk, asWritten ? null : "nested-encoding", place.at)
    await children(walk, head.encoding === "identity" || asWritten ? reader : createReader(body), head, place)
  } else await embedded(walk, createReader(body), head, place)
}

async function children(walk: Walk, reader: Reader, head: Head, { at, depth, within }: Place): Promise<void> {
  const fallback = head.claimed === "multipart/digest" ? "message/rfc822" : "text/plain"
  const { boundaries } = head
  let index = 0
  let closed = false
  const near = (line: string): void => {
    if (walk.near.size < MOST_NEAR) walk.near.set(line, at)
  }
  for (const boundary of boundaries) walk.boundaries.add(boundary)
  if (within.some((outer) => boundaries.some((inner) => inner.startsWith(outer)))) {
    doubt(walk, "delimiters", at)
  }
  walk.visitor.open?.(head, "parts")
  for await (const { place, content } of reader.sections(boundaries, near)) {
    if (place === "epilogue") closed = true
    if (place !== "part") {
      const aside = await beginning(content, MOST_ASIDE)
      if (holdsParts(aside)) doubt(walk, "outside-parts", at)
      continue
    }
    if (closed) {
      note(walk, "part-after-end", at)
      doubt(walk, "outside-parts", at)
    }
    if (walk.parts >= MOST_PARTS) {
      if (!walk.defects.has("too-many-parts")) walk.findings.push({ kind: "unscannable", at, why: "too-many-parts" })
      walk.defects.add("too-many-parts")
      continue
    }
    const child: Place = { at: below(at, ++index), depth: depth + 1, fallback, within: [...within, ...boundaries] }
    const part = createReader(content)
    await entity(walk, part, await nextHead(walk, part, child), child)
  }
  walk.visitor.close?.()
  if (closed) return
  note(walk, "no-closing-delimiter", at)
  doubt(walk, null, at)
}

/** An embedded message: numbered as IMAP does (RFC 3501 §6.4.5), its header block seen by the visitor under its own names. */
async function embedded(walk: Walk, reader: Reader, outer: Head, place: Place): Promise<void> {
  const { at, depth, within } = place
  const octets = await reader.head(walk.limits.headerSize)
  const inner = readHead(octets, "text/plain")
  const begins = Buffer.from(octets.block.subarray(0, LONGEST_NAME)).toString("latin1")
  const why = octets.ends === "limit" ? "header-too-large" : HEADER_BEGIN.test(begins) ? null : "not-a-message"
  if (why !== null) {
    walk.findings.push({ kind: "unscannable", at, why })
    note(walk, why, at)
    await leaf(walk, outer, chain(octets.block, reader.rest()), place)
    return
  }
  for (const defect of inner.defects) note(walk, defect, at)
  doubtHead(walk, inner, at)
  await leaf(walk, outer, chain(octets.block, null), { ...place, isHeader: true })
  const isTree = inner.boundaries.length > 0
  walk.visitor.open?.(outer, "message")
  const inside = { at: isTree ? at : below(at, 1), depth: depth + 1, fallback: "text/plain", within }
  await entity(walk, reader, inner, inside)
  walk.visitor.close?.()
}

async function leaf(
  walk: Walk,
  head: Head,
  body: AsyncGenerator<Uint8Array>,
  { at, isHeader = false }: Place & { readonly isHeader?: boolean },
): Promise<void> {
  const { claimed, names, disposition } = head
  const subtype = claimed.startsWith("text/") && disposition !== "attachment" ? claimed.slice(5) : null
  const isText = (subtype === "plain" || subtype === "html") && names.length === 0
  const seen = subtype === null ? null : walk.text.part(subtype, head.charset)
  const octets: Uint8Array[] = []
  // Of a file the beginning tells whether it was meant as a header.
  const see = (chunk: Uint8Array): void => {
    if (subtype !== null || octets.length === 0) octets.push(chunk)
    seen?.push(chunk)
  }
  const content = tapped(body, see)
  const part = { at, names, claimed, disposition, isText, content: { [Symbol.asyncIterator]: () => kept(content) } }
  await walk.visitor.leaf(part, { head, isHeader })
  await drain(content)
  seen?.end()
  if (isHeader || subtype === "rfc822-headers") return
  if (subtype !== null) await lookIntoText(walk, Buffer.concat(octets), part)
  else if (beginsWithField(octets[0])) doubt(walk, "part-header", at)
}

/** Files that old programs wrote into the text, and text that was meant as parts. */
async function lookIntoText(walk: Walk, octets: Buffer, { at, isText }: Part): Promise<void> {
  if (isText) walk.bodies.push(octets)
  const { other } = walk.visitor
  if (other === undefined) return
  const files = inlineFiles(octets)
  if (files.length > 0) doubtOnly(walk, "inline-file", at)
  for (const [index, { name, bytes }] of files.entries()) {
    const names = name === null ? [] : [name]
    const shown = { names, claimed: "", disposition: "attachment", isText: false, isOther: true } as const
    await other({ at: below(at, index + 1), ...shown, content: once(bytes) })
  }
  const fields = fieldsIn(octets)
  if (fields === null) return
  doubtOnly(walk, fields === "first" ? "part-header" : "hidden-structure", at)
  await otherViews(octets, "text", { at, ...viewsOf(walk, other) })
}

/** A finding about one leaf, whose other readings are looked at there and then. */
function doubtOnly(walk: Walk, why: Ambiguity, at: Path): void {
  const before = walk.doubtful
  doubt(walk, why, at)
  walk.doubtful = before
}

/** The first octets; the rest is read past. */
async function beginning(source: AsyncGenerator<Uint8Array>, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of source) {
    if (size < limit) chunks.push(chunk)
    size += chunk.length
  }
  return Buffer.concat(chunks)
}

function isMessage(head: Head): boolean {
  return head.claimed === "message/rfc822" || head.claimed === "message/global" || isEml(head)
}

/** Webmail attaches saved messages as files. */
function isEml({ claimed, names }: Head): boolean {
  return claimed === "application/octet-stream" && names.length > 0 && names.every((name) => /\.eml$/i.test(name))
}

/** A reader that stops early must not end the stream: the rest is still to be read past. */
function kept(content: AsyncGenerator<Uint8Array>): AsyncIterator<Uint8Array> {
  return { next: () => content.next() }
}

async function* tapped(
  source: AsyncGenerator<Uint8Array>,
  see: (octets: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const octets of source) {
    see(octets)
    yield octets
  }
}

async function* chain(first: Uint8Array, rest: AsyncGenerator<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first
  if (rest !== null) yield* rest
}

function below(at: Path, index: number): Path {
  return at === "" ? String(index) : `${at}/${index}`
}

/** The top block's defects stand alone, a part's say where: `bad-base64:2/1`. */
function note(walk: Walk, defect: string, at: Path): void {
  if (walk.defects.size < MOST_DEFECTS) walk.defects.add(at === "" ? defect : `${defect}:${at}`)
}
