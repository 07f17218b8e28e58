/** A message with a secrecy mark is refused in the session, and nothing of it is anywhere: disk, log, metrics, mail. */
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { official } from "../policy/letters.ts"
import { zip } from "../unpack/zip-writer.ts"
import { doc } from "../read/compound-writer.ts"
import { WRITTEN } from "../read/encode.ts"
import { docx as writeDocx, odt, paragraphs, rtf, xlsx } from "../read/office-writer.ts"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"

/** Stands in every place of the message where something could be taken from it. */
const CANARY = "cANARY7392"

function files(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Wherever the canary sits, also as mail would carry it. */
function sightings(dir: string): readonly string[] {
  const forms = [CANARY, Buffer.from(CANARY).toString("hex"), Buffer.from(CANARY).toString("base64").slice(0, 12)]
  return files(dir).filter((file) => {
    const text = readFileSync(file, "latin1").toLowerCase()
    return forms.some((form) => text.includes(form.toLowerCase()))
  })
}

const letter = (mark: string): string => `${official(["", mark]).lines.join("\r\n")}\r\n${CANARY}\r\n`
const docx = zip([
  {
    name: "word/document.xml",
    data: Buffer.from(
      `<w:document><w:p><w:t>${official().lines.join("</w:t></w:p><w:p><w:t>")} ${CANARY}</w:t></w:p></w:document>`,
    ),
  },
  { name: "word/header1.xml", data: Buffer.from("<w:hdr><w:p><w:t>TỐI MẬT</w:t></w:p></w:hdr>") },
])
const boxed = writeDocx(
  `${paragraphs(`${official().lines.join("\n")}\n${CANARY}`)}<w:p><w:r><w:txbxContent>${paragraphs("MẬT")}</w:txbxContent></w:r></w:p>`,
)
const sheet = xlsx([...official(["", "TỐI MẬT"]).lines.map((line) => [line]), [CANARY]])
const open = odt(`${official().lines.join("\n")}\n${CANARY}`, "TUYỆT MẬT")
/** Octets of an old encoding, each shown as the character of its number. */
const old = (encoding: string, text: string): string =>
  WRITTEN.find(({ as }) => as === encoding)?.write(text) ?? assert.fail(encoding)
const zipped = zip([{ name: `${CANARY}.doc`, data: doc(old("TCVN3", letter("TỐI MẬT").replaceAll("\r", ""))) }])
const vni = rtf(old("VNI", letter("MẬT").replaceAll("\r", "")), "VNI-Times")

const messages: readonly (readonly [string, Buffer])[] = [
  ["in the body", mail({ subject: CANARY, body: letter("MẬT"), header: [`X-Note: ${CANARY}`] })],
  ["in the subject", mail({ subject: `[MẬT] ${CANARY}`, body: letter("") })],
  ["in the header of a .docx", mail({ subject: CANARY, attachments: [{ name: `${CANARY}.docx`, bytes: docx }] })],
  ["in a text box of a .docx", mail({ subject: CANARY, attachments: [{ name: `${CANARY}.docx`, bytes: boxed }] })],
  ["in a sheet", mail({ subject: CANARY, attachments: [{ name: `${CANARY}.xlsx`, bytes: sheet }] })],
  ["in the header of an .odt", mail({ subject: CANARY, attachments: [{ name: `${CANARY}.odt`, bytes: open }] })],
  ["in a TCVN3 .doc in a .zip", mail({ subject: CANARY, attachments: [{ name: "van ban.zip", bytes: zipped }] })],
  ["in a VNI .rtf", mail({ subject: CANARY, attachments: [{ name: `${CANARY}.rtf`, bytes: Buffer.from(vni) }] })],
  ["in a large message", mail({ subject: CANARY, body: `${letter("TUYỆT MẬT")}${`${CANARY} `.repeat(40_000)}` })],
]

test("a marked message is refused, and nothing of it is kept or told", async () => {
  await using gateway = await startGateway({ settings: { agency: { support: { phone: "0207 000 000" } } } })
  for (const [place, message] of messages) {
    for (const port of [gateway.submission, gateway.inbound]) {
      const from = port === gateway.inbound ? "an@example.com" : "an@tuyenquang.gov.vn"
      const { reply } = await sendMail(port, { from, to: [`${CANARY}@tuyenquang.gov.vn`], message })
      assert.match(reply, /^550 5\.7\.1 \[[0-9A-Z]{12}\] [^/]*0207 000 000/, place)
      assert.doesNotMatch(reply, /mat|secret|http/i, place)
    }
  }
  await gateway.waitFor("refused", 2 * messages.length)
  for (const { detail = {}, recipient } of gateway.events("refused")) {
    assert.equal(recipient, null)
    assert.deepEqual(Object.keys(detail).toSorted(), ["domains", "from", "keyedHash", "rules", "size"])
    assert.match(String(detail["keyedHash"]), /^[0-9a-f]{64}$/)
  }
  const metrics = await (await fetch(`${gateway.console}/metrics`)).text()
  const held = await gateway.command("held", "list", "--json")
  const queued = await gateway.command("queue", "list", "--json")
  for (const text of [metrics, held.stdout, queued.stdout, JSON.stringify(gateway.log()), gateway.stderr()]) {
    assert.ok(!text.toLowerCase().includes(CANARY.toLowerCase()))
  }
  assert.deepEqual(sightings(gateway.dir), [], "while it runs")
  await gateway.stop()
  assert.deepEqual(sightings(gateway.dir), [], "after it ended")
})

test("the search would see it: an ordinary message is kept, and found", async () => {
  await using gateway = await startGateway()
  const message = mail({ subject: CANARY, body: CANARY })
  const { reply } = await sendMail(gateway.submission, {
    from: "an@tuyenquang.gov.vn",
    to: ["b@tuyenquang.gov.vn"],
    message,
  })
  assert.match(reply, /^250 /)
  await gateway.waitFor("delivered")
  assert.ok(sightings(gateway.dir).length > 0)
})
