import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { once } from "node:events"
import { type Socket, createServer } from "node:net"
import { after, before, describe, test } from "node:test"
import { createIcap } from "../../src/inspect/scan/icap.ts"
import type { Scan, Target } from "../../src/inspect/scan/scan.ts"
import { type CIcap, startCIcap } from "../support/c-icap.ts"
import { type Clamd, EICAR, startClamd } from "../support/clamd.ts"

const OPTIONS = 'ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\nISTag: "v1"\r\nAllow: 204\r\nEncapsulated: null-body=0\r\n\r\n'
const PREVIEW = OPTIONS.replace("Allow", "Preview: 1024\r\nAllow")

function target(bytes: Buffer): Target {
  const sha256 = createHash("sha256").update(bytes).digest("hex")
  return { octets: () => [bytes.subarray(0, 3), bytes.subarray(3)], size: bytes.length, sha256, name: "a.txt" }
}

/** A server that answers OPTIONS with one thing, and RESPMOD with another once the last chunk has come, or at once. */
async function withServer(
  { options = OPTIONS, at = "end" }: { options?: string; at?: "end" | "head" },
  answer: string | ((socket: Socket) => void),
  use: (url: string, heard: () => string) => Promise<void>,
): Promise<void> {
  let all = ""
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    let heard = ""
    sockets.add(socket.on("error", () => {}))
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.toString("latin1")
      all += chunk.toString("latin1")
      if (heard.startsWith("OPTIONS")) {
        socket.end(options)
        return
      }
      const ready = at === "head" ? heard.includes("\r\n\r\n") : heard.endsWith("\r\n0\r\n\r\n")
      if (!ready) return
      if (typeof answer === "string") socket.end(answer)
      else answer(socket)
    })
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  assert.ok(address !== null && typeof address === "object")
  try {
    await use(`icap://127.0.0.1:${address.port}/avscan`, () => all)
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}

function scan(
  url: string,
  bytes = Buffer.from("Kinh gui"),
  patience = 5_000,
  maxSize: number | null = null,
): Promise<Scan> {
  return createIcap({ url, maxSize }, Date.now).scan(target(bytes), AbortSignal.timeout(patience))
}

const http = (status: number, body: string, more = ""): string =>
  `ICAP/1.0 200 OK\r\n${more}Encapsulated: res-hdr=0, res-body=39\r\n\r\nHTTP/1.1 ${status} X\r\nContent-Type: a/b\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`

describe("an ICAP server's answer", () => {
  for (const [what, answer, said] of [
    ["204 is clean", "ICAP/1.0 204 Unmodified\r\n\r\n", "clean"],
    ["what it was given is clean", http(200, "Kinh gui"), "clean"],
    ["something else in its place is a find", http(200, "Blocked!"), "malware blocked"],
    ["a refusal is a find", http(403, "Kinh gui"), "malware blocked"],
    [
      "a find tells its name",
      http(403, "x", "X-Infection-Found: Type=0; Resolution=2; Threat=Eicar-Test;\r\n"),
      "malware Eicar-Test",
    ],
    ["a find beside 204 is a find", "ICAP/1.0 204 X\r\nX-Virus-ID: Worm.A\r\n\r\n", "malware Worm.A"],
    ["no virus is none", "ICAP/1.0 204 X\r\nX-Virus-ID: none\r\nX-Violations-Found: 0\r\n\r\n", "clean"],
    [
      "violations are told by name",
      http(200, "x", "X-Violations-Found: 1\r\n\ta.txt\r\n\tTrojan.B\r\n\t1\r\n\t2\r\n"),
      "malware Trojan.B",
    ],
    [
      "a container it cannot open is not examined",
      http(403, "x", "X-Infection-Found: Type=2; Resolution=1; Threat=Encrypted;\r\n"),
      "unscannable container",
    ],
    ["a name of odd letters is told in ASCII", http(403, "x", "X-Virus-ID: \x1b[1mA\r\n"), "malware ?[1mA"],
    ["an error of its own is a failure", "ICAP/1.0 500 Server Error\r\n\r\n", "failed status 500"],
    ["too busy is a failure", "ICAP/1.0 503 Busy\r\n\r\n", "failed status 503"],
    ["another protocol is garbage", "HTTP/1.1 204 No Content\r\n\r\n", "failed garbage"],
    ["nothing is a failure", "", "failed broken-off"],
    ["half a head is a failure", "ICAP/1.0 204 Unmod", "failed broken-off"],
    ["half a body is a failure", http(200, "Kinh gui").slice(0, -12), "failed broken-off"],
    ["a chunk without a length is garbage", http(200, "Kinh gui").replace("\r\n8\r\n", "\r\nx\r\n"), "failed garbage"],
    ["200 without anything in it is garbage", "ICAP/1.0 200 OK\r\n\r\n", "failed garbage"],
    ["a field that is none is garbage", "ICAP/1.0 204 OK\r\nhello\r\n\r\n", "failed garbage"],
    ["a head without end is garbage", `ICAP/1.0 204 OK\r\nX: ${"x".repeat(20_000)}`, "failed garbage"],
  ] as const) {
    test(what, async () => {
      await withServer({}, answer, async (url) => assert.equal(told(await scan(url)), said))
    })
  }
})

