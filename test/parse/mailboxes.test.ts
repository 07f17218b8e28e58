/** Hidden senders: every way the espoofer and Composition Kills papers hide a webmail address, and some of ours. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { parseAddress } from "../../src/mail/address.ts"
import { mailboxesOf } from "../../src/parse/mailboxes.ts"
import { message, read, word } from "./read.ts"

/** Positions and domains that a policy gets to see. */
async function domains(...header: readonly string[]): Promise<string[]> {
  const { parsed } = await read(message(...header, "", "text"))
  const seen = parsed.mailboxes.map(({ position, address }) => `${position} ${parseAddress(address)?.domain ?? "none"}`)
  return [...new Set(seen)]
}

const GMAIL = "from gmail.com"
const AGENCY = "from agency.gov"
const NAMED = "display-name gmail.com"

const FROM: readonly (readonly [string, string, readonly string[]])[] = [
  ["a plain address", "a@gmail.com", [GMAIL]],
  ["an address in brackets", "A B <a@gmail.com>", [GMAIL]],
  ["two addresses: both (a14)", "ok@agency.gov, a@gmail.com", [AGENCY, GMAIL]],
  ["an encoded name that is an address (a15)", `${word("<a@gmail.com>")},<ok@agency.gov>`, [AGENCY, NAMED]],
  ["an encoded word where the address stands", `<${word("a@gmail.com")}>`, [GMAIL]],
  ["an obsolete route is not the address (a16)", "<@agency.gov,@any.com:a@gmail.com>", [GMAIL]],
  ["a backslash before the comma (a17)", "<a@gmail.com>\\,<ok@agency.gov>", [AGENCY, GMAIL]],
  ["an address without brackets before one with (a18)", "a@gmail.com,<ok@agency.gov>", [AGENCY, GMAIL]],
  ["text after the brackets (a19)", "<ok@agency.gov>a@gmail.com", [AGENCY, GMAIL]],
  ["an unquoted address as the name (a19b)", "a@gmail.com <ok@agency.gov>", [AGENCY, GMAIL]],
  ["a quoted address as the name", '"a@gmail.com" <ok@agency.gov>', [AGENCY, NAMED]],
  ["an address in a comment", "ok@agency.gov (a@gmail.com)", [AGENCY, NAMED]],
  ["an encoded address in a quoted name", `"${word("a@gmail.com")}" <ok@agency.gov>`, [AGENCY, NAMED]],
  ["a full-width @ in the name", `${word("a＠gmail.com")} <ok@agency.gov>`, [AGENCY, NAMED]],
  ["comments around the dots", "a@(x)gmail(y).(z)com", [GMAIL]],
  ["white space around the dots", "<a @ gmail . com>", [GMAIL]],
  ["a comment inside a label", "a@gma(x)il.com", ["from gma", NAMED]],
  ["a quoted local part", '"a b"@gmail.com', [GMAIL]],
  ["two @: the last counts, the first is seen", "a@agency.gov@gmail.com", [AGENCY, GMAIL]],
  ["two @ the other way round", "a@gmail.com@agency.gov", [AGENCY, GMAIL]],
  ["semicolons as Outlook writes them", "a@agency.gov;a@gmail.com", [AGENCY, GMAIL]],
  ["a quote that never ends", '"A B <a@gmail.com>', [GMAIL]],
  ["a comment that never ends", "(A B <a@gmail.com>", [GMAIL]],
  ["a bracket that never ends", "A B <a@gmail.com", [GMAIL]],
  ["a group", "Friends: a@gmail.com, ok@agency.gov;", [AGENCY, GMAIL]],
  ["a group named like an address", "a@gmail.com: ok@agency.gov;", [AGENCY, GMAIL]],
  ["mailto", "mailto:a@gmail.com", [GMAIL]],
  ["an ideographic dot", "a@gmail。com", [GMAIL]],
  ["full-width letters", "<a@ｇｍａｉｌ.com>", [GMAIL]],
  ["nothing but a group's name", "undisclosed-recipients:;", []],
  ["no domain at all", "root", []],
]

