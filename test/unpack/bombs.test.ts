import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { gunzipSync, zstdCompressSync } from "node:zlib"
import { spoolOctets } from "../../src/act/tell.ts"
import type { Finding } from "../../src/mail/finding.ts"
import type { Spooled } from "../../src/mail/transaction.ts"
import { openBodies } from "../../src/store/bodies.ts"
import type { Bodies } from "../../src/store/store.ts"
import { endless, entries, flat, many, nested, objects, pixels, tarEntries } from "./bomb-writer.ts"
import { findingsOf, letterWith, mostMemory, pool, processorTime, stops } from "./examined.ts"
import { gzipQuine, zipQuine } from "./quine-writer.ts"
import { zip } from "./zip-writer.ts"

/** What is promised: a verdict within 2 s, 64 MiB beside what a harmless message of the size takes, a loop that never waits 50 ms. */
const TIME = 2_000
const MEMORY = 64 * 1_048_576
const LAG = 50

/**
 * The longest the loop of this process, which is the gateway's, was kept from its next turn: in ms of its own processor
 * time, so that what else the machine does is not counted.
 */
function watchLoop(): () => number {
  let [most, last] = [0, process.threadCpuUsage()]
  const look = () => {
    const { user, system } = process.threadCpuUsage(last)
    most = Math.max(most, (user + system) / 1_000)
    last = process.threadCpuUsage()
  }
  const timer = setInterval(look, 1)
  return () => {
    clearInterval(timer)
    look()
    return most
  }
}

const BOMBS: readonly (readonly [what: string, name: string, make: () => Buffer, held: boolean])[] = [
  ["flat, a thousand to one", "a.zip", flat, true],
  ["cut into members", "a.zip", () => many(200), true],
  ["nested six deep, ten wide", "a.zip", () => nested(5), true],
  ["of overlapping members", "a.zip", () => many(250, "one"), true],
  ["gzip two thousand deep", "a.gz", endless, true],
  ["a gzip that is its own content", "a.gz", gzipQuine, true],
  ["a zip that is its own content", "a.zip", zipQuine, true],
  ["of 300,000 entries, as many as a letter carries", "a.zip", () => entries(300_000), true],
  ["of a million entries, packed", "a.zip", () => zip([{ name: "b.zip", data: entries(1_000_000) }]), true],
  ["of a million entries of tar, packed", "a.tar.zst", () => zstdCompressSync(tarEntries(1_000_000)), true],
  ["of zstd", "a.zst", () => zstdCompressSync(Buffer.alloc(30_000_000)), true],
  ["of points", "a.png", pixels, false],
  ["of objects", "a.pdf", objects, true],
]

interface Met {
  readonly findings: readonly Finding[]
  /** Ms of the child's processor time, octets, ms. */
  readonly took: number
  readonly extra: number
  readonly lag: number
}

describe("a bomb is met with a verdict in time", { skip: existsSync("/proc/self/status") ? false : "no /proc" }, () => {
  let folder: string
  let bodies: Bodies
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "congthu-bombs-"))
    bodies = await openBodies({ path: folder, inline: 65_536 })
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  /** By a child of its own, so that none has room from the one before. */
  async function met(bomb: Spooled, harmless: Spooled): Promise<Met> {
    const children = pool()
    await findingsOf(children, harmless)
    mostMemory()
    await findingsOf(children, harmless)
    const most = mostMemory()
    const [began, longest] = [processorTime(), watchLoop()]
    const findings = await findingsOf(children, bomb)
    const [took, lag, extra] = [processorTime() - began, longest(), mostMemory() - most]
    await children.close()
    return { findings, took, lag, extra }
  }

  for (const [what, name, make, held] of BOMBS) {
    test(what, async (t) => {
      const bytes = make()
      const bomb = await spoolOctets(bodies, letterWith(bytes, { name }))
      const harmless = await spoolOctets(bodies, letterWith(randomBytes(bytes.length), { name }))
      const { findings, took, lag, ...first } = await met(bomb, harmless)
      // What it needs, not when the collector came by.
      const extra = first.extra < MEMORY ? first.extra : (await met(bomb, harmless)).extra
      const measured = `${Math.round(took)} ms, ${Math.round(extra / 1_048_576)} MiB, lag ${lag.toFixed(1)} ms`
      t.diagnostic(measured)
      assert.equal(findings.some(stops), held, JSON.stringify(findings.slice(0, 5)))
      assert.ok(took < TIME && extra < MEMORY && lag < LAG, measured)
    })
  }
})

test("a gzip that is its own content is so", () => {
  assert.deepEqual(gunzipSync(gzipQuine()), gzipQuine())
})
