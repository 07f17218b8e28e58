/** Every scanner down, hung, answering garbage, over its limit or out of date, over real sockets: nothing passes as clean. */
import assert from "node:assert/strict"
import { once } from "node:events"
import { createServer, type Socket } from "node:net"
import { describe, test } from "node:test"
import { createInspect, type InspectSettings } from "../../src/inspect/inspect.ts"
import { createClamd } from "../../src/inspect/scan/clamav.ts"
import { GRADES, join, type Scan } from "../../src/inspect/scan/scan.ts"
import type { File } from "../../src/mail/file.ts"

const FILE: File = {
  at: "2",
  names: ["a.txt"],
  claimed: "text/plain",
  types: [],
  bytes: Buffer.from("văn bản"),
  size: 9,
  whole: true,
  within: [],
  findings: [],
}
const QUIET: InspectSettings = {
  clamd: null,
  icap: [],
  yara: null,
  forbidden: [],
  signatures: { age: 7 * 86_400_000, outdated: "failed" },
  cache: 0,
  badFiles: [],
}

async function listening(behave: (socket: Socket, heard: string) => void, use: (port: number) => Promise<void>) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    let heard = ""
    sockets.add(socket.on("error", () => {}))
    socket.on("data", (chunk) => {
      heard += chunk.toString("latin1")
      behave(socket, heard)
    })
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  assert.ok(address !== null && typeof address === "object")
  try {
    await use(address.port)
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}

/** What is known in the end: `failed`, or the kinds found. */
async function judged(settings: Partial<InspectSettings>, patience = 1_500): Promise<string> {
  const inspected = { files: [FILE], parsed: [], raw: () => [FILE.bytes], size: FILE.size, sha256: "" }
  const { findings } = await createInspect({ ...QUIET, ...settings })(inspected, AbortSignal.timeout(patience))
  if (findings.state !== "known") return findings.state === "failed" ? `failed ${findings.why}` : findings.state
  return findings.value.map(({ kind, why }) => `${kind} ${why ?? ""}`.trim()).join(", ")
}

const date = (daysAgo: number): string => new Date(Date.now() - daysAgo * 86_400_000).toUTCString().slice(5, 25)
/** A clamd with signatures of that age, which answers a whole stream with these words. */
const clamd =
  (words: string, age = 0) =>
  (socket: Socket, heard: string): void => {
    if (heard.startsWith("zVERSION")) socket.end(`ClamAV 1.4.6/27500/${date(age)}\0`)
    else if (heard.endsWith("\0\0\0\0")) socket.end(words)
  }
const icap =
  (answer: string) =>
  (socket: Socket, heard: string): void => {
    if (heard.startsWith("OPTIONS")) socket.end('ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\nISTag: "v"\r\n\r\n')
    else if (heard.endsWith("0\r\n\r\n")) socket.end(answer)
  }
const CLEAN = "ICAP/1.0 204 Unmodified\r\n\r\n"

describe("clamd that is", () => {
  for (const [what, behave, outcome] of [
    ["well", clamd("stream: OK\0"), ""],
    ["hung", () => {}, "failed timeout"],
    ["closing", (socket: Socket) => socket.destroy(), "failed broken-off"],
    ["talking nonsense", clamd("HTTP/1.1 200 OK\0"), "failed garbage"],
    ["over its limit", clamd("INSTREAM size limit exceeded. ERROR\0"), "unscannable too-large"],
    ["at a limit inside", clamd("stream: Heuristics.Limits.Exceeded.MaxFiles FOUND\0"), "unscannable too-large"],
    ["out of memory", clamd("stream: No memory ERROR\0"), "failed error: stream: No memory"],
    ["out of date", clamd("stream: OK\0", 8), "failed out-of-date"],
    ["of nearly that age", clamd("stream: OK\0", 6), ""],
    ["in front of something sealed", clamd("stream: Heuristics.Encrypted.Zip FOUND\0"), "encrypted"],
  ] as const) {
    test(what, async () => {
      await listening(behave, async (port) => {
        assert.equal(await judged({ clamd: `tcp://127.0.0.1:${port}` }), outcome)
      })
    })
  }
  test("down", async () => assert.equal(await judged({ clamd: "tcp://127.0.0.1:1" }), "failed unreachable"))
})

describe("an ICAP server that is", () => {
  for (const [what, behave, outcome] of [
    ["well", icap(CLEAN), ""],
    ["hung", () => {}, "failed timeout"],
    ["closing", (socket: Socket) => socket.destroy(), "failed broken-off"],
    ["talking nonsense", icap("stream: OK\0\r\n"), "failed garbage"],
    ["overloaded", icap("ICAP/1.0 503 Service overloaded\r\n\r\n"), "failed status 503"],
  ] as const) {
    test(what, async () => {
      await listening(behave, async (port) => {
        assert.equal(await judged({ icap: [{ url: `icap://127.0.0.1:${port}/av`, maxSize: null }] }), outcome)
      })
    })
  }
  test("down", async () => {
    assert.equal(await judged({ icap: [{ url: "icap://127.0.0.1:1/av", maxSize: null }] }), "failed unreachable")
  })
  test("known to let large files pass", async () => {
    const url = "icap://127.0.0.1:1/av"
    assert.equal(await judged({ icap: [{ url, maxSize: 5 }] }), "unscannable too-large")
  })
})

