/** Delivery reports, read back by parsers that are not ours. */
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { describe, test } from "node:test"
import { simpleParser } from "mailparser"
import { acceptReport } from "../../src/notify/custody.ts"
import { report } from "../../src/notify/dsn.ts"
import type { Stamp } from "../../src/notify/notice.ts"
import type { Report } from "../../src/notify/report.ts"
import { address, OFFICE } from "./office.ts"

const AT = Date.UTC(2026, 10, 22, 10, 5)
const STAMP: Stamp = { now: AT + 60_000, id: "R0R0R0R0R0" }
const HEADERS = "From: a@agency.example\r\nSubject: =?UTF-8?B?VGjGsA==?=\r\nMessage-ID: <1@agency.example>\r\n"

interface Change extends Partial<Omit<Report, "original">> {
  readonly envelope?: Partial<Report["original"]["transaction"]["envelope"]>
  readonly summary?: Partial<Report["original"]["summary"]>
}

function failure({ envelope, summary, ...change }: Change = {}): Report {
  return {
    kind: "failure",
    to: address("a@agency.example"),
    original: {
      transaction: {
        id: "T1T1T1T1T1",
        client: { ip: "127.0.0.1", helo: "", tls: null, user: null, listener: "submission", trusted: true },
        envelope: {
          from: address("a@agency.example"),
          to: [],
          body: "8BITMIME",
          smtputf8: false,
          requireTls: false,
          ret: null,
          envid: "id+2B1",
          ...envelope,
        },
        at: AT,
      },
      summary: { subject: "Báo cáo", from: "a@agency.example", messageId: "<1@agency.example>", ...summary },
    },
    recipients: [
      {
        recipient: { address: address("b@n.example"), notify: null, orcpt: "rfc822;B+2Bx@old.example" },
        status: "5.1.1",
        reply: "550 5.1.1 no such user",
        nextHop: "mx.n.example",
        attempt: 1,
        why: "RCPT was refused",
      },
    ],
    retryUntil: null,
    notice: null,
    returned: { part: "headers", octets: Buffer.from(HEADERS) },
    ...change,
  }
}

interface Read {
  readonly headers: Readonly<Record<string, string>>
  readonly defects: number
  readonly parts: readonly {
    readonly type: string
    readonly language: string | null
    readonly text: string | null
    readonly blocks: readonly Readonly<Record<string, string>>[]
  }[]
}

/** Reports as Python's email package reads them; one process for many, since starting it is what takes time. */
function pythonAll(all: readonly Uint8Array[]): readonly Read[] {
  const program = `
import base64, email, json, sys
from email import policy
def part(p):
  blocks = [dict(b.items()) for b in p.get_payload()] if p.get_content_maintype() == "message" else []
  body = p.get_body(preferencelist=("plain",)) if p.get_content_maintype() in ("text", "multipart") else None
  text = (body or p).get_payload(decode=True).decode() if body or p.get_content_maintype() == "text" else None
  return dict(type=p.get_content_type(), language=p["Content-Language"], text=text, blocks=blocks)
def read(octets):
  m = email.message_from_bytes(octets, policy=policy.default)
  assert m.get_content_type() == "multipart/report", m.get_content_type()
  assert m.get_param("report-type") == "delivery-status"
  defects = sum(len(p.defects) for p in m.walk()) + sum(len(v.defects) for v in m.values())
  return dict(headers=dict(m.items()), defects=defects, parts=[part(p) for p in m.get_payload()])
print(json.dumps([read(base64.b64decode(one)) for one in json.load(sys.stdin)]))`
  const input = JSON.stringify(all.map((octets) => Buffer.from(octets).toString("base64")))
  return JSON.parse(execFileSync("python3", ["-c", program], { input, encoding: "utf8" })) as Read[]
}

function python(about: Report): Read {
  const [read] = pythonAll([report(about, OFFICE, STAMP)])
  assert.ok(read)
  return read
}

