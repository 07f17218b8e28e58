/** Story: an approver answers the notice that mail waits, from his own mailbox; forged, automatic, late and unclear answers decide nothing. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { simpleParser } from "mailparser"
import { sendMail } from "../support/client.ts"
import { dns } from "../support/dns.ts"
import { type Gateway, startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { readReport } from "../support/report.ts"
import { openSink, pathOf, type Sink } from "../support/sink.ts"
import { letterTo, linkIn, noticeTo, peopleOf, post } from "./people.ts"

const AN = "an@tuyenquang.gov.vn"
const CLERK = "vanthu@tuyenquang.gov.vn"
const DEPUTY = "phovanphong@tuyenquang.gov.vn"
const CITIZEN = "congdan@gmail.com"

const POLICY = `
units: [{ id: tinh, name: { vi: Tỉnh, en: Province }, domains: [tuyenquang.gov.vn] }]
rules:
  - { id: malware, when: { finding: malware }, then: refuse, notice: malware, title: { vi: Mã độc, en: Malware } }
  - { id: encrypted, when: { finding: encrypted }, then: hold, title: { vi: Tệp khóa, en: Locked file } }
  - { id: unscannable, when: { finding: unscannable }, then: flag, title: { vi: Chưa quét, en: Not scanned } }
  - { id: twice, when: { subject: "*hai nguoi*" }, then: hold, approvals: 2, title: { vi: Hai người duyệt, en: Two persons } }
  - { id: review, when: { subject: "*duyet*" }, then: hold, title: { vi: Thư cần người duyệt, en: Mail that a person must see } }
  - id: webmail
    when: { all: [{ direction: outbound }, { recipient-webmail: any }, { subject: "*cong van*" }] }
    then: reject
    notice: webmail-out
    title: { vi: Công văn gửi hộp thư miễn phí, en: Official letter to free webmail }
`

interface House {
  readonly sink: Sink
  readonly gateway: Gateway
}

async function withHouse(
  run: (house: House) => Promise<void>,
  people: readonly string[] = [CLERK],
  settings: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await using sink = await openSink()
  const more = { notice: { perHour: 100 }, ...settings }
  await using gateway = await startGateway({ to: sink.url, policy: POLICY, settings: more })
  await peopleOf(gateway, people)
  await run({ sink, gateway })
}

/** Something waits: its code, and the address in the notice to an approver. */
async function hold({ sink, gateway }: House, subject = "Xin duyệt kết quả hồ sơ", person = CLERK) {
  const { reply } = await sendMail(gateway.submission, {
    from: AN,
    to: [CITIZEN],
    message: mail({ from: AN, subject }),
  })
  const code = /^250 2\.0\.0 \[(\w+)\]/.exec(reply)?.[1] ?? reply
  for (let tries = 0; tries < 20; tries++) {
    const notice = await letterTo(sink, person, "[Cần duyệt]")
    const address = notice?.replyTo?.value[0]?.address ?? ""
    if (notice?.text?.includes(code) === true) return { code, address, notice }
    await sink.waitFor(sink.received.length + 1)
  }
  throw new Error("no notice")
}

interface Answer {
  readonly from?: string
  readonly author?: string
  readonly body?: string
  readonly html?: string
  readonly header?: readonly string[]
  readonly to?: readonly string[]
}

async function answer(port: number, address: string, given: Answer = {}): Promise<string> {
  const { from = CLERK, author = from || CLERK, body = "DUYỆT\r\n", to = [], header = [], html } = given
  const message =
    html === undefined
      ? mail({ from: author, to: address, subject: "Re: [Cần duyệt]", body, header })
      : Buffer.from(
          `From: <${author}>\r\nTo: <${address}>\r\nSubject: Re\r\nMessage-ID: <html@client.example>\r\nMIME-Version: 1.0\r\n` +
            `Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n` +
            `${Buffer.from(html).toString("base64")}\r\n`,
        )
  return (await sendMail(port, { from, to: [address, ...to], message })).reply
}

function results({ gateway }: House): readonly unknown[] {
  return gateway.events("answered").map(({ detail }) => detail?.["result"])
}

function delivered({ sink }: House, person: string): number {
  return sink.received.filter(({ mail: from, rcpt }) => pathOf(from) !== "" && rcpt.map(pathOf).includes(person)).length
}

