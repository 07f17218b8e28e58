import assert from "node:assert/strict"
import { existsSync } from "node:fs"
import { monitorEventLoopDelay } from "node:perf_hooks"
import { after, before, describe, test } from "node:test"
import type { Pool } from "../../src/sandbox/pool.ts"
import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib"
import { examined, letterWith, mostMemory, pool, stops } from "./examined.ts"
import { zip } from "./zip-writer.ts"

/** What is promised: a verdict within 2 s, 64 MiB beside what any message takes, a loop that never waits 50 ms. */
const TIME = 2_000
const MEMORY = 64 * 1_048_576
const LAG = 50
/** For a machine that has other things to do. */
const PATIENCE = 4

const ZEROS = Buffer.alloc(9_000_000)
const PACKED = deflateRawSync(ZEROS)
const SUM = crc32(ZEROS)

/** So many members of 9 MB each, packed once; or all of them one and the same piece of the file. */
function many(count: number, shape: "apart" | "one" = "apart"): Buffer {
  const header = (size: number, at: number): Buffer => {
    const fields = Buffer.alloc(size)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(SUM, 10)
    fields.writeUInt32LE(PACKED.length, 14)
    fields.writeUInt32LE(ZEROS.length, 18)
    fields.writeUInt16LE(3, 22)
    if (size > 26) fields.writeUInt32LE(at, 36)
    return fields
  }
  const name = (index: number): Buffer => Buffer.from(String(index).padStart(3, "0"))
  const locals = Array.from({ length: shape === "one" ? 1 : count }, (_, index) =>
    Buffer.concat([Buffer.from("PK\x03\x04"), header(26, 0), name(index), PACKED]),
  )
  const size = locals[0]?.length ?? 0
  const directory = Array.from({ length: count }, (_, index) =>
    Buffer.concat([Buffer.from("PK\x01\x02\x14\0"), header(40, shape === "one" ? 0 : index * size), name(index)]),
  )
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write("PK\x05\x06", "latin1")
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(locals.length * size, 16)
  return Buffer.concat([...locals, central, end])
}

function flat(): Buffer {
  return zip([{ name: "0.txt", data: Buffer.alloc(30_000_000) }])
}

function nested(depth: number): Buffer {
  if (depth === 0) return many(10)
  const inside = nested(depth - 1)
  return zip(Array.from({ length: 10 }, (_, index) => ({ name: `${index}.zip`, data: inside })))
}

/** A member that is its own archive again, as far as anybody follows: gzip in gzip for ever would be its end. */
function endless(): Buffer {
  let bytes = Buffer.from("x")
  for (let level = 0; level < 2_000; level++) bytes = gzipSync(bytes, { level: 0 })
  return bytes
}

/** One record of the directory after another, all of one empty member each. */
function entries(count: number): Buffer {
  const local = Buffer.alloc(31)
  local.write("PK\x03\x04\x14\0", "latin1")
  local.writeUInt16LE(1, 26)
  local.write("a", 30)
  const central = Buffer.alloc(47)
  central.write("PK\x01\x02\x14\0\x14\0", "latin1")
  central.writeUInt16LE(1, 28)
  central.write("a", 46)
  const end = Buffer.alloc(22 + 76)
  end.write("PK\x06\x06", 0, "latin1")
  end.writeBigUInt64LE(44n, 4)
  end.writeBigUInt64LE(BigInt(count), 24)
  end.writeBigUInt64LE(BigInt(count), 32)
  end.writeBigUInt64LE(BigInt(count * 47), 40)
  end.writeBigUInt64LE(31n, 48)
  end.write("PK\x06\x07", 56, "latin1")
  end.writeBigUInt64LE(BigInt(31 + count * 47), 64)
  end.write("PK\x05\x06", 76, "latin1")
  end.fill(0xff, 84, 96)
  return Buffer.concat([local, Buffer.alloc(count * 47, central), end])
}

/** A picture of 100,000 × 100,000 points. */
function pixels(): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data])
    const frame = Buffer.alloc(8 + body.length)
    frame.writeUInt32BE(data.length)
    body.copy(frame, 4)
    frame.writeUInt32BE(crc32(body), frame.length - 4)
    return frame
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(100_000, 0)
  head.writeUInt32BE(100_000, 4)
  head.set([8, 6], 8)
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", head),
    chunk("IDAT", deflateRawSync(Buffer.alloc(1_000_000))),
    chunk("IEND", Buffer.alloc(0)),
  ])
}

function objects(): Buffer {
  const body = Array.from({ length: 150_000 }, (_, index) => `${index + 1} 0 obj<</A ${index + 2} 0 R>>endobj\n`).join(
    "",
  )
  return Buffer.from(`%PDF-1.7\n${body}trailer<</Root 1 0 R/Size 150001>>\n%%EOF`)
}

describe("a bomb is met with a verdict in time", { skip: existsSync("/proc/self/status") ? false : "no /proc" }, () => {
  /** One child for all: its peak is reset before each. proc(5), clear_refs. */
  let children: Pool | null = null
  before(async () => {
    children = pool()
    await examined(children, letterWith(Buffer.from("xin chào"), { name: "a.txt" }))
  })
  after(() => children?.close())
  for (const [what, name, make, held] of [
    ["flat, a thousand to one", "a.zip", flat, true],
    ["cut into members", "a.zip", () => many(200), true],
    ["nested six deep, ten wide", "a.zip", () => nested(5), true],
    ["of overlapping members", "a.zip", () => many(250, "one"), true],
    ["without an end", "a.gz", endless, true],
    ["of a million entries", "a.zip", () => entries(250_000), true],
    ["of zstd", "a.zst", () => zstdCompressSync(Buffer.alloc(30_000_000)), true],
    ["of points", "a.png", pixels, false],
    ["of objects", "a.pdf", objects, true],
  ] as const) {
    test(what, async (t) => {
      const bomb = letterWith(make(), { name })
      assert.ok(children !== null)
      mostMemory()
      const most = mostMemory()
      const delay = monitorEventLoopDelay({ resolution: 5 })
      delay.enable()
      const began = performance.now()
      const findings = await examined(children, bomb)
      const took = performance.now() - began
      delay.disable()
      const lag = delay.percentile(99) / 1e6
      // Three times the message's own octets pass before anything is unpacked: as it came, decoded, and read.
      const extra = mostMemory() - most - 3 * bomb.length
      const measured = `${Math.round(took)} ms, ${Math.round(extra / 1_048_576)} MiB, lag ${Math.round(lag)} ms`
      t.diagnostic(measured)
      assert.equal(findings.some(stops), held, JSON.stringify(findings.slice(0, 5)))
      assert.ok(took < PATIENCE * TIME && extra < MEMORY && lag < PATIENCE * LAG, measured)
    })
  }
})
