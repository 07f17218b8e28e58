/** What becomes of a request about a refused message that nobody decides, on a clock that is moved. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { simpleParser } from "mailparser"
import { escalateDue } from "../../src/commands/chain.ts"
import { load } from "../../src/commands/load.ts"
import type { Store } from "../../src/store/store.ts"
import { acceptance, spool } from "../store/messages.ts"
import { serve } from "../store/stores.ts"

const DAY = 86_400_000
const NOW = Date.parse("2026-11-23T09:00:00+07:00")
const SENDER = "an@tuyenquang.gov.vn"

const loaded = load("config/gateway.yaml")

/** Who is written to, and how the subject begins. */
async function told(store: Store): Promise<readonly string[]> {
  const rows = await store.records.queued(50)
  const mails = rows.map(async ({ transaction, recipient }) => {
    const body = await store.records.body(transaction)
    const chunks: Uint8Array[] = []
    if (body !== null) for await (const chunk of store.bodies.read(body.spooled)) chunks.push(chunk)
    const { subject } = await simpleParser(Buffer.concat(chunks))
    return `${/^\[[^\]]+\]/.exec(subject ?? "")?.[0] ?? ""} ${recipient}`
  })
  return (await Promise.all(mails)).toSorted()
}

test("it goes from step to step, then lapses, and its sender is told", async (t) => {
  assert.ok(loaded.ok)
  const { configuration } = loaded
  const store = await serve(t)
  const { records, bodies } = store
  const mail = acceptance({ id: "LINK", spooled: await spool(bodies, Buffer.from("x")) })
  const event = { kind: "noticed", at: NOW, transaction: "A1", recipient: null, by: "system", detail: {} } as const
  const refused = { recipients: ["b@gmail.com"], rules: [{ rule: "webmail", approvals: 1 }], content: "hash", at: NOW }
  const offer = { transaction: "A1", mailbox: SENDER, unit: null, digest: "digest", code: "typed", until: NOW + DAY }
  await records.offer({ ...offer, kind: "refused", refused }, mail, event)
  const asked = { category: "citizen", reason: "trả kết quả hồ sơ", nextAt: NOW + DAY }
  assert.equal(await records.ask({ digest: "digest", code: "typed", now: NOW }, asked, [], event), "done")

  const round = (now: number): Promise<void> => escalateDue({ store, configuration, accounts: [], now })
  const before = (await told(store)).length
  await round(NOW + DAY - 1)
  assert.equal((await told(store)).length, before, "not before it is due")
  await round(NOW + DAY)
  await round(NOW + DAY + 1)
  assert.equal((await told(store)).length, before + 1, "the last who can be asked, once")
  assert.equal((await records.appeals(null, "requested", 10)).length, 1)

  await round(NOW + configuration.settings.hold.keep)
  await round(NOW + configuration.settings.hold.keep + DAY)
  assert.ok((await told(store)).includes(`[Quá hạn] ${SENDER}`))
  assert.equal((await told(store)).length, before + 2)
  assert.deepEqual(
    (await records.appeals(null, "lapsed", 10)).map(({ mailbox }) => mailbox),
    [SENDER],
  )
})
