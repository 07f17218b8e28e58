/** Prints accepts per second: 64 callers, bodies of 5 KiB. Not asserted: disks differ. */
import { randomBytes } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openStore } from "../../src/store/open.ts"
import { acceptance, spool } from "./messages.ts"

const path = await mkdtemp(join(tmpdir(), "congthu-bench-"))
const store = await openStore(path, { mode: "serve" })
const body = randomBytes(5 * 1024)
const spooled = await spool(store.bodies, body)
const COUNT = 30_000
const waits: number[] = []
let next = 0
const start = performance.now()
await Promise.all(
  Array.from({ length: 64 }, async () => {
    while (next < COUNT) {
      const id = `t${next++}`
      const from = performance.now()
      await store.records.accept(acceptance({ id, spooled }), [])
      waits.push(performance.now() - from)
    }
  }),
)
const seconds = (performance.now() - start) / 1_000
waits.sort((a, b) => a - b)
const at = (share: number) => waits[Math.floor(waits.length * share)]?.toFixed(1)
console.log(`${Math.round(COUNT / seconds)} accepts/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`)
await store.records.close()
await rm(path, { recursive: true })
