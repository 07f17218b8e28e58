/** What signatures are made over: relaxed canonicalization of header fields and of a body. RFC 6376 §3.4.2, §3.4.4. */
import { createHash } from "node:crypto"
import { octets } from "../mail/edit.ts"

/** Fields of a header block as they stand, latin1, folds and CRLF included. RFC 5322 §2.2.3. */
export function rawFields(header: string): readonly string[] {
  const fields: string[] = []
  for (let start = 0; start < header.length; ) {
    let end = lineEnd(header, start)
    while (header[end] === " " || header[end] === "\t") end = lineEnd(header, end)
    const field = header.slice(start, end)
    if (field !== "\r\n" && field !== "\n") fields.push(field)
    start = end
  }
  return fields
}

function lineEnd(text: string, from: number): number {
  const lf = text.indexOf("\n", from)
  return lf === -1 ? text.length : lf + 1
}

export function nameOf(field: string): string {
  return field
    .slice(0, Math.max(field.indexOf(":"), 0))
    .trim()
    .toLowerCase()
}

/** Without its CRLF. */
export function relaxedField(field: string): string {
  const colon = field.indexOf(":")
  const value = field
    .slice(colon + 1)
    .replace(/\r?\n/g, "")
    .replace(/[ \t]+/g, " ")
  return `${nameOf(field)}:${value.replace(/^ | $/g, "")}`
}

export interface BodyHash {
  update(chunk: Uint8Array): void
  /** Base64 of SHA-256. */
  digest(): string
}

/** In one pass: white space at ends of lines goes, other runs become a space, empty lines at the end go. */
export function createBodyHash(): BodyHash {
  const hash = createHash("sha256")
  let empty = true
  /** Held back: what only counts when text follows. */
  let [breaks, space, cr] = [0, false, false]
  return {
    update: (chunk) => {
      let text = (space ? " " : "") + (cr ? "\r" : "") + Buffer.from(chunk).toString("latin1")
      cr = text.endsWith("\r")
      if (cr) text = text.slice(0, -1)
      let end = text.length
      while (end > 0 && isBlank(text.charCodeAt(end - 1))) end--
      if (end > 0) {
        const body = text
          .slice(0, end)
          .replace(/[ \t]+/g, " ")
          .replaceAll(" \r\n", "\r\n")
        hash.update(octets("\r\n".repeat(breaks) + body))
        breaks = 0
        empty = false
      }
      const tail = text.slice(end)
      breaks += tail.split("\r\n").length - 1
      space = /[ \t]$/.test(tail)
    },
    digest: () => {
      if (!empty) hash.update("\r\n")
      return hash.digest("base64")
    },
  }
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a
}
