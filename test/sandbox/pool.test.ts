import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { createCipheriv, createHash, randomBytes } from "node:crypto"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { describe, test } from "node:test"
import { settingsSchema } from "../../src/config/schema.ts"
import type { Spooled } from "../../src/mail/transaction.ts"
import { type Pool, type PoolOptions, createPool } from "../../src/sandbox/pool.ts"
import { EICAR, startClamd } from "../support/clamd.ts"

const POISON = new URL("./poison.ts", import.meta.url)
const REAL = { child: new URL("../../src/sandbox/child.ts", import.meta.url) }

function scanSettings(settings: object = {}): PoolOptions["scan"] {
  const scan = settingsSchema.shape.scan.parse({ deadline: "10s", forbidden: [], ...settings })
  const authentication = settingsSchema.shape.authentication.parse({ check: false })
  const recognise = settingsSchema.shape.recognise.parse({})
  return { ...scan, recognise, hostname: "mx.tuyenquang.gov.vn", authentication, badFiles: [], scribe: null }
}

function spooled(text: string): Spooled {
  const bytes = Buffer.from(text)
  const sha256 = createHash("sha256").update(bytes).digest("hex")
  return { size: bytes.length, sha256, eightBit: false, key: randomBytes(32), at: { kind: "memory", bytes } }
}

async function withPool(options: Partial<PoolOptions>, use: (pool: Pool, noticed: string[]) => Promise<void>) {
  const deaths: string[] = []
  const noticed = (why: string, said: string): void => void deaths.push(`${why}: ${said}`)
  const pool = createPool({ scan: scanSettings(), child: POISON, noticed, ...options })
  try {
    await use(pool, deaths)
  } finally {
    await pool.close()
  }
}

/** What became of one message: its subject, the reason nobody could read it, or the error. */
async function fate(pool: Pool, text: string): Promise<string> {
  try {
    const { message, findings } = await pool.examine(spooled(text))
    const unread = findings.state === "known" ? findings.value[0]?.why : undefined
    return unread === undefined ? message.subject.split(" ").slice(0, -2).join(" ") : `unscannable ${unread}`
  } catch (error) {
    return error instanceof Error ? error.message : "?"
  }
}

describe("a message that", { concurrency: 3 }, () => {
  for (const [what, text, becomes] of [
    ["is harmless is read", "hello", "hello"],
    ["throws is unscannable", "throw", "unscannable crashed"],
    ["ends its child is unscannable", "exit", "unscannable crashed"],
    ["aborts its child is unscannable", "abort", "unscannable crashed"],
    ["lets an error loose is unscannable", "stray", "unscannable crashed"],
    ["cannot be read from the disk may come again", "fail", "message not examined: no disk"],
  ] as const) {
    test(what, async () => {
      await withPool({ scan: scanSettings() }, async (pool) => {
        assert.equal(await fate(pool, text), becomes)
        assert.equal(await fate(pool, "next"), "next")
      })
    })
  }

  for (const [what, text, becomes] of [
    ["blocks its child is unscannable", "block", "unscannable timeout"],
    ["is never done is unscannable", "hang", "unscannable timeout"],
  ] as const) {
    test(what, async () => {
      await withPool({ scan: scanSettings({ deadline: "4s" }) }, async (pool) => {
        await fate(pool, "warm")
        assert.equal(await fate(pool, text), becomes)
        assert.equal(pool.stats().deaths.timeout, 2)
        assert.equal(await fate(pool, "next"), "next")
      })
    })
  }

  test("eats memory is unscannable", async () => {
    await withPool({ scan: scanSettings({ memory: "250MiB" }) }, async (pool) => {
      assert.equal(await fate(pool, "eat"), "unscannable memory")
      assert.equal(pool.stats().deaths.memory, 2)
    })
  })

  test("waits for a scanner has its own deadline before the child is lost", async () => {
    await withPool({ scan: scanSettings({ deadline: "3s" }) }, async (pool) => {
      assert.equal(await fate(pool, "patience"), "patience")
      assert.equal(pool.stats().deaths.timeout, 0)
    })
  })
})

test("large messages are read one after the other by a child, and small ones pass them", async () => {
  await withPool({ scan: scanSettings({ children: 1 }) }, async (pool) => {
    await fate(pool, "warm")
    const read = (text: string, size: number): Promise<unknown> => pool.examine({ ...spooled(text), size })
    const large = ["wait a", "wait b", "wait c"].map((text) => read(text, 25_000_000))
    await Promise.resolve()
    assert.deepEqual([pool.stats().running, pool.stats().waiting], [1, 2])
    const small = read("wait d", 5_000)
    await Promise.resolve()
    assert.deepEqual([pool.stats().running, pool.stats().waiting], [2, 2])
    const medium = read("wait e", 2_000_000)
    await Promise.resolve()
    assert.deepEqual([pool.stats().running, pool.stats().waiting], [2, 3], "only small ones pass who waits for room")
    await Promise.all([...large, small, medium])
  })
})

