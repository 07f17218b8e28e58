/** The policy turned in a real browser: tightened by one person, loosened by two, each step tried before it counts. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { sendMail } from "../support/client.ts"
import { mail } from "../support/mail.ts"
import { openSink } from "../support/sink.ts"
import { NO_BROWSER } from "../support/browser.ts"
import { openHouse, PHONE } from "./house.ts"

const FROM = "an@tuyenquang.gov.vn"
const TO = "lan@doanh-nghiep.example"

describe("the policy in a browser", { skip: NO_BROWSER }, () => {
  test("a rule is tightened alone and loosened by two, each time tried before it counts", async () => {
    await using sink = await openSink()
    await using house = await openHouse({ to: sink.url })
    const { gateway } = house
    const message = mail({ from: FROM, to: TO, subject: "Mời họp", body: "Kính mời chị dự buổi gặp mặt cuối tuần." })
    const send = async () => (await sendMail(gateway.submission, { from: FROM, to: [TO], message })).reply
    assert.match(await send(), /^250 /)
    await sink.waitFor(1)

    const { page, accessible, picture, faults } = await house.window(house.admin)
    await page.goto(gateway.console)
    const tab = (name: string) => page.getByRole("tab", { name }).click()
    await page.getByRole("link", { name: "Chính sách" }).click()
    await page.getByText("Chưa có bản nháp.", { exact: false }).waitFor()
    await accessible()
    await picture("policy-rules")

    // Draft: a new rule, read back as a sentence while it is written.
    await page.getByRole("button", { name: "Thêm luật" }).click()
    const form = page.getByRole("dialog")
    await form.getByLabel("Mã (chữ thường").fill("chan-doi-tac")
    await form.getByLabel("Tên tiếng Việt").fill("Tạm dừng gửi đối tác")
    await form.getByLabel("Tên tiếng Anh").fill("No mail to the partner for now")
    await form.getByLabel("Kết quả").selectOption("reject")
    await form.getByRole("button", { name: "Bỏ điều kiện" }).last().click()
    await form.getByLabel("Thêm điều kiện").first().selectOption("recipient-domain")
    await form.getByRole("button", { name: "Bỏ điều kiện" }).last().waitFor()
    const domain = form.getByLabel("Tên miền người nhận").first()
    await domain.press("Backspace")
    await domain.fill("doanh-nghiep.example")
    await domain.press("Enter")
    await form.getByText("Khi thư đi và người nhận là doanh-nghiep.example: từ chối.").waitFor()
    await accessible()
    await picture("policy-rule-form")
    await form.getByRole("button", { name: "Lưu vào bản nháp" }).click()
    await page.getByText("Đang xem bản nháp").waitFor()
    await page.getByText("Khác bản đang áp dụng").waitFor()
    await accessible()
    // Nothing counts yet.
    assert.match(await send(), /^250 /)

    await tab("Thử một thư")
    await page.getByLabel("hoặc dán nguyên văn thư").fill(message.toString())
    await page.getByLabel("Người gửi", { exact: true }).fill(FROM)
    await page.getByLabel("Người nhận (cách").fill(TO)
    await page.getByRole("button", { name: "Xem kết quả" }).click()
    await page.getByText("Khác nhau", { exact: true }).waitFor()
    await accessible()
    await picture("policy-try")
    await tab("Thử trên thư đã qua")
    await page.getByRole("button", { name: "Bắt đầu" }).click()
    await page.getByRole("region", { name: "Thử trên thư đã qua" }).getByText("Chuyển → Từ chối").first().waitFor()
    await accessible()
    await picture("policy-replay")
    await tab("Ma trận")
    await page.getByText("Bản nháp không đổi ô nào.").waitFor()
    await accessible()
    await picture("policy-matrix")

    await tab("Rà soát, áp dụng")
    await page.getByText("Siết chặt").waitFor()
    await page.getByText("Không nới lỏng: có hiệu lực ngay.").waitFor()
    await accessible()
    await picture("policy-review")
    await page.getByLabel("Lý do thay đổi").fill("Theo văn bản chỉ đạo")
    await page.getByRole("button", { name: "Áp dụng", exact: true }).click()
    await page.getByText("Đang áp dụng").nth(1).waitFor()
    assert.match(await send(), /^550 /)

    // Loosen it, in English: it waits, and the second person approves on a phone.
    await page.getByRole("button", { name: "English" }).click()
    await tab("Rules and guarantees")
    await page.getByLabel("Find in rules").fill("chan-doi-tac")
    await page.getByRole("button", { name: "Edit: No mail to the partner for now" }).click()
    await page.getByRole("dialog").getByLabel("Mode").selectOption("shadow")
    await page.getByRole("dialog").getByRole("button", { name: "Keep in the draft" }).click()
    await tab("Review and publish")
    await page.getByText("Something is loosened").waitFor()
    await page.getByLabel("Reason for the change").fill("The partner has moved")
    await page.getByRole("button", { name: "Send to a second person" }).click()
    await page.getByText("You made this one").waitFor()
    await accessible()
    await picture("policy-waits")
    assert.match(await send(), /^550 /)

    const other = await house.person({ name: "hai", title: "Đỗ Thị Mai", role: "operator" })
    const second = await house.window(other, PHONE)
    await second.page.goto(gateway.console)
    await second.page.getByRole("link", { name: "1 phiên bản chính sách chờ duyệt" }).click()
    await second.page.getByText("The partner has moved").first().waitFor()
    await second.accessible()
    await second.picture("policy-approval-on-a-phone")
    await second.page.getByRole("button", { name: "Duyệt", exact: true }).click()
    await second.page.getByRole("dialog").getByRole("button", { name: "Duyệt", exact: true }).click()
    await second.page.getByText("đã có hiệu lực").first().waitFor()
    assert.match(await send(), /^250 /)

    // What is on trial stands beside what is enforced.
    await page.reload()
    await tab("On trial")
    await page.getByText("No mail to the partner for now").first().waitFor()
    await page.getByRole("button", { name: "Work out for the last 7 days" }).click()
    await page.getByText(/If enforced, \d+ messages would differ/).waitFor()
    await accessible()
    await picture("policy-on-trial")
    // While a rule is being written, the API tells what it still lacks.
    assert.deepEqual([...faults.filter((fault) => !fault.includes("400")), ...second.faults], [])
  })
})
