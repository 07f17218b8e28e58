/** Anchors of the audit trail reach a syslog server outside, signed, and prove there what was cut off here. */
import assert from "node:assert/strict"
import { createSocket } from "node:dgram"
import { once } from "node:events"
import { generateKeyPairSync } from "node:crypto"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { test, type TestContext } from "node:test"
import { createAnchors } from "../../src/commands/anchors.ts"
import { auditHandsOf } from "../../src/commands/audit-hands.ts"
import type { MailEvent } from "../../src/mail/event.ts"
import type { Log } from "../../src/telemetry/log.ts"
import { serve } from "../store/stores.ts"

const T0 = Date.UTC(2026, 10, 23, 2, 0)
const MINUTE = 60_000
/** Ms: a datagram on the loopback, on a crowded machine. */
const SOON = 10_000

function event(n: number): MailEvent {
  return { kind: "login", at: T0 + n, transaction: null, recipient: null, by: "an", detail: { n } }
}

/** A syslog server: the datagrams as they come. */
async function listener(t: TestContext) {
  const socket = createSocket("udp4")
  socket.bind(0, "127.0.0.1")
  await once(socket, "listening")
  t.after(() => socket.close())
  return {
    url: `syslog://127.0.0.1:${socket.address().port}`,
    next: async (): Promise<string> => {
      const [octets] = (await once(socket, "message", { signal: AbortSignal.timeout(SOON) })) as [Buffer]
      return octets.toString("utf8")
    },
  }
}

test("a syslog server hears each new end once a period, and its word finds what was cut off", async (t) => {
  const { records, path } = await serve(t)
  const outside = await listener(t)
  const folder = await mkdtemp(join(tmpdir(), "congthu-anchors-"))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const key = join(folder, "key.pem")
  const { privateKey } = generateKeyPairSync("ed25519")
  await writeFile(key, privateKey.export({ type: "pkcs8", format: "pem" }))
  const audit = { every: MINUTE, key, file: join(folder, "anchors"), syslog: outside.url }
  const errors: unknown[] = []
  const nothing = (): void => undefined
  const log: Log = {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: (...said) => errors.push(said),
    flush: nothing,
  }
  const tell = createAnchors(records, () => audit, log)

  await records.note([event(1), event(2), event(3)])
  const first = outside.next()
  await tell(T0)
  const heard = await first
  // RFC 5424 §6: facility 13 (log audit), severity 5 (notice).
  assert.match(heard, /^<109>1 2026-11-23T02:00:00\.000Z - congthu - audit - \S/)
  const anchor = heard.slice(heard.indexOf(" audit - ") + " audit - ".length)
  assert.equal(await readFile(audit.file, "utf8"), `${anchor}\n`)

  await records.note([event(4)])
  await tell(T0 + MINUTE - 1)
  const second = outside.next()
  await tell(T0 + MINUTE)
  assert.notEqual(await second, heard, "not before its time, and then the new end")
  await tell(T0 + 2 * MINUTE)
  assert.equal((await readFile(audit.file, "utf8")).trim().split("\n").length, 2, "nothing new is told once")

  const settings = { settings: { audit } } as unknown as ReturnType<Parameters<typeof auditHandsOf>[0]["configuration"]>
  const { verify } = auditHandsOf({ records, configuration: () => settings, now: () => T0 })
  assert.equal((await verify(anchor)).whole, true)
  const db = new DatabaseSync(join(path, "records.db"))
  db.exec("DELETE FROM events WHERE seq > 2; UPDATE sqlite_sequence SET seq = 2 WHERE name = 'events'")
  db.close()
  assert.equal((await verify("")).whole, true, "from within nothing is seen")
  assert.equal((await verify(anchor)).whole, false)
  assert.deepEqual(errors, [])
})

test("a syslog server that is not there loses no anchor of the file, and is told in the log", async (t) => {
  const { records } = await serve(t)
  const folder = await mkdtemp(join(tmpdir(), "congthu-anchors-"))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const audit = { every: MINUTE, key: null, file: join(folder, "anchors"), syslog: "syslog://no-such-host.invalid:514" }
  const errors: unknown[] = []
  const nothing = (): void => undefined
  const log: Log = {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: (...said) => errors.push(said),
    flush: nothing,
  }
  await records.note([event(1)])
  await createAnchors(records, () => audit, log)(T0)
  assert.match(await readFile(audit.file, "utf8"), /^\S.*\n$/)
  assert.equal(errors.length, 1)
})
