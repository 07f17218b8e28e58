/** Story: somebody changes the words of a notice; the next message that is held is told in them, and the shipped ones come back. */
import assert from "node:assert/strict"
import { dirname, join } from "node:path"
import { test } from "node:test"
import { setTimeout } from "node:timers/promises"
import { simpleParser } from "mailparser"
import { openStore } from "../../src/store/open.ts"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { openSink, pathOf } from "../support/sink.ts"

const FROM = "an@tuyenquang.gov.vn"
const POLICY = `
units: [{ id: tinh, name: { vi: Tỉnh, en: Province }, domains: [tuyenquang.gov.vn] }]
rules:
  - { id: malware, when: { finding: malware }, then: refuse, notice: malware, title: { vi: Mã độc, en: Malware } }
  - { id: encrypted, when: { finding: encrypted }, then: hold, title: { vi: Tệp khóa, en: Locked file } }
  - { id: unscannable, when: { finding: unscannable }, then: flag, title: { vi: Chưa quét, en: Not scanned } }
  - { id: duyet, when: { subject: "*duyet*" }, then: hold, title: { vi: Cần duyệt, en: Review } }
`
const NEXT = {
  subject: { vi: "Thư của bạn đang chờ Văn phòng", en: "Your mail waits for the office" },
  text: { vi: "Mã {{ma_su_kien}}.", en: "Code {{ma_su_kien}}." },
  smtp: null,
}

test("the words of a notice are changed and restored while mail flows", async () => {
  await using sink = await openSink()
  await using gateway = await startGateway({ to: sink.url, policy: POLICY, settings: { notice: { perHour: 1_000 } } })
  const store = await openStore(join(dirname(gateway.config), "data"), { mode: "command" })
  const subjects = async (): Promise<readonly string[]> => {
    const notices = sink.received.filter(
      ({ mail: from, rcpt }) => pathOf(from) === "" && rcpt.some((to) => to.includes(FROM)),
    )
    return Promise.all(notices.map(async ({ bytes }) => (await simpleParser(bytes)).subject ?? ""))
  }
  const send = () =>
    sendMail(gateway.submission, { from: FROM, to: ["b@hagiang.gov.vn"], message: mail({ subject: "Xin duyệt" }) })
  const until = async (wanted: RegExp): Promise<void> => {
    for (let tries = 0; tries < 40; tries += 1) {
      await send()
      if ((await subjects()).some((subject) => wanted.test(subject))) return
      await setTimeout(500)
    }
    assert.fail(`never told: ${(await subjects()).join()}`)
  }
  try {
    await until(/Chờ duyệt/)
    const made = { by: "an", reason: "rõ hơn", at: Date.now() }
    await store.records.changeNotice({ ...made, name: "held", template: NEXT })
    await until(/^Thư của bạn đang chờ Văn phòng \/ Your mail waits/)
    await store.records.changeNotice({ ...made, name: "held", template: null })
    const before = (await subjects()).filter((subject) => subject.includes("Chờ duyệt")).length
    for (let tries = 0; tries < 40; tries += 1) {
      await send()
      await setTimeout(500)
      if ((await subjects()).filter((subject) => subject.includes("Chờ duyệt")).length > before) return
    }
    assert.fail("the shipped words did not come back")
  } finally {
    await store.records.close()
  }
})
