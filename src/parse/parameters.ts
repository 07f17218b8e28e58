/** Parameters of Content-Type and Content-Disposition under every reading that some mail program has. RFC 2045 §5.1, RFC 2231. */
import { decodeCharset } from "./charset.ts"
import { percentLike, trimWhite } from "./words.ts"

export interface Parameter {
  /** Lower case, with the `*` and numbers of RFC 2231. */
  readonly key: string
  /** Latin1. */
  readonly text: string
}

export interface Parameters {
  /** What stands before the first `;`, lower case, without comments. */
  readonly value: string
  readonly list: readonly Parameter[]
}

/** `quotes: "ignored"` is how careless readers split: at every `;`, with quotes dropped and comments kept. */
export function parameters(field: string, quotes: "respected" | "ignored"): Parameters {
  const [first = "", ...rest] = quotes === "respected" ? split(field) : field.replaceAll('"', "").split(";")
  const list: Parameter[] = []
  for (const part of rest) {
    const equals = part.indexOf("=")
    if (equals > 0)
      list.push({ key: trimWhite(part.slice(0, equals)).toLowerCase(), text: trimWhite(part.slice(equals + 1)) })
  }
  return { value: trimWhite(first).toLowerCase(), list }
}

/** Splits at `;` outside quoted strings and comments; quotes, escapes and comments are resolved on the way. */
function split(field: string): string[] {
  const parts: string[] = []
  let part = ""
  let quoted = false
  let depth = 0
  for (let i = 0; i < field.length; i++) {
    const char = field[i] ?? ""
    if (char === "\\" && (quoted || depth > 0)) {
      i++
      if (depth === 0) part += field[i] ?? ""
    } else if (depth > 0) depth += char === "(" ? 1 : char === ")" ? -1 : 0
    else if (char === '"') quoted = !quoted
    else if (char === "(" && !quoted) depth = 1
    else if (char === ";" && !quoted) {
      parts.push(part)
      part = ""
    } else part += char
  }
  return [...parts, part]
}

/** Every value written plainly as `key=`, latin1. */
export function plain(list: readonly Parameter[], key: string): string[] {
  return list.filter((one) => one.key === key).map((one) => one.text)
}

/** Every value written as RFC 2231 says: `key*=charset'lang'%41`, and `key*0=`, `key*1*=` … joined by number and as they stand. */
export function extended(list: readonly Parameter[], key: string): string[] {
  const values = list.filter((one) => one.key === `${key}*`).map((one) => join([one]))
  const pieces = list.flatMap((one) => {
    const number = one.key.startsWith(`${key}*`) ? /^(\d{1,5})\*?$/.exec(one.key.slice(key.length + 1)) : null
    return number === null ? [] : [{ ...one, number: Number(number[1]) }]
  })
  if (pieces.length === 0) return values
  const sorted = pieces.toSorted((a, b) => a.number - b.number)
  return [...new Set([...values, join(sorted), join(pieces)])]
}

/** The charset stands in the first piece; only pieces whose key ends in `*` are percent-encoded. RFC 2231 §4.1. */
function join(pieces: readonly Parameter[]): string {
  let charset = ""
  let latin1 = ""
  for (const [index, { key, text }] of pieces.entries()) {
    const encoded = key.endsWith("*")
    const labelled = encoded && index === 0 ? /^([^']{0,64})'[^']*'/.exec(text) : null
    if (labelled !== null) charset = labelled[1] ?? ""
    const rest = text.slice(labelled?.[0].length ?? 0)
    latin1 += encoded ? percentLike(rest, "%") : rest
  }
  return decodeCharset(Buffer.from(latin1, "latin1"), charset)
}
