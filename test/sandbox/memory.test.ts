/** A child has no way out of its own: what others were told it learns from its parent. */
import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:net"
import { test } from "node:test"
import { settingsSchema } from "../../src/config/schema.ts"
import { createPool } from "../../src/sandbox/pool.ts"
import { type Memory, scanSettings } from "../../src/sandbox/protocol.ts"
import { examined, letterWith } from "../unpack/examined.ts"

test("two pools that share a memory ask the scanner once", async () => {
  let asked = 0
  const server = createServer((socket) => {
    let heard = ""
    socket.on("error", () => {})
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.toString("latin1")
      if (heard.startsWith("zVERSION")) socket.end("ClamAV 1.4.6\0")
      else if (heard.endsWith("\0\0\0\0")) {
        asked++
        socket.end("stream: OK\0")
      }
    })
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  assert.ok(address !== null && typeof address === "object")
  const settings = settingsSchema.parse({
    hostname: "mx.tuyenquang.gov.vn",
    postmaster: "postmaster@tuyenquang.gov.vn",
    publicUrl: "http://127.0.0.1:8025",
    domains: ["tuyenquang.gov.vn"],
    policy: "x",
    deliver: { routes: [{ domains: ["*"], to: "mx" }] },
    scan: { clamd: `tcp://127.0.0.1:${address.port}`, children: 1 },
    authentication: { check: false },
  })
  const known = new Map<string, string>()
  const shared: Memory = {
    recall: (name) => Promise.resolve(known.get(name) ?? null),
    remember: (name, value) => void known.set(name, value),
  }
  const letter = letterWith(randomBytes(100), { name: "a.bin" })
  try {
    for (const expected of [2, 2]) {
      const pool = createPool({ scan: scanSettings(settings), shared })
      try {
        assert.deepEqual(await examined(pool, letter), [])
      } finally {
        await pool.close()
      }
      assert.equal(asked, expected, "the message and its file")
    }
  } finally {
    server.close()
  }
})
