import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "node:test"
import { judge } from "../../src/inspect/file.ts"
import { passwordsIn } from "../../src/unpack/password-text.ts"
import { findingsOf, opened, told } from "./opened.ts"

const TOLD = "Kính gửi các đồng chí. Mật khẩu mở tệp: Hoa-Sen@99. Trân trọng."

/** Made and sealed by LibreOffice: see `fixtures/make-sealed.sh`. */
function made(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, "fixtures", name))
}

describe("an old office file that LibreOffice sealed", () => {
  for (const name of ["sealed.doc", "sealed.xls"]) {
    test(`${name} is opened with the password of the letter`, async () => {
      const bytes = made(name)
      const words = Buffer.from("kinh phí năm 2027", "utf16le")
      assert.ok(!bytes.includes(words))
      const file = await opened(bytes, { names: [name], passwords: passwordsIn([TOLD]) })
      assert.equal(told(findingsOf(file)), "encrypted 2/1 opened")
      assert.ok(file.within[0]?.bytes.includes(words))
      assert.deepEqual(
        judge(file, { forbidden: new Set() }).map(({ kind }) => kind),
        ["encrypted"],
      )
    })
    test(`${name} is held without it`, async () => {
      assert.equal(told(findingsOf(await opened(made(name), { names: [name], passwords: ["sai"] }))), "encrypted 2")
    })
    test(`${name}, cut off anywhere, is held`, async () => {
      const bytes = made(name)
      for (let size = 600; size < bytes.length; size += 1_700) {
        const file = await opened(bytes.subarray(0, size), { names: [name], passwords: ["Hoa-Sen@99"] })
        assert.ok(findingsOf(file).length > 0)
      }
    })
  }
})
