/** A backup taken while mail comes and goes is put back elsewhere: what waited at that moment goes out from there. */
import assert from "node:assert/strict"
import { readdirSync, renameSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { openSink } from "../support/sink.ts"

test("backup beside the running gateway, restore into an empty store", async () => {
  await using sink = await openSink({ answer: (step) => (step === "MAIL" ? "450 4.2.0 later" : undefined) })
  await using gateway = await startGateway({ to: sink.url })
  const send = async (subject: string, large: boolean): Promise<void> => {
    const message = mail({ subject, attachments: [{ name: "a.txt", bytes: Buffer.alloc(large ? 300_000 : 100, "x") }] })
    const from = "a@tuyenquang.gov.vn"
    const { reply } = await sendMail(gateway.submission, { from, to: ["b@hanoi.gov.vn"], message })
    assert.match(reply, /^250/)
  }
  for (let i = 0; i < 6; i++) await send(`before ${i}`, i % 2 === 0)
  const copy = join(gateway.dir, "copy")
  const meanwhile = Promise.all(Array.from({ length: 6 }, (_, i) => send(`meanwhile ${i}`, i % 2 === 0)))
  const taken = await gateway.command("backup", copy)
  await meanwhile
  assert.equal(taken.code, 0, taken.stderr)
  assert.match(taken.stdout, /backup is whole.* (6|7|8|9|10|11|12) queued/)
  assert.deepEqual(readdirSync(copy).toSorted(), ["bodies", "records.db"])
  assert.equal(statSync(join(copy, "records.db")).mode & 0o077, 0)

  const again = await gateway.command("backup", copy)
  assert.deepEqual([again.code, /is not empty/.test(again.stderr)], [2, true])
  const over = await gateway.command("restore", copy)
  assert.deepEqual([over.code, /it is not overwritten/.test(over.stderr)], [2, true])

  await gateway.stop()
  renameSync(join(gateway.dir, "data"), join(gateway.dir, "lost"))
  const [file = ""] = readdirSync(join(copy, "bodies"))
  const back = await gateway.command("restore", copy)
  assert.equal(back.code, 0, back.stderr)
  sink.script({})
  await gateway.start()
  await sink.waitFor(Number(/(\d+) queued/.exec(taken.stdout)?.[1]))
  const subjects = sink.received.map(({ bytes }) => /^Subject: (.*)\r$/m.exec(bytes.toString())?.[1] ?? "")
  for (let i = 0; i < 6; i++) assert.ok(subjects.includes(`before ${i}`), `before ${i} of ${subjects.join()}`)

  // A damaged one says so.
  await gateway.stop()
  renameSync(join(gateway.dir, "data"), join(gateway.dir, "lost2"))
  writeFileSync(join(copy, "bodies", file), "x")
  const damaged = await gateway.command("restore", copy)
  assert.equal(damaged.code, 1)
  assert.match(damaged.stderr, /its body is damaged/)
  await gateway.start()
})
