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
const kept = (name: string, password: string) => ({ program: "", password, bytes: () => fixture(name) })
const rar = (name: string) => kept(name, "Hoa Sen 99")
const office = (name: string) => kept(name, "Hoa-Sen@99")

const FILES = {
  "zip.zip": {
    ...seven(""),
    program: "zip",
    bytes: () => made("zip", "zip.zip", "-q", "-P", PASSWORD, "zip.zip", "du-toan.txt"),
  },
  "aes.zip": seven("aes.zip", "-tzip", "-mem=AES256"),
  "aes128.zip": seven("aes128.zip", "-tzip", "-mem=AES128"),
  "a.7z": seven("a.7z"),
  "names.7z": seven("names.7z", "-mhe=on"),
  "a.rar": rar("rar4-sealed.rar"),
  "names.rar": rar("rar4-sealed-names.rar"),
  "a.pdf": {
    ...seven(""),
    program: "qpdf",
    bytes: () => {
      writeFileSync(join(folder, "plain.pdf"), readFileSync(PLAIN_PDF))
      const encrypt = ["--encrypt", PASSWORD, "chu-so-huu", "256", "--"]
      return made("qpdf", "sealed.pdf", ...encrypt, "plain.pdf", "sealed.pdf")
    },
  },
  "a.doc": office("sealed.doc"),
  "a.xls": office("sealed.xls"),
  "a.docx": office("sealed.docx"),
  "a.xlsx": office("sealed.xlsx"),
  "a.odt": office("sealed.odt"),
}

const PLAIN_PDF = join(import.meta.dirname, "../inspect/fixtures/plain.pdf")

describe("a sealed file is opened with the password of its letter", () => {
  let children: Pool
  let known: Pool
  before(() => {
    children = pool()
    known = pool(null, 1, [PASSWORD, "Hoa Sen 99", "Hoa-Sen@99"])
  })
  after(() => Promise.all([children.close(), known.close()]))

  for (const [name, { program, password, bytes }] of Object.entries(FILES)) {
    const missing = program !== "" && !existsSync(join("/usr/bin", program)) ? `${program} is not installed` : false
    describe(name, { skip: missing }, () => {
      const kinds = async (by: Pool, body: string): Promise<readonly string[]> =>
        (await examined(by, letterWith(bytes(), { name, body }))).map(({ kind, why }) => `${kind} ${why ?? ""}`)
      const isOpen = (found: readonly string[]): boolean =>
        found.includes("encrypted opened") && !found.includes("encrypted ")

      for (const letter of LETTERS) {
        // A password of several words ends with its line.
        const body = letter
          .replace("%", password)
          .replace(`${password},`, password.includes(" ") ? `“${password}”,` : `${password},`)
        test(`opened: ${body}`, async () => assert.ok(isOpen(await kinds(children, body))))
      }
      for (const body of ["Em gửi tệp.", "Mật khẩu mở tệp là: Hoa-Hong@2025"]) {
        test(`held: ${body}`, async () => {
          const found = await kinds(children, body)
          assert.ok(found.includes("encrypted ") && !found.includes("encrypted opened"), found.join(", "))
        })
      }
      test("opened with a password of the unit's list", async () => {
        assert.ok(isOpen(await kinds(known, "Em gửi tệp.")))
      })
    })
  }
})
