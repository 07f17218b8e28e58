/** Old Vietnamese encodings: what text means that was decoded as if it were Windows-1252. */
import {
  CP1252_80,
  CP1258,
  type Run,
  TCVN3,
  TCVN5712_CAPITALS,
  VISCII,
  VNI_LETTERS,
  VNI_MARKS,
  VPS,
} from "./encoding-tables.ts"

export interface Encoding {
  /** As its users know it. */
  readonly name: string
  /** Names of fonts that show it. */
  readonly fonts: RegExp
  /** Characters above ASCII that it writes Vietnamese with, as octets. */
  readonly letters: ReadonlySet<string>
  /** `octets`: characters up to U+00FF are bytes; others are what they are. Result in NFC. */
  decode(octets: string): string
}

function table(...lists: readonly (readonly Run[])[]): (octets: string) => string {
  const letters = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte))
  // What is no letter there is the sign that Windows shows: quotation marks, dashes.
  for (const [index, sign] of Array.from(CP1252_80).entries()) if (sign !== "·") letters[0x80 + index] = sign
  for (const [first, run] of lists.flat()) {
    for (const [index, letter] of Array.from(run).entries()) if (letter !== "·") letters[first + index] = letter
  }
  return (octets) => {
    let out = ""
    for (let at = 0; at < octets.length; at++) out += letters[octets.charCodeAt(at)] ?? octets.charAt(at)
    return out
  }
}

const cp1258 = table(CP1258)

function octetsIn(...lists: readonly (readonly Run[])[]): ReadonlySet<string> {
  return new Set(
    lists
      .flat()
      .flatMap(([first, run]) =>
        Array.from(run).flatMap((letter, index) => (letter === "·" ? [] : [String.fromCharCode(first + index)])),
      ),
  )
}

/** Longest match first: a vowel and the mark behind it, whose case is of no matter; then letters of one byte. */
const VNI_RUNS = [...VNI_LETTERS, ...VNI_LETTERS.map(([first, run]): Run => [first - 0x20, run.toUpperCase()])]
const VNI_SINGLE = table(VNI_RUNS)
const VNI: ReadonlySet<string> = new Set([
  ...octetsIn(VNI_RUNS),
  ...Array.from(VNI_MARKS.keys()).flatMap((mark) => [String.fromCharCode(mark), String.fromCharCode(mark - 0x20)]),
])
/** Marks are small or capital; Ô and Ö, which stand among them, are letters: `TRÖÔØNG`. */
const VNI_VOWEL = /[aeouyôöAEOUYÔÖ][\xe0-\xe5\xe8-\xeb\xef\xf5\xf8-\xfc\xc0-\xc5\xc8-\xcb\xcf\xd5\xd8-\xdc]/g

function vni(octets: string): string {
  let out = ""
  let last = 0
  for (const { index, 0: pair } of octets.matchAll(VNI_VOWEL)) {
    const mark = VNI_MARKS.get(pair.charCodeAt(1) | 0x20)
    const letter = mark === undefined ? "" : `${VNI_SINGLE(pair.charAt(0))}${mark}`.normalize("NFC")
    // A mark that does not go with the vowel is a letter of its own.
    if (letter.length !== 1) continue
    out += VNI_SINGLE(octets.slice(last, index)) + letter
    last = index + 2
  }
  return out + VNI_SINGLE(octets.slice(last))
}

/** A no-break space after Ã was the second byte of `à` and became a blank on the way, in the middle of words too: `lÃ m`. */
const UTF8_SEQUENCE =
  /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|\xc3 (?=(?:ng|nh|ch|[mnpctiouy])(?![a-z\x80-\xff]))|\xc3(?= )/g

function utf8(octets: string): string {
  return octets
    .replace(UTF8_SEQUENCE, (bytes) =>
      bytes === "\xc3" || bytes === "\xc3 " ? "à" : Buffer.from(bytes, "latin1").toString("utf8"),
    )
    .normalize("NFC")
}