test("a failure reads back field by field", () => {
  const read = python(failure())
  assert.equal(read.defects, 0)
  assert.deepEqual(read.headers, {
    Date: "Sun, 22 Nov 2026 17:06:00 +0700",
    From: "Cơ quan Thí dụ <postmaster@agency.example>",
    To: "a@agency.example",
    Subject: "[Không gửi được] Thư không tới nơi – T1T1T1T1T1 / [Failed] Message not delivered",
    "Message-ID": "<R0R0R0R0R0@mx.agency.example>",
    "In-Reply-To": "<1@agency.example>",
    References: "<1@agency.example>",
    "Auto-Submitted": "auto-replied",
    "MIME-Version": "1.0",
    "Content-Type": 'multipart/report; report-type="delivery-status"; boundary="=_R0R0R0R0R0.T1T1T1T1T1"',
    "Content-Language": "vi, en",
  })
  assert.deepEqual(
    read.parts.map(({ type }) => type),
    ["multipart/alternative", "message/delivery-status", "text/rfc822-headers"],
  )
  assert.deepEqual(read.parts[1]?.blocks.slice(0, 2), [
    {
      "Original-Envelope-Id": "id+1",
      "Reporting-MTA": "dns; mx.agency.example",
      "Arrival-Date": "Sun, 22 Nov 2026 17:05:00 +0700",
    },
    {
      "Original-Recipient": "rfc822; B+x@old.example",
      "Final-Recipient": "rfc822; b@n.example",
      Action: "failed",
      Status: "5.1.1",
      "Remote-MTA": "dns; mx.n.example",
      "Diagnostic-Code": "smtp; 550 5.1.1 no such user",
    },
  ])
  assert.equal(read.parts[2]?.text?.replaceAll("\r\n", "\n").trim(), HEADERS.replaceAll("\r\n", "\n").trim())
})

test("people read Vietnamese first, then English", () => {
  const [people] = python(failure()).parts
  assert.equal(people?.language, "vi, en")
  assert.equal(
    people?.text?.replaceAll("\r\n", "\n"),
    `Thư “Báo cáo” gửi lúc 22/11/2026 17:05 (giờ Việt Nam) không gửi được và hệ thống sẽ không thử lại. Máy chủ nhận trả lời:

- b@n.example: 550 5.1.1 no such user

Nguyên nhân thường gặp: sai địa chỉ, hộp thư đầy, máy chủ nhận ngừng hoạt động. Đề nghị kiểm tra địa chỉ hoặc liên hệ người nhận bằng cách khác.

Trân trọng,

Cơ quan Thí dụ

Đây là thư tự động của hệ thống kiểm soát thư điện tử, không có người đọc thư trả lời, trừ khi thư mời trả lời. Hỗ trợ: Tổ hỗ trợ, điện thoại 0000 111 222, thư điện tử postmaster@agency.example. Mã sự kiện: T1T1T1T1T1.

----------

Your message “Báo cáo” of 22/11/2026 17:05 (Vietnam time) could not be delivered, and we will not try again. The remote server said:

- b@n.example: 550 5.1.1 no such user

Common causes: a mistyped address, a full mailbox, a mail server out of service. Please check the address or reach the recipient another way.

Sincerely,

Example Agency

This is an automatic message from the mail gateway; nobody reads replies unless it asks for one. Help: the help desk, phone 0000 111 222, postmaster@agency.example. Event code: T1T1T1T1T1.
`,
  )
})

test("mailparser reads the same", async () => {
  const read = await simpleParser(Buffer.from(report(failure(), OFFICE, STAMP)))
  assert.equal(read.from?.text, '"Cơ quan Thí dụ" <postmaster@agency.example>')
  assert.equal(read.inReplyTo, "<1@agency.example>")
  assert.match(read.text ?? "", /không gửi được/)
  assert.match(read.text ?? "", /Final-Recipient: rfc822; b@n\.example/)
})

describe("the status of", () => {
  for (const [what, change, expected] of [
    [
      "a delay tells until when",
      { kind: "delay", retryUntil: AT + 3_600_000 },
      { Action: "delayed", "Will-Retry-Until": "Sun, 22 Nov 2026 18:05:00 +0700" },
    ],
    ["relayed mail", { kind: "relayed" }, { Action: "relayed" }],
    ["delivered mail", { kind: "delivered" }, { Action: "delivered" }],
  ] as const) {
    test(what, () => {
      const block = python(failure(change)).parts[1]?.blocks[1]
      for (const [name, value] of Object.entries(expected)) assert.equal(block?.[name], value)
    })
  }

  test("an address beyond ASCII is written in ASCII", () => {
    const [one] = failure().recipients
    assert.ok(one)
    const recipients = [{ ...one, recipient: { address: address("thư+1@n.example"), notify: null, orcpt: null } }]
    const block = python(failure({ recipients })).parts[1]?.blocks[1]
    assert.equal(block?.["Final-Recipient"], "utf-8; th\\x{1B0}\\x{2B}1@n.example")
  })
})

