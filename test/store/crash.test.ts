/** Other processes at the store, one of them killed in the middle of everything: what was promised is kept. */
import assert from "node:assert/strict"
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { buffer } from "node:stream/consumers"
import { test } from "node:test"
import { promisify } from "node:util"
import { acceptance, copyTo, FOREVER, holdUntil, HOUR, NOW, spool } from "./messages.ts"
import { directory, serve } from "./stores.ts"

const CHILD = join(import.meta.dirname, "child.ts")
const ROUNDS = 12

/** What one run told until it was killed, some ms after its first word. */
async function killed(path: string, name: string): Promise<readonly string[][]> {
  const child = spawn(process.execPath, [CHILD, "accept", path, name], { stdio: ["ignore", "pipe", "inherit"] })
  const exited = once(child, "exit")
  const told: string[][] = []
  for await (const line of createInterface({ input: child.stdout })) {
    if (told.length === 0) setTimeout(() => child.kill("SIGKILL"), Math.random() * 100)
    told.push(line.split(" "))
  }
  const [, signal] = (await exited) as [number | null, string | null]
  assert.equal(signal, "SIGKILL", "it ran until it was killed")
  return told
}

test(`killed ${ROUNDS} times under load: no acknowledged message is lost, altered or delivered again`, {
  timeout: 60_000,
}, async (t) => {
  const path = await directory(t)
  const told: string[][] = []
  for (let round = 0; round < ROUNDS; round++) told.push(...(await killed(path, String(round))))
  const accepted = new Map(told.filter(([word]) => word === "accepted").map(([, id = "", sha256 = ""]) => [id, sha256]))
  const begun = new Set(told.filter(([word]) => word === "leased").map(([, id]) => id))
  const delivered = new Set(told.filter(([word]) => word === "delivered").map(([, id]) => id))
  t.diagnostic(`${accepted.size} accepted, ${delivered.size} delivered`)
  assert.ok(accepted.size > ROUNDS && delivered.size > 0)

  const { records, bodies } = await serve(t, path)
  const waiting = new Set<string>()
  for (;;) {
    const leases = await records.lease(NOW, 100, HOUR)
    if (leases.length === 0) break
    for (const { transaction, spooled } of leases) {
      waiting.add(transaction.id)
      assert.equal((await buffer(bodies.read(spooled))).length, spooled.size)
      const sha256 = accepted.get(transaction.id)
      // One whose promise died with the process may be there too.
      if (sha256 !== undefined) assert.equal(spooled.sha256, sha256)
    }
  }
  for (const id of accepted.keys()) assert.ok(waiting.has(id) || begun.has(id), `${id} is lost`)
  for (const id of delivered) assert.ok(id !== undefined && !waiting.has(id), `${id} would be delivered again`)
  assert.ok((await records.events(0, 100_000)).every((event) => event.kind !== "set-aside"))
})

test("a command in another process releases what the gateway then leases", async (t) => {
  const { path, records, bodies } = await serve(t)
  const spooled = await spool(bodies, Buffer.from("x"))
  const copies = [copyTo("b@x.example", { hold: holdUntil(FOREVER) })]
  await records.accept(acceptance({ id: "A1", spooled, copies }), [])
  const { stdout } = await promisify(execFile)(process.execPath, [CHILD, "release", path, "A1"])
  assert.equal(stdout, "1\n")
  assert.equal((await records.lease(NOW, 10, HOUR)).length, 1)
})
