/** Writes a tree of parts as a message that every mail program reads alike. RFC 2045, RFC 2046, RFC 2183, RFC 2231. */
import type { Field } from "../mail/message.ts"
import { quotedPrintable } from "../mail/quoted-printable.ts"
import type { Amended } from "../mail/rewrite.ts"
import { cleanName } from "./clean-name.ts"
import type { Head } from "./head.ts"
import { parameters } from "./parameters.ts"
import { trimWhite } from "./words.ts"

export type Shape =
  | { readonly is: "leaf"; readonly head: Head; readonly bytes: Uint8Array; readonly amended: Amended | null }
  | { readonly is: "parts"; readonly head: Head; readonly inside: readonly Shape[] }
  | { readonly is: "message"; readonly head: Head; readonly inside: Shape }

/** Written anew, or of no meaning for what is. */
const OURS = new Set(
  "mime-version content-type content-transfer-encoding content-disposition content-md5 content-length".split(" "),
)
/** Kept of a part where they are well formed: each once. */
const KEPT = new Set(
  "content-id content-description content-location content-base content-language content-class".split(" "),
)
const NAME = /^[!-9;-~]+$/
const TOKEN = /^[!#$%&'*+.^_`{|}~0-9A-Za-z-]+$/

/** `seed` makes the boundaries. */
export function written(shape: Shape, seed: string): Uint8Array {
  let boundaries = 0
  const newBoundary = (): string => `=_${seed}_${++boundaries}`
  return Buffer.concat(message(shape, newBoundary))
}

type NewBoundary = () => string
type Pieces = readonly Uint8Array[]

/** A message: fields of its own as they were written, then its MIME fields. */
function message(shape: Shape, newBoundary: NewBoundary): Pieces {
  const { head } = shape
  const { block } = head.octets
  const own = head.fields.filter(
    (field) => NAME.test(field.name) && !OURS.has(key(field)) && !isTwice(field, head) && isWhole(block, field),
  )
  const fields = own.map(({ start, end }) => withLineEnd(block.subarray(start, end)))
  return [...fields, latin1("MIME-Version: 1.0\r\n"), ...entity(shape, newBoundary)]
}

/** A CR or NUL of its own, which an embedded message may have, would end the line for some other reader. */
function isWhole(block: Uint8Array, { start, end }: Field): boolean {
  return !/\0|\r(?!\n)/.test(Buffer.from(block.subarray(start, end)).toString("latin1"))
}

/** A part: of its fields only those that say something about it. */
function part(shape: Shape, newBoundary: NewBoundary): Pieces {
  const { head } = shape
  const kept = head.fields.filter((field) => KEPT.has(key(field)) && !isTwice(field, head) && isPrintable(field.value))
  const fields = kept.map(({ name, value }) => latin1(folded(`${name}: ${trimWhite(value)}`)))
  return [...fields, ...entity(shape, newBoundary)]
}

function entity(shape: Shape, newBoundary: NewBoundary): Pieces {
  if (shape.is === "leaf") return leaf(shape.head, shape.bytes, shape.amended)
  if (shape.is === "message") {
    return [...fieldsOf(shape.head, "message/rfc822", [], null), latin1("\r\n"), ...message(shape.inside, newBoundary)]
  }
  const boundary = newBoundary()
  const parts = shape.inside.flatMap((inner) => [
    latin1(`--${boundary}\r\n`),
    ...part(inner, newBoundary),
    latin1("\r\n"),
  ])
  // A multipart has one part at least. RFC 2046 §5.1.1.
  const inside = parts.length > 0 ? parts : [latin1(`--${boundary}\r\n\r\n\r\n`)]
  return [
    ...fieldsOf(shape.head, shape.head.claimed, [["boundary", boundary]], null),
    latin1("\r\n"),
    ...inside,
    latin1(`--${boundary}--\r\n`),
  ]
}

function leaf(head: Head, original: Uint8Array, amended: Amended | null): Pieces {
  const bytes = amended?.bytes ?? original
  const claimed = amended?.claimed ?? leafType(head.claimed)
  const charset = amended === null ? head.charset : (amended.charset ?? "")
  const name = amended === null ? (head.names[0] ?? null) : amended.name
  const { encoding, encoded } = encode(bytes, claimed)
  const more: [string, string][] = TOKEN.test(charset) && claimed.startsWith("text/") ? [["charset", charset]] : []
  return [
    ...fieldsOf(head, claimed, more, name === null ? null : cleanName(name)),
    latin1(`Content-Transfer-Encoding: ${encoding}\r\n\r\n`),
    ...encoded,
  ]
}

/** A multipart that holds no parts, or a message that is none, must not be taken for one again. */
function leafType(claimed: string): string {
  if (claimed.startsWith("multipart/")) return "text/plain"
  return /^message\/(?:rfc822|global|partial|external-body)$/.test(claimed) ? "application/octet-stream" : claimed
}

/** Not carried over: what is written here anew. */
const RENEWED = new Set(["boundary", "charset", "name", "filename"])

function fieldsOf(head: Head, claimed: string, more: readonly [string, string][], name: string | null): Pieces {
  const values = head.fields.filter((field) => key(field) === "content-type").map(({ value }) => value)
  const { list } = parameters(values[0] ?? "", "respected")
  const given = claimed === head.claimed ? list.filter((one) => TOKEN.test(one.key) && !RENEWED.has(one.key)) : []
  const first = given.filter((one, index) => given.findIndex(({ key: other }) => other === one.key) === index)
  const plain = first.filter(({ key: label, text }) => !label.includes("*") && /^[\x20-\x7e]{1,200}$/.test(text))
  const all = [...plain.map(({ key: label, text }): [string, string] => [label, text]), ...more]
  const type = [claimed, ...all.map(([label, text]) => `${label}=${valueOf(text)}`)].join(";\r\n\t")
  const disposition = head.disposition ?? (name === null ? null : "attachment")
  const disposed = name === null ? disposition : `${disposition};\r\n\t${fileName(name)}`
  const lines = [`Content-Type: ${type}`, ...(disposed === null ? [] : [`Content-Disposition: ${disposed}`])]
  return [latin1(`${lines.join("\r\n")}\r\n`)]
}

function valueOf(text: string): string {
  return TOKEN.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`
}

/** One form only, so that there is one name: plain where it can be, else as RFC 2231 §4 says. */
function fileName(name: string): string {
  if (/^[\x20-\x7e]{1,60}$/.test(name)) return `filename="${name.replace(/["\\]/g, "_")}"`
  return `filename*=utf-8''${encodeURIComponent(name).replace(/['()*!]/g, hexOf)}`
}

