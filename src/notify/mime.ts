/** The little of MIME that our own mail needs: header fields nothing can be smuggled into, and 7-bit bodies. RFC 2045, RFC 2047. */

/** Octets of text one encoded-word may carry: 75 characters less `=?UTF-8?B??=`, in base64. RFC 2047 §2. */
const WORD_OCTETS = 42
/** Characters of one line, CRLF not counted. RFC 5322 §2.1.1. */
const LONGEST_LINE = 998

/** One field with its CRLF; whatever would end the line or is not ASCII becomes a space or "?". Long values are cut, never folded. */
export function field(name: string, value: string): string {
  return `${name}: ${printable(value).slice(0, LONGEST_LINE - name.length - 2)}\r\n`
}

/** A field of free text: ASCII as it is, anything else as folded encoded-words. */
export function textField(name: string, text: string): string {
  const clean = text.replace(/[\p{Cc}\s]+/gu, " ").trim()
  return /^[\x20-\x7e]*$/.test(clean) && !clean.includes("=?")
    ? field(name, clean)
    : `${name}: ${encodedWords(clean)}\r\n`
}

/** Encoded-words of at most 75 characters, folded; a code point is never torn. */
export function encodedWords(text: string): string {
  const words: string[] = []
  let word = ""
  for (const character of text) {
    if (Buffer.byteLength(word + character) > WORD_OCTETS) {
      words.push(word)
      word = ""
    }
    word += character
  }
  return [...words, word].map((each) => `=?UTF-8?B?${Buffer.from(each).toString("base64")}?=`).join("\r\n ")
}

/** One line of printable ASCII. */
export function printable(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, " ")
    .replace(/[^\x20-\x7e]/gu, "?")
    .trim()
}

/** Base64 in lines of 76. RFC 2045 §6.8. */
export function base64(octets: Uint8Array | string): string {
  const text = Buffer.from(octets).toString("base64")
  return `${text.match(/.{1,76}/g)?.join("\r\n") ?? ""}\r\n`
}

/** True when the octets may travel as `7bit`: no 8-bit octet, no NUL, no bare CR or LF, no line above 998. RFC 2045 §2.7. */
export function isSevenBit(octets: Uint8Array): boolean {
  const text = Buffer.from(octets).toString("latin1")
  return (
    !/[\0\x80-\xff]|\r(?!\n)|(?<!\r)\n/.test(text) && text.split("\r\n").every((line) => line.length <= LONGEST_LINE)
  )
}

/** The same words as plain text and HTML; programs that show neither language tag nor HTML still show the text. RFC 2046 §5.1.4. */
export function alternative(words: { readonly text: string; readonly html: string }, boundary: string): string {
  const part = (type: string, content: string): string =>
    [
      `--${boundary}\r\n`,
      field("Content-Type", `${type}; charset=utf-8`),
      field("Content-Transfer-Encoding", "base64"),
      field("Content-Language", "vi, en"),
      "\r\n",
      base64(content.replace(/\r?\n/g, "\r\n")),
    ].join("")
  return [
    `Content-Type: multipart/alternative;\r\n boundary="${boundary}"\r\n`,
    field("Content-Language", "vi, en"),
    "\r\n",
    part("text/plain", words.text),
    part("text/html", words.html),
    `--${boundary}--\r\n`,
  ].join("")
}
