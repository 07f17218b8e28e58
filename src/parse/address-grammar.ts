/**
 * Address fields as RFC 5322 §3.4 writes them, strictly: what a less strict reader could take for another address is a fault.
 * Only what hides nothing is forgiven: dots and brackets in a name, empty items, a name that repeats its address.
 */
import { canonicalDomain } from "../mail/address.ts"
import { decodeWords, trimWhite } from "./words.ts"

/** `addresses` as the grammar gives them, decoded. */
export type Strict =
  | { readonly is: "sound"; readonly addresses: readonly string[] }
  | { readonly is: "faulty"; readonly at: number }

/** Thrown and caught in this file only. */
class Fault extends Error {}

interface Cursor {
  readonly text: string
  at: number
}

interface Word {
  readonly text: string
  readonly quoted: boolean
}

/** RFC 5322 §3.2.3 atext, octets above 127 (RFC 6532), and what people write in names without quotes. */
const NAME_CHAR = /[\w!#$%&'*+\-/=?^`{|}~.[\]\x80-\xff]/
const LOCAL = /^[\w!#$%&'*+\-/=?^`{|}~.\x80-\xff]+$/
const DOMAIN_CHAR = /[\w.\-\x80-\xff]/
const ENCODED = /=\?[^?]*\?[bq]\?/i
/** `a%b.c@relay`, `b.c!a@relay`: RFC 1123 §5.2.16. */
const ROUTED = /%[^%]*\.|\.[^!]*!/
const AT = /[@＠﹫]/

/** `value` is unfolded, latin1. */
export function strictAddresses(value: string): Strict {
  const cursor: Cursor = { text: value, at: 0 }
  try {
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw new Fault()
    return { is: "sound", addresses: list(cursor, false) }
  } catch (error) {
    if (error instanceof Fault) return { is: "faulty", at: cursor.at }
    throw error
  }
}

/** Items with commas between them, up to the end, or inside a group up to its `;`. */
function list(cursor: Cursor, inGroup: boolean): string[] {
  const found: string[] = []
  for (;;) {
    skip(cursor)
    const char = peek(cursor)
    if (char === "") {
      if (inGroup) throw new Fault()
      return found
    }
    if (char === ";" && inGroup) {
      cursor.at++
      return found
    }
    // A list program's careless end.
    if (char === ";" && /^[\s;]*$/.test(cursor.text.slice(cursor.at))) return found
    if (char === ",") {
      cursor.at++
      continue
    }
    found.push(...item(cursor, inGroup))
    skip(cursor)
    const next = peek(cursor)
    if (next !== "" && next !== "," && next !== ";") throw new Fault()
  }
}

/** A mailbox, a group, or a name without address. */
function item(cursor: Cursor, inGroup: boolean): string[] {
  const words = phrase(cursor)
  switch (peek(cursor)) {
    case "@":
      return bare(cursor, words)
    case "<":
      nameOnly(words)
      return [angle(cursor)]
    case ":":
      if (inGroup || words.length === 0) throw new Fault()
      nameOnly(words)
      cursor.at++
      return list(cursor, true)
    default:
      if (words.length === 0) throw new Fault()
      nameOnly(words)
      return []
  }
}

/** Words of a name; `cursor` stands behind the white space that follows, unless what follows is an `@`. */
function phrase(cursor: Cursor): Word[] {
  const words: Word[] = []
  for (;;) {
    const before = cursor.at
    skip(cursor)
    const char = peek(cursor)
    if (char === "@" && cursor.at > before) throw new Fault()
    if (char === '"') words.push({ text: quotedString(cursor), quoted: true })
    else if (NAME_CHAR.test(char)) words.push({ text: run(cursor, NAME_CHAR), quoted: false })
    else return words
  }
}

/** An address without brackets, perhaps followed by itself in brackets, as many programs name a mailbox. */
function bare(cursor: Cursor, words: readonly Word[]): string[] {
  const [local, ...more] = words
  if (local === undefined || more.length > 0) throw new Fault()
  const address = addrSpec(cursor, local)
  skip(cursor)
  if (peek(cursor) !== "<") return [address]
  if (angle(cursor).toLowerCase() !== address.toLowerCase()) throw new Fault()
  return [address]
}

/** `<local@domain>` without white space, comments or a route. A mailbox of this host has no domain. */
function angle(cursor: Cursor): string {
  cursor.at++
  const quoted = peek(cursor) === '"'
  const local = quoted ? quotedString(cursor) : run(cursor, NAME_CHAR)
  const isHere = peek(cursor) === ">" && LOCAL.test(local) && !ENCODED.test(local)
  const address = isHere ? local : addrSpec(cursor, { text: local, quoted })
  if (peek(cursor) !== ">") throw new Fault()
  cursor.at++
  return address
}

/** From the `@` on. */
function addrSpec(cursor: Cursor, { text, quoted }: Word): string {
  if (peek(cursor) !== "@") throw new Fault()
  cursor.at++
  if (ENCODED.test(text) || (quoted ? AT.test(decoded(text)) : !LOCAL.test(text) || ROUTED.test(text)))
    throw new Fault()
  const local = quoted ? `"${text}"` : text
  const domain = peek(cursor) === "[" ? literal(cursor) : run(cursor, DOMAIN_CHAR)
  const written = Buffer.from(domain, "latin1").toString()
  if (domain === "" || domain.endsWith(".") || written.includes("\ufffd")) throw new Fault()
  if (!domain.startsWith("[") && canonicalDomain(written) === null) throw new Fault()
  // Octets of another encoding would let one reader see another domain than the next.
  if (Buffer.from(local, "latin1").toString().includes("\ufffd")) throw new Fault()
  return `${decoded(local)}@${written}`
}

function literal(cursor: Cursor): string {
  const end = cursor.text.indexOf("]", cursor.at)
  const text = cursor.text.slice(cursor.at, end + 1)
  if (end === -1 || !/^\[[0-9a-fA-Fv:.IP]+\]$/.test(text)) throw new Fault()
  cursor.at = end + 1
  return text
}

/** What shows an address once it is decoded, and stands where a reader who decodes first sees structure, is no name. */
function nameOnly(words: readonly Word[]): void {
  const loose = words.flatMap(({ text, quoted }) => (quoted ? [] : [text])).join(" ")
  const shown = decoded(loose)
  if (loose.includes("@") || (shown !== loose && AT.test(shown) && /[<>,;:]/.test(shown))) throw new Fault()
}

function decoded(text: string): string {
  return trimWhite(decodeWords(text))
}

/** Over white space and comments. RFC 5322 §3.2.2. */
function skip(cursor: Cursor): void {
  for (;;) {
    const char = peek(cursor)
    if (char === "(") comment(cursor)
    else if (char === " " || char === "\t") cursor.at++
    else return
  }
}

function comment(cursor: Cursor): void {
  let depth = 0
  for (; cursor.at < cursor.text.length; cursor.at++) {
    const char = peek(cursor)
    if (char === "\\") cursor.at++
    else if (char === "(") depth++
    else if (char === ")" && --depth === 0) {
      cursor.at++
      return
    }
  }
  throw new Fault()
}

/** Its content, backslashes read over. RFC 5322 §3.2.4. */
function quotedString(cursor: Cursor): string {
  const start = cursor.at + 1
  for (let at = start; at < cursor.text.length; at++) {
    if (cursor.text[at] === "\\") at++
    else if (cursor.text[at] === '"') {
      cursor.at = at + 1
      return cursor.text.slice(start, at).replace(/\\(.)/g, "$1")
    }
  }
  throw new Fault()
}

function run(cursor: Cursor, chars: RegExp): string {
  const start = cursor.at
  while (cursor.at < cursor.text.length && chars.test(peek(cursor))) cursor.at++
  return cursor.text.slice(start, cursor.at)
}

function peek({ text, at }: Cursor): string {
  return text.charAt(at)
}
