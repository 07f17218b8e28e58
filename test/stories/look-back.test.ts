/** A file that a list names today was received yesterday: its recipients are told of within seconds, and by command. */
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail, zip } from "../support/mail.ts"
import { openSink } from "../support/sink.ts"

const inert = Buffer.from("an inert file that nobody knows yet")
const SHA = createHash("sha256").update(inert).digest("hex")

test("who received a file that turns out to be bad is known at once", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "congthu-lookback-"))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const from = join(folder, "bad.txt")
  await writeFile(from, "# none yet\n")
  await using sink = await openSink()
  await using gateway = await startGateway({ to: sink.url, settings: { scan: { hashes: [{ from }] } } })
  const message = mail({ attachments: [{ name: "tài liệu.zip", bytes: zip({ "báo cáo.doc": inert }) }] })
  const to = ["a@tuyenquang.gov.vn", "b@tuyenquang.gov.vn"]
  assert.match((await sendMail(gateway.inbound, { from: "x@example.org", to, message })).reply, /^250/)
  await sink.waitFor(1)

  const nobody = await gateway.command("lookback", "0".repeat(64))
  assert.equal(nobody.code, 1)
  const started = Date.now()
  await writeFile(from, `${SHA} Worm.A\n`)
  await gateway.waitFor("look-back", 2)
  assert.ok(Date.now() - started < 12_000, "within seconds of the list's change")
  await sink.waitFor(2)

  const asked = await gateway.command("lookback", SHA.toUpperCase())
  assert.equal(asked.code, 0)
  assert.match(asked.stdout, /received by 2/)
  for (const recipient of to)
    assert.match(asked.stdout, new RegExp(`x@example\\.org → ${recipient}  "báo cáo\\.doc"  .*delivered`))
  assert.equal((await gateway.command("lookback", "hello")).code, 2)

  await t.test("and nobody receives it again", async () => {
    const { reply } = await sendMail(gateway.inbound, { from: "x@example.org", to, message })
    assert.match(reply, /^550 /)
  })
})
