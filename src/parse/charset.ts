/** Octets → text, whatever the label says: never fails, and loses nothing a recogniser of old Vietnamese encodings needs. */
import { isUtf8 } from "node:buffer"
import { TextDecoder } from "node:util"
import { fromHz, fromIso2022, fromUtf32, fromUtf7 } from "./old-charsets.ts"

type Decode = (octets: Buffer) => string

/** Those of the WHATWG standard, made when first asked for; null for a label nobody knows. */
const decoders = new Map<string, Decode | null>()

/** What that standard gave up, since it hides markup from who does not know it; mail still has it. */
const OLD: Readonly<Record<string, Decode>> = {
  "utf-7": fromUtf7,
  "unicode-1-1-utf-7": fromUtf7,
  "x-utf-7": fromUtf7,
  utf7: fromUtf7,
  "hz-gb-2312": fromHz,
  "iso-2022-kr": (octets) => fromIso2022(octets, "euc-kr"),
  "iso-2022-cn": (octets) => fromIso2022(octets, "gbk"),
  "iso-2022-cn-ext": (octets) => fromIso2022(octets, "gbk"),
  "utf-32": (octets) => fromUtf32(octets, octets[0] === 0 ? "be" : "le"),
  "utf-32le": (octets) => fromUtf32(octets, "le"),
  "utf-32be": (octets) => fromUtf32(octets, "be"),
}

/**
 * A label nobody knows (`x-viet-tcvn5712`, `viscii`), none, or a wrong "utf-8" gives UTF-8 if it is that, else Latin-1, one
 * character an octet. A byte order mark knows better than the label. Not normalised: TCVN3 and VNI text could not be told apart afterwards.
 */
export function decodeCharset(octets: Uint8Array, label: string): string {
  const bytes = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  const name = marked(bytes) ?? label.trim().toLowerCase()
  if (isAscii(name)) return wide(bytes) ?? utf8OrLatin1(bytes)
  if (name === "utf-16") return wide(bytes) ?? decoderFor("utf-16le")?.(bytes) ?? ""
  return decoderFor(name)?.(bytes) ?? utf8OrLatin1(bytes)
}

/** As who does not look for marks reads it. */
function byLabel(bytes: Buffer, name: string): string {
  return decoderFor(name)?.(bytes) ?? bytes.toString("latin1")
}

/** Of these every octet below 128 is the character it always is. */
function isAscii(name: string): boolean {
  return name === "" || /^(?:utf-?8|us-ascii|ascii)$/.test(name)
}

/** Labels that change what ASCII octets mean. */
const SHIFTING = /^(?:x-|unicode-1-1-)?(?:utf-?(?:7|16|32)|iso-2022|hz|csiso2022|ucs|iso-10646)/

/**
 * Every text that some reader makes of it; the first is the usual one. Nearly all octets have one reading.
 * Old browsers guessed where no label stood, some leave NULs out, and a page that was saved goes by what it says of itself.
 */
export function readingsOf(octets: Uint8Array, label: string): readonly string[] {
  const bytes = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  const name = label.trim().toLowerCase()
  const first = decodeCharset(bytes, name)
  const others: string[] = []
  const mark = marked(bytes)
  const own = ownLabel(bytes)
  if (mark !== null && name !== "" && mark !== "utf-8" && !mark.startsWith(name)) others.push(byLabel(bytes, name))
  if (mark === "utf-8" && SHIFTING.test(name)) others.push(byLabel(bytes, name))
  if (mark === "utf-32le") others.push(bytes.toString("utf16le"))
  if (mark === null && SHIFTING.test(name)) others.push(utf8OrLatin1(bytes))
  if (mark === null && own !== "" && own !== name && (SHIFTING.test(own) || SHIFTING.test(name))) {
    others.push(decodeCharset(bytes, own))
  }
  if (mark === null && !/^utf-?(?:16|32)/.test(name) && bytes.includes(0)) {
    const narrow = bytes.toString("latin1")
    others.push(bytes.toString("utf16le"), narrow, narrow.replaceAll("\0", ""))
  }
  const guessed = mark === null && (isAscii(name) || decoderFor(name) === null) && !/^utf-?8$/.test(name)
  if (guessed && bytes.includes("+A")) others.push(fromUtf7(bytes))
  if (guessed && bytes.includes(0x1b)) others.push(decoderFor("iso-2022-jp")?.(bytes) ?? "")
  if (guessed && bytes.includes("~{")) others.push(fromHz(bytes))
  return [first, ...new Set(others.filter((one) => one !== first && one !== ""))]
}