/** In the order in which equally good readings are preferred. */
export const ENCODINGS: readonly Encoding[] = [
  {
    name: "TCVN3 (ABC)",
    fonts: /^\.?vn|^abc|tcvn/i,
    letters: octetsIn(TCVN3),
    decode: table(TCVN3),
  },
  { name: "VNI-Windows", fonts: /^vni/i, letters: VNI, decode: vni },
  {
    name: "TCVN 5712",
    fonts: /tcvn/i,
    letters: octetsIn(TCVN3, TCVN5712_CAPITALS),
    decode: table(TCVN3, TCVN5712_CAPITALS),
  },
  {
    name: "VISCII",
    fonts: /^vis/i,
    letters: octetsIn(VISCII),
    decode: table(VISCII),
  },
  { name: "VPS", fonts: /^vps/i, letters: octetsIn(VPS), decode: table(VPS) },
  {
    name: "Windows-1258",
    fonts: /^$/,
    letters: octetsIn(CP1258),
    decode: (octets) => cp1258(octets).normalize("NFC"),
  },
  {
    name: "UTF-8 decoded twice",
    fonts: /^$/,
    letters: octetsIn([[0x80, "x".repeat(128)]]),
    decode: utf8,
  },
]

/** Characters that decoders give for bytes above 7F, back to the byte: of Windows-1252, of symbol fonts, of "x-user-defined". */
const BYTES_1252: ReadonlyMap<string, string> = new Map(
  Array.from(CP1252_80).map((character, index) => [character, String.fromCharCode(0x80 + index)]),
)
/** The same of a text labelled Windows-1258 that was none. */
const BYTES_1258 = new Map<string, string>(
  CP1258.flatMap(([first, run]) =>
    Array.from(run).map((letter, index): [string, string] => [letter, String.fromCharCode(first + index)]),
  ),
).set("\u20ab", "\xfe")

export function octetsOf(text: string): string {
  if (!/[\u0100-\uffff]/.test(text)) return text
  return text.replace(/[\u0152-\u2122\uf020-\uf0ff\uf780-\uf7ff]/g, (character) =>
    character >= "\uf020"
      ? String.fromCharCode(character.charCodeAt(0) & 0xff)
      : (BYTES_1252.get(character) ?? character),
  )
}

/** Whether something in it may come from a decoder of Windows-1258. */
export function isOf1258(text: string): boolean {
  return /[ĂăĐđƠơƯư₫]|\p{M}/u.test(text)
}

export function octetsOf1258(text: string): string {
  return octetsOf(text).replace(/[\u0102-\u0323\u20ab]/g, (character) => BYTES_1258.get(character) ?? character)
}

const VIQR_PAIR = /\\(.)|([Dd])([Dd])|([AaEeIiOoUuYy])([\^(+*]?)(['`~?.]?)/g
const SHAPES: Readonly<Record<string, string>> = {
  "^": "\u0302",
  "(": "\u0306",
  "+": "\u031b",
  "*": "\u031b",
}
const VIQR_TONES: Readonly<Record<string, string>> = {
  "'": "\u0301",
  "`": "\u0300",
  "?": "\u0309",
  "~": "\u0303",
  ".": "\u0323",
}

/** RFC 1456. A full stop or question mark at the end of a line is one, but not that of a heading: `BAN THU+O+`NG VU.`; nor is the mark that ends a document, `./.`. */
export function viqr(text: string): string {
  return text.replace(VIQR_PAIR, (written, escaped, d, _d, vowel, shape, tone, at: number) => {
    if (escaped !== undefined) return escaped
    if (d !== undefined) return d === "D" ? "Đ" : "đ"
    if (shape === "" && tone === "") return written
    const ends =
      /^(?:[\s)"]*(?:\n|$)|\/\.)/.test(text.slice(at + written.length, at + written.length + 4)) && !isHeading(text, at)
    const stays = ends && (tone === "." || (tone === "?" && shape === ""))
    const letter = `${vowel}${SHAPES[shape] ?? ""}${stays ? "" : (VIQR_TONES[tone] ?? "")}`.normalize("NFC")
    return letter.length === 1 ? letter + (stays ? tone : "") : written
  })
}

/** The line has capitals alone. */
function isHeading(text: string, at: number): boolean {
  const end = text.indexOf("\n", at)
  const line = text.slice(text.lastIndexOf("\n", at) + 1, end === -1 ? text.length : end)
  return /[A-Z]{2}/.test(line) && !/[a-z]/.test(line)
}

/** Marks of shape, which every VIQR text is full of and other text is not. */
const VIQR_SHAPES = /[aeo]\^|a\(|[ou][+*]|dd/gi

export function shapesOf(text: string): number {
  return text.match(VIQR_SHAPES)?.length ?? 0
}
