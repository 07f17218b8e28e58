/** Character sets of old mail that change what ASCII octets mean, and that browsers gave up for it. */
import { TextDecoder } from "node:util"

/** Letters between `+` and `-` are UTF-16 in base64; `+-` is a plus. RFC 2152. */
export function fromUtf7(octets: Buffer): string {
  return octets.toString("latin1").replace(/\+([A-Za-z0-9+/]*)-?/g, (written, letters: string) => {
    if (letters === "") return written === "+-" ? "+" : written
    const wide = Buffer.from(letters, "base64")
    return wide
      .subarray(0, wide.length & ~1)
      .swap16()
      .toString("utf16le")
  })
}

/** Letters between `~{` and `~}` are GB 2312 without the high bit; `~~` is a tilde. RFC 1843. */
export function fromHz(octets: Buffer): string {
  const text = octets.toString("latin1")
  return text.replace(/~(?:\{([^]*?)(?:~\}|$)|~|\r?\n)/g, (written, letters?: string) => {
    if (letters === undefined) return written === "~~" ? "~" : ""
    return highBit(letters, "gbk")
  })
}

/** Between SO and SI stand letters of a set of two octets, announced by an escape sequence. RFC 1557, RFC 1922. */
export function fromIso2022(octets: Buffer, set: "euc-kr" | "gbk"): string {
  const [plain = "", ...shifted] = octets.toString("latin1").split("\x0e").map(withoutEscapes)
  const pieces = shifted.map((piece) => {
    const end = piece.search(/\p{Cc}/u)
    const letters = end < 0 ? piece : piece.slice(0, end)
    return highBit(letters, set) + piece.slice(letters.length).replaceAll("\x0f", "")
  })
  return plain + pieces.join("")
}

function withoutEscapes(text: string): string {
  const [first = "", ...rest] = text.split("\x1b$")
  return first + rest.map((one) => one.replace(/^[)*+]?[A-Z]/, "")).join("")
}

const readers = { "euc-kr": new TextDecoder("euc-kr"), gbk: new TextDecoder("gbk") }

function highBit(letters: string, set: "euc-kr" | "gbk"): string {
  const octets = Buffer.from(letters, "latin1").map((octet) => (octet > 0x20 && octet < 0x7f ? octet | 0x80 : octet))
  return readers[set].decode(octets)
}

/** What is no character becomes the sign for that. */
export function fromUtf32(octets: Buffer, order: "le" | "be"): string {
  const pieces: string[] = []
  for (let at = 0; at + 4 <= octets.length; at += 4) {
    const code = order === "le" ? octets.readUInt32LE(at) : octets.readUInt32BE(at)
    if (at === 0 && code === 0xfeff) continue
    pieces.push(code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? "\ufffd" : String.fromCodePoint(code))
  }
  return pieces.join("")
}
