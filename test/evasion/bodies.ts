/** Base64 and quoted-printable that are not what RFC 2045 says, read by one program and not by the next. */
import { type Forms, letter, type Payload, payload } from "./letter.ts"

export function base64Forms(): Forms {
  const bodies: Readonly<Record<string, (text: string, bytes: Buffer) => string>> = {
    junk: (text) => text.replace(/.{10}/g, "$&#"),
    dots: (text) => text.replace(/.{4}/g, "$&."),
    "padding within": (_, bytes) => inPieces(bytes, 4),
    "padding at each line": (_, bytes) => inPieces(bytes, 10, "\r\n"),
    "junk, then the file": (text) => `!!!!\r\n${text}`,
    "a word, then the file": (text) => `ABC=\r\n${text}`,
    "the file, then more": (text) => `${text}\r\nABCD`,
    "lines of six": (text) => text.replace(/\s/g, "").replace(/.{6}/g, "$&\r\n"),
    "no padding": (text) => text.replace(/=+$/, ""),
    "a space in each quantum": (text) => text.replace(/../g, "$& "),
    "an equals sign each four": (text) => text.replace(/[^=\s]{4}/g, "$&="),
    dashes: (text) => text.replace(/.{20}/g, "$&-\r\n"),
    "dashes within": (text) => text.replace(/.{5}/g, "$&-"),
    "a sign at the end of each line": (text) => text.replace(/.{30}/g, "$&=\r\n"),
    "four signs each four": (text) => text.replace(/[^=\s]{4}/g, "$&===="),
    "octets of eight bits": (text) => text.replace(/.{7}/g, "$&\xaa"),
    "a padded quantum first": (text) => `AA==${text}`,
    "a padded quantum first, a line of its own": (text) => `AA==\r\n${text}`,
    "a letter on a line before": (text) => `A\r\n${text}`,
    "split in two, each closed": (_, bytes) =>
      `${bytes.subarray(0, 31).toString("base64")}\r\n${bytes.subarray(31).toString("base64")}`,
    "split in two, an empty line between": (text) => `${text.slice(0, 40)}\r\n\r\n${text.slice(40)}`,
    "one letter a line": (text) => text.replace(/\s/g, "").replace(/./g, "$&\r\n"),
    "white space first in each line": (text) => text.replace(/^/gm, " \t"),
    "a line of a thousand": (_, bytes) => bytes.toString("base64").padStart(1_400, "    "),
    "letters of URLs": (_, bytes) => bytes.toString("base64url").replace(/.{20}/g, "$&_"),
    "a comment within": (text) => text.replace(/^.{20}/, "$&(abcd)"),
    "a header within": (text) => `X-Foo: bar\r\n\r\n${text}`,
    "an armour around": (text) => `-----BEGIN FILE-----\r\n${text}\r\n-----END FILE-----`,
    "a checksum of armour behind": (text) => `${text}\r\n=njUN`,
    "quoted-printable of it": (text) => text.replace(/A/g, "=41"),
    "entities of it": (text) => text.replace(/A/g, "&#65;"),
    "all but the first line indented as a quotation": (text) => text.replace(/\r\n/g, "\r\n> "),
  }
  return Object.fromEntries(
    Object.entries(bodies).map(([id, body]) => [
      id,
      ({ bytes }: Payload) => letter(payload("base64", bytes), { body: body(payload("base64", bytes).text, bytes) }),
    ]),
  )
}

/** Each piece is padded by itself. */
function inPieces(bytes: Buffer, size: number, between = ""): string {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, index * size + size).toString("base64"),
  )
  return pieces.join(between)
}

export function quotedPrintableForms(): Forms {
  const bodies: Readonly<Record<string, (text: string) => string>> = {
    "lower case": (text) => text.replace(/=[0-9A-F]{2}/g, (code) => code.toLowerCase()).replace("X", "=58"),
    "a soft break with white space": (text) => text.replace(/^.{20}/, "$&= \t\r\n"),
    "a stray sign": (text) => text.replace(/^.{20}/, "$&=="),
    "a stray sign and a letter": (text) => text.replace(/^.{20}/, "$&=G"),
    "half a code": (text) => text.replace(/^.{20}/, "$&=4"),
    "a sign at the end": (text) => `${text}=`,
    "white space at the end": (text) => `${text}  `,
    "white space in a code": (text) => text.replace(/^.{20}/, "$&= 41"),
    "a tab in a code": (text) => coded(text, "=\t"),
    "white space within each code": (text) => coded(text, "=", " "),
    "a soft break within each code": (text) => coded(text, "=", "=\r\n"),
    "a line end within each code": (text) => coded(text, "=", "\r\n"),
    "two signs before each code": (text) => coded(text, "=="),
    "small letters in each code": (text) => coded(text, "=").replace(/=[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    "mixed letters in a code": (text) => text.replace(/O/g, "=4f"),
    "a sign, then the end of a line": (text) => text.replace(/^.{20}/, "$&=\r\n=\r\n="),
    "a sign and a digit, then the end of a line": (text) => text.replace(/^.{20}/, "$&=2\r\n"),
    "a sign and another, then the end of a line": (text) => text.replace(/^.{20}/, "$&=@\r\n"),
    "a soft break, white space and another": (text) => text.replace(/^.{20}/, "$&= =\r\n"),
    "a sign and a control": (text) => text.replace(/^.{20}/, "$&=\x12"),
    "a sign and eight bits": (text) => text.replace(/^.{20}/, "$&=\xaa"),
    "a control": (text) => text.replace(/^.{20}/, "$&\x12"),
    "eight bits": (text) => text.replace(/^.{20}/, "$&\xaa"),
    "a line of thousands": (text) =>
      `${"=58=\r\n".repeat(1)}${text.replace(/[A-Z]/g, (char) => `=${char.charCodeAt(0).toString(16).toUpperCase()}`)}${"=20".repeat(700)}`,
    "all of it coded": (text) =>
      text.replace(/=[0-9A-F]{2}|[^]/g, (char) =>
        char.length === 3 ? char : `=${char.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
  }
  return Object.fromEntries(
    Object.entries(bodies).map(([id, body]) => [
      id,
      ({ bytes }: Payload) =>
        letter(payload("quoted-printable", bytes), { body: body(payload("quoted-printable", bytes).text) }),
    ]),
  )
}

/** Each E as a code, with something in it that should not be there. */
function coded(text: string, sign: string, within = ""): string {
  return text.replace(/E/g, `${sign}4${within}5`)
}