function hexOf(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`
}

function encode(bytes: Uint8Array, claimed: string): { encoding: string; encoded: Pieces } {
  const text = claimed.startsWith("text/") || claimed.startsWith("message/")
  if (text && isPlainText(bytes)) return { encoding: "7bit", encoded: [bytes] }
  if (text) return { encoding: "quoted-printable", encoded: [latin1(quotedPrintable(bytes))] }
  return { encoding: "base64", encoded: [latin1(base64Lines(bytes))] }
}

/** Goes as it is everywhere: short lines of printable ASCII that end with CR LF, none of which looks like a delimiter. */
function isPlainText(bytes: Uint8Array): boolean {
  let line = 0
  for (let at = 0; at < bytes.length; at++) {
    const octet = bytes[at] ?? 0
    if (octet === 0x0d && bytes[at + 1] === 0x0a) {
      line = 0
      at++
    } else if (octet === 0x09 || (octet >= 0x20 && octet <= 0x7e)) {
      if (++line > 76 || (line === 1 && octet === 0x2d)) return false
    } else return false
  }
  return true
}

function base64Lines(bytes: Uint8Array): string {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64")
  return all.replace(/.{76}(?=.)/g, "$&\r\n")
}

function folded(field: string): string {
  return `${field.length <= 998 ? field : field.slice(0, 998)}\r\n`
}

function isPrintable(value: string): boolean {
  return /^[\x20-\x7e\t]*$/.test(value)
}

/** Later fields of a kind that stands once: only MIME's own; two of another kind are their sender's matter, and judged as such. */
function isTwice(field: Field, head: Head): boolean {
  return KEPT.has(key(field)) && head.fields.find((one) => key(one) === key(field)) !== field
}

function key({ name }: Field): string {
  return name.toLowerCase()
}

/** With the line ends of mail: an embedded message may have those of another world. */
function withLineEnd(octets: Uint8Array): Uint8Array {
  return latin1(
    `${Buffer.from(octets)
      .toString("latin1")
      .replace(/\r?\n$/, "")
      .replace(/\r?\n/g, "\r\n")}\r\n`,
  )
}

function latin1(text: string): Uint8Array {
  return Buffer.from(text, "latin1")
}