describe("an approver answers by mail", { concurrency: 2 }, () => {
  test("DUYỆT: the message goes, its sender and the approver are told, and the same answer again changes nothing", () =>
    withHouse(async (house) => {
      const { sink, gateway } = house
      const { code, address, notice } = await hold(house)
      assert.match(address, /^duyet\+[a-z2-7]{32}@mx\.tuyenquang\.gov\.vn$/)
      assert.match(notice.text ?? "", /Dòng đầu tiên ghi DUYỆT để cho gửi, hoặc TỪ CHỐI kèm lý do/)
      assert.doesNotMatch(notice.text ?? "", /nội dung ở đây/, "the message itself is not quoted")
      const said = `Duyệt: đúng quy định\r\n\r\nVào 09:12, Cổng thư đã viết:\r\n> TỪ CHỐI kèm lý do\r\n`
      assert.match(await answer(gateway.submission, address, { body: said }), /^250 /)
      await gateway.waitFor("released")
      assert.match(await noticeTo(sink, AN, "[Đã duyệt]"), /cho phép gửi[^]*Ý kiến: đúng quy định/)
      const taken = await letterTo(sink, CLERK, "[Đã ghi nhận]")
      assert.match(taken?.text ?? "", /cho gửi[^]*Ý kiến kèm theo: đúng quy định[^]*approved/)
      assert.match(String(taken?.inReplyTo), /@client\.example/, "beside what he wrote")
      assert.equal(taken?.headers.get("auto-submitted"), "auto-generated")

      const { stdout } = await gateway.command("queue", "show", code, "--json")
      const events: readonly { kind: string; by: string; detail: Record<string, unknown> }[] = JSON.parse(stdout).events
      const of = (kind: string) => events.find((one) => one.kind === kind)
      assert.deepEqual([of("answered")?.by, of("answered")?.detail["result"]], ["vanthu", "approve"])
      assert.deepEqual(
        [of("released")?.by, of("released")?.detail],
        ["vanthu", { reason: "đúng quy định", byMail: true }],
      )

      assert.match(await answer(gateway.submission, address), /^250 /)
      assert.match(await noticeTo(sink, CLERK, "[Không ghi nhận]"), /không thay đổi điều gì/)
      await gateway.waitFor("answered", 2)
      assert.deepEqual(results(house), ["approve", "late"])
      assert.equal(delivered(house, CITIZEN), 1)
      assert.equal((await gateway.command("audit", "verify")).code, 0)
    }))

  test("TỪ CHỐI: its sender gets the reason in a report; an HTML-only answer, and whoever else it was for", () =>
    withHouse(async (house) => {
      const { sink, gateway } = house
      const { address } = await hold(house)
      const html = "<div dir=ltr><p>TỪ CHỐI: sai người nhận</p></div><blockquote>DUYỆT</blockquote>"
      assert.match(await answer(gateway.submission, address, { html, to: ["chi@tuyenquang.gov.vn"] }), /^250 /)
      await gateway.waitFor("denied")
      assert.match(await noticeTo(sink, CLERK, "[Đã ghi nhận]"), /không cho gửi/)
      const text = await noticeTo(sink, AN, "[Không duyệt]")
      assert.match(text, /sai người nhận/)
      const report = sink.received.find(({ bytes }) => bytes.includes("multipart/report"))
      const { recipients } = await readReport(report?.bytes ?? Buffer.alloc(0))
      assert.deepEqual(recipients, [{ "final-recipient": `rfc822; ${CITIZEN}`, action: "failed", status: "5.7.1" }])
      await gateway.until("the colleague has it", () => delivered(house, "chi@tuyenquang.gov.vn") === 1)
      assert.equal(delivered(house, CITIZEN), 0)
      assert.doesNotMatch((await gateway.command("held", "list")).stdout, /congdan/)
    }))

  test("what he writes is not understood: he is told how, three times at most, and may answer that", () =>
    withHouse(async (house) => {
      const { sink, gateway } = house
      const { address } = await hold(house)
      assert.match(await answer(gateway.submission, address, { body: "Duyệt thế nào được?\r\n" }), /^250 /)
      const unclear = await letterTo(sink, CLERK, "[Chưa hiểu]")
      assert.equal(unclear?.replyTo?.value[0]?.address, address)
      assert.match(unclear?.text ?? "", /chưa có gì thay đổi[^]*DUYỆT – cho gửi[^]*TỪ CHỐI lý do[^]*APPROVE/)
      const told = () => sink.received.filter(({ bytes }) => bytes.includes("Reply-To: duyet+")).length
      const before = told()
      for (let sent = 0; sent < 4; sent++) {
        assert.match(await answer(gateway.submission, address, { body: "Xin chào\r\n" }), /^250 /)
      }
      await gateway.waitFor("answered", 5)
      assert.match(await answer(gateway.submission, address), /^250 /)
      await gateway.waitFor("released")
      await gateway.waitFor("answered", 6)
      assert.equal(told(), before + 2, "a robot is not answered for ever")
      assert.deepEqual(results(house), ["unclear", "unclear", "unclear", "unclear", "unclear", "approve"])
    }))
})

