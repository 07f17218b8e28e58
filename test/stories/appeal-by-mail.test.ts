/** The whole appeal by real mail: stopped, told, justified by the link, decided by an approver, delivered; over real sockets. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { sendMail } from "../support/client.ts"
import { type Gateway, startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { openSink, pathOf, type Sink } from "../support/sink.ts"
import { enrol, linkIn, noticeTo, PASSWORD, peopleOf, post, type User } from "./people.ts"

const AN = "an@tuyenquang.gov.vn"
const CLERK = "vanthu@tuyenquang.gov.vn"
const CITIZEN = "congdan@gmail.com"

const POLICY = `
units: [{ id: tinh, name: { vi: Tỉnh, en: Province }, domains: [tuyenquang.gov.vn] }]
rules:
  - { id: malware, when: { finding: malware }, then: refuse, notice: malware, title: { vi: Mã độc, en: Malware } }
  - { id: encrypted, when: { finding: encrypted }, then: hold, title: { vi: Tệp khóa, en: Locked file } }
  - { id: unscannable, when: { finding: unscannable }, then: flag, title: { vi: Chưa quét, en: Not scanned } }
  - { id: review, when: { subject: "*duyet*" }, then: hold, title: { vi: Thư cần người duyệt, en: Mail that a person must see } }
  - id: webmail
    when: { all: [{ direction: outbound }, { recipient-webmail: any }, { subject: "*cong van*" }] }
    then: reject
    notice: webmail-out
    title: { vi: Công văn gửi hộp thư miễn phí, en: Official letter to free webmail }
`

async function approverOf(gateway: Gateway): Promise<User> {
  const [approver] = await peopleOf(gateway, [CLERK])
  assert.ok(approver)
  return approver
}

const LETTER = { from: AN, subject: "Xin duyệt kết quả hồ sơ" }
const WHY = { action: "ask", category: "citizen", reason: "Trả kết quả hồ sơ cho công dân" }

async function withHouse(run: (house: { sink: Sink; gateway: Gateway }) => Promise<void>): Promise<void> {
  await using sink = await openSink()
  await using gateway = await startGateway({ to: sink.url, policy: POLICY })
  await run({ sink, gateway })
}

test("an administrator who lost everything is let in again from the machine", () =>
  withHouse(async ({ gateway }) => {
    await approverOf(gateway)
    assert.match((await gateway.command("people", "list")).stdout, /^quantri {2}Quản trị .*operator@tinh/m)
    const { stdout, code } = await gateway.command("people", "invite", "quantri")
    assert.equal(code, 0)
    const token = stdout.trim().split("/").at(-1)
    const again = await enrol(
      gateway,
      "/api/invitation/accept",
      { token, password: `${PASSWORD} mới` },
      `${PASSWORD} mới`,
    )
    assert.equal((await again.ask("GET", "/api/people")).status, 200)
    assert.equal((await gateway.command("people", "invite", "khongco")).code, 1)
  }))

describe("mail that waits", { concurrency: 2 }, () => {
  test("is justified by its sender's link, approved by the unit's approver, delivered, and its sender told", () =>
    withHouse(async ({ sink, gateway }) => {
      const approver = await approverOf(gateway)
      const { reply } = await sendMail(gateway.submission, { from: AN, to: [CITIZEN], message: mail(LETTER) })
      const event = /\[([0-9A-Z]+)\]/.exec(reply)?.[1] ?? ""
      await sink.waitFor(2)
      assert.match(
        await noticeTo(sink, CLERK, "[Cần duyệt]"),
        /held\/[0-9A-Z]+/,
        "the unit's approver, not the postmaster",
      )
      const { url, code } = linkIn(await noticeTo(sink, AN, "[Chờ duyệt]"))

      // Mail scanners open every link: nothing happens.
      for (let opened = 0; opened < 3; opened++) {
        const page = await fetch(url)
        assert.equal(page.status, 200)
        assert.match(page.headers.get("content-security-policy") ?? "", /form-action 'self'; frame-ancestors 'none'/)
        const text = await page.text()
        assert.match(text, /Thư cần người duyệt/)
        assert.doesNotMatch(text, /<script|Xin duyệt kết quả/, "no script, and nothing of the message")
      }
      assert.equal(gateway.events("requested").length, 0)
      assert.equal(await post(`${gateway.console}/r/${"A".repeat(43)}`, { ...WHY, code }), 410, "made up")
      assert.equal(
        await post(url, { ...WHY, code: code === "000000" ? "111111" : "000000" }),
        403,
        "stolen without the mail",
      )
      assert.equal(await post(url, { ...WHY, code, reason: "" }), 400, "without a reason")
      assert.equal(await post(url, { ...WHY, code }), 200)
      assert.equal(await post(url, { ...WHY, code }), 410, "used")

      await sink.waitFor(3)
      assert.match(await noticeTo(sink, CLERK, "[Giải trình]"), /an@tuyenquang\.gov\.vn đã giải trình/)
      const { text } = await approver.ask("GET", "/api/held")
      const [waiting] = JSON.parse(text).cases
      assert.equal(waiting.transaction, event)
      assert.deepEqual([waiting.appeal.state, waiting.appeal.reason], ["requested", WHY.reason])
      const reason = "đúng quy định"
      const decision = { decision: "release", reason, cases: [{ code: event }] }
      const decided = await approver.ask("POST", "/api/held/decide", decision)
      assert.equal(JSON.parse(decided.text)[0]?.released, 1)
      assert.equal((await approver.ask("POST", "/api/held/decide", decision)).status, 404, "once")

      await sink.waitFor(5)
      const delivered = sink.received.filter(({ rcpt }) => rcpt.map(pathOf).includes(CITIZEN))
      assert.equal(delivered.length, 1)
      assert.match(await noticeTo(sink, AN, "[Đã duyệt]"), /đã được [^]*cho phép gửi[^]*Ý kiến: đúng quy định/)
      const { text: way } = await approver.ask("GET", `/api/messages/${event}`)
      const kinds = new Set(JSON.parse(way).events.map(({ kind }: { kind: string }) => kind))
      for (const kind of ["held", "requested", "released", "delivered"]) assert.ok(kinds.has(kind), kind)
    }))

  test("is taken back by its sender: it never goes, and five wrong codes kill a link", () =>
    withHouse(async ({ sink, gateway }) => {
      for (let sent = 0; sent < 2; sent++) {
        await sendMail(gateway.submission, { from: AN, to: [CITIZEN], message: mail(LETTER) })
        await sink.waitFor(2 * sent + 2)
        const { url, code } = linkIn(await noticeTo(sink, AN, "[Chờ duyệt]"))
        const back = { action: "withdraw", category: "other", code }
        if (sent === 0) {
          assert.equal(await post(url, back), 200)
          continue
        }
        const wrong = code === "000000" ? "111111" : "000000"
        for (let tries = 0; tries < 5; tries++) assert.equal(await post(url, { ...back, code: wrong }), 403)
        assert.equal(await post(url, back), 410)
      }
      await gateway.waitFor("discarded")
      const { stdout } = await gateway.command("held", "list")
      assert.equal(stdout.trim().split("\n").length, 1)
    }))
})

test("mail that was refused in the session may be resent once, when an approver agrees", () =>
  withHouse(async ({ sink, gateway }) => {
    const approver = await approverOf(gateway)
    const letter = (subject: string, date: string, body = "Kết quả hồ sơ của Ông/Bà.\r\n") =>
      sendMail(gateway.submission, {
        from: AN,
        to: [CITIZEN],
        message: mail({
          from: AN,
          subject,
          body,
          header: [`Date: ${date}`, `Message-ID: <${date.length}${subject.length}@x>`],
        }),
      })
    const MONDAY = "Mon, 23 Nov 2026 09:00:00 +0700"
    const TUESDAY = "Tue, 24 Nov 2026 10:30:00 +0700"
    const { reply } = await letter("Công văn 215", MONDAY)
    assert.match(reply, /^550 5\.7\.1 /)
    const event = /\/e\/([0-9A-Z]+)/.exec(reply)?.[1] ?? ""
    const help = await (await fetch(`${gateway.console}/e/${event}`)).text()
    assert.match(help, /Lý do chung: <strong>nội dung công vụ gửi tới hộp thư miễn phí/)
    assert.doesNotMatch(help, /an@tuyenquang|congdan@/)

    const form = `${gateway.console}/e/${event}/ask`
    assert.equal(await post(form, { mailbox: "binh@tuyenquang.gov.vn" }), 200, "the answer tells nothing")
    assert.equal(await post(form, { mailbox: AN }), 200)
    await sink.waitFor(1)
    const { url, code } = linkIn(await noticeTo(sink, AN, "[Đề nghị cho gửi]"))
    assert.equal(await post(url, { ...WHY, code }), 200)
    await sink.waitFor(2)
    assert.deepEqual(
      sink.received.flatMap(({ rcpt }) => rcpt.map(pathOf)).toSorted(),
      [AN, CLERK],
      "nobody else was written to",
    )

    const [asked] = JSON.parse((await approver.ask("GET", "/api/appeals")).text)
    assert.deepEqual([asked.mailbox, asked.reason, asked.recipients], [AN, WHY.reason, [CITIZEN]])
    const granted = { mailbox: AN, decision: "approve", reason: "trả kết quả" }
    assert.equal((await approver.ask("POST", `/api/appeals/${event}/decide`, granted)).status, 200)
    assert.equal((await approver.ask("POST", `/api/appeals/${event}/decide`, granted)).status, 404, "decided once")
    await sink.waitFor(3)
    assert.match(await noticeTo(sink, AN, "[Được gửi lại]"), /chấp thuận[^]*Chỉ được gửi lại một lần/)

    assert.match((await letter("Công văn 216", TUESDAY)).reply, /^550 /, "another letter is another matter")
    assert.match((await letter("Công văn 215", TUESDAY, "Nội dung khác.\r\n")).reply, /^550 /, "so are other words")
    assert.match((await letter("Công văn 215", TUESDAY)).reply, /^250 /)
    await gateway.waitFor("delivered", 4)
    assert.match((await letter("Công văn 215", TUESDAY)).reply, /^550 /, "once")
    assert.equal(gateway.events("exception-ended").length, 1)
  }))