describe("neighbours of a message that kills its child are read all the same:", { concurrency: 3 }, () => {
  for (const [what, poison, settings] of [
    ["it crashes", "exit", {}],
    ["it blocks", "block", { deadline: "8s" }],
    ["it eats memory", "eat", { memory: "250MiB" }],
  ] as const) {
    test(what, async () => {
      await withPool({ scan: scanSettings(settings) }, async (pool) => {
        await fate(pool, "warm")
        const neighbours = ["wait a", "wait b", "wait c"]
        const [poisoned, ...read] = await Promise.all([poison, ...neighbours].map((text) => fate(pool, text)))
        assert.match(poisoned ?? "", /^unscannable/)
        assert.deepEqual(read, neighbours)
      })
    })
  }
})

/** How many children have answered eight messages that came at once. */
async function ready(pool: Pool): Promise<number> {
  const all = await Promise.all(Array.from({ length: 8 }, () => pool.examine(spooled("wait"))))
  return new Set(all.map(({ message }) => message.subject.split(" ").at(-2))).size
}

describe("the pool", { concurrency: 3 }, () => {
  test("reads many messages side by side, each by the least busy child", async () => {
    await withPool({ scan: scanSettings({ children: 2 }) }, async (pool) => {
      while ((await ready(pool)) < 2);
      const texts = Array.from({ length: 60 }, (_, n) => `wait ${n}`)
      const all = await Promise.all(texts.map(async (text) => (await pool.examine(spooled(text))).message.subject))
      assert.deepEqual(
        all.map((subject) => subject.split(" ").slice(0, 2).join(" ")),
        texts,
      )
      assert.equal(new Set(all.map((subject) => subject.split(" ").at(-2))).size, 2)
      assert.deepEqual({ ...pool.stats(), deaths: 0 }, { children: 2, running: 0, waiting: 0, deaths: 0 })
    })
  })

  test("lets messages wait for a child longer than one may be examined, and reads them", async () => {
    await withPool({ scan: scanSettings({ children: 1, deadline: "4s" }) }, async (pool) => {
      await fate(pool, "warm")
      // 150 ms for eight at a time.
      const texts = Array.from({ length: 240 }, (_, n) => `wait ${n}`)
      const started = Date.now()
      const read = await Promise.all(texts.map((text) => fate(pool, text)))
      assert.ok(Date.now() - started > 4_200)
      assert.deepEqual(read, texts)
    })
  })

  test("gives up on a message that waits longer than anybody's patience", async () => {
    await withPool({ scan: scanSettings({ children: 1 }), patience: 1_000 }, async (pool) => {
      await fate(pool, "warm")
      const full = Array.from({ length: 8 }, () => fate(pool, "hang"))
      const started = Date.now()
      assert.equal(await fate(pool, "late"), "message not examined: deadline")
      assert.ok(Date.now() - started < 2_000)
      await Promise.all(full)
    })
  })

  test("starts a child anew when it was killed from outside, and tells", async () => {
    await withPool({ scan: scanSettings() }, async (pool, noticed) => {
      const { message } = await pool.examine(spooled("hello"))
      const pid = Number(message.subject.split(" ").at(-2))
      process.kill(pid, "SIGKILL")
      assert.equal(await fate(pool, "again"), "again")
      assert.deepEqual(noticed, ["crashed: "])
    })
  })

  test("judges by its new settings, in every child, once it has them", async () => {
    await withPool({ scan: scanSettings({ children: 2 }) }, async (pool) => {
      while ((await ready(pool)) < 2);
      pool.configure(scanSettings({ children: 1, forbidden: ["exe"] }))
      const texts = Array.from({ length: 12 }, (_, n) => `wait ${n}`)
      const all = await Promise.all(texts.map(async (text) => (await pool.examine(spooled(text))).message.subject))
      assert.ok(all.every((subject) => subject.endsWith(" exe")))
      assert.equal(pool.stats().children, 1)
      pool.configure(scanSettings({ children: 3, forbidden: ["exe"] }))
      assert.equal(pool.stats().children, 3)
    })
  })

  test("whose children cannot start lets nothing pass and tells why", async () => {
    const child = new URL("./stillborn.ts", import.meta.url)
    await withPool({ child, scan: scanSettings({ deadline: "3s" }) }, async (pool, noticed) => {
      assert.equal(await fate(pool, "hello"), "message not examined: deadline")
      assert.match(noticed[0] ?? "", /^crashed: .*cannot start/)
      assert.ok(noticed.length <= 10)
    })
  })

  test("that is closed ends its children and what they do", async () => {
    const pool = createPool({ scan: scanSettings(), child: POISON })
    await fate(pool, "warm")
    const running = fate(pool, "hang")
    await pool.close()
    assert.equal(await running, "message not examined: the pool is closed")
    assert.equal(await fate(pool, "late"), "message not examined: the pool is closed")
    assert.equal(pool.stats().children, 0)
  })

  test("that is killed leaves no child behind", async () => {
    const program = `
      import { createPool } from ${JSON.stringify(new URL("../../src/sandbox/pool.ts", import.meta.url).href)}
      const pool = createPool({ scan: ${JSON.stringify(scanSettings())}, child: new URL(${JSON.stringify(POISON.href)}) })
      const bytes = Buffer.from("hello")
      const { message } = await pool.examine({ size: 5, sha256: "", eightBit: false, key: new Uint8Array(32), at: { kind: "memory", bytes } })
      console.log(message.subject.split(" ").at(-2))`
    const parent = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    })
    const [pid] = await once(createInterface({ input: parent.stdout }), "line")
    parent.kill("SIGKILL")
    await once(parent, "exit")
    const gone = (): boolean => {
      try {
        process.kill(Number(pid), 0)
        return false
      } catch {
        return true
      }
    }
    for (let tries = 0; tries < 100 && !gone(); tries++) await new Promise((resolve) => setTimeout(resolve, 20))
    assert.ok(gone())
  })
})

