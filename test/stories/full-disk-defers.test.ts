/** A disk without room: the client is told to come later, nothing is lost, and it works again by itself. */
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { test, type TestContext } from "node:test"
import { connect, sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { openSink } from "../support/sink.ts"
import type { HealthStatus } from "../../src/telemetry/health.ts"

/** A small disk of our own, or null where we may not mount one. */
function smallDisk(t: TestContext): string | null {
  const dir = mkdtempSync(join(tmpdir(), "congthu-disk-"))
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m,nr_inodes=1000", "tmpfs", dir], { stdio: "ignore" })
    t.after(() => {
      execFileSync("umount", ["-l", dir])
      rmSync(dir, { recursive: true })
    })
    return dir
  } catch {
    rmSync(dir, { recursive: true })
    t.skip("mounting a tmpfs needs root")
    return null
  }
}

test("a full disk defers, small mail and large, and room brings everything back", async (t) => {
  const disk = smallDisk(t)
  if (disk === null) return
  await using sink = await openSink()
  await using gateway = await startGateway({
    to: sink.url,
    settings: {
      store: { path: join(disk, "data") },
      // So that the disk itself refuses.
      limits: { freeSpace: "1B", freeInodes: 1 },
    },
  })
  const large = mail({ attachments: [{ name: "a.txt", bytes: Buffer.alloc(4_000_000, "x") }] })
  const send = async (message: Uint8Array): Promise<string> => {
    const { reply } = await sendMail(gateway.submission, {
      from: "a@tuyenquang.gov.vn",
      to: ["b@hanoi.gov.vn"],
      message,
    })
    return reply
  }
  assert.match(await send(mail()), /^250 /)

  const ballast = join(disk, "ballast")
  // As much as fits: the gateway writes too.
  assert.throws(() => writeFileSync(ballast, Buffer.alloc(17_000_000)), /ENOSPC/)
  for (const bytes of [mail(), large, mail()]) assert.match(await send(bytes), /^4\d\d 4\./)

  rmSync(ballast)
  // The disk is looked at each second.
  for (const end = Date.now() + 5_000; (await send(mail())).startsWith("452") && Date.now() < end; ) await sleep(50)
  assert.match(await send(mail()), /^250 /)
  assert.match(await send(large), /^250 /)
  await sink.waitFor(4)
  assert.equal(sink.received.length, 4)
})

for (const [what, limits] of [
  ["disk space", { freeSpace: "8MB", freeInodes: 1 }],
  ["inodes", { freeSpace: "1B", freeInodes: 100 }],
] as const) {
  test(`below the floor of free ${what} MAIL is deferred, and taken again once there is room`, async (t) => {
    const disk = smallDisk(t)
    if (disk === null) return
    await using sink = await openSink()
    const settings = { store: { path: join(disk, "data") }, limits: { messageSize: "4MB", ...limits } }
    await using gateway = await startGateway({ to: sink.url, settings })
    const client = await connect(gateway.submission)
    await client.expect(/^220/)
    await client.say("EHLO client.example", /^250/)
    const room = async (): Promise<unknown> => {
      const status = (await (await fetch(`${gateway.console}/readyz`)).json()) as HealthStatus
      return status.parts["room"]
    }
    const until = async (reply: RegExp): Promise<void> => {
      for (const end = Date.now() + 10_000; ; await sleep(100)) {
        const got = await client.say("MAIL FROM:<a@tuyenquang.gov.vn>")
        await client.say("RSET")
        if (reply.test(got)) return
        assert.ok(Date.now() < end, `${got} instead of ${reply}`)
      }
    }
    await until(/^250/)
    assert.deepEqual(await room(), { state: "ok", why: "" })
    const ballast = join(disk, "ballast")
    if (what === "disk space") writeFileSync(ballast, Buffer.alloc(9_000_000))
    else {
      mkdirSync(ballast)
      for (let file = 0; file < 900; file++) writeFileSync(join(ballast, String(file)), "")
    }
    await until(/^452 4\.3\.1 .*Insufficient storage/)
    assert.match(JSON.stringify(await room()), /degraded.*new mail waits/)

    rmSync(ballast, { recursive: true })
    await until(/^250/)
    assert.deepEqual(await room(), { state: "ok", why: "" })
    client.close()
  })
}
