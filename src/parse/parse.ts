/** Bytes → what any mail program could see in them: one pass over hostile octets, in bounded memory. Never throws on any octets. */
import type { Parsed, Part } from "../mail/part.ts"
import { headerFacts } from "./facts.ts"
import { type Head, readHead } from "./head.ts"
import { leaf, tapped, viewsOf } from "./leaf.ts"
import { holdsParts } from "./outside.ts"
import { beginningOf } from "./shown.ts"
import { createReader, type Reader } from "./split.ts"
import { createBodyText } from "./text.ts"
import { decode, type Fault } from "./transfer.ts"
import { otherViews } from "./views.ts"
import {
  below,
  DEFAULT_LIMITS,
  doubt,
  doubtHead,
  isBoundary,
  note,
  type ParseLimits,
  type Place,
  sealOf,
  type Visitor,
  type Walk,
} from "./walk.ts"

/** Multiparts and messages within one another. */
const DEEPEST = 20
/** Entities of one message, containers included. */
const MOST_PARTS = 1_000
/** How an embedded message begins, an mbox line before it or not; a program that only calls itself one begins otherwise. */
const HEADER_BEGIN = /^(?:>?From |[\x21-\x39\x3b-\x7e]+[ \t]*:)/
const LONGEST_NAME = 200
/** Lines kept that only begin like a delimiter. */
const MOST_NEAR = 50
/** Octets that are looked at before the first and after the last delimiter; more is no prose. */
const MOST_ASIDE = 131_072

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
    shown: [],
    sealed: false,
    doubtful: false,
    parts: 0,
  }
  const reader = createReader(source)
  const place: Place = { at: "", depth: 0, fallback: "text/plain", within: [], isPlain: true }
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
    shown: walk.sealed || walk.doubtful ? [] : walk.shown,
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

async function nextHead(walk: Walk, reader: Reader, { at, fallback }: Place): Promise<Head> {
  const head = readHead(await reader.head(walk.limits.headerSize), fallback, at === "")
  for (const defect of head.defects) note(walk, defect, at)
  doubtHead(walk, head, at)
  if (head.octets.ends === "limit") walk.findings.push({ kind: "unscannable", at, why: "header-too-large" })
  return head
}

async function entity(walk: Walk, reader: Reader, head: Head, place: Place): Promise<void> {
  walk.parts++
  walk.sealed ||= sealOf(head) !== null
  const beginning =
    place.isPlain && !walk.shown.some(({ is }) => head.claimed === `text/${is}`)
      ? beginningOf(head, reader.position())
      : null
  const faulty = (fault: Fault): void => {
    if (fault === "broken") note(walk, `bad-${head.encoding}`, place.at)
    doubt(walk, null, place.at)
  }
  const multipart = head.boundaries.length > 0
  // Encoded multiparts are forbidden (RFC 2045 §6.4). Quoted-printable is often only said of them, and most readers do not believe it.
  const asWritten = multipart && head.encoding === "quoted-printable"
  const raw = beginning === null ? reader.rest() : tapped(reader.rest(), (octets) => beginning.see(octets))
  const body = decode(raw, head.encoding, faulty)
  if (head.claimed.startsWith("multipart/") && !multipart) note(walk, "no-boundary", place.at)
  if (!multipart && !isMessage(head)) {
    await leaf(walk, head, body, place)
    if (beginning !== null) walk.shown.push(beginning.shown())
  } else if (place.depth >= DEEPEST) {
    walk.findings.push({ kind: "unscannable", at: place.at, why: "too-deep" })
    await leaf(walk, head, body, place)
  } else if (multipart) {
    if (head.encoding !== "identity") note(walk, "encoded-multipart", place.at)
    if (head.encoding !== "identity") doubt(walk, asWritten ? null : "nested-encoding", place.at)
    const isPlain = place.isPlain && (head.encoding === "identity" || asWritten)
    const inner = head.encoding === "identity" || asWritten ? reader : createReader(body)
    await children(walk, inner, head, { ...place, isPlain })
  } else await embedded(walk, createReader(body), head, place)
}

async function children(walk: Walk, reader: Reader, head: Head, { at, depth, within, isPlain }: Place): Promise<void> {
  const fallback = head.claimed === "multipart/digest" ? "message/rfc822" : "text/plain"
  const { boundaries } = head
  let index = 0
  let closed = false
  const near = (line: string): void => {
    if (walk.near.size < MOST_NEAR) walk.near.set(line, at)
  }
  for (const boundary of boundaries) walk.boundaries.add(boundary)
  // Some programs name the inner boundary after the outer one; for readers that compare beginnings both are one.
  if (within.some((outer) => boundaries.includes(outer))) doubt(walk, "delimiters", at)
  else if (within.some((outer) => boundaries.some((inner) => inner.startsWith(outer)))) doubt(walk, null, at)
  walk.visitor.open?.(head, "parts")
  for await (const { place, content } of reader.sections(boundaries, near)) {
    if (place === "epilogue") closed = true
    if (place !== "part") {
      const aside = await firstOctets(content, MOST_ASIDE)
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
    const child: Place = {
      at: below(at, ++index),
      depth: depth + 1,
      fallback,
      within: [...within, ...boundaries],
      isPlain,
    }
    const part = createReader(content, reader.position())
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
  const inside = { at: isTree ? at : below(at, 1), depth: depth + 1, fallback: "text/plain", within, isPlain: false }
  await entity(walk, reader, inner, inside)
  walk.visitor.close?.()
}

/** The first octets; the rest is read past. */
async function firstOctets(source: AsyncGenerator<Uint8Array>, limit: number): Promise<Buffer> {
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

async function* chain(first: Uint8Array, rest: AsyncGenerator<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first
  if (rest !== null) yield* rest
}