describe("what is returned", () => {
  const message = `${HEADERS}\r\nXin chao\r\n`
  const rows = [
    ["of a plain message: all", message, "message/rfc822", "Xin chao"],
    ["of an 8-bit message: its headers", `${HEADERS}\r\nXin chào\r\n`, "text/rfc822-headers", null],
    ["of one with a line too long: its headers", `${HEADERS}\r\n${"x".repeat(999)}\r\n`, "text/rfc822-headers", null],
    ["of one with 8-bit headers: the headers, encoded", `Subject: thư\r\n${message}`, "text/rfc822-headers", "thư"],
  ] as const
  const made = rows.map(([, octets]) =>
    report(failure({ returned: { part: "message", octets: Buffer.from(octets) } }), OFFICE, STAMP),
  )
  const reads = pythonAll(made)
  for (const [number, [what, , type, has]] of rows.entries()) {
    test(what, () => {
      const last = reads[number]?.parts.at(-1)
      assert.equal(last?.type, type)
      const text = `${last?.text ?? ""}${Buffer.from(made[number] ?? []).toString()}`
      assert.equal(has === null || text.includes(has), true)
      if (has === null) assert.doesNotMatch(text, /chào|xxx/)
    })
  }
})

const HOSTILE =
  "x\r\nBcc: victim@n.example\r\n\r\n--=_R0R0R0R0R0.T1T1T1T1T1\r\nContent-Type: text/html\r\n\r\n\u202e<b>"

describe("nothing gets into a report through", () => {
  const [one] = failure().recipients
  assert.ok(one)
  const changes: readonly (readonly [string, Change])[] = [
    ["the subject", { summary: { subject: HOSTILE } }],
    ["the Message-ID", { summary: { messageId: HOSTILE } }],
    ["the envelope id", { envelope: { envid: "x+0D+0ABcc:+20victim@n.example+0D+0A+0D+0A" } }],
    [
      "the original recipient",
      { recipients: [{ ...one, recipient: { ...one.recipient, orcpt: "rfc822;x+0D+0ABcc:+20y" } }] },
    ],
    [
      "a recipient",
      {
        recipients: [
          { ...one, recipient: { ...one.recipient, address: { local: "x", domain: "n.example", text: HOSTILE } } },
        ],
      },
    ],
    ["the next hop's reply", { recipients: [{ ...one, reply: HOSTILE }] }],
    ["the next hop's name", { recipients: [{ ...one, nextHop: HOSTILE }] }],
    ["the sender", { to: { local: "x", domain: "n.example", text: HOSTILE } }],
  ]
  const made = changes.map(([, change]) => report(failure(change), OFFICE, STAMP))
  const reads = pythonAll(made)
  for (const [number, [what]] of changes.entries()) {
    test(what, () => {
      const read = reads[number]
      assert.ok(read)
      assert.deepEqual(
        read.parts.map(({ type }) => type),
        ["multipart/alternative", "message/delivery-status", "text/rfc822-headers"],
      )
      assert.equal(read.parts[1]?.blocks.filter((block) => Object.keys(block).length > 0).length, 2)
      assert.ok(![read.headers, ...(read.parts[1]?.blocks ?? [])].some((block) => "Bcc" in block))
      const lines = Buffer.from(made[number] ?? [])
        .toString("latin1")
        .split("\r\n")
      assert.ok(lines.every((line) => line.length <= 998 && /^[\t\x20-\x7e]*$/.test(line)))
    })
  }
})

test("in custody it is a new message from nobody to the sender", async () => {
  const spooled: Uint8Array[] = []
  const spool = (octets: Uint8Array) => {
    spooled.push(octets)
    const at = { kind: "memory" as const, bytes: octets }
    return Promise.resolve({ size: octets.length, sha256: "", eightBit: false, key: new Uint8Array(32), at })
  }
  const made = await acceptReport(failure(), { office: OFFICE, now: AT, spool })
  assert.match(made.transaction.id, /^[0-9A-HJKMNP-TV-Z]{10,}$/)
  assert.equal(made.transaction.envelope.from, null)
  assert.equal(made.bounceable, false)
  assert.deepEqual(
    made.copies.map(({ recipient, expiresAt }) => [recipient.address.text, expiresAt]),
    [["a@agency.example", AT + OFFICE.settings.deliver.expire]],
  )
  assert.equal(spooled.length, 1)
  assert.equal(made.summary.messageId, `<${made.transaction.id}@mx.agency.example>`)
})
