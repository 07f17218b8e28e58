/** Held mail: who is told that it waits, and what became of it; over real sockets, with the operator's own commands. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { simpleParser } from "mailparser"
import { sendMail } from "../support/client.ts"
import { type Gateway, startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { readReport } from "../support/report.ts"
import { openSink, pathOf, type Received, type Sink } from "../support/sink.ts"

const AN = "an@tuyenquang.gov.vn"
const CHI = "chi@tuyenquang.gov.vn"
const BINH = "binh@hagiang.gov.vn"
const APPROVER = "postmaster@tuyenquang.gov.vn"
const STRANGER = "x@example.org"

const POLICY = `
units: [{ id: tinh, name: { vi: Tỉnh, en: Province }, domains: [tuyenquang.gov.vn] }]
rules:
  - { id: malware, when: { finding: malware }, then: refuse, notice: malware, title: { vi: Mã độc, en: Malware } }
  - { id: encrypted, when: { finding: encrypted }, then: hold, title: { vi: Tệp khóa, en: Locked file } }
  - { id: unscannable, when: { finding: unscannable }, then: flag, title: { vi: Chưa quét, en: Not scanned } }
  - id: review
    when: { subject: "*duyet*" }
    then: hold
    basis: 1622/UBND-THCB
    title: { vi: Thư cần người duyệt, en: Mail that a person must see }
`
const LETTER = { from: AN, to: BINH, subject: "Xin duyệt báo cáo" }

interface House {
  readonly sink: Sink
  readonly gateway: Gateway
}

async function withHouse(settings: Readonly<Record<string, unknown>>, run: (house: House) => Promise<void>) {
  await using sink = await openSink()
  await using gateway = await startGateway({ to: sink.url, policy: POLICY, settings })
  await run({ sink, gateway })
}

/** Takes a message that is held, and returns its code. */
async function hold(
  { gateway }: House,
  port: number,
  from: string,
  to: readonly string[],
  header: readonly string[] = [],
) {
  const { reply } = await sendMail(port, { from, to, message: mail({ ...LETTER, from, header }) })
  assert.match(reply, /^250 /)
  await gateway.waitFor("held")
  return /\[([0-9A-Z]+)\]/.exec(reply)?.[1] ?? ""
}

/** `approver → postmaster@…`, by the kind of mail that its subject tells. */
async function told(received: readonly Received[]): Promise<readonly string[]> {
  const lines = received.map(async ({ mail: from, rcpt, bytes }) => {
    const { subject } = await simpleParser(bytes)
    const kind = pathOf(from) === "" ? (/^\[[^\]]+\]/.exec(subject ?? "")?.[0] ?? "notice") : "mail"
    return `${kind} → ${rcpt.map(pathOf).join(" ")}`
  })
  return (await Promise.all(lines)).toSorted()
}

function noticeTo(received: readonly Received[], person: string, kind: string): Promise<string> {
  const all = received.filter(({ mail: from, rcpt }) => pathOf(from) === "" && rcpt.map(pathOf).includes(person))
  return Promise.all(all.map(({ bytes }) => simpleParser(bytes))).then(
    (read) => read.find(({ subject }) => subject?.startsWith(kind) === true)?.text ?? "",
  )
}

