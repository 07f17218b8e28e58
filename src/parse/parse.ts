/** Bytes → what any mail program could see in them: one pass over hostile octets, in bounded memory. Never throws on any octets. */
import type { Finding } from "../mail/finding.ts"
import type { Path } from "../mail/message.ts"
import type { Parsed, Part } from "../mail/part.ts"
import { headerFacts } from "./facts.ts"
import { type Head, readHead } from "./head.ts"
import { createReader, drain, type Reader } from "./split.ts"
import { type BodyText, createBodyText } from "./text.ts"
import { decode } from "./transfer.ts"

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

/** Who is told of the tree. */
export interface Visitor {
  /** Every leaf in order; `head` stands before it. The header block of an embedded message comes as a leaf too: `isHeader`. */
  leaf(part: Part, told: { readonly head: Head; readonly isHeader: boolean }): Promise<void>
  /** A multipart, or what holds a message: all until its `close` stands in it. */
  open?(head: Head, holds: "parts" | "message"): void
  close?(): void
}

/** One walk through the tree of one message. */
interface Walk {
  readonly visitor: Visitor
  readonly limits: ParseLimits
  readonly text: BodyText
  readonly defects: Set<string>
  readonly findings: Finding[]
  parts: number
}

/** Where an entity stands. `fallback`: its type when it claims none. */
interface Place {
  readonly at: Path
  readonly depth: number
  readonly fallback: string
}

/**
 * Calls `visit` for every leaf in order and waits for it. Rejects only with what `source` or `visit` throws.
 */
export function parse(
  source: AsyncIterable<Uint8Array>,
  visit: (part: Part) => Promise<void>,
  limits: ParseLimits = DEFAULT_LIMITS,
): Promise<Parsed> {
  return walkTree(source, { leaf: visit }, limits)
}

/** As `parse`, for who wants to see the branches as well. */
export async function walkTree(
  source: AsyncIterable<Uint8Array>,
  visitor: Visitor,
  limits: ParseLimits = DEFAULT_LIMITS,
): Promise<Parsed> {
  const text = createBodyText(limits.text)
  const walk: Walk = { visitor, limits, text, defects: new Set(), findings: [], parts: 0 }
  const reader = createReader(source)
  const place: Place = { at: "", depth: 0, fallback: "text/plain" }
  const head = await nextHead(walk, reader, place)
  await entity(walk, reader, head, place)
  const facts = headerFacts(head.fields, head.claimed, head.octets.block)
  for (const defect of facts.defects) note(walk, defect, "")
  if (text.cut()) note(walk, "text-cut", "")
  return {
    fields: head.fields,
    headerSize: head.octets.block.length,
    ...facts,
    text: text.text(),
    defects: [...walk.defects],
    findings: walk.findings,
  }
}

async function nextHead(walk: Walk, reader: Reader, { at, fallback }: Place): Promise<Head> {
  const head = readHead(await reader.head(walk.limits.headerSize), fallback)
  for (const defect of head.defects) note(walk, defect, at)
  if (head.octets.ends === "limit") walk.findings.push({ kind: "unscannable", at, why: "header-too-large" })
  return head
}

async function entity(walk: Walk, reader: Reader, head: Head, place: Place): Promise<void> {
  walk.parts++
  const body = decode(reader.rest(), head.encoding, () => note(walk, `bad-${head.encoding}`, place.at))
  const multipart = head.boundaries.length > 0
  if (head.claimed.startsWith("multipart/") && !multipart) note(walk, "no-boundary", place.at)
  if (!multipart && !isMessage(head)) await leaf(walk, head, body, place)
  else if (place.depth >= DEEPEST) {
    walk.findings.push({ kind: "unscannable", at: place.at, why: "too-deep" })
    await leaf(walk, head, body, place)
  } else if (multipart) {
    // Encoded multiparts are forbidden (RFC 2045 §6.4), and decoded by some mail programs.
    if (head.encoding !== "identity") note(walk, "encoded-multipart", place.at)
    await children(walk, head.encoding === "identity" ? reader : createReader(body), head, place)
  } else await embedded(walk, createReader(body), head, place)
}

async function children(walk: Walk, reader: Reader, head: Head, { at, depth }: Place): Promise<void> {
  const fallback = head.claimed === "multipart/digest" ? "message/rfc822" : "text/plain"
  let index = 0
  let closed = false
  walk.visitor.open?.(head, "parts")
  for await (const { place, content } of reader.sections(head.boundaries)) {
    if (place === "epilogue") closed = true
    if (place !== "part") continue
    if (closed) note(walk, "part-after-end", at)
    if (walk.parts >= MOST_PARTS) {
      if (!walk.defects.has("too-many-parts")) walk.findings.push({ kind: "unscannable", at, why: "too-many-parts" })
      walk.defects.add("too-many-parts")
      continue
    }
    const child: Place = { at: below(at, ++index), depth: depth + 1, fallback }
    const part = createReader(content)
    await entity(walk, part, await nextHead(walk, part, child), child)
  }
  walk.visitor.close?.()
  if (!closed) note(walk, "no-closing-delimiter", at)
}

/** An embedded message: numbered as IMAP does (RFC 3501 §6.4.5), its header block seen by the visitor under its own names. */
async function embedded(walk: Walk, reader: Reader, outer: Head, place: Place): Promise<void> {
  const { at, depth } = place
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
  await leaf(walk, outer, chain(octets.block, null), { ...place, isHeader: true })
  const isTree = inner.boundaries.length > 0
  walk.visitor.open?.(outer, "message")
  await entity(walk, reader, inner, { at: isTree ? at : below(at, 1), depth: depth + 1, fallback: "text/plain" })
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
  const content = seen === null ? body : tapped(body, (octets) => seen.push(octets))
  const part = { at, names, claimed, disposition, isText, content: { [Symbol.asyncIterator]: () => kept(content) } }
  await walk.visitor.leaf(part, { head, isHeader })
  await drain(content)
  seen?.end()
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
