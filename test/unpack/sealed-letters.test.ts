/** Sealed files whose password stands in the letter that brings them, in Vietnamese: through the pool of children, as mail comes. */
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import type { Pool } from "../../src/sandbox/pool.ts"
import { examined, letterWith, pool } from "./examined.ts"

const PASSWORD = "HoaSen@2026"
const SEVEN = existsSync("/usr/bin/7zz") ? "7zz" : "7z"
/** What people write; `%` is the password. */
const LETTERS = [
  "Kính gửi anh chị, em gửi tệp dự toán. Mật khẩu mở tệp là: %",
  "Anh mở tệp giúp em, mk: %\n\nTrân trọng",
  "Tệp đính kèm có đặt mật khẩu %, đề nghị không chuyển tiếp.",
]
const folder = mkdtempSync(join(tmpdir(), "congthu-letters-"))
after(() => rmSync(folder, { recursive: true, force: true }))
writeFileSync(join(folder, "du-toan.txt"), "Dự toán kinh phí năm 2027\n".repeat(100))

const fixture = (name: string): Buffer => readFileSync(join(import.meta.dirname, "fixtures", name))
function made(program: string, file: string, ...args: readonly string[]): Buffer {
  rmSync(join(folder, file), { force: true })
  execFileSync(program, args, { cwd: folder, stdio: "ignore", timeout: 60_000 })
  return readFileSync(join(folder, file))
}
const seven = (file: string, ...args: readonly string[]) => ({
  program: SEVEN,
  password: PASSWORD,
  bytes: () => made(SEVEN, file, "a", "-bd", ...args, `-p${PASSWORD}`, file, "du-toan.txt"),
})
const rar = (name: string) => ({ program: "", password: "Hoa Sen 99", bytes: () => fixture(name) })

const FILES = {
  "zip.zip": {
    ...seven(""),
    program: "zip",
    bytes: () => made("zip", "zip.zip", "-q", "-P", PASSWORD, "zip.zip", "du-toan.txt"),
  },
  "aes.zip": seven("aes.zip", "-tzip", "-mem=AES256"),
  "a.7z": seven("a.7z"),
  "names.7z": seven("names.7z", "-mhe=on"),
  "a.rar": rar("rar4-sealed.rar"),
  "names.rar": rar("rar4-sealed-names.rar"),
}

describe("a sealed file is opened with the password of its letter", () => {
  let children: Pool
  before(() => {
    children = pool()
  })
  after(() => children.close())

  for (const [name, { program, password, bytes }] of Object.entries(FILES)) {
    const missing = program !== "" && !existsSync(join("/usr/bin", program)) ? `${program} is not installed` : false
    test(name, { skip: missing }, async () => {
      const octets = bytes()
      for (const letter of LETTERS) {
        // A password of several words ends with its line.
        const body = letter
          .replace("%", password)
          .replace(`${password},`, password.includes(" ") ? `“${password}”,` : `${password},`)
        const kinds = (await examined(children, letterWith(octets, { name, body }))).map(
          ({ kind, why }) => `${kind} ${why ?? ""}`,
        )
        assert.ok(kinds.includes("encrypted opened") && !kinds.includes("encrypted "), `${body}: ${kinds.join(", ")}`)
      }
      const kinds = (await examined(children, letterWith(octets, { name, body: "Em gửi tệp." }))).map(
        ({ kind }) => kind,
      )
      assert.ok(kinds.includes("encrypted"), "without it, it is held")
    })
  }
})
