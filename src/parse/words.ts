/** Decodes header text: encoded-words of RFC 2047, and octets above 127 as RFC 6532 or an old program wrote them. */
import { decodeCharset } from "./charset.ts"

/** Bounded repeats and one stop character each: linear on any input. */
const WORD = /=\?([^?\s]{1,64})\?([bq])\?([^?]*)\?=/gi

/** `raw` is latin1. Encoded-words are decoded wherever they stand, as mail programs do, and not only where RFC 2047 §5 allows. */
export function decodeWords(raw: string): string {
  let out = ""
  let last = 0
  let run: { readonly charset: string; readonly octets: Buffer[] } | null = null
  for (const match of raw.matchAll(WORD)) {
    const between = raw.slice(last, match.index)
    last = match.index + match[0].length
    const charset = (match[1] ?? "").replace(/\*.*$/, "").toLowerCase()
    const octets = wordOctets(match[2] ?? "", match[3] ?? "")
    // White space between encoded-words is not text; a character may be cut between two of one charset. RFC 2047 §6.2.
    const adjacent = run !== null && trimWhite(between) === ""
    if (run !== null && adjacent && run.charset === charset) {
      run.octets.push(octets)
      continue
    }
    out += finish(run)
    if (!adjacent) out += decodeCharset(Buffer.from(between, "latin1"), "")
    run = { charset, octets: [octets] }
  }
  const rest = raw.slice(last)
  return out + finish(run) + (rest === "" ? "" : decodeCharset(Buffer.from(rest, "latin1"), ""))
}

/** Without white space of RFC 5322 at both ends. Not `trim()`: latin1 A0 and 85 may be halves of a UTF-8 letter. */
export function trimWhite(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isWhite(text.charCodeAt(start))) start++
  while (end > start && isWhite(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

function isWhite(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d)
}

function finish(run: { readonly charset: string; readonly octets: readonly Buffer[] } | null): string {
  return run === null ? "" : decodeCharset(Buffer.concat(run.octets), run.charset)
}

function wordOctets(encoding: string, text: string): Buffer {
  if (encoding.toLowerCase() === "b") return Buffer.from(text, "base64")
  const spaced = text.replaceAll("_", " ")
  return Buffer.from(percentLike(spaced, "="), "latin1")
}

/** Replaces `mark` and two hexadecimal digits by their octet: `=` in RFC 2047, `%` in RFC 2231 and RFC 3986. */
export function percentLike(text: string, mark: "=" | "%"): string {
  const pattern = mark === "=" ? /=([0-9a-f]{2})/gi : /%([0-9a-f]{2})/gi
  return text.replace(pattern, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}
