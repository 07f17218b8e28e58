import assert from "node:assert/strict"
import { once } from "node:events"
import { type Server, type Socket, createServer } from "node:net"
import { after, before, describe, test } from "node:test"
import { scan } from "../../src/inspect/scan/clamav.ts"
import { type Clamd, EICAR, startClamd } from "../support/clamd.ts"

const soon = (): AbortSignal => AbortSignal.timeout(5_000)

/** A scanner that does as it is told; `heard` is what it received so far. */
async function withScanner(
  behave: (socket: Socket, heard: () => Buffer) => void,
  use: (target: string) => Promise<void>,
) {
  const server: Server = createServer((socket) => {
    let heard = Buffer.alloc(0)
    socket.on("error", () => {})
    socket.on("data", (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk])
      behave(socket, () => heard)
    })
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  assert.ok(address !== null && typeof address === "object")
  try {
    await use(`tcp://127.0.0.1:${address.port}`)
  } finally {
    server.close()
  }
}

/** Answers once the empty chunk has come. */
const answering =
  (...words: readonly string[]) =>
  (socket: Socket, heard: () => Buffer): void => {
    if (heard().subarray(-4).equals(Buffer.alloc(4))) for (const word of words) socket.write(word)
  }

describe("the scanner's answer", () => {
  for (const [what, words, outcome] of [
    ["OK is clean", "stream: OK\0", { is: "clean" }],
    [
      "a name is found",
      "stream: Win.Test.A(b:1) FOUND\0",
      { is: "malicious", found: { kind: "malware", name: "Win.Test.A(b:1)" } },
    ],
    [
      "a size limit is over the limit",
      "INSTREAM size limit exceeded. ERROR\0",
      { is: "unscannable", found: { kind: "unscannable", why: "too-large" } },
    ],
    [
      "an error is a failure",
      "stream: Can't allocate memory ERROR\0",
      { is: "failed", why: "error: stream: Can't allocate memory" },
    ],
    ["another word is garbage", "stream: FINE\0", { is: "failed", why: "garbage" }],
    ["OK of something else is garbage", "other: OK\0", { is: "failed", why: "garbage" }],
    ["OK in small letters is garbage", "stream: ok\0", { is: "failed", why: "garbage" }],
    ["OK with something before it is garbage", " stream: OK\0", { is: "failed", why: "garbage" }],
    ["OK on a line is garbage", "stream: OK\n\0", { is: "failed", why: "garbage" }],
    ["OK and something more is garbage", "stream: OK\0stream: X FOUND\0", { is: "failed", why: "garbage" }],
    ["nothing but NUL is garbage", "\0", { is: "failed", why: "garbage" }],
    ["no name found is garbage", "stream:  FOUND\0", { is: "failed", why: "garbage" }],
    ["five KiB without an end are garbage", "x".repeat(5_120), { is: "failed", why: "garbage" }],
  ] as const) {
    test(what, async () => {
      await withScanner(answering(words), async (target) => {
        assert.deepEqual(await scan(target, () => [Buffer.from("x")], soon()), outcome)
      })
    })
  }

  test("in pieces is put together", async () => {
    await withScanner(answering("stre", "am: O", "K\0"), async (target) => {
      assert.deepEqual(await scan(target, () => [Buffer.from("x")], soon()), { is: "clean" })
    })
  })

  test("a name of odd characters is told in printable ASCII, bounded", async () => {
    await withScanner(answering(`stream: \x1b[31mA\u00e9${"b".repeat(500)} FOUND\0`), async (target) => {
      const said = await scan(target, () => [Buffer.from("x")], soon())
      assert.ok(said.is === "malicious" && /^[\x20-\x7e]{128}$/.test(said.found.name ?? ""))
    })
  })
})

