/**
 * Prints what a long queue costs: start, lease, settle, and accepts beside it as a share of accepts into an empty one.
 * `node test/bench/queue.ts [copies, else 1000000]`. Not asserted: disks differ.
 */
import { randomBytes } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openStore } from "../../src/store/open.ts"
import type { Store } from "../../src/store/store.ts"
import { acceptance, NOW, spool } from "../store/messages.ts"

const LONG = Number(process.argv[2] ?? 1_000_000)
const ACCEPTS = 15_000
const CALLERS = 64
const LEASES = 500
const ROUNDS = 3
/** All of the queue is due. */
const LATER = NOW + 86_400_000
const DELIVERED = { is: "delivered", reply: "250 ok", nextHop: "next.example" } as const

let serial = 0

async function acceptRate({ records, bodies }: Store): Promise<number> {
  const spooled = await spool(bodies, randomBytes(5 * 1024))
  const end = serial + ACCEPTS
  const start = performance.now()
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (serial < end) await records.accept(acceptance({ id: `a${serial++}`, spooled, at: LATER }), [])
    }),
  )
  return (1_000 * ACCEPTS) / (performance.now() - start)
}

/** Small messages, a quarter of them bulk, a thousand in each transaction. */
async function fill({ records, bodies }: Store, count: number): Promise<void> {
  const spooled = await spool(bodies, randomBytes(300))
  for (let done = 0; done < count; done += 1_000) {
    const [first, ...rest] = Array.from({ length: Math.min(1_000, count - done) }, (_, i) =>
      acceptance({ id: `q${done + i}`, spooled, bulk: i % 4 === 0 }),
    )
    if (first !== undefined) await records.accept(first, rest)
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const start = performance.now()
  const value = await work()
  return { value, ms: performance.now() - start }
}

/** One message leased and settled after the other: ms of each. */
async function leases({ records }: Store): Promise<{ readonly lease: number[]; readonly settle: number[] }> {
  const times = { lease: [] as number[], settle: [] as number[] }
  for (let left = LEASES; left > 0; left--) {
    const { value, ms } = await timed(() => records.lease(LATER, 1, 60_000))
    times.lease.push(ms)
    const [lease] = value
    if (lease === undefined) throw new Error("nothing is due")
    const settlements = lease.deliveries.map(({ id }) => {
      return { delivery: id, outcome: DELIVERED, step: { then: "done" } } as const
    })
    times.settle.push((await timed(() => records.settle(lease, settlements, [], []))).ms)
  }
  return times
}

async function store(
  count: number,
): Promise<{ readonly path: string; readonly opened: Store; readonly start: number }> {
  const path = await mkdtemp(join(tmpdir(), "congthu-bench-"))
  const first = await openStore(path, { mode: "serve" })
  await fill(first, count)
  await first.records.close()
  const { value: opened, ms: start } = await timed(() => openStore(path, { mode: "serve" }))
  return { path, opened, start }
}

const empty = await store(0)
const long = await store(LONG)
const rates = { empty: [] as number[], long: [] as number[] }
// In turns, so that a machine that is busy for a while is so for both.
for (let round = 0; round < ROUNDS; round++) {
  rates.empty.push(await acceptRate(empty.opened))
  rates.long.push(await acceptRate(long.opened))
}
const times = { empty: await leases(empty.opened), long: await leases(long.opened) }
const counting = await timed(() => long.opened.records.counts())
const [before, beside] = [median(rates.empty), median(rates.long)]
console.log(`${LONG} copies queued: start ${Math.round(long.start)} ms (empty ${Math.round(empty.start)} ms)`)
console.log(
  `lease, commit included: median ${median(times.long.lease).toFixed(2)} ms (empty ${median(times.empty.lease).toFixed(2)} ms)`,
)
console.log(
  `settle: median ${median(times.long.settle).toFixed(2)} ms (empty ${median(times.empty.settle).toFixed(2)} ms)`,
)
console.log(`counts: ${counting.ms.toFixed(2)} ms`)
console.log(`accepts/s: ${Math.round(beside)} (empty ${Math.round(before)}): ratio ${(beside / before).toFixed(2)}`)
for (const { opened, path } of [empty, long]) {
  await opened.records.close()
  await rm(path, { recursive: true })
}
