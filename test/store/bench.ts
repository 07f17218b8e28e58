/** Prints accepts per second, and what each costs all threads together: 64 callers, bodies of 5 KiB. Not asserted: disks differ. */
import { randomBytes } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openStore } from "../../src/store/open.ts"
import { acceptance, NOW, spool } from "./messages.ts"

const path = await mkdtemp(join(tmpdir(), "congthu-bench-"))
const store = await openStore(path, { mode: "serve" })
const body = randomBytes(5 * 1024)
const spooled = await spool(store.bodies, body)
const COUNT = 30_000
/** As long as what is kept of a usual verdict. */
const facts = JSON.stringify({ f: "a@citizen.example", y: [], n: ["x".repeat(380)] })
const waits: number[] = []
let next = 0
const before = process.cpuUsage()
const start = performance.now()
await Promise.all(
  Array.from({ length: 64 }, async () => {
    while (next < COUNT) {
      const id = `t${next++}`
      const from = performance.now()
      await store.records.accept({ ...acceptance({ id, spooled }), evidence: { at: NOW, transaction: id, facts } }, [])
      waits.push(performance.now() - from)
    }
  }),
)
const seconds = (performance.now() - start) / 1_000
const used = process.cpuUsage(before)
waits.sort((a, b) => a - b)
const at = (share: number) => waits[Math.floor(waits.length * share)]?.toFixed(1)
console.log(
  `${Math.round(COUNT / seconds)} accepts/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${Math.round((used.user + used.system) / COUNT)} µs of CPU each`,
)
await store.records.close()
await rm(path, { recursive: true })
