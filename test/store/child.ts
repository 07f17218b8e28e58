/** Another process at the store: `accept` under load until killed, telling every promise it was given; or `release` as a command does. */
import { createHash, randomBytes } from "node:crypto"
import { openStore } from "../../src/store/open.ts"
import type { Store } from "../../src/store/store.ts"
import { acceptance, HOUR, letGo, NOW, spool } from "./messages.ts"

const [, , task = "", path = "", name = ""] = process.argv

/** Writes to a pipe are synchronous: what was told before a SIGKILL is told. */
function tell(...words: readonly string[]): void {
  process.stdout.write(`${words.join(" ")}\n`)
}

async function acceptWithoutEnd(store: Store, caller: number): Promise<void> {
  for (let i = 0; ; i++) {
    const id = `${name}-${caller}-${i}`
    // Every eighth is a file.
    const bytes = randomBytes(i % 8 === 7 ? 150_000 : 2_000)
    await store.records.accept(acceptance({ id, spooled: await spool(store.bodies, bytes) }), [])
    tell("accepted", id, createHash("sha256").update(bytes).digest("hex"))
  }
}

async function deliverWithoutEnd(store: Store): Promise<void> {
  for (;;) {
    for (const lease of await store.records.lease(NOW, 5, HOUR)) {
      tell("leased", lease.transaction.id)
      const settlements = lease.deliveries.map(({ id }) => ({
        delivery: id,
        outcome: { is: "delivered", reply: "250 ok", nextHop: "x" } as const,
        step: { then: "done" } as const,
      }))
      await store.records.settle(lease, settlements, [], [])
      tell("delivered", lease.transaction.id)
    }
  }
}

if (task === "accept") {
  const store = await openStore(path, { mode: "serve" })
  await Promise.all([deliverWithoutEnd(store), ...Array.from({ length: 16 }, (_, i) => acceptWithoutEnd(store, i))])
}
if (task === "release") {
  const { records } = await openStore(path, { mode: "command" })
  tell(String(await letGo(records, { transaction: name, recipient: null })))
  await records.close()
}