describe("a scanner that", () => {
  const failure = (why: string) => ({ is: "failed", why })

  test("says OK before it has everything has not looked", async () => {
    async function* slow(): AsyncGenerator<Buffer> {
      yield Buffer.from("beginning")
      await new Promise((resolve) => setTimeout(resolve, 200))
      yield Buffer.from("end")
    }
    await withScanner(
      (socket) => socket.write("stream: OK\0"),
      async (target) => assert.deepEqual(await scan(target, slow, soon()), failure("garbage")),
    )
  })
  test("says nothing is waited for until the deadline and no longer", async () => {
    await withScanner(
      () => {},
      async (target) => {
        const started = Date.now()
        assert.deepEqual(await scan(target, () => [Buffer.from("x")], AbortSignal.timeout(150)), failure("timeout"))
        assert.ok(Date.now() - started < 1_500)
      },
    )
  })
  test("stops reading is waited for until the deadline and no longer", async () => {
    await withScanner(
      (socket) => socket.pause(),
      async (target) => {
        const much = Array.from({ length: 400 }, () => Buffer.alloc(65_536))
        assert.deepEqual(await scan(target, () => much, AbortSignal.timeout(300)), failure("timeout"))
      },
    )
  })
  test("closes without a word has failed", async () => {
    await withScanner(
      (socket) => socket.destroy(),
      async (target) => assert.deepEqual(await scan(target, () => [Buffer.from("x")], soon()), failure("broken-off")),
    )
  })
  test("closes in the middle of a word has failed", async () => {
    await withScanner(
      (socket) => socket.end("stream: OK"),
      async (target) => assert.deepEqual(await scan(target, () => [Buffer.from("x")], soon()), failure("garbage")),
    )
  })
  test("resets the connection has failed", async () => {
    await withScanner(
      (socket) => socket.resetAndDestroy(),
      async (target) =>
        assert.deepEqual(await scan(target, () => [Buffer.alloc(3_000_000)], soon()), failure("broken-off")),
    )
  })
  test("loses its word with the connection is asked once more", async () => {
    let connections = 0
    const behave = (socket: Socket): void => {
      if (++connections === 1) socket.resetAndDestroy()
      else socket.end("INSTREAM size limit exceeded. ERROR\0")
    }
    await withScanner(behave, async (target) => {
      assert.deepEqual(await scan(target, () => [Buffer.from("x")], soon()), {
        is: "unscannable",
        found: { kind: "unscannable", why: "too-large" },
      })
    })
  })
  test("is not there has failed", async () => {
    for (const target of ["tcp://127.0.0.1:1", "unix:/nonexistent/clamd.sock", "tcp://127.0.0.1:99999"]) {
      assert.deepEqual(await scan(target, () => [Buffer.from("x")], soon()), failure("unreachable"))
    }
  })
  test("is asked after the deadline is not asked", async () => {
    assert.deepEqual(await scan("tcp://127.0.0.1:1", () => [], AbortSignal.abort()), failure("timeout"))
  })
  test("is given octets that break off has not seen the message", async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from("beginning")
      throw new Error("disk")
    }
    await withScanner(answering("stream: OK\0"), async (target) => {
      assert.deepEqual(await scan(target, broken, soon()), failure("broken-off"))
    })
  })
})

test("octets travel in chunks of at most 64 KiB behind their length, ended by an empty one", async () => {
  const octets = [Buffer.alloc(150_000, 1), Buffer.alloc(0), Buffer.from("end")]
  let all: Buffer = Buffer.alloc(0)
  const listen = (socket: Socket, heard: () => Buffer): void => {
    all = heard()
    answering("stream: OK\0")(socket, heard)
  }
  await withScanner(listen, async (target) => {
    assert.deepEqual(await scan(target, () => octets, soon()), { is: "clean" })
  })
  assert.equal(all.toString("latin1", 0, 10), "zINSTREAM\0")
  const lengths: number[] = []
  for (let at = 10; at < all.length; at += 4 + all.readUInt32BE(at)) lengths.push(all.readUInt32BE(at))
  assert.deepEqual(lengths, [65_536, 65_536, 18_928, 3, 0])
})

describe("clamd itself", () => {
  let clamd: Clamd | null = null
  before(async () => {
    clamd = await startClamd({ streamMaxLength: 1_000_000 })
  })
  after(() => clamd?.stop())

  const asked = (what: string, octets: readonly Buffer[], outcome: object): void => {
    test(what, async (t) => {
      if (clamd === null) return t.skip("clamd is not installed")
      for (const target of [clamd.tcp, clamd.unix]) {
        assert.deepEqual(await scan(target, () => octets, soon()), outcome)
      }
    })
  }
  asked("finds a clean stream clean", [Buffer.from("Kính gửi")], { is: "clean" })
  asked("finds an empty stream clean", [], { is: "clean" })
  asked("finds EICAR", [Buffer.from(EICAR)], {
    is: "malicious",
    found: { kind: "malware", name: "Eicar-Test-Signature.UNOFFICIAL" },
  })
  asked(
    "says when a stream is too long",
    Array.from({ length: 300 }, () => Buffer.alloc(65_536)),
    { is: "unscannable", found: { kind: "unscannable", why: "too-large" } },
  )
})
