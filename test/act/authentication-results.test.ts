/** The field of ours tells what was proven, in lines any reader takes, whatever the sender wrote. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { authenticationResults } from "../../src/act/authentication-results.ts"
import { type Authentication, UNCHECKED } from "../../src/mail/identity.ts"

const PROVEN: Authentication = {
  spf: "pass",
  dkim: "pass",
  dmarc: "pass",
  arc: "none",
  asked: { of: "mailfrom", domain: "hanoi.gov.vn" },
  signatures: [
    { result: "pass", domain: "hanoi.gov.vn", selector: "s1" },
    { result: "neutral", domain: "lists.example.org", selector: "2026.key" },
  ],
  author: "hanoi.gov.vn",
  provesMailFrom: true,
}
const HOST = "mx.tuyenquang.gov.vn"

/** The field with folds as ` | `. */
function told(authentication: Authentication | null, user: string | null = null): string {
  const field = authenticationResults(HOST, user, authentication)
  assert.match(field, /^Authentication-Results: [\x20-\x7e]+(?:\r\n\t[\x21-\x7e][\x20-\x7e]*)*\r\n$/)
  assert.ok(
    field.split("\r\n").every((line) => line.length <= 78 || !/[^\t] /.test(line)),
    "lines fold at 78",
  )
  return field.slice("Authentication-Results: mx.tuyenquang.gov.vn;".length, -2).replaceAll("\r\n\t", " | ")
}

describe("results are told:", () => {
  const long = `${"a".repeat(60)}.${"b".repeat(60)}.vn`
  const signed = (domain: string, selector = "s1"): Authentication => ({
    ...PROVEN,
    signatures: [{ result: "fail", domain, selector }],
  })
  const dkim = (text: string): string =>
    ` | spf=pass smtp.mailfrom=hanoi.gov.vn; | dkim=fail ${text}; | dmarc=pass header.from=hanoi.gov.vn; | arc=none`
  const rows: readonly (readonly [string, Authentication | null, string | null, string])[] = [
    [
      "every method with what it is about",
      PROVEN,
      null,
      " | spf=pass smtp.mailfrom=hanoi.gov.vn; | dkim=pass header.d=hanoi.gov.vn header.s=s1;" +
        " | dkim=neutral header.d=lists.example.org header.s=2026.key; | dmarc=pass header.from=hanoi.gov.vn; | arc=none",
    ],
    [
      "an unsigned bounce",
      {
        ...PROVEN,
        dkim: "none",
        signatures: [],
        author: null,
        dmarc: "permerror",
        asked: { of: "helo", domain: "[192.0.2.1]" },
      },
      null,
      ' | spf=pass smtp.helo="[192.0.2.1]"; | dkim=none; | dmarc=permerror; | arc=none',
    ],
    ["nothing that was not checked", UNCHECKED, null, " none"],
    ["nothing that could not be checked", null, null, " none"],
    ["a login", UNCHECKED, "vanthu", ' auth=pass smtp.auth="vanthu"'],
    ["a domain too long for a line", signed(long), null, dkim(`| header.d=${long} | header.s=s1`)],
    ["nothing for an empty domain", signed("", ""), null, dkim("").replace(" ;", ";")],
    ["a domain that ends the result", signed("x.vn; dmarc=pass"), null, dkim('header.d="x.vn;dmarc=pass" header.s=s1')],
    ["a selector that ends the field", signed("x.vn", "s\r\nX: y"), null, dkim('header.d=x.vn header.s="sX:y"')],
    ["a quote that ends the string", signed('x"; spf=pass'), null, dkim('header.d="x;spf=pass" header.s=s1')],
    ["an escape that eats the quote", signed("x\\"), null, dkim("header.d=x header.s=s1")],
    ["a comment that eats the rest", signed("x(", "s"), null, dkim('header.d="x(" header.s=s')],
    ["NUL and 8-bit octets", signed("x\0\u00e9\u1ec7.vn"), null, dkim("header.d=x.vn header.s=s1")],
    ["a login that breaks out", UNCHECKED, 'an"\r\nX: y', ' auth=pass smtp.auth="anX:y"'],
  ]
  for (const [what, authentication, user, expected] of rows) {
    test(what, () => assert.equal(told(authentication, user), expected))
  }
})
