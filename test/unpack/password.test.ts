import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { passwordsIn } from "../../src/unpack/password-text.ts"

describe("a password is found in a text", () => {
  for (const [text, password] of [
    ["Gửi anh tệp báo cáo. Mật khẩu: Abc@2026", "Abc@2026"],
    ["Mật khẩu giải nén là TuyenQuang2026.", "TuyenQuang2026"],
    ["Mật khẩu mở tệp là: “Xin chào 123”", "Xin chào 123"],
    ["mật khẩu: xin chào các bạn", "xin chào các bạn"],
    ["MẬT KHẨU ĐỂ MỞ FILE: 123456!", "123456!"],
    ["Mật khẩu là Abc123!", "Abc123!"],
    ["mat khau la: hoso2026", "hoso2026"],
    ["mk: 01012026", "01012026"],
    ["MK giải nén file đính kèm: a1b2c3", "a1b2c3"],
    ["Pass: p@ss", "p@ss"],
    ["The password is hunter2.", "hunter2"],
    ["password to open the attached file: s3cret", "s3cret"],
    ["mật\nkhẩu:\n  daunam2026", "daunam2026"],
    ["Mật khẩu file zip trong email này: 'kế hoạch'", "kế hoạch"],
    ["Tệp có mã khóa 2468 nhé", "2468"],
    ["Báo cáo (pass=qlvb2026)", "qlvb2026"],
    ["2468abc là mật khẩu của tệp", "2468abc"],
    ["Em gửi kèm tệp, mở bằng UBND@2026 ạ", "UBND@2026"],
    ["Mật khẩu".normalize("NFD").concat(": tổ công tác"), "tổ công tác"],
  ] as const) {
    test(JSON.stringify(text), () => {
      const found = passwordsIn([text])
      assert.ok(found.slice(0, 8).includes(password.normalize("NFC")), JSON.stringify(found))
    })
  }
})

test("a text without one gives next to nothing to try", () => {
  assert.deepEqual(passwordsIn(["Kính gửi quý cơ quan, xin trân trọng cảm ơn và kính chào."]), [])
})

test("a text of cues only is bounded", () => {
  const began = performance.now()
  assert.ok(passwordsIn(["mật khẩu: a ".repeat(50_000)]).length < 100)
  assert.ok(performance.now() - began < 1_000)
})