describe("answers that are nobody's or anybody's", { concurrency: 2 }, () => {
  test("forged, automatic, from outside, to made-up addresses: nothing is decided, and nobody is written to", () =>
    withHouse(async (house) => {
      const { sink, gateway } = house
      const { code, address } = await hold(house)
      await gateway.waitFor("delivered", 2)
      const before = sink.received.length
      const { submission, inbound } = gateway
      const rows: readonly (readonly [what: string, port: number, given: Answer, reply: RegExp, to?: string])[] = [
        ["a colleague", submission, { from: AN }, /^550 5\.7\.1 /],
        ["a colleague in the clerk's name", submission, { from: AN, author: CLERK }, /^550 5\.7\.1 /],
        ["the clerk's mailbox in another name", submission, { author: AN }, /^550 5\.7\.1 /],
        ["a stranger in the clerk's name", inbound, {}, /^550 5\.1\.1 /],
        ["a stranger", inbound, { from: "x@example.org" }, /^550 5\.1\.1 /],
        ["a bounce", submission, { from: "" }, /^250 /],
        ["a vacation mail", submission, { header: ["Auto-Submitted: auto-replied"] }, /^250 /],
        ["an older vacation mail", submission, { header: ["X-Autoreply: yes"] }, /^250 /],
        ["a list", submission, { header: ["List-Id: <x.example.org>"] }, /^250 /],
        ["a made-up address", submission, {}, /^550 5\.1\.1 /, `duyet+${"a".repeat(32)}@mx.tuyenquang.gov.vn`],
      ]
      for (const [what, port, given, reply, to = address] of rows) {
        assert.match(await answer(port, to, given), reply, what)
      }
      await gateway.waitFor("answered", 7)
      assert.deepEqual(results(house), [
        "unproven",
        "unproven",
        "unproven",
        "automatic",
        "automatic",
        "automatic",
        "automatic",
      ])
      assert.equal(sink.received.length, before, "no mail to anybody")
      assert.equal(gateway.events("released").length + gateway.events("denied").length, 0)
      assert.match((await gateway.command("held", "list")).stdout, new RegExp(code))
    }))

  test("what nobody decided in time is over: an answer after that is told so", () =>
    withHouse(
      async (house) => {
        const { sink, gateway } = house
        const { address } = await hold(house)
        await gateway.waitFor("expired")
        assert.match(await answer(gateway.submission, address), /^250 /)
        assert.match(await noticeTo(sink, CLERK, "[Không ghi nhận]"), /đã quá hạn/)
        assert.equal(delivered(house, CITIZEN), 0)
      },
      [CLERK],
      { hold: { keep: "1s" } },
    ))
})

