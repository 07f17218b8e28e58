/** Where an agency lists the types that may pass (level 4 of TCVN 14423:2026, 5.9), everything else is stopped, whatever it calls itself. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail, zip } from "../support/mail.ts"
import { openSink } from "../support/sink.ts"

const made = (name: string): Buffer => readFileSync(`test/inspect/fixtures/${name}`)
const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex")

const ROWS: readonly (readonly [what: string, name: string, bytes: Buffer, passes: boolean])[] = [
  ["a listed document", "công văn.pdf", made("plain.pdf"), true],
  ["one in the form of its name's family", "dự toán.xlsx", made("sheet.xlsx"), true],
  ["listed files in a listed archive", "hồ sơ.zip", zip({ "a.pdf": made("plain.pdf") }), true],
  ["an unlisted picture", "ảnh.png", PNG, false],
  ["an unlisted picture that says it is a document", "ảnh.pdf", PNG, false],
  ["an unlisted picture in a listed archive", "hồ sơ.zip", zip({ "ảnh.png": PNG }), false],
  ["octets nobody knows, without a name for them", "dữ liệu.qqq", Buffer.from("dữ liệu"), false],
  ["a document under an unlisted name", "công văn.xyz", made("plain.pdf"), false],
]

test("what is on the list passes, by name and by content; nothing else does", async () => {
  await using sink = await openSink()
  await using gateway = await startGateway({
    to: sink.url,
    settings: { scan: { clamd: null, allowed: ["pdf", "docx", "xlsx", "zip"] } },
  })
  for (const [what, name, bytes, passes] of ROWS) {
    const message = mail({ attachments: [{ name, bytes }] })
    const { reply } = await sendMail(gateway.inbound, {
      from: "an@example.org",
      to: ["a@tuyenquang.gov.vn"],
      message,
    })
    assert.match(
      reply,
      passes ? /^250 / : /^(?:550 5\.7\.1|250 2\.0\.0 \[\w+\] .*(?:giu lai|held))/,
      `${what}: ${reply}`,
    )
  }
  const passed = ROWS.filter(([, , , passes]) => passes).length
  assert.equal((await sink.waitFor(passed)).length, passed)
})
