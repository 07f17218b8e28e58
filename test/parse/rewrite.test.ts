/** A message made anew: the same parts for every reader, in one form, and nothing beside them. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { simpleParser } from "mailparser"
import type { Amend, Rewriting } from "../../src/mail/rewrite.ts"
import { cleanName } from "../../src/parse/clean-name.ts"
import { rewrite } from "../../src/parse/rewrite.ts"
import { base64Lines, chunks, message, read } from "./read.ts"

const AS_IS: Amend = () => null

function anew(octets: Uint8Array, options: { signed?: boolean; amend?: Amend } = {}): Promise<Rewriting> {
  return rewrite(chunks(octets), { signed: options.signed ?? false, amend: options.amend ?? AS_IS })
}

async function bytesOf(octets: Uint8Array, amend: Amend = AS_IS): Promise<Buffer> {
  const made = await anew(octets, { amend })
  assert.equal(made.is, "rewritten")
  return Buffer.from(made.is === "rewritten" ? made.bytes : [])
}

async function leaves(octets: Uint8Array): Promise<string[]> {
  const { parts } = await read(octets)
  return parts
    .filter(({ claimed, isOther }) => claimed !== "message/rfc822" && isOther !== true)
    .map((one) => `${one.at} ${one.claimed} ${one.octets.toString("latin1")}`)
}

const VIET = Buffer.from("Kính gửi quý cơ quan,\r\n-- \r\nvăn thư \r\n").toString("latin1")
const BYTES = Buffer.from(Array.from({ length: 700 }, (_, index) => (index * 7) % 256))

const MIXED = message(
  "From: a@x.vn",
  "Content-Type: multipart/mixed; boundary=b; boundary=c",
  "",
  "before",
  "--b",
  "",
  "one",
  "--c",
  "Content-Type: image/png; name=a.png",
  "Content-ID: <p@x>",
  "Content-Transfer-Encoding: base64",
  "",
  base64Lines(BYTES),
  "--b--",
  "after",
)

const NESTED = message(
  "From: a@x.vn",
  "Content-Type: multipart/mixed; boundary=b",
  "",
  "--b",
  "Content-Type: message/rfc822",
  "Content-Transfer-Encoding: base64",
  "",
  base64Lines(message("Subject: in", "Content-Type: multipart/mixed; boundary=i", "", "--i", "", "deep", "--i--")),
  "--b",
  "Content-Type: text/calendar; method=REQUEST; charset=utf-8",
  "",
  "BEGIN:VCALENDAR",
)

const MESSAGES: readonly (readonly [string, Buffer])[] = [
  ["plain text", message("From: a@x.vn", "Subject: x", "", "text", "-- ", "name")],
  ["text of eight bits", message("From: a@x.vn", "Content-Type: text/plain; charset=utf-8", "", VIET)],
  ["parts of two boundaries, between text that nobody shows", MIXED],
  ["a message within", NESTED],
]

describe("every part is there again, alone, and nothing is left that two readers could take differently:", () => {
  for (const [what, octets] of MESSAGES) {
    test(what, async () => {
      const made = await bytesOf(octets)
      assert.deepEqual(await leaves(made), await leaves(octets))
      assert.deepEqual((await read(made)).parsed.defects, [])
      assert.deepEqual(await bytesOf(octets), made, "the same again")
    })
  }

  test("another program reads the same files", async () => {
    const octets = MIXED
    const parsed = await simpleParser(await bytesOf(octets))
    assert.equal(parsed.text?.trim(), "one")
    assert.deepEqual(
      parsed.attachments.map(({ filename, content, cid }) => [filename, content.equals(BYTES), cid]),
      [["a.png", true, "p@x"]],
    )
  })

  test("what stands before the first and after the last delimiter is gone", async () => {
    const octets = MIXED
    assert.doesNotMatch((await bytesOf(octets)).toString("latin1"), /before|after/)
  })

  test("parameters of meaning stay", async () => {
    const octets = NESTED
    assert.match((await bytesOf(octets)).toString("latin1"), /text\/calendar;\r\n\tmethod=REQUEST;\r\n\tcharset=utf-8/)
  })
})

describe("a leaf can be replaced", () => {
  const octets = MIXED
  const notice = Buffer.from("Tệp đã được gỡ bỏ.\r\n")

  test("by other octets under another name and type", async () => {
    const amend: Amend = ({ claimed }) =>
      claimed === "image/png" ? { name: "thông báo.txt", claimed: "text/plain", charset: "utf-8", bytes: notice } : null
    const made = await anew(octets, { amend })
    assert.deepEqual(made.is === "rewritten" && made.amended, ["2"])
    const { parts } = await read(await bytesOf(octets, amend))
    assert.deepEqual(parts[1]?.names, ["thông báo.txt"])
    assert.deepEqual(parts[1]?.octets, notice)
  })
})

describe("what its sender sealed is left alone", () => {
  const SIGNED = message("Content-Type: multipart/signed; boundary=b; protocol=x", "", "--b", "", "x", "--b--")
  const CASES: readonly (readonly [string, Buffer, string])[] = [
    ["a signed message", SIGNED, "signed"],
    [
      "an enveloped message",
      message("Content-Type: application/pkcs7-mime; smime-type=enveloped-data", "", "x"),
      "encrypted",
    ],
    ["armoured text", message("Subject: x", "", "-----BEGIN PGP MESSAGE-----", "x"), "encrypted"],
    ["a signature in the text", message("Subject: x", "", "-----BEGIN PGP SIGNED MESSAGE-----", "x"), "signed"],
  ]
  for (const [what, octets, why] of CASES) {
    test(what, async () => assert.deepEqual(await anew(octets), { is: "kept", why }))
  }
  test("unless that is wanted", async () => assert.equal((await anew(SIGNED, { signed: true })).is, "rewritten"))
})

test("a message that was not read whole is kept", async () => {
  const parts = Array.from({ length: 1_100 }, () => ["--b", "", "x"]).flat()
  const octets = message("Content-Type: multipart/mixed; boundary=b", "", ...parts, "--b--")
  assert.deepEqual(await anew(octets), { is: "kept", why: "too-complex" })
})

const NAMES: readonly (readonly [string, string])[] = [
  ["báo cáo.pdf", "báo cáo.pdf"],
  ["../../etc/passwd", "passwd"],
  ["C:\\Windows\\a.exe", "a.exe"],
  ["a.txt:b.exe", "a.txt"],
  ["hoadon\u202efdp.exe", "hoadonfdp.exe"],
  ["a.exe. . ", "a.exe"],
  ["con.txt", "_con.txt"],
  ["a\r\nX: y.txt", "aX"],
  ["a\0.exe", "a.exe"],
  ['a"b<c>|d?.doc', "a_b_c__d_.doc"],
  ["", "file"],
  ["...", "file"],
  [`${"x".repeat(300)}.pdf`, `${"x".repeat(76)}.pdf`],
]

describe("a file goes on under one harmless name:", () => {
  for (const [name, clean] of NAMES) test(JSON.stringify(name.slice(0, 40)), () => assert.equal(cleanName(name), clean))
})
