/** Reads the XML of office formats tag by tag, without believing that it is well formed. Linear. */

/** Octets of one part that are read; the largest sheets of honest workbooks hold some 100 MB, and nothing to find. */
const LONGEST = 30_000_000

/** Text of an XML part, whatever encoding its first octets show. XML 1.0, appendix F. */
export function xmlText(bytes: Buffer): string {
  const part = bytes.subarray(0, LONGEST)
  const [a = 0, b = 0] = part
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return part.toString("utf16le")
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c))
    return Buffer.from(part.subarray(0, part.length & ~1))
      .swap16()
      .toString("utf16le")
  return part.toString("utf8")
}

/** Whether one of the words may occur: asked before anything is decoded, most parts of most documents have none. */
export function mentions(bytes: Buffer, words: readonly string[]): boolean {
  return isWide(bytes) || words.some((word) => bytes.includes(word))
}

function isWide(bytes: Buffer): boolean {
  return bytes.subarray(0, 4).includes(0) || (bytes[0] ?? 0) >= 0xfe
}

export interface Tag {
  /** Without its prefix, lower case. */
  readonly name: string
  readonly close: boolean
  /** `<a/>`. */
  readonly empty: boolean
  /** As written, from the name to the end. */
  readonly inside: string
  /** Character data up to the next tag. */
  readonly text: string
}

/** Tags whose local name is among `names`, in order. */
export function* tags(xml: string, names: readonly string[]): Generator<Tag> {
  const pattern = new RegExp(
    `<(/?)(?:[\\w.-]{1,40}:)?(${names.join("|")})(?=[\\s/>])((?:"[^"]*"|'[^']*'|[^"'>])*)>([^<]*)`,
    "gi",
  )
  for (const [, slash, name = "", inside = "", text = ""] of xml.matchAll(pattern)) {
    yield {
      name: name.toLowerCase(),
      close: slash === "/",
      empty: inside.endsWith("/"),
      inside,
      text: unescapeXml(text),
    }
  }
}

/** The value of an attribute by its local name, "" when it has none. */
export function attribute({ inside }: Pick<Tag, "inside">, name: string): string {
  const found = new RegExp(`(?:^|[\\s:])${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, "i").exec(inside)
  return unescapeXml(found?.[1] ?? found?.[2] ?? "")
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }

export function unescapeXml(text: string): string {
  if (!text.includes("&")) return text
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (_, hex, decimal, name) => {
    if (typeof name === "string") return ENTITIES[name.toLowerCase()] ?? ""
    const code = typeof hex === "string" ? Number.parseInt(hex, 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : ""
  })
}
