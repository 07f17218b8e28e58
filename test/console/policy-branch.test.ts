/** Who administers one department turns its share of the policy in a real browser: what is above is read, what is its own is changed. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { NO_BROWSER } from "../support/browser.ts"
import { sendMail } from "../support/client.ts"
import { mail } from "../support/mail.ts"
import { openSink } from "../support/sink.ts"
import { openHouse } from "./house.ts"

const FROM = "lan@so.tuyenquang.gov.vn"
const TO = "khach@doanh-nghiep.example"
const POLICY = `
units:
  - { id: tinh, name: { vi: Ủy ban tỉnh, en: Province }, domains: [tuyenquang.gov.vn] }
  - { id: so, parent: tinh, name: { vi: Sở Y tế, en: Health Department }, domains: [so.tuyenquang.gov.vn] }
  - { id: xa, parent: tinh, name: { vi: Xã Một, en: Commune One }, domains: [xa.tuyenquang.gov.vn] }
rules:
  - { id: malware, when: { finding: malware }, then: refuse, notice: malware, title: { vi: Mã độc, en: Malware } }
  - { id: encrypted, when: { finding: encrypted }, then: hold, title: { vi: Tệp khóa, en: Locked file } }
  - { id: unscannable, when: { finding: unscannable }, then: flag, title: { vi: Chưa quét, en: Not scanned } }
  - { id: cua-xa, owner: xa, when: { subject: "*xa*" }, then: flag, title: { vi: Luật của xã, en: A rule of the commune } }
`

test("a department's operator adds a rule of its own, and it comes into force", { skip: NO_BROWSER }, async () => {
  await using sink = await openSink()
  await using house = await openHouse({ to: sink.url, policy: POLICY })
  const { gateway } = house
  const operator = await house.person({ name: "lan", title: "Trần Thị Lan", role: "operator", unit: "so" })
  const { page, accessible, picture, faults } = await house.window(operator)
  await page.goto(gateway.console)
  await page.getByRole("link", { name: "Chính sách" }).click()
  await page.getByText("Chưa có bản nháp.", { exact: false }).waitFor()
  await page.getByRole("button", { name: "Tệp và cấu trúc thư" }).click()
  await page.mouse.move(0, 0)
  assert.equal(await page.getByText("Luật của xã").count(), 0, "a neighbour's is not there")
  assert.equal(await page.getByRole("button", { name: /^Sửa: Mã độc/ }).count(), 0, "what is above is read only")
  assert.equal(await page.getByRole("tab", { name: "Danh sách" }).count(), 0)
  await accessible()
  await picture("policy-branch")

  await page.getByRole("button", { name: "Thêm luật" }).click()
  const form = page.getByRole("dialog")
  await form.getByLabel("Mã (chữ thường").fill("so-cho-duyet")
  await form.getByLabel("Tên tiếng Việt").fill("Thư ra ngoài của sở cần người duyệt")
  await form.getByLabel("Tên tiếng Anh").fill("Mail of the department waits for approval")
  assert.equal(await form.getByLabel("Đơn vị chủ quản").inputValue(), "so")
  await form.getByRole("button", { name: "Bỏ điều kiện" }).last().click()
  await form.getByLabel("Giữ trong").fill("14d")
  await form.getByText("giữ 14 ngày", { exact: false }).waitFor()
  await form.getByRole("button", { name: "Lưu vào bản nháp" }).click()
  await page.getByText("Đang xem bản nháp").waitFor()
  await accessible()
  await page.getByRole("tab", { name: "Rà soát, áp dụng" }).click()
  await page.getByText("Không nới lỏng: có hiệu lực ngay.").waitFor()
  await page.getByLabel("Lý do thay đổi").fill("Theo quy chế của sở")
  await page.getByRole("button", { name: "Áp dụng", exact: true }).click()
  await page.getByText("Đang áp dụng").nth(1).waitFor()
  await picture("policy-branch-published")
  assert.equal(await page.getByRole("button", { name: "Khôi phục" }).count(), 0)

  const message = mail({ from: FROM, to: TO, subject: "Mời họp", body: "Kính mời chị dự buổi gặp mặt cuối tuần." })
  await sendMail(gateway.submission, { from: FROM, to: [TO], message })
  await gateway.waitFor("held")
  assert.match(JSON.stringify(gateway.events("held")), /"rules":\["so-cho-duyet"\]/)
  // A rule that is half written is told to be faulty while it is read back.
  assert.deepEqual(
    faults.filter((fault) => !fault.includes("400")),
    [],
  )
})
