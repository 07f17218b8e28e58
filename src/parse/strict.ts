/**
 * Reads one header block strictly, beside the lenient reader: names what about it two mail programs could take differently.
 * Only what decides how a body is read counts: MIME fields anywhere, and where the block begins and ends. RFC 5322 §2.2, RFC 2045, RFC 2046, RFC 2183.
 */
import type { Ambiguity } from "../mail/ambiguous.ts"
import type { Field } from "../mail/message.ts"
import type { HeaderBlock } from "./fields.ts"
import { type Parameter, parameters } from "./parameters.ts"
import type { HeadOctets } from "./split.ts"
import { encodingOf } from "./transfer.ts"
import { trimWhite } from "./words.ts"

/** Why null: honest programs write it too, so it is only looked at in every reading. */
export type Doubt = Ambiguity | null

const MIME = /^(?:mime-version|content-(?:type|transfer-encoding|disposition|id))$/
/** Who wrote it: fields a gateway must not read otherwise than the reader does. */
const IDENTITY = /^(?:from|sender|reply-to|resent-from|resent-sender)$/
const TOKEN = "[!#$%&'*+.^_`{|}~0-9A-Za-z-]+"
/** Nearly every Content-Type; a value that is no token is allowed unquoted what many programs write. */
const PLAIN = new RegExp(
  `^${TOKEN}/${TOKEN}(?:[ \\t]*;[ \\t]*[A-Za-z-]+(?:\\*[0-9]{1,3})?\\*?=(?:[!#-'*+./0-:=?-Z^-~-]+|"[^"\\\\;]*"))*[ \\t]*;?$`,
)
/** Octets of a header line that some readers cut. RFC 5322 §2.1.1. */
const LONGEST_LINE = 998

/** Readers stop at different counts. */
const MOST_FIELDS = 1_000

/** `isTop`: the block of the message itself. */
export function doubtsOf({ block }: HeadOctets, { fields, defects }: HeaderBlock, isTop: boolean): ReadonlySet<Doubt> {
  const doubts = new Set<Doubt>()
  const text = Buffer.from(block.buffer, block.byteOffset, block.byteLength).toString("latin1")
  if (defects.includes("folded-first-line")) doubts.add(isTop ? "first-line" : "header-syntax")
  if (defects.includes("control-in-header") && text.includes("\0")) doubts.add("control")
  if (defects.includes("bare-line-end-in-header")) doubts.add("line-ends")
  for (const [index, field] of fields.entries()) asWritten(text, field, { isFirst: isTop && index === 0, doubts })
  valued(fields, doubts)
  if (fields.length > MOST_FIELDS) doubts.add("limits")
  return doubts
}

/** How the field stands in the block. */
function asWritten(
  text: string,
  { name, start, end }: Field,
  { isFirst, doubts }: { readonly isFirst: boolean; readonly doubts: Set<Doubt> },
): void {
  const lower = name.toLowerCase()
  const ours = MIME.test(lower)
  const clean = name !== "" && text.startsWith(name, start) && text[start + name.length] === ":"
  if (!clean) doubts.add(label(text.slice(start, end), { name, isFirst }))
  if (ours && text[start + name.length + 1] === ":") doubts.add("header-syntax")
  if (clean && !ours && /mime|content/.test(lower) && MIME.test(bare(lower))) doubts.add("header-syntax")
  const first = text.indexOf("\n", start)
  if (ours && hasControl(text, start, end)) doubts.add("control")
  if (ours && end - start > LONGEST_LINE && /[^\n]{999}/.test(text.slice(start, end))) doubts.add("header-syntax")
  if (first === -1 || first >= end - 1) return
  const more = text.slice(first + 1, end)
  // A continuation of white space alone ends the block for some readers.
  if (/^[ \t]+\r?$/m.test(more)) doubts.add(ours ? "header-syntax" : null)
  const indented = more.match(/^[ \t]+(?:content-[a-z-]+|mime-version)[ \t]*:.*$/gim) ?? []
  const isSignature = SIGNATURES.has(lower)
  if (indented.some((line) => !(isSignature && LISTED.test(line)))) doubts.add("header-syntax")
}

/** Their `h=` lists the names of fields with a colon between, folded wherever the line is full. RFC 6376 §3.5, RFC 8617 §4.1.2. */
const SIGNATURES = new Set([
  "dkim-signature",
  "arc-message-signature",
  "domainkey-signature",
  "x-google-dkim-signature",
  "x-me-proxy-signature",
])
/** Names behind names, up to the end of the list or of the line; nothing that a field about content could say. */
const LISTED =
  /^[ \t]+(?:content-[a-z-]+|mime-version)[ \t]*:[ \t]*(?:(?!(?:base64|quoted-printable|7bit|8bit|binary|attachment|inline)\b)[a-z][\w-]*[ \t]*(?:[:;]|$)|\r?$)/i

/** A name without the signs around it, for readers who look for it anywhere in the line; `X-Content-Type` is another name. */
function bare(name: string): string {
  return name
    .replace(/^=\?[^?]*\?q\?|\?=$/g, "")
    .replaceAll("_", "-")
    .replace(/^[^a-z]+|[^a-z]+$/g, "")
}

/** Octets of eight bits that look like a letter of the name, or nothing. */
const DISGUISED = /(?:ontent|mime)\W{0,4}-|transfer|encoding|disposition/i

