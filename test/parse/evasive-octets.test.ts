/** What fuzzing found: each line once let something hide, or took seconds. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { rawFields } from "../../src/act/canonical.ts"
import { canonicalDomain, parseAddress } from "../../src/mail/address.ts"
import { strictAddresses } from "../../src/parse/address-grammar.ts"
import { mailboxesOf } from "../../src/parse/mailboxes.ts"
import { rewrite } from "../../src/parse/rewrite.ts"
import { chunks } from "./read.ts"

describe("an octet of no encoding in the local part", () => {
  const value = Buffer.concat([Buffer.from([0xff]), Buffer.from("@gmail。com")]).toString("latin1")
  test("does not hide the domain", () => {
    const domains = mailboxesOf({ name: "From", value, start: 0, end: 0 }).map(
      ({ address }) => parseAddress(address)?.domain,
    )
    assert.ok(domains.includes("gmail.com"), domains.join(", "))
  })
  test("is a fault", () => assert.equal(strictAddresses(value).is, "faulty"))
})

test("a domain of two trailing dots is none", () => {
  assert.equal(canonicalDomain("gmail.com.."), null)
  assert.equal(canonicalDomain("gmail.com."), "gmail.com")
})

test("a message made anew has no CR or LF of its own, whatever an encoded message in it had", async () => {
  const inner = Buffer.from("From: a@x.vn\nSubject: y\rX: z\nTo: b@x.vn\n\nhi\n").toString("base64")
  const outer = `From: a@x.vn\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n${inner}\r\n`
  const made = await rewrite(chunks(Buffer.from(outer)), { signed: true, amend: () => null })
  assert.ok(made.is === "rewritten")
  const text = Buffer.from(made.bytes).toString("latin1")
  assert.doesNotMatch(text, /\r(?!\n)|(?<!\r)\n/)
  assert.match(text, /^To: b@x\.vn\r$/m)
})

test("long texts without what is looked for take no time", () => {
  const digits = "0955161844674407370".repeat(3_000)
  const began = performance.now()
  mailboxesOf({ name: "From", value: `${digits}.${digits}!x@a.vn`, start: 0, end: 0 })
  rawFields(digits.repeat(10))
  assert.ok(performance.now() - began < 1_000, String(performance.now() - began))
})