describe("of several scanners", () => {
  const both = async (one: string, other: string): Promise<string> => {
    let said = ""
    await listening(clamd(one), (port) =>
      listening(icap(other), async (second) => {
        said = await judged({
          clamd: `tcp://127.0.0.1:${port}`,
          icap: [{ url: `icap://127.0.0.1:${second}/av`, maxSize: null }],
        })
      }),
    )
    return said
  }
  test("all clean is clean", async () => assert.equal(await both("stream: OK\0", CLEAN), ""))
  test("one that finds is believed", async () => {
    assert.equal(await both("stream: OK\0", "ICAP/1.0 204 X\r\nX-Virus-ID: Worm\r\n\r\n"), "malware")
  })
  test("one that finds is believed beside one that fails", async () => {
    assert.equal(await both("stream: Worm FOUND\0", "nonsense\r\n"), "malware")
  })
  test("one that fails leaves nothing known beside one that says clean", async () => {
    assert.equal(await both("stream: OK\0", "nonsense\r\n"), "failed garbage")
  })
  test("a list that could not be had leaves nothing known", async () => {
    assert.equal(await judged({ badFiles: [null] }), "failed hash-list")
  })
  test("rules that cannot be used leave nothing known", async () => {
    assert.equal(await judged({ yara: "/nonexistent" }), "failed rules")
  })
})

test("answers join by the worst, and a failure outweighs all but malice", () => {
  const answer = (is: (typeof GRADES)[number] | "failed"): Scan => {
    if (is === "clean") return { is }
    return is === "failed" ? { is, why: "x" } : { is, found: { kind: "malware" } }
  }
  for (const [index, worse] of GRADES.entries()) {
    for (const better of GRADES.slice(0, index + 1)) {
      assert.equal(join([answer(better), answer(worse)]).is, worse)
      assert.equal(join([answer(worse), answer(better)]).is, worse)
    }
    assert.equal(join([answer("failed"), answer(worse)]).is, worse === "malicious" ? "malicious" : "failed")
  }
})

test("an answer about the same octets is remembered, until the signatures are others; a failure is not", async () => {
  let asked = 0
  let signatures = 1
  let words = "stream: No memory ERROR\0"
  const behave = (socket: Socket, heard: string): void => {
    if (heard.startsWith("zVERSION")) socket.end(`ClamAV 1.4.6/${signatures}/${date(0)}\0`)
    else if (heard.endsWith("\0\0\0\0")) {
      asked++
      socket.end(words)
    }
  }
  await listening(behave, async (port) => {
    const settings = { ...QUIET, clamd: `tcp://127.0.0.1:${port}`, cache: 60_000 }
    const inspect = createInspect(settings)
    const look = async () => {
      const inspected = { files: [FILE], parsed: [], raw: () => [FILE.bytes], size: FILE.size, sha256: "f".repeat(64) }
      return (await inspect(inspected, AbortSignal.timeout(5_000))).findings.state
    }
    assert.equal(await look(), "failed")
    words = "stream: OK\0"
    assert.equal(await look(), "known")
    assert.equal(asked, 4, "the message and its file, twice: a failure is asked again")
    assert.equal(await look(), "known")
    assert.equal(asked, 4)
    signatures = 2
    const other = createInspect(settings)
    await other({ files: [FILE], parsed: [], raw: () => [], size: 0, sha256: "f" }, AbortSignal.timeout(5_000))
    assert.equal(asked, 6)
  })
})

describe("what another process was told by the same scanner", () => {
  const inspected = { files: [FILE], parsed: [], raw: () => [FILE.bytes], size: FILE.size, sha256: "f".repeat(64) }
  for (const [what, change, outcome, asks] of [
    ["is believed", (text: string) => text, "malware", 0],
    ["and cannot be read is asked anew", () => "{", "malware", 2],
    ["and is no answer is asked anew", () => JSON.stringify({ is: "fine" }), "malware", 2],
    ["and names no finding is asked anew", () => JSON.stringify({ is: "malicious" }), "malware", 2],
    ["and failed is asked anew", () => JSON.stringify({ is: "failed", why: "x" }), "malware", 2],
  ] as const) {
    test(what, async () => {
      let asked = 0
      const behave = (socket: Socket, heard: string): void => {
        if (heard.startsWith("zVERSION")) socket.end(`ClamAV 1.4.6/1/${date(0)}\0`)
        else if (heard.endsWith("\0\0\0\0")) {
          asked++
          socket.end("stream: Worm FOUND\0")
        }
      }
      await listening(behave, async (port) => {
        const settings = { ...QUIET, clamd: `tcp://127.0.0.1:${port}`, cache: 60_000 }
        const memory = new Map<string, string>()
        const shared = {
          recall: (name: string) => Promise.resolve(memory.get(name) ?? null),
          remember: (name: string, value: string) => void memory.set(name, value),
        }
        await createInspect(settings, shared)(inspected, AbortSignal.timeout(5_000))
        assert.equal(memory.size, 2, "the message and its file")
        for (const [name, value] of memory) memory.set(name, change(value))
        asked = 0
        const { findings } = await createInspect(settings, shared)(inspected, AbortSignal.timeout(5_000))
        assert.ok(findings.state === "known")
        assert.equal(findings.value[0]?.kind, outcome)
        assert.equal(asked, asks)
      })
    })
  }
})

test("health tells what is wrong with clamd", async () => {
  await listening(clamd("", 9), async (port) => {
    const about = { target: `tcp://127.0.0.1:${port}`, age: 7 * 86_400_000, now: Date.now }
    const [old, refused] = await Promise.all(
      (["degraded", "failed"] as const).map((outdated) =>
        createClamd({ ...about, outdated }).health(AbortSignal.timeout(5_000)),
      ),
    )
    assert.deepEqual(old, { state: "degraded", why: "clamd: signatures are 9 days old" })
    assert.deepEqual(refused, { state: "down", why: "clamd: signatures are 9 days old" })
  })
})
