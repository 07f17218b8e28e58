import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, describe, test } from "node:test"
import { judge } from "../../src/inspect/file.ts"
import { passwordsIn } from "../../src/unpack/password-text.ts"
import { findingsOf, opened, told } from "./opened.ts"

const PASSWORD = "Hoa-Sen@99"
const TOLD = `Kính gửi các đồng chí, tệp đính kèm có mật khẩu mở là ${PASSWORD}. Trân trọng.`
const KINDS = [
  ["RC4 of 40 bits", ["40"]],
  ["RC4 of 128 bits", ["128", "--use-aes=n"]],
  ["AES of 128 bits", ["128", "--use-aes=y"]],
  ["AES of 256 bits", ["256"]],
] as const

const folder = mkdtempSync(join(tmpdir(), "congthu-pdf-"))
after(() => rmSync(folder, { recursive: true, force: true }))

/** A script that runs when it opens, in a string. */
const PLAIN = [
  "%PDF-1.4",
  "1 0 obj <</Type /Catalog /Pages 2 0 R /OpenAction <</S /JavaScript /JS (app.alert\\(1\\) // th\\366 \\(m\\364t\\\\\\))>> >> endobj",
  "2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj",
  "3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /A <</S /URI /URI <687474703a2f2f6578616d706c652e6f7267>>> >> endobj",
  "trailer <</Root 1 0 R /Size 4>>",
  "startxref",
  "0",
  "%%EOF",
  "",
].join("\n")

function sealed(args: readonly string[], user: string): Buffer {
  writeFileSync(join(folder, "plain.pdf"), PLAIN)
  const options = ["--allow-weak-crypto", "--warning-exit-0", "--encrypt", user, "chu-so-huu", ...args, "--"]
  execFileSync("qpdf", [...options, "plain.pdf", "sealed.pdf"], { cwd: folder, stdio: "ignore" })
  return readFileSync(join(folder, "sealed.pdf"))
}

const RULES = { forbidden: new Set<string>() }

describe("what a sealed PDF does is seen once it is open", {
  skip: existsSync("/usr/bin/qpdf") ? false : "qpdf is not installed",
}, () => {
  for (const [kind, args] of KINDS) {
    for (const [what, user] of [
      ["without a password for its reader", ""],
      ["with the password of the letter", PASSWORD],
    ] as const) {
      test(`${kind}, ${what}`, async () => {
        const bytes = sealed(args, user)
        assert.ok(!bytes.includes("app.alert"))
        const file = await opened(bytes, { names: ["a.pdf"], passwords: passwordsIn([TOLD]) })
        const scripts = judge(file, RULES).filter(({ why }) => why === "pdf-javascript")
        assert.ok(scripts.some(({ at, name = "" }) => at === "2/1" && name.startsWith("app.alert(1) // th")))
      })
    }
    test(`${kind}, without the right password, is held`, async () => {
      const file = await opened(sealed(args, PASSWORD), { names: ["a.pdf"], passwords: ["sai"] })
      assert.equal(told(findingsOf(file)), "encrypted 2")
    })
  }
})
