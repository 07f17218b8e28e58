/** A disk without room: the client is told to come later, nothing is lost, and it works again by itself. */
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { openSink } from "../support/sink.ts"

/** A small disk of our own, or null where we may not mount one. */
function smallDisk(): string | null {
  const dir = mkdtempSync(join(tmpdir(), "congthu-disk-"))
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", dir], { stdio: "ignore" })
    return dir
  } catch {
    rmSync(dir, { recursive: true })
    return null
  }
}

test("a full disk defers, small mail and large, and room brings everything back", async (t) => {
  const disk = smallDisk()
  if (disk === null) return t.skip("mounting a tmpfs needs root")
  t.after(() => {
    execFileSync("umount", ["-l", disk])
    rmSync(disk, { recursive: true })
  })
  await using sink = await openSink()
  await using gateway = await startGateway({ to: sink.url, settings: { store: { path: join(disk, "data") } } })
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
  assert.match(await send(mail()), /^250 /)
  assert.match(await send(large), /^250 /)
  await sink.waitFor(3)
  assert.equal(sink.received.length, 3)
})
