/** Lists of signed fields are folded anywhere, also before the name of a field about content: that is no second field. RFC 6376 §3.5. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { read } from "./read.ts"

const letter = (field: string): Buffer => Buffer.from(`From: a@x.vn\r\n${field}\r\nSubject: x\r\n\r\nxin chào\r\n`)
const DKIM = "DKIM-Signature: v=1; a=rsa-sha256; d=kde.org; s=default; h=From:To:\r\n"

describe("names of fields about content, at the beginning of a line", () => {
  for (const [what, field, ambiguous] of [
    ["in the middle of a list", `${DKIM}     Content-Type:Sender; b=abc`, false],
    ["at its end", `${DKIM}\tMIME-Version:Content-Type; b=abc`, false],
    ["before a fold", `${DKIM} Content-Transfer-Encoding:\r\n Content-Type; b=abc`, false],
    ["of a chain of forwarders", "ARC-Message-Signature: i=1; h=from:\r\n content-type:mime-version; b=x", false],
    ["with a value for content", `${DKIM} Content-Type: multipart/mixed; boundary=b`, true],
    ["with an encoding", `${DKIM} Content-Transfer-Encoding: base64; b=abc`, true],
    ["with a disposition", `${DKIM} Content-Disposition: attachment; filename=a.exe`, true],
    ["in a field that lists nothing", "X-Note: a\r\n Content-Type:Sender; b=abc", true],
  ] as const) {
    test(what, async () => {
      const { parsed } = await read(letter(field))
      assert.equal(
        parsed.findings.some(({ why }) => why === "header-syntax"),
        ambiguous,
      )
    })
  }
})