const MESSAGE = [
  "From: An <an@tuyenquang.gov.vn>",
  "To: binh@example.vn",
  "Subject: Cong van",
  'Content-Type: multipart/mixed; boundary="b"',
  "",
  "--b",
  "Content-Type: text/plain",
  "",
  "Kinh gui",
  "--b",
  'Content-Type: application/zip; name="a.pdf.exe"',
  "Content-Transfer-Encoding: base64",
  "",
  Buffer.from(EICAR).toString("base64"),
  "--b--",
  "",
].join("\r\n")

describe("the child that reads real mail", { concurrency: 3 }, () => {
  test("tells what the message is and what its attachments are", async () => {
    await withPool({ scan: scanSettings({ forbidden: ["exe"] }), ...REAL }, async (pool) => {
      const { message, findings, content } = await pool.examine(spooled(MESSAGE))
      assert.equal(message.subject, "Cong van")
      assert.equal(message.text, "", "nobody outside the child asks for it")
      assert.deepEqual(
        message.attachments.map(({ at, names, size }) => ({ at, names, size })),
        [{ at: "2", names: ["a.pdf.exe"], size: 68 }],
      )
      assert.ok(findings.state === "known")
      assert.deepEqual(
        findings.value.map(({ kind, at, why }) => [kind, at, why]),
        [
          ["forbidden-type", "2", undefined],
          ["disguised", "2", undefined],
          ["unscannable", "2", "no-scanner"],
        ],
      )
      assert.equal(content.official.label, "not-official")
    })
  })

  test("reads it from an encrypted file as well, and fails when that is not what was spooled", async () => {
    const directory = await mkdtemp(join(tmpdir(), "congthu-pool-"))
    await withPool(REAL, async (pool) => {
      const key = randomBytes(32)
      const path = join(directory, "body")
      await writeFile(path, createCipheriv("aes-256-ctr", key, new Uint8Array(16)).update(MESSAGE))
      const filed: Spooled = { ...spooled(MESSAGE), key, at: { kind: "file", path } }
      assert.equal((await pool.examine(filed)).message.subject, "Cong van")
      await assert.rejects(pool.examine({ ...filed, sha256: "0" }), /not examined: BodyCorrupt/)
      await rm(path)
      await assert.rejects(pool.examine(filed), /not examined: BodyCorrupt/)
    })
    await rm(directory, { recursive: true })
  })

  test("asks clamd, and knows nothing when clamd cannot be asked", async (t) => {
    const clamd = await startClamd()
    if (clamd === null) return t.skip("clamd is not installed")
    try {
      await withPool({ scan: scanSettings({ clamd: clamd.unix }), ...REAL }, async (pool) => {
        const { findings } = await pool.examine(spooled(MESSAGE))
        assert.ok(findings.state === "known")
        assert.ok(findings.value.some(({ kind, at }) => kind === "malware" && at === "2"))
        pool.configure(scanSettings({ clamd: "unix:/nonexistent/clamd.sock" }))
        assert.deepEqual((await pool.examine(spooled(MESSAGE))).findings, { state: "failed", why: "unreachable" })
      })
    } finally {
      await clamd.stop()
    }
  })
})
