/** A warning before the text of a message: octets put in where the text begins, written as the text is. Pure. */
import type { Edit } from "../mail/delivery.ts"
import type { ShownText } from "../mail/message.ts"
import type { Bilingual } from "../mail/policy.ts"
import { quotedPrintable } from "../mail/quoted-printable.ts"
import { ascii } from "../mail/reply.ts"

/** Characters of one line of plain text, RFC 5322 §2.1.1; of HTML, well below the 998 that SMTP allows. */
const LINE = 76
const HTML_LINE = 400
/** Encodings in which ASCII octets are something else. */
const NOT_ASCII = /^(?:utf-?(?:7|16|32)|ucs|unicode|iso-10646|iso-2022|csiso2022|hz|ebcdic|cp?0?37$|ibm0?37|ibm1047)/
const RULE = "-".repeat(40)

/** Every style of the message that could hide it is overruled, by a style attribute that nothing outranks. */
const STYLE =
  "all:initial!important;display:block!important;visibility:visible!important;opacity:1!important;position:static!important;height:auto!important;margin:0 0 16px!important;padding:10px 14px!important;border:2px solid #b45309!important;background:#fff7ed!important;color:#1c1917!important;font:15px/1.5 Arial,sans-serif!important;text-align:left!important;white-space:normal!important"

/** None for a text in an encoding in which nothing can be put before it. */
export function bannerEdits(shown: readonly ShownText[], warning: Bilingual): readonly Edit[] {
  return shown
    .filter(({ charset }) => !NOT_ASCII.test(charset))
    .map((text): Edit => ({ at: text.at, remove: text.remove, insert: encoded(text, warning) }))
    .toSorted((a, b) => a.at - b.at)
}

/** `more`: octets to be added to what is said. */
function plain({ encoding, charset }: ShownText, { vi, en }: Bilingual, more: number): Buffer {
  const lines = [vi, en].flatMap((said) => said.split("\n").flatMap((line) => wrapped(line, LINE)))
  const said = [...lines.map((line) => (line === "" ? "" : `! ${line}`)), RULE + "-".repeat(more), "", ""]
  // Where the text says that it is ASCII, or does not say what it is, accents would be read as something else.
  const isUtf8 = encoding !== "identity" && /^utf-?8$/.test(charset)
  return Buffer.from((isUtf8 ? said : said.map(ascii)).join("\r\n"))
}

/** ASCII in any case. Without a charset in its field a page may tell it itself, within its first 1,024 octets: then it is kept short. */
function page({ charset, begins }: ShownText, { vi, en }: Bilingual, more: number): Buffer {
  const said = [vi, en].map((one) =>
    one
      .split(/\n+/)
      .map((line) => numbered(charset === "" ? ascii(line) : line))
      .join("<br>"),
  )
  const lines = wrapped(`<div style="${STYLE}">&#9888; ${said.join("<br>")}</div>`, HTML_LINE)
  return Buffer.from([...(begins ? [] : [""]), ...lines, " ".repeat(more)].join("\r\n"))
}

function numbered(text: string): string {
  return text.replace(/[&<>"'\u0080-\u{10ffff}]/gu, (character) => `&#${character.codePointAt(0)};`)
}

function encoded(text: ShownText, warning: Bilingual): string {
  const { encoding, around } = text
  const make = text.is === "html" ? page : plain
  const octets = make(text, warning, 0)
  switch (encoding) {
    case "identity":
      return octets.toString("latin1")
    case "quoted-printable":
      return quotedPrintable(octets)
    case "base64": {
      // Whole groups of three octets: the base64 of the text goes on behind them.
      const length = octets.length + around.join("").length
      const said = make(text, warning, (3 - (length % 3)) % 3)
      const all = Buffer.concat([Buffer.from(around[0], "latin1"), said, Buffer.from(around[1], "latin1")])
      return `${text.begins ? "" : "\r\n"}${all.toString("base64").replace(/.{76}(?=.)/g, "$&\r\n")}\r\n`
    }
    default:
      return encoding satisfies never
  }
}

function wrapped(text: string, length: number): readonly string[] {
  const lines: string[] = []
  let line = ""
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > length) {
      lines.push(line)
      line = word
    } else line = line === "" ? word : `${line} ${word}`
  }
  return [...lines, line]
}
