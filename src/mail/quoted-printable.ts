/** Quoted-printable. RFC 2045 §6.7. */

/** Characters of one line, the soft break that ends it included. */
const LINE = 76

/** Every line end of the text is a line end again; everything else that is not printable is written as its number. */
export function quotedPrintable(bytes: Uint8Array): string {
  const lines: string[] = []
  let line = ""
  for (let at = 0; at < bytes.length; at++) {
    const octet = bytes[at] ?? 0
    if (octet === 0x0d && bytes[at + 1] === 0x0a) {
      lines.push(trailing(line))
      line = ""
      at++
      continue
    }
    const dashes = octet === 0x2d && line === ""
    const plain = (octet >= 0x20 && octet <= 0x7e && octet !== 0x3d && !dashes) || octet === 0x09
    const next = plain ? String.fromCharCode(octet) : `=${octet.toString(16).toUpperCase().padStart(2, "0")}`
    if (line.length + next.length >= LINE) {
      lines.push(`${line}=`)
      line = ""
    }
    line += next
  }
  return [...lines, trailing(line)].join("\r\n")
}

/** White space at the end of a line gets lost on the way. */
function trailing(line: string): string {
  return line.replace(/[ \t]$/, (white) => (white === " " ? "=20" : "=09"))
}
