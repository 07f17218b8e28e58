/** A policy may take macros out of a document, or put a notice in a file's place, and let the rest go on; the message as it came waits as evidence. */
import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { test } from "node:test"
import { simpleParser } from "mailparser"
import { compound, project } from "../inspect/compound-writer.ts"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail, zip } from "../support/mail.ts"
import { openSink } from "../support/sink.ts"

const RULES = `
  - id: go-macro
    when: { finding: macro }
    then: flag
    also: [{ disarm: macros }]
    title: { vi: Gỡ macro, en: Macros are taken out }
  - id: thay-tep
    when: { finding: forbidden-type }
    then: flag
    also: [{ replace-attachment: forbidden-type }]
    title: { vi: Thay tệp, en: Files are replaced }`
const OFF = ["macro-dangerous", "macro-attack", "forbidden-type", "active-content-dangerous"]

const docm = zip({
  "[Content_Types].xml": Buffer.from("<Types/>"),
  "word/document.xml": Buffer.from("<w:document/>"),
  "word/vbaProject.bin": compound(project('Sub AutoOpen()\r\nShell "calc"\r\nEnd Sub')),
})

test("macros and forbidden files are taken out, the rest arrives", async () => {
  const shipped = await readFile("config/policy.yaml", "utf8")
  const policy = OFF.reduce((text, id) => text.replace(`  - id: ${id}\n`, `$&    mode: off\n`), shipped)
  await using sink = await openSink()
  await using gateway = await startGateway({ to: sink.url, policy: policy.replace(/^rules:$/m, `$&${RULES}`) })
  const message = mail({
    attachments: [
      { name: "báo cáo.docm", bytes: docm },
      { name: "a.js", bytes: Buffer.from("WScript.Echo(1)") },
      { name: "b.txt", bytes: Buffer.from("văn bản") },
    ],
  })
  const { reply } = await sendMail(gateway.inbound, { from: "an@example.org", to: ["a@tuyenquang.gov.vn"], message })
  const id = /^250 2\.0\.0 \[(\w+)\]/.exec(reply)?.[1] ?? assert.fail(reply)
  const [received] = await sink.waitFor(1)
  const { attachments } = await simpleParser(received?.bytes ?? Buffer.alloc(0))
  assert.deepEqual(
    attachments.map(({ filename }) => filename),
    ["báo cáo.docx", "a.js.txt", "b.txt"],
  )
  const [document, notice, text] = attachments.map(({ content }) => content)
  assert.equal(document?.includes("vbaProject"), false)
  assert.match(
    notice?.toString("utf8") ?? "",
    new RegExp(`Tệp “a\\.js” thuộc loại không được phép[^]*${id}[^]*The file “a\\.js”`),
  )
  assert.equal(text?.toString("utf8"), "văn bản")

  const held = (await gateway.command("held", "list", "--json")).stdout.split("\n").filter(Boolean)
  const [evidence] = held.map((row) => JSON.parse(row))
  assert.deepEqual([held.length, evidence?.transaction, evidence?.hold.evidence], [1, id, true])
})
