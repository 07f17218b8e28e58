/** Opens the strings of a sealed PDF where they stand: scripts, addresses and names are in strings. ISO 32000-1, 7.3.4 and 7.6.2. */

interface Found {
  readonly from: number
  readonly to: number
  readonly octets: Buffer
  readonly isHex: boolean
}

/** Characters of one object that are looked through. */
const LONGEST = 1_000_000

/**
 * Writes the plain strings of one object, `text` from `from` to `to`, over the sealed ones in `copy`. What does not fit there, since
 * parentheses take a sign more, gives the whole object anew instead; null when all of it fitted.
 */
export function openStrings(
  copy: Buffer,
  { text, from, to }: { readonly text: string; readonly from: number; readonly to: number },
  decrypt: (sealed: Buffer) => Buffer,
): string | null {
  const end = Math.min(to, from + LONGEST)
  let anew = ""
  let done = from
  let fits = true
  for (const found of stringsIn(text, from, end)) {
    const plain = decrypt(found.octets)
    const written = found.isHex ? `<${plain.toString("hex")}>` : `(${escaped(plain)})`
    anew += text.slice(done, found.from) + written
    done = found.to
    const room = found.to - found.from
    if (written.length <= room) copy.write(written.padEnd(room, " "), found.from, "latin1")
    else fits = false
  }
  return fits ? null : anew + text.slice(done, end)
}

function* stringsIn(text: string, from: number, to: number): Generator<Found> {
  const begins = /[(<%]/g
  begins.lastIndex = from
  for (let match = begins.exec(text); match !== null && match.index < to; match = begins.exec(text)) {
    const at = match.index
    if (match[0] === "%") {
      const line = /[\r\n]/g
      line.lastIndex = at
      begins.lastIndex = (line.exec(text)?.index ?? to) + 1
    } else if (match[0] === "(") {
      const { octets, end } = literal(text, at + 1, to)
      yield { from: at, to: end, octets, isHex: false }
      begins.lastIndex = end
    } else if (text[at + 1] === "<") begins.lastIndex = at + 2
    else {
      const end = text.indexOf(">", at)
      if (end < 0 || end >= to) return
      const digits = text.slice(at + 1, end).replace(/[^0-9A-Fa-f]/g, "")
      const octets = Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, "hex")
      yield { from: at, to: end + 1, octets, isHex: true }
      begins.lastIndex = end + 1
    }
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" }

function literal(text: string, from: number, to: number): { readonly octets: Buffer; readonly end: number } {
  const octets: string[] = []
  let depth = 1
  let at = from
  for (; at < to; at++) {
    const sign = text.charAt(at)
    if (sign === "\\") {
      const [octal] = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4)) ?? []
      const next = text.charAt(at + 1)
      if (octal !== undefined) octets.push(String.fromCharCode(Number.parseInt(octal, 8) & 0xff))
      else if (!/[\r\n]/.test(next)) octets.push(ESCAPES[next] ?? next)
      at += octal?.length ?? (next === "\r" && text[at + 2] === "\n" ? 2 : 1)
      continue
    }
    if (sign === "(") depth++
    if (sign === ")" && --depth === 0) break
    // An end of line of two octets is read as one. 7.3.4.2.
    if (sign === "\r") {
      octets.push("\n")
      if (text[at + 1] === "\n") at++
    } else octets.push(sign)
  }
  return { octets: Buffer.from(octets.join(""), "latin1"), end: Math.min(at + 1, to) }
}

/** Parentheses that are balanced need nothing. */
function escaped(plain: Buffer): string {
  const words = plain.toString("latin1").replaceAll("\\", "\\\\").replaceAll("\r", "\\r")
  let depth = 0
  for (const sign of words) {
    if (sign === "(") depth++
    if (sign === ")" && --depth < 0) break
  }
  return depth === 0 ? words : words.replace(/[()]/g, "\\$&")
}
