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

const readers = { "euc-kr": new TextDecoder("euc-kr"), gbk: new TextDecoder("gbk") }

/** The letters of a set of two octets, with their high bit, beside ASCII: so that one decoder reads all of it. */
function createShifted(longest: number) {
  const out = Buffer.alloc(longest)
  let size = 0
  return {
    put: (octet: number, shifted: "shifted" | "plain"): void => {
      out[size++] = shifted === "shifted" && octet > 0x20 && octet < 0x7f ? octet | 0x80 : octet
    },
    text: (set: keyof typeof readers): string => readers[set].decode(out.subarray(0, size)),
  }
}

const TILDE = 0x7e
const LF = 0x0a
const SO = 0x0e
const SI = 0x0f
const ESC = 0x1b
const DOLLAR = 0x24

/** Letters between `~{` and `~}` are GB 2312 without the high bit; `~~` is a tilde. RFC 1843. */
export function fromHz(octets: Buffer): string {
  const shifted = createShifted(octets.length)
  let state: "shifted" | "plain" = "plain"
  for (let at = 0; at < octets.length; at++) {
    const octet = octets[at] ?? 0
    const next = octet === TILDE ? String.fromCharCode(octets[at + 1] ?? 0) : ""
    if (next === "{" || next === "}") state = next === "{" ? "shifted" : "plain"
    else if (next === "~") shifted.put(TILDE, "plain")
    else if (next !== "\n") {
      shifted.put(octet, state)
      continue
    }
    at++
  }
  return shifted.text("gbk")
}

/** Between SO and SI, to the end of the line at most, stand letters of a set of two octets, announced by an escape sequence. RFC 1557, RFC 1922. */
export function fromIso2022(octets: Buffer, set: keyof typeof readers): string {
  const shifted = createShifted(octets.length)
  let state: "shifted" | "plain" = "plain"
  for (let at = 0; at < octets.length; at++) {
    const octet = octets[at] ?? 0
    if (octet === LF) state = "plain"
    if (octet === SO || octet === SI) state = octet === SO ? "shifted" : "plain"
    else if (octet === ESC && octets[at + 1] === DOLLAR)
      at += ")*+".includes(String.fromCharCode(octets[at + 2] ?? 0)) ? 3 : 2
    else shifted.put(octet, state)
  }
  return shifted.text(set)
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