describe("an ICAP server that", () => {
  test("says nothing is waited for until the deadline and no longer", async () => {
    const started = Date.now()
    await withServer(
      {},
      () => {},
      async (url) => assert.equal(told(await scan(url, undefined, 400)), "failed timeout"),
    )
    assert.ok(Date.now() - started < 3_000)
  })
  test("is not there has failed", async () => {
    assert.equal(told(await scan("icap://127.0.0.1:1/avscan")), "failed unreachable")
  })
  test("offers another service has failed", async () => {
    await withServer({ options: OPTIONS.replace("RESPMOD", "REQMOD") }, "", async (url) => {
      assert.equal(told(await scan(url)), "failed no RESPMOD")
    })
  })
  test("does not know the service has failed", async () => {
    await withServer({ options: "ICAP/1.0 404 Not found\r\n\r\n" }, "", async (url) => {
      assert.equal(told(await scan(url)), "failed status 404")
    })
  })
  test("answers before it has seen everything has not examined it", async () => {
    await withServer({ at: "head" }, "ICAP/1.0 204 X\r\n\r\n", async (url) => {
      async function* slow(): AsyncGenerator<Buffer> {
        yield Buffer.from("beginning")
        await new Promise((resolve) => setTimeout(resolve, 200))
        yield Buffer.from("end")
      }
      const said = await createIcap({ url, maxSize: null }, Date.now).scan(
        { octets: slow, size: 12, sha256: "", name: "" },
        AbortSignal.timeout(5_000),
      )
      assert.equal(told(said), "unscannable not-examined")
    })
  })
  test("wants a preview gets none of it, and all when it says so", async () => {
    const answer = (socket: Socket): void => {
      socket.write("ICAP/1.0 100 Continue\r\n\r\n")
      socket.removeAllListeners("data")
      let rest = ""
      socket.on("data", (chunk: Buffer) => {
        rest += chunk.toString("latin1")
        if (rest.endsWith("0\r\n\r\n")) socket.end("ICAP/1.0 204 X\r\n\r\n")
      })
    }
    await withServer({ options: PREVIEW }, answer, async (url, heard) => {
      assert.equal(told(await scan(url)), "clean")
      assert.match(heard(), /\r\nPreview: 0\r\n/)
    })
  })
  test("declines what it has a preview of has not examined it", async () => {
    await withServer({ options: PREVIEW }, "ICAP/1.0 204 X\r\n\r\n", async (url) => {
      assert.equal(told(await scan(url)), "unscannable not-examined")
    })
  })
  test("has a limit is not asked beyond it", async () => {
    assert.equal(told(await scan("icap://127.0.0.1:1/x", Buffer.alloc(100), 5_000, 99)), "unscannable too-large")
  })
})

test("what goes to the server is a chunked answer from the web, its parts where it says they are", async () => {
  await withServer({}, "ICAP/1.0 204 X\r\n\r\n", async (url, heard) => {
    assert.equal(told(await scan(url)), "clean")
    const sent = heard().slice(heard().indexOf("RESPMOD"))
    const [head = "", ...rest] = sent.split("\r\n\r\n")
    const [, answer, body] = /res-hdr=(\d+), res-body=(\d+)/.exec(head) ?? []
    const content = rest.join("\r\n\r\n")
    assert.equal(content.slice(Number(answer), Number(answer) + 8), "HTTP/1.1")
    assert.equal(content.slice(Number(body)), "3\r\nKin\r\n5\r\nh gui\r\n0\r\n\r\n")
    assert.match(head, /^RESPMOD icap:\/\/127\.0\.0\.1:\d+\/avscan ICAP\/1\.0\r\nHost: /)
  })
})

describe("c-icap itself", () => {
  let server: CIcap | null = null
  let clamd: Clamd | null = null
  before(async () => {
    clamd = await startClamd()
    server = clamd === null ? null : await startCIcap(clamd.unix.slice("unix:".length))
  })
  after(async () => {
    await server?.stop()
    await clamd?.stop()
  })
  for (const [what, service, bytes, said] of [
    ["echoes what is clean", "echo", Buffer.from("Kinh gui"), "clean"],
    ["echoes what is nothing", "echo", Buffer.alloc(0), "clean"],
    ["echoes what is large", "echo", Buffer.alloc(3_000_000, "abc"), "clean"],
    ["finds clean what is clean", "scan", Buffer.from("Kinh gui, day la van ban sach"), "clean"],
    ["finds clean what is large and clean", "scan", Buffer.alloc(3_000_000, "abc"), "clean"],
    ["finds EICAR", "scan", Buffer.from(EICAR), "malware Eicar-Test-Signature.UNOFFICIAL"],
  ] as const) {
    test(what, async (t) => {
      const url = server?.[service] ?? null
      if (url === null) return t.skip("c-icap is not installed")
      assert.equal(told(await scan(url, bytes, 20_000)), said)
    })
  }
  test("tells its signatures", async (t) => {
    if (server === null) return t.skip("c-icap is not installed")
    const icap = createIcap({ url: server.echo, maxSize: null }, Date.now)
    assert.match((await icap.signatures(AbortSignal.timeout(5_000))) ?? "", /echo "?[\w-]+"?$/)
    assert.deepEqual(await icap.health(AbortSignal.timeout(5_000)), { state: "ok" })
  })
})

function told(scanned: Scan): string {
  if (scanned.is === "clean") return "clean"
  if (scanned.is === "failed") return `failed ${scanned.why}`
  return `${scanned.found.kind} ${scanned.found.why ?? scanned.found.name}`
}
