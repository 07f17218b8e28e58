import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { once } from "node:events"
import { type Socket, createServer } from "node:net"
import { after, before, describe, test } from "node:test"
import { createInspect } from "../../src/inspect/inspect.ts"
import type { Part } from "../../src/mail/part.ts"
import { type Clamd, EICAR, startClamd } from "../support/clamd.ts"
import { createUnpack } from "../../src/unpack/unpack.ts"
import { readMessage } from "../unpack/opened.ts"
import { zip } from "../unpack/zip-writer.ts"

const FORBIDDEN = ["exe", "js"]
const SCAN = { icap: [], yara: null, signatures: { age: 1, outdated: "degraded" }, cache: 0, badFiles: [] } as const

function part(fields: Partial<Omit<Part, "content">>, ...content: readonly (Buffer | string)[]): Part {
  async function* octets(): AsyncGenerator<Uint8Array> {
    for (const piece of content) yield Buffer.from(piece)
  }
  return {
    at: "1",
    names: [],
    claimed: "application/octet-stream",
    disposition: null,
    isText: false,
    ...fields,
    content: octets(),
  }
}
const BODY = { claimed: "text/plain", isText: true }

async function inspected(clamd: string | null, parts: readonly Part[], raw = "From: a@b.vn\r\n\r\nx", time = 5_000) {
  const inspect = createInspect({ ...SCAN, clamd, forbidden: FORBIDDEN })
  const signal = AbortSignal.timeout(time)
  const unpacking = createUnpack({ passwords: [] }, readMessage)(signal)
  for (const leaf of parts) await unpacking.part(leaf)
  return inspect(
    {
      files: await unpacking.open({ subject: "", text: "", passwords: [] }),
      parsed: [],
      raw: () => [Buffer.from(raw)],
      size: raw.length,
      sha256: "",
    },
    signal,
  )
}

describe("without a scanner", () => {
  test("an attachment is told with its digest, and that nobody scanned it", async () => {
    const { attachments, findings } = await inspected(null, [
      part({ at: "1", ...BODY }, "Kính gửi"),
      part({ at: "2", names: ["a.pdf"], claimed: "application/pdf", disposition: "attachment" }, "%PDF", "-1.4"),
    ])
    const sha256 = createHash("sha256").update("%PDF-1.4").digest("hex")
    assert.deepEqual(attachments, [
      { at: "2", names: ["a.pdf"], claimed: "application/pdf", type: "application/pdf", size: 8, sha256 },
    ])
    assert.deepEqual(findings, { state: "known", value: [{ kind: "unscannable", at: "2", why: "no-scanner" }] })
  })

  for (const [what, leaf, counts] of [
    ["body text is no attachment", part(BODY, "x"), 0],
    ["an HTML body is no attachment", part({ ...BODY, claimed: "text/html" }, "<!doctype html>"), 0],
    ["body text with a NUL in it is no attachment", part(BODY, "a\0b"), 0],
    ["body text with a file name is one", part({ ...BODY, names: ["a.txt"] }, "x"), 1],
    ["text sent as attachment is one", part({ ...BODY, disposition: "attachment" }, "x"), 1],
    ["an image is one", part({ claimed: "image/png", disposition: "inline" }, "x"), 1],
    ["a program sent as body text is one", part(BODY, Buffer.from("MZ\0\0\0")), 1],
    ["an empty part is one", part({}), 1],
  ] as const) {
    test(what, async () => assert.equal((await inspected(null, [leaf])).attachments.length, counts))
  }

  test("findings of the parser are among the others", async () => {
    const inspect = createInspect({ ...SCAN, clamd: null, forbidden: [] })
    const noticed = [{ kind: "unscannable", at: "3", why: "too-deep" }] as const
    assert.deepEqual(
      (await inspect({ files: [], parsed: noticed, raw: () => [], size: 0, sha256: "" }, AbortSignal.timeout(1_000)))
        .findings,
      { state: "known", value: noticed },
    )
  })

  test("a thousand findings alike are told as twenty", async () => {
    const members = Array.from({ length: 999 }, (_, n) => ({ name: `${n}.js`, data: "x" }))
    const { findings } = await inspected(null, [part({}, zip([...members, { name: "a", data: "x", encrypted: true }]))])
    assert.ok(findings.state === "known")
    assert.equal(findings.value.filter(({ kind }) => kind === "forbidden-type").length, 20)
    assert.equal(findings.value.filter(({ kind }) => kind === "encrypted").length, 1)
  })
})