describe("an address field gives every mailbox that any reader sees:", () => {
  for (const [what, value, expected] of FROM) {
    test(what, async () => {
      const seen = (await domains(`From: ${value}`)).filter((one) => !one.endsWith("none"))
      for (const one of expected) assert.ok(seen.includes(one), `${one} in ${seen.join(", ")}`)
      const surplus = seen.filter((one) => !expected.includes(one) && !one.startsWith("display-name"))
      assert.deepEqual(surplus, [])
    })
  }

  test("a NUL in the domain hides nothing and is a defect", async () => {
    const { parsed } = await read(message("From: a@gmail.com\0.agency.gov", "", "text"))
    assert.ok(parsed.mailboxes.some(({ address }) => address === "a@gmail.com"))
    assert.ok(parsed.defects.includes("control-in-header"))
  })

  test("a domain that is none stays a defect", async () => {
    const { parsed } = await read(message("From: a@gma%il.com", "", "text"))
    assert.deepEqual(parsed.defects, ["bad-address:from"])
  })

  test("names are decoded", () => {
    const value = `${word("Nguyễn Văn")} ${word(" A")} <a@x.gov.vn>`
    const [mailbox] = mailboxesOf({ name: "From", value, start: 0, end: 0 })
    assert.deepEqual(mailbox, { position: "from", name: "Nguyễn Văn A", address: "a@x.gov.vn" })
  })
})

const HEADERS: readonly (readonly [string, readonly string[], string, string])[] = [
  ["two From fields (a7, a8)", ["From: ok@agency.gov", "From: a@gmail.com"], GMAIL, "duplicate-header:from"],
  ["an empty From first", ["From: ", "From: a@gmail.com"], GMAIL, "duplicate-header:from"],
  ["white space first in the message (a9)", [" From: a@gmail.com", "From: ok@agency.gov"], GMAIL, "folded-first-line"],
  ["white space before the colon (a10)", ["From: ok@agency.gov", "From : a@gmail.com"], GMAIL, "space-before-colon"],
  ["the same in the first line, an mbox look-alike", ["From : a@gmail.com"], GMAIL, "space-before-colon"],
  ["a fold before the colon (a11)", ["Sender: ok@agency.gov", "From", " : a@gmail.com"], GMAIL, "space-before-colon"],
  ["a byte order mark before the name", ["\xef\xbb\xbfFrom: a@gmail.com"], GMAIL, "invalid-header-name"],
  ["a control before the name", ["Subject: x", "\x13From: a@gmail.com"], GMAIL, "invalid-header-name"],
  ["a comment in the name", ["From(x): a@gmail.com"], GMAIL, "invalid-header-name"],
  ["Sender", ["Sender: a@gmail.com"], "sender gmail.com", ""],
  ["Reply-To", ["Reply-To: a@gmail.com"], "reply-to gmail.com", ""],
  ["Resent-From (a13)", ["Resent-From: a@gmail.com"], "resent-from gmail.com", ""],
  ["Resent-Sender", ["Resent-Sender: a@gmail.com"], "resent-sender gmail.com", ""],
  ["To", ["To: a@gmail.com"], "to gmail.com", ""],
  ["Cc", ["Cc: a@gmail.com"], "cc gmail.com", ""],
  ["Bcc", ["Bcc: a@gmail.com"], "bcc gmail.com", ""],
  ["Return-Path", ["Return-Path: <a@gmail.com>"], "return-path gmail.com", ""],
  [
    "Disposition-Notification-To",
    ["Disposition-Notification-To: a@gmail.com"],
    "disposition-notification-to gmail.com",
    "",
  ],
  ["List-Post", ["List-Post: <mailto:a%40gmail.com?subject=x>"], "list gmail.com", ""],
  ["List-Unsubscribe", ["List-Unsubscribe: <https://x.vn/?u=b@x.vn>, <mailto:a@gmail.com>"], "list gmail.com", ""],
]

describe("a field is read through what hides its name:", () => {
  for (const [what, header, expected, defect] of HEADERS) {
    test(what, async () => {
      assert.ok((await domains(...header)).includes(expected), (await domains(...header)).join(", "))
      const { parsed } = await read(message(...header, "", "text"))
      if (defect === "") assert.deepEqual(parsed.defects, [])
      else assert.ok(parsed.defects.includes(defect), parsed.defects.join(", "))
    })
  }

  test("an address in a web address is no mailbox", async () => {
    assert.deepEqual(await domains("List-Unsubscribe: <https://x.vn/?u=a@gmail.com>"), [])
  })
})

test("a field of 100 KiB made to be slow takes no time", () => {
  const hostile = ["<", '"', "(", "[", "a", "@", " ", ".", "a@", "=?", "<a@b>", '"a"', "(a)", "a b ", "\\", ":", "a@b "]
  for (const unit of hostile) {
    const value = unit.repeat(102_400 / unit.length)
    const began = performance.now()
    mailboxesOf({ name: "To", value, start: 0, end: 0 })
    assert.ok(performance.now() - began < 1_000, `${unit}: ${performance.now() - began} ms`)
  }
})