/** A line that is no field, or one whose name is hidden from some. */
function label(line: string, { name, isFirst }: { readonly name: string; readonly isFirst: boolean }): Doubt {
  const colon = line.indexOf(":")
  // The separator of mailbox files, which no mail program takes for more; sendmail's own is quoted.
  if (line.startsWith(">From ")) return null
  if (isFirst && (colon === -1 || name === "" || line.startsWith("From ") || line.includes("\xef\xbb\xbf")))
    return "first-line"
  if (colon === -1 || name === "") return "header-syntax"
  if (hasControl(line, 0, colon)) return "control"
  const lower = name.toLowerCase()
  const isDisguised = /[^ -~]/.test(line.slice(0, colon)) && DISGUISED.test(line.slice(0, colon))
  return MIME.test(lower) || IDENTITY.test(lower) || isDisguised || /content[- ]|mime-v/i.test(line)
    ? "header-syntax"
    : null
}

function hasControl(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at)
    if ((code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) || code === 0x7f) return true
  }
  return false
}

/** What the MIME fields say. */
function valued(fields: readonly Field[], doubts: Set<Doubt>): void {
  const seen = new Map<string, string>()
  for (const { name, value } of fields) {
    const key = name.toLowerCase()
    if (!key.startsWith("content-") && key !== "mime-version") continue
    if (!MIME.test(key)) continue
    const plain = normal(value)
    const earlier = seen.get(key)
    if (earlier !== undefined) doubts.add(earlier === plain || key === "content-id" ? null : "duplicate-field")
    seen.set(key, plain)
    if (key === "content-type") for (const doubt of typeDoubts(value)) doubts.add(doubt)
    else if (key === "content-transfer-encoding") encodingDoubts(value, doubts)
  }
}

function normal(value: string): string {
  return value
    .replace(/\\./g, "")
    .replace(/\((?:[^()]|\([^()]*\))*\)/g, "")
    .replace(/\s+/g, "")
    .toLowerCase()
}

/** Words that honest programs write and every reader takes for "not encoded". */
const UNENCODED =
  /^(?:(?:7|8)[- ]?bits?|utf-?8|us-ascii|ascii|(?:iso|windows)-[\w-]+|none|plain|text|raw|unencoded|\w+-?unencoded)$/i

function encodingDoubts(value: string, doubts: Set<Doubt>): void {
  const word = trimWhite(value)
  if (encodingOf(word) !== null) return
  doubts.add(UNENCODED.test(word) ? null : "transfer-encoding")
}

const MULTI = /multi\W*part|mess\W*age|boundary/i

function typeDoubts(value: string): ReadonlySet<Doubt> {
  const doubts = new Set<Doubt>()
  const trimmed = trimWhite(value)
  const { value: type, list } = parameters(value, "respected")
  const isMultipart = type.startsWith("multipart/")
  const simple = PLAIN.test(trimmed)
  if (type === "message/partial") doubts.add("partial")
  if (type === "message/external-body") doubts.add("external-body")
  if (simple && !isMultipart) {
    // Some readers split whatever has a boundary.
    if (list.some(({ key }) => key === "boundary")) doubts.add(MULTI.test(type) ? "content-type" : null)
    return doubts
  }
  const wellFormed = new RegExp(`^${TOKEN}/${TOKEN}$`).test(type) && trimmed.toLowerCase().startsWith(type)
  if (!wellFormed) doubts.add(MULTI.test(value) || isList(value) ? "content-type" : null)
  if (isMultipart || MULTI.test(value)) boundaryDoubts(trimmed, list, doubts)
  return doubts
}

/** Two types, as in `a/b, c/d`. */
function isList(value: string): boolean {
  const comma = value.indexOf(",")
  return comma !== -1 && value.indexOf("/", comma) !== -1
}

/** Quoted: what quotes are there for, but nothing that ends the value for a reader who does not know quotes. RFC 2046 §5.1.1. */
const QUOTED_BOUNDARY = /^"(?=[^ \t])[ !#-:<-[\]-~]{1,120}(?<![ \t])"$/
/** Unquoted: more than a token, as many programs write it, but nothing that ends it for anybody. */
const BARE_BOUNDARY = /^[!#-'*+./0-:=?-Z^-~-]{1,120}$/

function boundaryDoubts(value: string, list: readonly Parameter[], doubts: Set<Doubt>): void {
  const named = list.filter(({ key }) => /^[^a-z]*boundary/.test(key))
  if (named.some(({ key }) => key !== "boundary")) doubts.add("boundary")
  if (new Set(named.map(({ key, text }) => `${key}=${text}`)).size > 1) doubts.add("duplicate-parameter")
  if (named.length === 0) {
    doubts.add("no-boundary")
    return
  }
  const stated = /(?:^|;)[ \t]*boundary[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"|[^;]*)/i.exec(value)?.[1] ?? ""
  const written = trimWhite(stated)
  if (!QUOTED_BOUNDARY.test(written) && !BARE_BOUNDARY.test(written)) doubts.add("boundary")
  else if (/^"?=\?.*\?=/.test(written)) doubts.add("boundary")
  // Something between the closing quote and the next parameter, as in `"a"b`.
  const after = value.slice(value.toLowerCase().indexOf(stated.toLowerCase()) + stated.length)
  if (stated.startsWith('"') && !/^[ \t]*(?:;|$)/.test(after)) doubts.add("boundary")
}