/** Elements and attributes that do something. */
const ACTIVE =
  /<(?:script|iframe|frame|object|embed|applet|form|meta|base|link|svg|math)\b|(?:java|vb)script:|\bon[a-z]{4,20}\s{0,9}=\s{0,9}["']/gi

function active(text: string): string {
  return [...new Set(text.toLowerCase().match(ACTIVE))].toSorted().join()
}

/** Octets of a page that are read in every way. */
const LARGEST = 4_194_304

/** One reader finds something that runs where another finds none. */
export function hidesMarkup(octets: Uint8Array, label: string): boolean {
  const [first = "", ...others] = readingsOf(octets.subarray(0, LARGEST), label)
  if (others.length === 0) return false
  // No honest page is that long and can be read in several ways.
  if (octets.length > LARGEST) return true
  const seen = active(first)
  return others.some((other) => active(other) !== seen)
}

/** Octets of a page in which it says what it is written in. WHATWG HTML §13.2.3.2. */
const PROLOGUE = 1_024

function ownLabel(bytes: Buffer): string {
  const prologue = bytes.toString("latin1", 0, PROLOGUE)
  return (
    /<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s{0,9}=\s{0,9}["']?([\w:.-]{1,40})/i
      .exec(prologue)?.[1]
      ?.toLowerCase() ?? ""
  )
}

function marked(bytes: Buffer): string | null {
  const [a, b, c, d] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8"
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? "utf-32le" : "utf-16le"
  if (a === 0xfe && b === 0xff) return "utf-16be"
  return a === 0 && b === 0 && c === 0xfe && d === 0xff ? "utf-32be" : null
}

/** UTF-16 without its mark: every other octet of what is mostly Latin letters is NUL. */
function wide(bytes: Buffer): string | null {
  const head = bytes.subarray(0, 256)
  if (!head.includes(0) || head.length < 4) return null
  let even = 0
  let odd = 0
  for (const [at, octet] of head.entries()) {
    if (octet === 0 && at % 2 === 0) even++
    else if (octet === 0) odd++
  }
  const half = head.length / 2
  if (odd > half * 0.4 && even < half * 0.1) return bytes.toString("utf16le")
  return even > half * 0.4 && odd < half * 0.1 ? (decoderFor("utf-16be")?.(bytes) ?? null) : null
}

function decoderFor(name: string): Decode | null {
  const made = decoders.get(name)
  if (made !== undefined) return made
  if (!/^[a-z0-9_:.-]{1,40}$/.test(name)) return null
  const decode = Object.hasOwn(OLD, name) ? (OLD[name] ?? null) : standard(name)
  // Labels are the sender's to invent.
  if (decode !== null || decoders.size < 1_000) decoders.set(name, decode)
  return decode
}

function standard(name: string): Decode | null {
  try {
    const decoder = new TextDecoder(name)
    return (octets) => decoder.decode(octets)
  } catch {
    return null
  }
}

/** A stray octet, or a last character cut at a limit, does not make UTF-8 text something else; one character in five does. */
function utf8OrLatin1(buffer: Buffer): string {
  const text = buffer.toString("utf8")
  if (isUtf8(buffer)) return text
  const broken = text.slice(0, -1).match(/\ufffd/g)?.length ?? 0
  const foreign = text.match(/[^\0-\x7f]/g)?.length ?? 0
  return broken * 5 <= foreign ? text : buffer.toString("latin1")
}
