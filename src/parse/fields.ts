/** Reads a header block: its fields with their octet ranges, and everything about it that two readers could take differently. */
import type { Field } from "../mail/message.ts"

export interface HeaderBlock {
  readonly fields: readonly Field[]
  readonly defects: readonly string[]
}

/** At most once: RFC 5322 §3.6, RFC 2045 §3, RFC 2183 §2. Which of two is shown depends on the mail program. */
const SINGLE = new Set(
  (
    "date from sender reply-to to cc bcc message-id in-reply-to references subject " +
    "mime-version content-type content-transfer-encoding content-disposition content-id"
  ).split(" "),
)
/** More fields than any honest message has. */
const MANY_FIELDS = 1_000
/** Octets without the line end. RFC 5322 §2.1.1. */
const LONGEST_LINE = 998

/** `block` ends with its empty line, or where the input ended. Reading is lenient, so that nothing shown anywhere is missed. */
export function readFields(block: Uint8Array): HeaderBlock {
  const text = Buffer.from(block.buffer, block.byteOffset, block.byteLength).toString("latin1")
  const defects = new Set<string>(octetDefects(block))
  const fields: Field[] = []
  for (let start = 0; start < text.length; ) {
    const end = fieldEnd(text, start, defects)
    const written = text.slice(start, end)
    if (written !== "\r\n" && written !== "\n") fields.push(readField(written, start, defects))
    start = end
  }
  if (/^[ \t]/.test(text)) defects.add("folded-first-line")
  if (fields.length > MANY_FIELDS) defects.add("too-many-fields")
  const seen = new Set<string>()
  for (const { name } of fields) {
    const key = name.toLowerCase()
    if (seen.has(key) && SINGLE.has(key)) defects.add(`duplicate-header:${key}`)
    seen.add(key)
  }
  return { fields, defects: [...defects] }
}

/** Where the field that begins at `start` ends, its continuation lines included. RFC 5322 §2.2.3. */
function fieldEnd(text: string, start: number, defects: Set<string>): number {
  for (let line = start; ; ) {
    const lf = text.indexOf("\n", line)
    const end = lf === -1 ? text.length : lf + 1
    if (end - line > LONGEST_LINE + 2) defects.add("long-header-line")
    const next = text[end]
    if (next !== " " && next !== "\t") return end
    line = end
  }
}

/** A name is read through what hides it (white space, comments, controls, a byte order mark), so that the field counts. */
function readField(written: string, start: number, defects: Set<string>): Field {
  const line = written.replace(/\r?\n$/, "").replace(/\r?\n(?=[ \t])/g, "")
  const end = start + written.length
  const colon = line.indexOf(":")
  if (colon === -1) {
    defects.add("not-a-header")
    return { name: "", value: line, start, end }
  }
  const label = line.slice(0, colon)
  const name = label.replace(/\([^()]*\)/g, "").replace(/[^\x21-\x7e]/g, "")
  if (name !== label) defects.add(label.trimEnd() === name ? "space-before-colon" : "invalid-header-name")
  if (name === "") defects.add("not-a-header")
  return { name, value: line.slice(colon + 1).replace(/^[ \t]+/, ""), start, end }
}

function octetDefects(block: Uint8Array): string[] {
  const defects: string[] = []
  let control = false
  let bare = false
  let eightBit = false
  for (let i = 0; i < block.length; i++) {
    const octet = block[i] ?? 0
    if (octet >= 0x80) eightBit = true
    else if (octet === 0x0a) bare ||= block[i - 1] !== 0x0d
    else if (octet === 0x0d) bare ||= block[i + 1] !== 0x0a
    else if ((octet < 0x20 && octet !== 0x09) || octet === 0x7f) control = true
  }
  if (control) defects.push("control-in-header")
  if (bare) defects.push("bare-line-end-in-header")
  if (eightBit) defects.push("eight-bit-header")
  return defects
}
