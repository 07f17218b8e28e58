import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import { parseMail, parseRcpt } from "../../src/receive/command.ts"

const POSTMASTER = { local: "postmaster", domain: "agency.example", text: "postmaster@agency.example" }

const mail = (rest: string): string => {
  const command = parseMail(Buffer.from(`MAIL FROM:${rest}`))
  if (command.is === "refused") return `${command.reply.code} ${command.reply.status}`
  const { from } = command.value
  return from === null ? "null" : `${from.local} @ ${from.domain}`
}

const rcpt = (rest: string): string => {
  const command = parseRcpt(Buffer.from(`RCPT TO:${rest}`), POSTMASTER, false)
  if (command.is === "refused") return `${command.reply.code} ${command.reply.status}`
  const { address, notify, orcpt } = command.value
  return `${address.text} ${notify?.join(",") ?? "-"} ${orcpt ?? "-"}`
}

const senders: readonly (readonly [string, string, string])[] = [
  ["a plain address", "<a.b@c.example>", "a.b @ c.example"],
  ["the null reverse-path", "<>", "null"],
  ["a space behind the colon, as some devices write", " <a@c.example>", "a @ c.example"],
  ["upper case in the domain", "<A@C.EXAMPLE>", "A @ c.example"],
  ["a quoted local part", '<"a b"@c.example>', '"a b" @ c.example'],
  ["a quoted local part that needs no quotes is the same mailbox", '<"a.b"@c.example>', "a.b @ c.example"],
  ["a quoted pair that needs no quotes", '<"a\\b"@c.example>', "ab @ c.example"],
  ["an @ and a > in quotes", '<"a@x>"@c.example>', '"a@x>" @ c.example'],
  ["a source route is read over", "<@r.example,@s.example:a@c.example>", "a @ c.example"],
  ["an address literal", "<a@[192.0.2.1]>", "a @ [192.0.2.1]"],
  ["an IPv6 literal", "<a@[IPv6:2001:db8::1]>", "a @ [ipv6:2001:db8::1]"],
  ["a U-label", "<a@công.example> SMTPUTF8", "a @ xn--cng-kna.example"],
  ["a local part in UTF-8", "<ngọc@c.example> SMTPUTF8", "ngọc @ c.example"],
  ["UTF-8 without SMTPUTF8", "<a@công.example>", "553 5.6.7"],
  ["no brackets", "a@c.example", "501 5.1.7"],
  ["text behind the bracket", "<a@c.example>x", "501 5.1.7"],
  ["an unbalanced comment", "<(a@c.example>", "501 5.1.7"],
  ["no domain", "<a>", "501 5.1.7"],
  ["two @", "<a@b@c.example>", "501 5.1.7"],
  ["an empty local part", "<@c.example>", "501 5.1.7"],
  ["dots side by side", "<a..b@c.example>", "501 5.1.7"],
  ["a dot at the end of the local part", "<a.@c.example>", "501 5.1.7"],
  ["a dot at the end of the domain", "<a@c.example.>", "501 5.1.7"],
  ["an ideographic full stop in the domain", "<a@c。example> SMTPUTF8", "501 5.1.7"],
  ["a hyphen at the edge of a label", "<a@-c.example>", "501 5.1.7"],
  ["a quote left open", '<"a@c.example>', "501 5.1.7"],
  ["a literal that is no address", "<a@[999.1.1.1]>", "501 5.1.7"],
  ["a literal with a zone", "<a@[IPv6:fe80::1%eth0]>", "501 5.1.7"],
  ["a control character", "<a\x07@c.example>", "501 5.1.7"],
  ["a zero width space", "<a\u200b@c.example> SMTPUTF8", "501 5.1.7"],
  ["a path too long", `<${"a".repeat(245)}@c.example>`, "501 5.1.7"],
  [
    "a local part of more than 64 octets, as forwarders need",
    `<${"a".repeat(200)}@c.example>`,
    `${"a".repeat(200)} @ c.example`,
  ],
  ["a parameter given twice", "<a@c.example> SIZE=1 size=2", "501 5.5.4"],
  ["a parameter without its value", "<a@c.example> SIZE", "501 5.5.4"],
  ["a value that is none", "<a@c.example> BODY=BINARYMIME", "501 5.5.4"],
  ["a flag with a value", "<a@c.example> SMTPUTF8=1", "501 5.5.4"],
  ["an unknown parameter", "<a@c.example> BY=1", "555 5.5.4"],
  ["ENVID that is no xtext", "<a@c.example> ENVID=a+2", "501 5.5.4"],
  ["ENVID that hides a line end", "<a@c.example> ENVID=a+0D+0Ab", "501 5.5.4"],
  ["ENVID too long", `<a@c.example> ENVID=${"x".repeat(101)}`, "501 5.5.4"],
  ["AUTH says nothing", "<a@c.example> AUTH=<>", "a @ c.example"],
]

const recipients: readonly (readonly [string, string, string])[] = [
  ["postmaster without a domain", "<PostMaster>", "postmaster@agency.example - -"],
  ["the text as written", "<A@C.Example>", "A@C.Example - -"],
  [
    "DSN parameters as written",
    "<a@c.example> notify=failure,Success ORCPT=rfc822;A+2Bb@c.example",
    "a@c.example SUCCESS,FAILURE rfc822;A+2Bb@c.example",
  ],
  ["NEVER alone", "<a@c.example> NOTIFY=NEVER", "a@c.example NEVER -"],
  ["NEVER with another", "<a@c.example> NOTIFY=NEVER,DELAY", "501 5.5.4"],
  ["the same word twice", "<a@c.example> NOTIFY=DELAY,DELAY", "501 5.5.4"],
  ["an unknown word", "<a@c.example> NOTIFY=ALWAYS", "501 5.5.4"],
  ["ORCPT without a type", "<a@c.example> ORCPT=a@c.example", "501 5.5.4"],
  ["ORCPT without an address", "<a@c.example> ORCPT=rfc822;", "501 5.5.4"],
  ["a parameter of MAIL", "<a@c.example> SIZE=1", "555 5.5.4"],
  ["nobody", "<>", "501 5.1.3"],
  ["UTF-8 without SMTPUTF8", "<ngọc@c.example>", "553 5.6.7"],
]

describe("MAIL", () => {
  for (const [sentence, written, read] of senders) test(sentence, () => assert.equal(mail(written), read))

  test("octets that are no UTF-8", () => {
    const command = parseMail(Buffer.from("MAIL FROM:<\xe0@c.example> SMTPUTF8", "latin1"))
    assert.equal(command.is, "refused")
  })

  test("any octets get an answer, quickly", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => assert.ok(mail(Buffer.from(octets).toString()))),
    )
    const start = performance.now()
    for (const hostile of ['<"\\', "<@a,", "<a.", "<a-", '<"a']) mail(hostile.padEnd(2_000, hostile.slice(1)))
    assert.ok(performance.now() - start < 500)
  })
})

describe("RCPT", () => {
  for (const [sentence, written, read] of recipients) test(sentence, () => assert.equal(rcpt(written), read))
})