describe("mail of our own people that a rule holds", { concurrency: 2 }, () => {
  test("is told to its sender and the approver; released, it goes out and both ends know", () =>
    withHouse({}, async (house) => {
      const { sink, gateway } = house
      const code = await hold(house, gateway.submission, AN, [BINH])
      await sink.waitFor(2)
      assert.deepEqual(await told(sink.received), [`[Chờ duyệt] → ${AN}`, `[Cần duyệt] → ${APPROVER}`])
      const text = await noticeTo(sink.received, AN, "[Chờ duyệt]")
      assert.match(text, /“Xin duyệt báo cáo” gửi binh@hagiang\.gov\.vn/)
      assert.match(text, /Lý do: Thư cần người duyệt/)
      assert.match(text, /Căn cứ: Công văn số 1622\/UBND-THCB/)
      assert.match(text, /Legal basis: Official letter 1622\/UBND-THCB/)
      assert.ok(!text.includes("nội dung ở đây"), "the message itself is not quoted")

      const { code: status } = await gateway.command("held", "release", code, "--reason", "đúng quy định")
      assert.equal(status, 0)
      await sink.waitFor(4)
      assert.deepEqual((await told(sink.received)).slice(2), [`[Đã duyệt] → ${AN}`, `mail → ${BINH}`].toSorted())
      assert.match(await noticeTo(sink.received, AN, "[Đã duyệt]"), /Ý kiến: đúng quy định/)
      assert.equal((await gateway.command("held", "release", code)).code, 1, "only once")
    }))

  test("denied, its sender gets a report with the reason", () =>
    withHouse({}, async (house) => {
      const { sink, gateway } = house
      const code = await hold(house, gateway.submission, AN, [BINH, "chi@hagiang.gov.vn"])
      await gateway.command("held", "deny", code, "--recipient", BINH, "--reason", "sai người nhận")
      await sink.waitFor(3)
      const report = await readReport(sink.received[2]?.bytes ?? Buffer.alloc(0))
      assert.deepEqual(report.defects, [])
      assert.deepEqual(report.recipients, [{ "final-recipient": `rfc822; ${BINH}`, action: "failed", status: "5.7.1" }])
      assert.match(report.text, /không được phê duyệt[^]*sai người nhận[^]*not approved[^]*sai người nhận/)
      const { stdout } = await gateway.command("held", "list")
      assert.match(stdout, /chi@hagiang\.gov\.vn.*review/)
      assert.doesNotMatch(stdout, /binh@/)
    }))

  test("a program that wrote it is not answered", () =>
    withHouse({}, async (house) => {
      await hold(house, house.gateway.submission, AN, [BINH], ["Auto-Submitted: auto-generated"])
      await house.gateway.waitFor("delivered")
      assert.deepEqual(await told(house.sink.received), [`[Cần duyệt] → ${APPROVER}`])
    }))

  test("seven in a row are five notices, and the rest is counted", () =>
    withHouse({}, async ({ sink, gateway }) => {
      for (let sent = 0; sent < 7; sent++) {
        await sendMail(gateway.submission, { from: AN, to: [BINH], message: mail(LETTER) })
      }
      await gateway.waitFor("noticed", 14)
      await sink.waitFor(10)
      const lines = await told(sink.received)
      assert.deepEqual(
        [AN, APPROVER].map((person) => lines.filter((line) => line.endsWith(person)).length),
        [5, 5],
      )
      const counted = gateway.events("noticed").filter(({ detail }) => detail?.["counted"] === true)
      assert.deepEqual(counted.map(({ recipient }) => recipient ?? "").toSorted(), [AN, AN, APPROVER, APPROVER])
    }))
})

describe("mail of a stranger that a rule holds", { concurrency: 2 }, () => {
  test("is told to its recipient and the approver, never to the stranger", () =>
    withHouse({}, async (house) => {
      const { sink, gateway } = house
      const code = await hold(house, gateway.inbound, STRANGER, [AN])
      await sink.waitFor(2)
      assert.deepEqual(await told(sink.received), [`[Chờ duyệt] → ${AN}`, `[Cần duyệt] → ${APPROVER}`])
      await gateway.command("held", "deny", code)
      await sink.waitFor(3)
      const lines = await told(sink.received)
      assert.ok(lines.includes(`[Không duyệt] → ${AN}`))
      assert.ok(!lines.some((line) => line.includes(STRANGER)))
      assert.doesNotMatch(await noticeTo(sink.received, AN, "[Không duyệt]"), /Ý kiến/, "no reason, no empty line")
    }))
})

test("what nobody decides is given up, and its sender hears of it; of a stranger's mail the recipient", () =>
  withHouse({ hold: { keep: "1s" } }, async (house) => {
    const { sink, gateway } = house
    await hold(house, gateway.submission, AN, [BINH])
    await hold(house, gateway.inbound, STRANGER, [CHI])
    await gateway.waitFor("expired", 2)
    await sink.waitFor(6)
    const lines = await told(sink.received)
    assert.deepEqual(
      lines.filter((line) => line.startsWith("[Quá hạn]")),
      [`[Quá hạn] → ${AN}`, `[Quá hạn] → ${CHI}`],
    )
    assert.ok(!lines.some((line) => line.includes(STRANGER)))
    const report = sink.received.find(({ bytes }) => bytes.includes("multipart/report"))
    const { recipients } = await readReport(report?.bytes ?? Buffer.alloc(0))
    assert.deepEqual(recipients, [{ "final-recipient": `rfc822; ${BINH}`, action: "failed", status: "5.4.7" }])
  }))
