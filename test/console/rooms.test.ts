/** Rooms that no other story enters, in a real browser: exceptions, units, notices and the audit trail, each from the question to the result. */
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { NO_BROWSER } from "../support/browser.ts"
import { type House, openHouse, type Person } from "./house.ts"

const POLICY = `
units:
  - { id: tinh, name: { vi: Ủy ban tỉnh, en: Province }, domains: [tuyenquang.gov.vn] }
  - { id: so, parent: tinh, name: { vi: Sở Y tế, en: Health Department }, domains: [soyte.tuyenquang.gov.vn] }
rules:
  - { id: malware, when: { finding: malware }, then: refuse, notice: malware, title: { vi: Mã độc, en: Malware } }
  - { id: encrypted, when: { finding: encrypted }, then: hold, title: { vi: Tệp khóa, en: Locked file } }
  - { id: unscannable, when: { finding: unscannable }, then: flag, title: { vi: Chưa quét, en: Not scanned } }
  - { id: review, when: { subject: "*duyet*" }, then: hold, title: { vi: Thư cần người duyệt, en: Mail to review } }
`
const HEADS = "id,parent,name_vi,name_en,domains,from,until"

describe("rooms of the console", { skip: NO_BROWSER, concurrency: 1 }, () => {
  let house: House
  let officer: Person
  before(async () => {
    house = await openHouse({ policy: POLICY })
    officer = await house.person({ name: "lan", title: "Trần Thị Lan", role: "officer", unit: "so" })
  })
  after(() => house[Symbol.asyncDispose]())

  test("an exception is asked for by a unit and granted by the rule's owner", async () => {
    const mine = await house.window(officer)
    await mine.page.goto(`${house.gateway.console}/exceptions`)
    await mine.page.getByRole("button", { name: "Đề nghị ngoại lệ" }).click()
    const form = mine.page.getByRole("dialog")
    await form.getByLabel("Luật được gỡ").fill("duyệt")
    await mine.page.getByRole("option", { name: "Thư cần người duyệt" }).click()
    await form.getByLabel(/^Người gửi/).fill("vanthu@soyte.tuyenquang.gov.vn")
    await form.getByLabel(/^Người gửi/).press("Enter")
    await form.getByLabel("Lý do").fill("Gửi lịch tiêm chủng hằng tuần")
    const end = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10).split("-").toReversed().join("/")
    await form.getByRole("textbox", { name: /^Đến hết ngày/ }).fill(end)
    await mine.accessible()
    await form.getByRole("button", { name: "Đề nghị ngoại lệ" }).click()
    await mine.page.getByText("Đã gửi đề nghị.").waitFor()
    await mine.page.getByText("Chờ xét").last().waitFor()

    const chief = await house.window(house.admin)
    await chief.page.goto(`${house.gateway.console}/exceptions`)
    const card = chief.page.getByRole("article", { name: /lịch tiêm chủng/ })
    await card.getByRole("button", { name: "Cấp", exact: true }).click()
    await chief.page.getByRole("dialog").getByRole("button", { name: "Cấp", exact: true }).click()
    await card.getByText("Đang có hiệu lực").waitFor()
    await card.getByText("Chưa dùng lần nào", { exact: false }).waitFor()
    await chief.accessible()
    await chief.picture("room-exceptions")
    assert.deepEqual([...mine.faults, ...chief.faults], [])
  })

  test("units come from a spreadsheet; what is wrong in it is told by line, and nothing changes before it was seen", async () => {
    const { page, accessible, picture, faults } = await house.window(house.admin)
    await page.goto(`${house.gateway.console}/units`)
    await page.getByRole("button", { name: "Nhập từ CSV" }).click()
    const form = page.getByRole("dialog")
    const paste = form.getByLabel("hoặc dán nội dung")
    await paste.fill(`${HEADS}\nxa-mot,tinh,Xã Một,Commune One,,,\nxa-hai,khong-co,Xã Hai,Commune Two,,,`)
    await form.getByRole("button", { name: "Xem trước" }).click()
    await form.getByText("Tệp có chỗ chưa đúng; chưa có gì thay đổi").waitFor()
    await form.getByRole("cell", { name: "3", exact: true }).waitFor()
    await accessible()
    await picture("room-units-faults")
    await paste.fill(`${HEADS}\nxa-mot,tinh,Xã Một,Commune One,,,`)
    await form.getByRole("button", { name: "Xem trước" }).click()
    await form.getByText("Sẽ thay đổi").waitFor()
    assert.equal(await page.getByRole("cell", { name: /Xã Một/ }).count(), 0, "not yet")
    await form.getByLabel(/^Lý do/).fill("Thành lập xã mới")
    await form.getByRole("button", { name: "Thực hiện" }).click()
    await page
      .getByText(/thành phiên bản \d|chờ người thứ hai duyệt/)
      .first()
      .waitFor()
    await page
      .getByRole("cell", { name: /Xã Một/ })
      .first()
      .waitFor()
    await picture("room-units")
    assert.deepEqual(
      faults.filter((fault) => !fault.includes("400")),
      [],
    )
  })

  test("a notice gets other words: seen before, faults told, kept as a version, taken back", async () => {
    const { page, accessible, picture, faults } = await house.window(house.admin)
    await page.goto(`${house.gateway.console}/notices/held`)
    const subject = page.getByLabel("Tiêu đề (tiếng Việt)")
    await subject.fill("[Chờ duyệt] {{khong_co}}")
    await page.getByText("Chưa thể lưu").waitFor()
    await accessible()
    await subject.fill("[Chờ duyệt] Thư của Ông/Bà chờ Sở xem xét – {{ma_su_kien}}")
    await page
      .getByRole("region", { name: "Người nhận sẽ thấy" })
      .getByText("chờ Sở xem xét", { exact: false })
      .waitFor()
    const save = page.getByRole("button", { name: "Lưu thành phiên bản" })
    await save.click()
    const dialog = page.getByRole("dialog")
    await dialog.getByLabel(/^Lý do/).fill("Theo góp ý của sở")
    await dialog.getByRole("button", { name: "Lưu thành phiên bản" }).click()
    await page.getByText("Đã lưu phiên bản 1.").waitFor()
    await picture("room-notices")
    await page.getByRole("button", { name: "Dùng lại lời gốc" }).click()
    await dialog.getByLabel(/^Lý do/).fill("Trở lại như cũ")
    await dialog.getByRole("button", { name: "Dùng lại lời gốc" }).click()
    await page.getByText("Đã lưu phiên bản 2.").waitFor()
    assert.deepEqual(faults, [])
  })

  test("the trail tells who did all this, and is found whole", async () => {
    const { page, accessible, picture, faults } = await house.window(house.admin, { language: "en" })
    await page.goto(`${house.gateway.console}/audit`)
    await page.getByRole("row", { name: /lan/ }).first().waitFor()
    await page.getByRole("button", { name: "Verify", exact: true }).first().click()
    await page
      .getByText(/Intact|Whole/i)
      .first()
      .waitFor()
    await accessible()
    await picture("room-audit")
    assert.deepEqual(faults, [])
  })
})
