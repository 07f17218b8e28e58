/** Answers by mail: whose they are, and what they say. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { type Command, commandOf, voiceOf } from "../../src/act/ballot.ts"
import { simpleParser } from "mailparser"
import { invitation } from "../../src/act/notices.ts"
import { acceptNotice } from "../../src/notify/custody.ts"
import { newTagged, taggedDigest } from "../../src/notify/link.ts"
import type { Hold } from "../../src/mail/delivery.ts"
import { UNCHECKED } from "../../src/mail/identity.ts"
import type { Mailbox } from "../../src/mail/message.ts"
import { OFFICE } from "../notify/office.ts"
import { address, CLIENT, message, transaction } from "../decide/evidence.ts"

const CLERK = "vanthu@tuyenquang.gov.vn"

const APPROVE: Command = { decision: "approve", reason: "" }
const SAID: readonly (readonly [text: string, command: Command | null])[] = [
  ["DUYỆT", APPROVE],
  ["Duyệt.\r\n", APPROVE],
  ["  duyet  \n", APPROVE],
  ["Approve", APPROVE],
  ["DUYE\u0323\u0302T", APPROVE],
  ["\u200bDuyệt\u00a0", APPROVE],
  ["\n\n\nDUYỆT\n", APPROVE],
  ["DUYỆT: đúng quy định", { decision: "approve", reason: "đúng quy định" }],
  ["Duyệt – gửi trong ngày", { decision: "approve", reason: "gửi trong ngày" }],
  ["DUYỆT\nĐã xem hồ sơ.\n\nTrân trọng", { decision: "approve", reason: "Đã xem hồ sơ. Trân trọng" }],
  ["DUYỆT\n-- \nVăn thư\n0207", APPROVE],
  ["DUYỆT\n\nVào 09:12, 26/11/2026, Cổng thư đã viết:\n> TỪ CHỐI", APPROVE],
  ["DUYỆT\r\nOn Thu, Nov 26, 2026 at 9:12 AM Gate <postmaster@x.vn> wrote:\r\n> text", APPROVE],
  ["DUYỆT\n________________________________\nFrom: Cổng thư\nSent: …", APPROVE],
  ["DUYỆT\n-----Original Message-----\nFrom: x", APPROVE],
  ["TỪ CHỐI: sai người nhận", { decision: "deny", reason: "sai người nhận" }],
  ["Từ chối vì sai người nhận\n> DUYỆT", { decision: "deny", reason: "vì sai người nhận" }],
  ["tu choi\nsai nguoi nhan", { decision: "deny", reason: "sai nguoi nhan" }],
  ["Deny - wrong recipient", { decision: "deny", reason: "wrong recipient" }],
  ["TỪ CHỐI", null],
  ["Từ chối\n> lý do ở trên", null],
  ["", null],
  ["> DUYỆT", null],
  ["> DUYỆT\nDUYỆT", null],
  ["Vào 09:12 Cổng thư đã viết:\nDUYỆT", null],
  ["Duyệt thế nào được?", null],
  ["Duyệt, nếu bỏ tệp đính kèm", null],
  ["Không duyệt", null],
  ["KHÔNG\nDUYỆT", null],
  ["Approved?", null],
  ["Denying", null],
  ["Kính gửi hệ thống,\nDUYỆT", null],
  ["DUYỆT TỪ CHỐI", null],
]

describe("the first line of an answer decides, and nothing else does", () => {
  for (const [text, command] of SAID) {
    test(JSON.stringify(text), () => assert.deepEqual(commandOf(text), command))
  }
  test("a reason is one bounded line", () => {
    const { reason } = commandOf(`TỪ CHỐI ${"lý do\n".repeat(1_000)}`) ?? APPROVE
    assert.equal(reason.length, 500)
    assert.doesNotMatch(reason, /\n/)
  })
})

interface Sent {
  readonly from?: string | null
  readonly author?: readonly string[]
  readonly sender?: string
  readonly client?: Partial<typeof CLIENT>
  readonly dmarc?: "pass" | "fail" | "none" | "temperror"
  readonly proven?: string
  readonly automatic?: boolean
  readonly bulk?: boolean
  readonly field?: string
  readonly setting?: "submission" | "authenticated"
}

function voice(sent: Sent) {
  const { from = CLERK, author = [CLERK], sender, dmarc = "none", proven = "tuyenquang.gov.vn", field } = sent
  const told = transaction(from, ["duyet+x@mx.tuyenquang.gov.vn"])
  const box = (position: Mailbox["position"]) => (one: string) => ({ position, name: "", address: one })
  const written = message({
    autoSubmitted: sent.automatic ?? false,
    bulk: sent.bulk ?? false,
    fields: field === undefined ? [] : [{ name: field, value: "x", start: 0, end: 1 }],
    mailboxes: [...author.map(box("from")), ...(sender === undefined ? [] : [sender].map(box("sender")))],
  })
  const authentication = { ...UNCHECKED, dmarc, author: proven }
  const answer = {
    transaction: { ...told, client: { ...CLIENT, ...sent.client } },
    message: written,
    authentication,
  }
  return voiceOf(answer, CLERK, sent.setting ?? "submission")
}

const OUTSIDE = { listener: "inbound", trusted: false } as const
const VOICES: readonly (readonly [what: string, sent: Sent, voice: ReturnType<typeof voiceOf>])[] = [
  ["from the mail server of the agency, as that mailbox", {}, "own"],
  ["written in other letters", { from: "VanThu@TuyenQuang.gov.vn", author: ["VANTHU@tuyenquang.gov.vn"] }, "own"],
  ["logged in", { client: { user: "vanthu", trusted: false } }, "own"],
  ["on the submission port without a login, from nowhere we trust", { client: { trusted: false } }, "unproven"],
  ["by a colleague", { from: "an@tuyenquang.gov.vn", author: ["an@tuyenquang.gov.vn"] }, "unproven"],
  ["by a colleague in his name", { from: "an@tuyenquang.gov.vn" }, "unproven"],
  ["in a colleague's name", { author: ["an@tuyenquang.gov.vn"] }, "unproven"],
  ["in two names", { author: [CLERK, "an@tuyenquang.gov.vn"] }, "unproven"],
  ["by a deputy on his behalf", { sender: "an@tuyenquang.gov.vn" }, "unproven"],
  ["without an author", { author: [] }, "unproven"],
  ["a bounce", { from: null }, "automatic"],
  ["a vacation mail", { automatic: true }, "automatic"],
  ["a vacation mail that says so in its own way", { field: "X-Autoreply" }, "automatic"],
  ["a list's", { bulk: true }, "automatic"],
  ["a forged vacation mail", { automatic: true, from: "an@tuyenquang.gov.vn" }, "automatic"],
  ["from outside, DMARC passed, where only submission counts", { client: OUTSIDE, dmarc: "pass" }, "unproven"],
  ["from outside, DMARC passed", { client: OUTSIDE, dmarc: "pass", setting: "authenticated" }, "own"],
  ["from outside, DMARC failed", { client: OUTSIDE, dmarc: "fail", setting: "authenticated" }, "unproven"],
  ["from outside, nothing to check", { client: OUTSIDE, setting: "authenticated" }, "unproven"],
  ["from outside, DNS at fault", { client: OUTSIDE, dmarc: "temperror", setting: "authenticated" }, "unproven"],
  [
    "from outside, another domain proven",
    { client: OUTSIDE, dmarc: "pass", proven: "example.org", setting: "authenticated" },
    "unproven",
  ],
  [
    "from outside, a domain above proven",
    { client: OUTSIDE, dmarc: "pass", proven: "gov.vn", setting: "authenticated" },
    "unproven",
  ],
]

describe("an answer is its approver's own", () => {
  for (const [what, sent, expected] of VOICES) {
    test(`${what}: ${expected}`, () => assert.equal(voice(sent), expected))
  }
})

describe("an address for answers", () => {
  const MAILBOX = "duyet@mx.tuyenquang.gov.vn"
  test("is known again whatever the case, and no other is", () => {
    const { address: made, digest } = newTagged(MAILBOX)
    assert.match(made, /^duyet\+[a-z2-7]{32}@mx\.tuyenquang\.gov\.vn$/)
    assert.equal(taggedDigest(address(made), MAILBOX), digest)
    assert.equal(taggedDigest(address(made.toUpperCase()), MAILBOX), digest)
    for (const other of [
      MAILBOX,
      made.replace("duyet", "duyet2"),
      made.replace("mx.", ""),
      made.replace("@", "a@"),
      made.replace(/\+.*@/, "+@"),
      made.replace("+", ""),
    ]) {
      assert.equal(taggedDigest(address(other), MAILBOX), null, other)
    }
  })
  test("is never made twice", () => {
    assert.equal(new Set(Array.from({ length: 1_000 }, () => newTagged(MAILBOX).digest)).size, 1_000)
  })
})

describe("a notice that invites an answer", () => {
  const spooled = { size: 1, sha256: "", eightBit: false, key: new Uint8Array(32) }
  async function made(byMail: "off" | "submission") {
    const octets: Uint8Array[] = []
    const settings = { ...OFFICE.settings, hold: { ...OFFICE.settings.hold, byMail } }
    const spool = (given: Uint8Array) => {
      octets.push(given)
      return Promise.resolve({ ...spooled, at: { kind: "memory" as const, bytes: given } })
    }
    const acceptance = await acceptNotice(
      {
        name: "approver",
        to: address(CLERK),
        about: { id: "TESTTEST01", at: 0, messageId: null, requireTls: false },
        values: {},
        invites: { appeal: null, recipients: ["b@example.org"], until: 1 },
      },
      { office: { ...OFFICE, settings }, now: 0, spool },
    )
    const { replyTo, text } = await simpleParser(Buffer.from(octets[0] ?? []))
    return { ballots: acceptance.ballots, replyTo: replyTo?.text ?? "", text: text ?? "" }
  }
  test("names the address it goes to, and keeps only its digest", async () => {
    const { ballots = [], replyTo, text } = await made("submission")
    assert.equal(ballots[0]?.digest, taggedDigest(address(replyTo), "duyet@mx.agency.example"))
    assert.deepEqual(
      { ...ballots[0], digest: "" },
      {
        digest: "",
        transaction: "TESTTEST01",
        voter: CLERK,
        appeal: null,
        recipients: ["b@example.org"],
        until: 1,
      },
    )
    assert.ok(text.includes(replyTo))
  })
  test("names none where answers by mail are off", async () => {
    const { ballots, replyTo, text } = await made("off")
    assert.deepEqual([ballots, replyTo], [undefined, ""])
    assert.doesNotMatch(text, /duyet\+|trả lời thư này/)
  })
  test("does not ask for an answer about malware or what may be secret", () => {
    const [recipient] = transaction(null, ["b@example.org"]).envelope.to
    assert.ok(recipient)
    const care = { unit: null, direction: "outbound", urgency: "ordinary", due: 0 } as const
    const hold = { kind: "quarantine", rules: [], until: 1 } as const
    const named = (kind: "malware" | "known-bad" | "encrypted") => [{ kind, name: null }]
    const asked = (given: Hold) => invitation([{ recipient, hold: given }]) !== null
    assert.equal(asked({ ...hold, care: { ...care, findings: named("encrypted") } }), true)
    assert.equal(asked({ ...hold, care: { ...care, findings: named("malware") } }), false)
    assert.equal(asked({ ...hold, care: { ...care, findings: named("known-bad") } }), false)
    assert.equal(asked({ ...hold, secret: true }), false)
  })
})