describe("with clamd", () => {
  let clamd: Clamd | null = null
  before(async () => {
    clamd = await startClamd({ streamMaxLength: 1_000_000 })
  })
  after(() => clamd?.stop())
  const name = "Eicar-Test-Signature.UNOFFICIAL"

  for (const [what, parts, raw, findings] of [
    ["clean mail has no findings", [part({}, "x")], "x", []],
    ["EICAR in a part is malware there", [part({ at: "2" }, EICAR)], "x", [{ kind: "malware", at: "2", name }]],
    [
      "EICAR in a zip is malware in that part",
      [part({ at: "2" }, zip([{ name: "a.txt", data: EICAR }]))],
      "x",
      [{ kind: "malware", at: "2", name }],
    ],
    ["EICAR in the text is malware in the message", [], EICAR, [{ kind: "malware", at: "", name }]],
    [
      "malware that both scans see is told once, where it is",
      [part({ at: "2" }, EICAR)],
      EICAR,
      [{ kind: "malware", at: "2", name }],
    ],
    [
      "a part too long to scan is unscannable",
      [part({ at: "2" }, Buffer.alloc(1_500_000, "ab"))],
      "x",
      [{ kind: "unscannable", at: "2", why: "too-large" }],
    ],
  ] as const) {
    test(what, async (t) => {
      if (clamd === null) return t.skip("clamd is not installed")
      assert.deepEqual((await inspected(clamd.unix, parts, raw)).findings, { state: "known", value: findings })
    })
  }
})

describe("a scanner's", () => {
  /** `words` answers every stream, or a function of what was sent. */
  async function answering(
    words: string | ((sent: string) => string),
    use: (target: string, most: () => number) => Promise<void>,
  ): Promise<void> {
    let connections = 0
    let most = 0
    const answer = (socket: Socket, sent: string): void => {
      connections--
      socket.end(typeof words === "string" ? words : words(sent))
    }
    const server = createServer((socket) => {
      most = Math.max(most, ++connections)
      let sent = ""
      socket.on("error", () => {})
      socket.on("data", (chunk: Buffer) => {
        sent += chunk.toString("latin1")
        if (chunk.subarray(-4).equals(Buffer.alloc(4))) setTimeout(() => answer(socket, sent), 20)
      })
    }).listen(0, "127.0.0.1")
    await once(server, "listening")
    const address = server.address()
    assert.ok(address !== null && typeof address === "object")
    try {
      await use(`tcp://127.0.0.1:${address.port}`, () => most)
    } finally {
      server.close()
    }
  }

  for (const [what, words, finding] of [
    [
      "limit is not malware",
      "Heuristics.Limits.Exceeded.MaxScanSize",
      { kind: "unscannable", at: "2", why: "too-large" },
    ],
    [
      "encrypted archive is not malware",
      "Heuristics.Encrypted.Zip",
      { kind: "encrypted", at: "2", name: "Heuristics.Encrypted.Zip" },
    ],
    [
      "macro is not malware",
      "Heuristics.OLE2.ContainsMacros.VBA",
      { kind: "macro", at: "2", name: "Heuristics.OLE2.ContainsMacros.VBA" },
    ],
    ["unwanted program is malware", "PUA.Win.Tool", { kind: "malware", at: "2", name: "PUA.Win.Tool" }],
  ] as const) {
    test(what, async () => {
      await answering(`stream: ${words} FOUND\0`, async (target) => {
        const { findings } = await inspected(target, [part({ at: "2" }, "x")])
        assert.deepEqual(findings, { state: "known", value: [finding] })
      })
    })
  }

  for (const [what, words, why] of [
    ["error leaves nothing known", "stream: No memory ERROR\0", "error: stream: No memory"],
    ["silence leaves nothing known", "", "broken-off"],
    ["nonsense leaves nothing known", "hello\0", "garbage"],
  ] as const) {
    test(what, async () => {
      await answering(words, async (target) => {
        const { findings, attachments } = await inspected(target, [part({ names: ["a.exe"] }, "x")])
        assert.deepEqual(findings, { state: "failed", why })
        assert.equal(attachments.length, 1)
      })
    })
  }

  test("malware that one scan found stands, though another failed", async () => {
    const words = (sent: string): string =>
      sent.includes("PART") ? "stream: Worm FOUND\0" : "stream: No memory ERROR\0"
    await answering(words, async (target) => {
      const { findings } = await inspected(target, [part({ at: "2" }, "PART")])
      assert.deepEqual(findings, { state: "known", value: [{ kind: "malware", at: "2", name: "Worm" }] })
    })
  })

  test("what was seen before a scan failed is told beside the failure", async () => {
    await answering("stream: No memory ERROR\0", async (target) => {
      const { findings, seen } = await inspected(target, [part({ at: "2", names: ["a.exe"] }, "x")])
      assert.equal(findings.state, "failed")
      assert.deepEqual(
        seen.map(({ kind }) => kind),
        ["forbidden-type"],
      )
    })
  })

  test("slowness leaves nothing known after the deadline", async () => {
    const { findings } = await inspected("unix:/nonexistent", [], "x", 0)
    assert.equal(findings.state, "failed")
  })

  test("connections are four at most", async () => {
    await answering("stream: OK\0", async (target, most) => {
      const { findings } = await inspected(
        target,
        Array.from({ length: 12 }, (_, n) => part({ at: `${n}` }, "x")),
      )
      assert.deepEqual(findings, { state: "known", value: [] })
      assert.equal(most(), 4)
    })
  })
})