test("two persons: each answers for himself, and only both together let it go; nobody answers for his own mail", () =>
  withHouse(
    async (house) => {
      const { sink, gateway } = house
      const { address, code } = await hold(house, "Xin hai người duyệt")
      const other = (await letterTo(sink, DEPUTY, "[Cần duyệt]"))?.replyTo?.value[0]?.address ?? ""
      assert.notEqual(other, address, "each has an address of his own")
      assert.match(await answer(gateway.submission, other), /^550 /, "one cannot answer by the other's")
      assert.match(await answer(gateway.submission, address), /^250 /)
      assert.match(await noticeTo(sink, CLERK, "[Đã ghi nhận]"), /chờ người thứ hai/)
      assert.match(await answer(gateway.submission, address), /^250 /)
      assert.match(await noticeTo(sink, CLERK, "[Không ghi nhận]"), new RegExp(code))
      assert.equal(gateway.events("released").length, 0)
      assert.match(await answer(gateway.submission, other, { from: DEPUTY }), /^250 /)
      await gateway.waitFor("released")

      await sendMail(gateway.submission, {
        from: CLERK,
        to: [CITIZEN],
        message: mail({ from: CLERK, subject: "Xin duyệt thư của tôi" }),
      })
      await gateway.waitFor("held", 2)
      await gateway.until("both are asked", (log) => log.filter(({ msg }) => msg === "noticed").length >= 8)
      const own = await letterTo(sink, CLERK, "[Cần duyệt]")
      assert.match(await answer(gateway.submission, own?.replyTo?.value[0]?.address ?? ""), /^250 /)
      await gateway.until("he is told", () => results(house).filter((one) => one === "late").length === 2)
      assert.equal(gateway.events("released").length, 1)
    },
    [CLERK, DEPUTY],
  ))

test("an approver on the way answers through a server outside, whose domain DMARC proves; another's mail does not pass", async () => {
  const server = await dns({
    "TXT tuyenquang.gov.vn": ["v=spf1 ip4:127.0.0.1 -all"],
    "TXT _dmarc.tuyenquang.gov.vn": ["v=DMARC1; p=reject"],
    "TXT example.org": ["v=spf1 ip4:127.0.0.1 -all"],
    "TXT _dmarc.example.org": ["v=DMARC1; p=reject"],
  })
  try {
    const authentication = { check: true, resolver: server.resolver, timeout: "5s" }
    await withHouse(
      async (house) => {
        const { gateway } = house
        const { address } = await hold(house)
        assert.match(await answer(gateway.inbound, address, { from: "x@example.org" }), /^550 5\.7\.1 /)
        assert.match(await answer(gateway.inbound, address, { from: "x@example.org", author: CLERK }), /^550 5\.7\.1 /)
        assert.match(await answer(gateway.inbound, address), /^250 /)
        await gateway.waitFor("released")
        await gateway.waitFor("answered", 3)
        assert.deepEqual(results(house), ["unproven", "unproven", "approve"])
      },
      [CLERK],
      { hold: { byMail: "authenticated" }, authentication },
    )
  } finally {
    await server.close()
  }
})

test("what was refused with a 550 and is asked for by its sender is granted by mail, and may be sent again once", () =>
  withHouse(async (house) => {
    const { sink, gateway } = house
    const letter = () =>
      sendMail(gateway.submission, { from: AN, to: [CITIZEN], message: mail({ from: AN, subject: "Công văn 215" }) })
    const event = /\/e\/([0-9A-Z]+)/.exec((await letter()).reply)?.[1] ?? ""
    await post(`${gateway.console}/e/${event}/ask`, { mailbox: AN })
    const { url, code } = linkIn(await noticeTo(sink, AN, "[Đề nghị cho gửi]"))
    const why = { action: "ask", category: "citizen", reason: "Trả kết quả hồ sơ" }
    assert.equal(await post(url, { ...why, code }), 200)
    const asked = await letterTo(sink, CLERK, "[Giải trình]")
    assert.match(asked?.text ?? "", /Người gửi giải trình: Trả kết quả hồ sơ/)
    const address = asked?.replyTo?.value[0]?.address ?? ""
    assert.match(await answer(gateway.submission, address, { from: AN }), /^550 /, "not by who asks")
    assert.match(await answer(gateway.submission, address, { body: "Approve\r\n" }), /^250 /)
    assert.match(await noticeTo(sink, AN, "[Được gửi lại]"), /chấp thuận/)
    const taken = await Promise.all(sink.received.map(({ bytes }) => simpleParser(bytes)))
    assert.ok(taken.some(({ subject }) => subject?.startsWith("[Đã ghi nhận]") === true))
    assert.match(await answer(gateway.submission, address), /^250 /)
    assert.match(await noticeTo(sink, CLERK, "[Không ghi nhận]"), /đã được quyết định/)
    assert.match((await letter()).reply, /^250 /)
    assert.match((await letter()).reply, /^550 /, "once")
  }))
