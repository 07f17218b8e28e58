/** The Authentication-Results field of ours: what this gateway itself verified of the sender. RFC 8601. */
import type { Authentication, AuthResult } from "../mail/identity.ts"

/** Recommended length of a line. RFC 5322 §2.1.1. */
const LINE = 78
/** Octets of one value: no domain, selector or login of use is longer. */
const LONGEST_VALUE = 255

/** One method's result, and what it is about in words that others wrote. RFC 8601 §2.2. */
type Result = readonly [method: string, result: AuthResult, about: Readonly<Record<string, string | null>>]

/** `authentication` is null where it could not be checked: nothing is claimed then. A login proves more than DNS can. */
export function authenticationResults(
  hostname: string,
  user: string | null,
  authentication: Authentication | null,
): string {
  const results = verified(authentication).map((one) => `\r\n\t${folded(one)}`)
  const proven = results.length === 0 ? " none" : results.join(";")
  return `Authentication-Results: ${hostname};${user === null ? proven : ` auth=pass smtp.auth=${quoted(user)}`}\r\n`
}

function verified(authentication: Authentication | null): readonly Result[] {
  if (authentication === null || authentication.asked === null) return []
  const { spf, dkim, dmarc, arc, asked, signatures, author } = authentication
  const signed = signatures.map(
    ({ result, domain, selector }): Result => ["dkim", result, { "header.d": domain, "header.s": selector }],
  )
  return [
    ["spf", spf, { [`smtp.${asked.of}`]: asked.domain }],
    ...(signed.length === 0 ? [["dkim", dkim, {}] as const] : signed),
    ["dmarc", dmarc, { "header.from": author }],
    ["arc", arc, {}],
  ]
}

function folded([method, result, about]: Result): string {
  const properties = Object.entries(about).flatMap(([name, value]) => {
    const written = value === null ? "" : pvalue(value)
    return written === "" ? [] : [`${name}=${written}`]
  })
  // Where in the text its last line begins: the first one after a tab, like the others.
  let line = -1
  return [`${method}=${result}`, ...properties].reduce((text, next) => {
    if (text.length - line + ` ${next};`.length <= LINE) return `${text} ${next}`
    line = text.length + 2
    return `${text}\r\n\t${next}`
  })
}

/** A token of RFC 2045 §5.1 as it is, all else as a quoted-string; "" when nothing is left. */
function pvalue(text: string): string {
  const value = quoted(text)
  return value === '""' || /^"[!#$%&'*+.^_`{|}~0-9A-Za-z-]+"$/.test(value) ? value.slice(1, -1) : value
}

/** Without what could end a quoted-string, or the field. */
function quoted(text: string): string {
  return `"${text.replace(/[^\x21-\x7e]|["\\]/g, "").slice(0, LONGEST_VALUE)}"`
}
