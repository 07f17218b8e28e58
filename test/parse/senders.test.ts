/** Fields that say who sent it: what the grammar takes, what honest programs write all the same, and what is a fault. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { strictAddresses } from "../../src/parse/address-grammar.ts"
import { message, read, word } from "./read.ts"

const SOUND: readonly (readonly [string, string, readonly string[]])[] = [
  ["a plain address", "an@x.vn", ["an@x.vn"]],
  ["a name", "Nguyen Van An <an@x.vn>", ["an@x.vn"]],
  ["a name in quotes, a comma in it", '"An, Nguyen" <an@x.vn>', ["an@x.vn"]],
  ["dots in a name", "J. R. Public <an@x.vn>", ["an@x.vn"]],
  ["brackets in a name", "[Thong bao] An <an@x.vn>", ["an@x.vn"]],
  ["an encoded name", `${word("Nguyễn Văn An")} <an@x.vn>`, ["an@x.vn"]],
  ["an encoded name in quotes", `"${word("Nguyễn Văn An")}" <an@x.vn>`, ["an@x.vn"]],
  ["raw UTF-8 in a name", Buffer.from("Nguyễn <an@x.vn>").toString("latin1"), ["an@x.vn"]],
  ["raw octets of an old encoding in a name", "NguyÔn <an@x.vn>", ["an@x.vn"]],
  ["a comment behind", "an@x.vn (Nguyen Van An)", ["an@x.vn"]],
  ["a comment in the name", "An (So Y te) <an@x.vn>", ["an@x.vn"]],
  ["the address for a name", "an@x.vn <an@x.vn>", ["an@x.vn"]],
  ["the address for a name, in other case", "An@X.vn <an@x.vn>", ["An@X.vn"]],
  ["a quoted local part", '"an binh"@x.vn', ['"an binh"@x.vn']],
  ["dots as docomo gave them", "an..binh.@docomo.ne.jp", ["an..binh.@docomo.ne.jp"]],
  ["an address literal", "an@[192.0.2.1]", ["an@[192.0.2.1]"]],
  ["a domain of its own letters", Buffer.from("an@đàlạt.vn").toString("latin1"), ["an@đàlạt.vn"]],
  ["a list", "an@x.vn, Binh <binh@x.vn>", ["an@x.vn", "binh@x.vn"]],
  ["a list with empty items", "an@x.vn,, binh@x.vn,", ["an@x.vn", "binh@x.vn"]],
  ["a semicolon at the end", "an@x.vn; ", ["an@x.vn"]],
  ["a group", "Phong: an@x.vn, binh@x.vn;", ["an@x.vn", "binh@x.vn"]],
  ["an empty group", "undisclosed-recipients:;", []],
  ["a mailbox of this host", "root", []],
  ["a mailbox of this host in brackets", "Cron <root>", ["root"]],
  ["a comma that somebody forgot to quote", "An, Nguyen <an@x.vn>", ["an@x.vn"]],
  ["VERP", "bounce+an=x.vn@list.example", ["bounce+an=x.vn@list.example"]],
  ["SRS", "SRS0=HHH=TT=x.vn=an@fwd.example", ["SRS0=HHH=TT=x.vn=an@fwd.example"]],
  ["an apostrophe", "o'an@x.vn", ["o'an@x.vn"]],
]

describe("the grammar takes", () => {
  for (const [what, value, addresses] of SOUND) {
    test(what, () => assert.deepEqual(strictAddresses(value), { is: "sound", addresses }))
  }
})

const FAULTY: readonly (readonly [string, string])[] = [
  ["nothing but a comma's neighbour that is no name", "<>"],
  ["a stray bracket", "an@x.vn>"],
  ["a stray parenthesis", "An) <an@x.vn>"],
  ["two brackets", "<an@x.vn> <b@x.vn>"],
  ["a bracket in a bracket", "<<an@x.vn>>"],
  ["a group in a group", "A: B: an@x.vn;;"],
  ["an empty domain", "an@"],
  ["an empty local part", "@x.vn"],
  ["two dots in the domain", "an@x..vn"],
  ["a percent sign in the domain", "an@x%y.vn"],
  ["a control", "an@x.vn\x01"],
  ["octets of no encoding in the domain", "an@x\xe1.vn"],
  ["a backslash outside quotes", "a\\n@x.vn"],
  ["white space inside the local part", "a n@x.vn"],
]

describe("the grammar does not take", () => {
  for (const [what, value] of FAULTY) test(what, () => assert.equal(strictAddresses(value).is, "faulty"))
})

const WHYS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["one From", ["From: an@x.vn"], []],
  ["two authors with a Sender", ["From: an@x.vn, b@x.vn", "Sender: an@x.vn"], []],
  ["two authors without", ["From: an@x.vn, b@x.vn"], ["sender-several"]],
  ["an empty Reply-To", ["From: an@x.vn", "Reply-To:"], []],
  ["a careless To", ["From: an@x.vn", "To: b@x.vn; c@x.vn"], []],
  ["two Resent-From, one for each time", ["Resent-From: b@x.vn", "Resent-From: c@x.vn", "From: an@x.vn"], []],
  ["a folded value", ["From: Nguyen", " Van An <an@x.vn>"], []],
  ["no header at all", ["", "text"], ["sender-missing"]],
  ["several at once", ["From : an@x.vn", "From: <"], ["sender-count", "sender-name", "sender-syntax"]],
]

describe("findings about the sender:", () => {
  for (const [what, lines, whys] of WHYS) {
    test(`${what}: ${whys.join(", ") || "none"}`, async () => {
      const { senders } = (await read(message(...lines, "", "x"))).parsed
      assert.deepEqual(
        senders.map(({ why }) => why),
        whys,
      )
    })
  }
})

test("a field of 100 KiB made to be slow takes no time", () => {
  for (const unit of [
    "<",
    '"',
    "(",
    "[",
    "a",
    "@",
    " ",
    ".",
    "a@",
    "=?",
    "<a@b>,",
    '"a"',
    "(a)",
    "a b ",
    "\\",
    ":",
    "a@b,",
    "a%",
    "!.",
    "=?u?q?=",
  ]) {
    const began = performance.now()
    strictAddresses(unit.repeat(102_400 / unit.length))
    assert.ok(performance.now() - began < 2_000, `${unit}: ${performance.now() - began} ms`)
  }
})
